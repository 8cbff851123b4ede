"""The flows, as Prefect knows them: a few lines around each plain function, the only module that imports Prefect.

Each opens the register of the settings. `at` is aware; a deployment leaves it out, and the flow then reads the clock.
"""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

from prefect import flow
from prefect.artifacts import acreate_markdown_artifact
from prefect.client.schemas.objects import State
from prefect.states import Completed

from flows.escalate import escalate
from flows.settings import Settings, database_url
from flows.sweep import sweep
from storage import Register, open_engine


@flow(name="sweep-deadlines", retries=2, retry_delay_seconds=5)
async def sweep_deadlines_flow(at: datetime | None = None) -> State[Any]:
    """The sweep; the state's message tells the rungs climbed."""
    return _completed(await _run(lambda register: sweep(register, _moment(at))))


@flow(name="escalate", retries=2, retry_delay_seconds=5)
async def escalate_flow(at: datetime | None = None, region: str = "") -> State[Any]:
    """The leadership's review, kept as an artifact."""
    report = await _run(lambda register: escalate(register, _moment(at), region))
    await acreate_markdown_artifact(report.markdown, _key("escalate", region))
    return _completed(report)


async def _run(work: Callable[[Register], Any]) -> Any:
    """`work` in a thread, so that the loop goes on."""
    with _register() as register:
        return await asyncio.to_thread(work, register)


@contextmanager
def _register() -> Iterator[Register]:
    engine = open_engine(database_url(Settings().database_url))
    try:
        yield Register(engine)
    finally:
        engine.dispose()


def _moment(at: datetime | None) -> datetime:
    return at or datetime.now(UTC)


def _key(name: str, region: str) -> str:
    return f"{name}-{region}" if region else name


def _completed(report: Any) -> State[Any]:
    return Completed(message=str(report))
