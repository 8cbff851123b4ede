"""What happens by itself at every limit: the sweep, as a Prefect flow around the register's own."""

from datetime import datetime
from typing import Any

from prefect import flow, get_run_logger
from prefect.client.schemas.objects import State
from prefect.states import Completed

from flows.settings import Settings
from storage import Register, SweepReport, open_engine


def sweep_deadlines(register: Register, at: datetime) -> SweepReport:
    """Climb every limit due at `at` (aware); safe to repeat, and catches up when it comes late."""
    return register.sweep(at)


@flow(name="sweep-deadlines", retries=2, retry_delay_seconds=5)
async def sweep_deadlines_flow(at: datetime) -> State[Any]:
    """The sweep as a flow run on the database of the settings; its state's message tells the rungs climbed."""
    report = sweep_deadlines(Register(open_engine(Settings().database_url)), at)
    get_run_logger().info("climbed %s limits in %s transactions", report.climbed, report.chunks)
    return Completed(message=f"rungs climbed: {report.climbed}", data={"climbed": report.climbed})
