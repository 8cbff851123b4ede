"""The Prefect flows: a few lines around each plain function.

Each opens the register of the settings. `at` is aware; a deployment leaves it out, and the flow then reads the clock.
"""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TypeVar

from prefect import flow
from prefect.artifacts import acreate_markdown_artifact
from prefect.client.schemas.objects import State
from prefect.events import emit_event
from prefect.states import Completed

from flows.audit import nightly_audit
from flows.automatic_papers import make_papers
from flows.channels import channels_of
from flows.deliver import deliver
from flows.digest import Audience, digest
from flows.escalate import escalate
from flows.imports import take_over
from flows.kept_senders import propose_kept
from flows.settings import Settings, database_url, papers_folder
from flows.sweep import sweep
from states.job_results import JobReport
from states.reasons import plain
from storage import Register, open_engine
from storage.clock import require_trusted

T = TypeVar("T")
Results = list[dict[str, object]]
"""What a job did, as code and facts (`states.reasons.plain`)."""

MOST_CASES = 200
"""Most cases that one Prefect event names; it counts them all."""


@flow(name="sweep-deadlines", retries=2, retry_delay_seconds=5)
async def sweep_deadlines_flow(at: datetime | None = None) -> State[Results]:
    """The sweep; its state has the rungs climbed. One Prefect event for each kind of event and region."""
    report = await _run(lambda register: sweep(register, _moment(register, at)))
    for (name, region), cases in report.sweep.cases_by_rung.items():
        emit_event(
            f"duban.{name}",
            resource={
                "prefect.resource.id": f"duban.region.{region or 'none'}",
                "prefect.resource.role": "region",
            },
            payload={"count": len(cases), "cases": cases[:MOST_CASES]},
        )
    return _completed(report)


@flow(name="escalate", retries=2, retry_delay_seconds=5)
async def escalate_flow(at: datetime | None = None, region: str = "") -> State[Results]:
    """The leadership's review, kept as an artifact."""
    report = await _run(lambda register: escalate(register, _moment(register, at), region))
    await acreate_markdown_artifact(report.markdown, _key("escalate", region))
    return _completed(report)


@flow(name="nightly-audit", retries=2, retry_delay_seconds=30)
async def nightly_audit_flow(at: datetime | None = None, region: str = "") -> State[Results]:
    """The nightly audit; its report is kept as an artifact."""
    report = await _run(lambda register: nightly_audit(register, _moment(register, at), region))
    await acreate_markdown_artifact(report.markdown, _key("nightly-audit", region))
    return _completed(report)


@flow(name="deliver", retries=2, retry_delay_seconds=5)
async def deliver_flow(at: datetime | None = None, engine: str = "prefect") -> State[Results]:
    """The delivery, over the channels of the settings."""
    channels = channels_of(Settings())
    return _completed(await _run(lambda register: deliver(register, _moment(register, at), channels, engine)))


@flow(name="digest", retries=2, retry_delay_seconds=5)
async def digest_flow(
    at: datetime | None = None, audience: Audience = "personal", region: str = ""
) -> State[Results]:
    """A digest, over the channels of the settings; `deliver` sends it."""
    channels = channels_of(Settings())
    return _completed(await _run(lambda register: digest(register, _moment(register, at), audience, channels, region)))


@flow(name="import", retries=0)
async def import_flow(at: datetime | None = None, folder: str = "", region: str = "") -> State[Results]:
    """The import of the tables in a folder, by default that of the settings."""
    chosen = folder or Settings().import_folder
    return _completed(await _run(lambda register: take_over(register, chosen, _moment(register, at), region)))


@flow(name="papers", retries=1, retry_delay_seconds=30)
async def papers_flow(at: datetime | None = None, region: str = "") -> State[Results]:
    """The papers of the night, in the templates of the settings."""
    folder = papers_folder(Settings())
    return _completed(await _run(lambda register: make_papers(register, _moment(register, at), folder, region)))


@flow(name="retention", retries=1, retry_delay_seconds=30)
async def retention_flow(at: datetime | None = None) -> State[Results]:
    """The erasures proposed by the days that the settings keep."""
    kept = Settings().kept_days
    return _completed(await _run(lambda register: propose_kept(register, _moment(register, at), kept)))


async def _run(work: Callable[[Register], T]) -> T:
    """`work` in a thread, so that the loop goes on; raises ClockHeld while the clock is not to be trusted."""
    with _register() as register:
        require_trusted(register, datetime.now(UTC))
        return await asyncio.to_thread(work, register)


@contextmanager
def _register() -> Iterator[Register]:
    engine = open_engine(database_url(Settings().database_url))
    try:
        yield Register(engine)
    finally:
        engine.dispose()


def _moment(register: Register, at: datetime | None) -> datetime:
    """`at`, by default now; a live register is entered no later than now."""
    now = datetime.now(UTC)
    if at is not None and at > now and not register.rehearsal:
        raise ValueError(f"at {at.isoformat()} lies after the moment of entry {now.isoformat()}")
    return at or now


def _key(name: str, region: str) -> str:
    return f"{name}-{region}" if region else name


def _completed(report: JobReport) -> State[Results]:
    return Completed(message=str(report), data=[plain(result) for result in report.results])
