"""What happens by itself at every limit: the sweep, as a Prefect flow around the register's own."""

from datetime import datetime
from typing import Any

from prefect import flow, get_run_logger
from prefect.client.schemas.objects import State
from prefect.states import Completed

from flows.settings import Settings, database_url
from storage import Register, open_engine


@flow(name="sweep-deadlines", retries=2, retry_delay_seconds=5)
async def sweep_deadlines_flow(at: datetime) -> State[Any]:
    """`Register.sweep` at `at` (aware) on the database of the settings; the state's message tells the rungs climbed."""
    engine = open_engine(database_url(Settings().database_url))
    try:
        report = Register(engine).sweep(at)
    finally:
        engine.dispose()
    get_run_logger().info("climbed %s limits in %s transactions", report.climbed, report.chunks)
    return Completed(message=f"rungs climbed: {report.climbed}", data={"climbed": report.climbed})
