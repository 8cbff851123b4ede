"""The last night of a rehearsed year: its audit and the leadership's review run by Prefect, or directly without it."""

import asyncio
import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from flows.audit import nightly_audit
from flows.escalate import escalate
from states.vocabulary import RunBy
from storage import Register


@dataclass(frozen=True)
class LastNight:
    """How both ran (`by` is prefect or direct) and, by name, what the run's state or the report says."""

    by: RunBy
    did: dict[str, str]


def last_night(register: Register, at: datetime, environment: Mapping[str, str] | None = None) -> LastNight:
    """Audit and review at `at`; with the `environment` of a Prefect server as flow runs, whose states are read back."""
    if environment is not None:
        os.environ |= {**environment, "DUBAN_DATABASE_URL": str(register.engine.url.render_as_string(False))}
        return LastNight(RunBy.PREFECT, asyncio.run(_by_prefect(at)))
    did = {"nightly-audit": nightly_audit(register, at), "escalate": escalate(register, at)}
    return LastNight(RunBy.DIRECT, {name: str(report) for name, report in did.items()})


async def _by_prefect(at: datetime) -> dict[str, str]:
    # Prefect reads its settings when it is imported, and the import takes seconds: only now.
    from prefect.client.orchestration import get_client
    from prefect.events.worker import EventsWorker

    from flows.prefect_flows import escalate_flow, nightly_audit_flow

    did = {}
    for name, run in (("nightly-audit", nightly_audit_flow), ("escalate", escalate_flow)):
        state = await run(at, return_state=True)
        run_id = state.state_details.flow_run_id
        assert run_id is not None, "a flow run that ended has its id"
        async with get_client() as client:
            kept = await client.read_flow_run(run_id)
        end_state = kept.state
        did[name] = (
            f"{kept.name}: {end_state.name if end_state else '?'}, {end_state.message if end_state else ''}"
        )
    # What is still to be sent goes out while the server is there to take it.
    await asyncio.to_thread(EventsWorker.drain_all, timeout=5)
    return did
