"""Is a sweep a flow run, with the rungs it climbed in its state, on a real Prefect server?"""

import os
import subprocess
import sys
from datetime import date
from pathlib import Path
from typing import Any

import httpx
import pytest

from flows.prefect_server import PrefectServer, prefect_server
from storage import Register, open_engine
from tests.builders import LIBRARY, deadline, morning, opinions
from tests.databases import Databases

DUE = date(2025, 3, 20)
PROGRAM = """
import asyncio
from datetime import datetime
from flows.prefect_flows import sweep_deadlines_flow
asyncio.run(sweep_deadlines_flow(datetime.fromisoformat({at!r})))
"""


def flow_runs(server: PrefectServer) -> list[dict[str, Any]]:
    """The runs of the sweep, as the server tells them."""
    named = {"flows": {"name": {"any_": ["sweep-deadlines"]}}}
    user, _, password = server.environment["PREFECT_API_AUTH_STRING"].partition(":")
    answer = httpx.post(f"{server.api}/flow_runs/filter", json=named, auth=(user, password), timeout=30)
    answer.raise_for_status()
    runs: list[dict[str, Any]] = answer.json()
    return runs


def sweep_as_flow(server: PrefectServer, database_url: str, at: str) -> None:
    environment = {**os.environ, **server.environment, "DUBAN_DATABASE_URL": database_url}
    command = [sys.executable, "-c", PROGRAM.format(at=at)]
    run = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=120, check=False)
    assert run.returncode == 0, run.stderr


@pytest.mark.slow
@pytest.mark.serial
@pytest.mark.prefect
def test_a_sweep_is_a_flow_run_whose_state_tells_the_rungs_climbed(sqlite: Databases, tmp_path: Path) -> None:
    url = sqlite.fresh()
    engine = open_engine(url)
    register = Register(engine, LIBRARY)
    opinions(register, 7)
    with prefect_server(tmp_path / "prefect") as server:
        assert server.wait(), server.log.read_text("utf-8", "replace")
        sweep_as_flow(server, url, morning(DUE).isoformat())
        (run,) = flow_runs(server)
        assert (run["state"]["type"], run["state"]["message"]) == ("COMPLETED", "rungs climbed: 7")
        assert run["parameters"]["at"].startswith("2025-03-")
        assert deadline(register, "O00003", "5wd").level == "U1"
        sweep_as_flow(server, url, morning(DUE).isoformat())
        states = sorted(flow_run["state"]["message"] for flow_run in flow_runs(server))
        assert states == ["rungs climbed: 0", "rungs climbed: 7"]
    engine.dispose()
