"""An engine at work, as an office runs it: by Prefect while that is up, without it when it is not."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

import httpx
import pytest

from rulebooks import ZONE
from storage import Register, open_engine
from storage.jobs import Job, jobs, leases
from storage.marks import mark
from storage.sealing import verify
from storage.statements import reading
from tests.builders import CITY, FIRST, LIBRARY, a_directory, an_action, morning, noon, rows, walk
from tests.databases import Databases
from tests.smtp import smtp_server

T = TypeVar("T")

MONDAY = datetime(2025, 7, 7, 8, 29, 50, tzinfo=ZONE)
"""Ten seconds before the digests; U4 of the neglected suggestion is due since 1 July."""

EARLIER = date(2025, 6, 20)
"""When the opinions were made that are entered late, so that their first limits have passed already."""


def eventually(look: Callable[[], T | None], seconds: float = 300) -> T:
    """The first answer that is not empty."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        answer = look()
        if answer:
            return answer
        time.sleep(0.2)
    raise AssertionError(f"nothing after {seconds} s")


@contextmanager
def served(
    url: str, folder: Path, more: dict[str, str], start: datetime
) -> Iterator[subprocess.Popen[bytes]]:
    """`duban serve` as a process of its own."""
    environment = {
        **os.environ, "DUBAN_PORTAL": "off", "DUBAN_POLL_SECONDS": "0.5",
        "DUBAN_PREFECT_HOME": str(folder / "prefect"), **more,
    }  # fmt: skip
    command = [sys.executable, "-m", "portal.cli", "serve", "--db", url, "--from", start.isoformat()]
    with (folder / "serve.log").open("ab") as log:
        process = subprocess.Popen(command, env=environment, stdout=log, stderr=log)
    try:
        yield process
    finally:
        if process.poll() is None:
            process.kill()
            process.wait()


def children(process: int) -> list[int]:
    """The processes that a process started, from the kernel; gone ones have none."""
    try:
        return [int(child) for child in Path(f"/proc/{process}/task/{process}/children").read_text().split()]
    except FileNotFoundError:
        return []


def entered_late(register: Register, case: str, now: datetime) -> None:
    """An opinion of the city, entered now, whose first limits are over."""
    action = an_action(case, "record", "clerk", title="路灯不亮", rulebook="message-board", region=CITY)
    (outcome,) = register.apply([replace(action, at=noon(EARLIER))], now)
    assert outcome.done, outcome.reason


def steps_of(register: Register, case: str) -> int:
    with reading(register.engine) as cursor:
        sql = f"SELECT count(*) FROM events WHERE subject = 'limit' AND case_id = {register.layout.sql.mark}"
        return int(cursor.rows(sql, [case])[0][0])


def flow_runs(api: str, name: str, home: Path) -> list[dict[str, Any]]:
    """The runs of a flow, of the server whose folder is `home`; a stranger is not told."""
    address, wanted = f"{api}/flow_runs/filter", {"flows": {"name": {"any_": [name]}}}
    assert httpx.post(address, json=wanted, timeout=30).status_code == 401
    user, _, password = (home / "auth").read_text().partition(":")
    answer = httpx.post(address, json=wanted, auth=(user, password), timeout=30)
    answer.raise_for_status()
    runs: list[dict[str, Any]] = answer.json()
    return runs


@pytest.mark.prefect
@pytest.mark.slow
@pytest.mark.serial
def test_an_engine_sweeps_tells_and_goes_on_when_prefect_is_killed(sqlite: Databases, tmp_path: Path) -> None:
    url = sqlite.fresh()
    engine = open_engine(url)
    mark(engine, datetime.now(UTC), "test")
    register = a_directory(Register(engine, LIBRARY))
    people = [
        {"id": "R1", "name": "登记员", "role": "registrar", "region": CITY, "email": "office@example.org"},
        {"id": "L1", "name": "主任", "role": "leader", "region": CITY, "email": "leader@example.org"},
    ]
    register.import_directory("people", rows(people))
    walk(register, "C1", until="start_handling")
    for days in range((date(2025, 6, 30) - FIRST).days + 1):
        register.sweep(morning(FIRST + timedelta(days=days)))
    started = datetime.now(UTC)

    def now() -> datetime:
        return MONDAY + (datetime.now(UTC) - started)

    def job(name: str, by: str, did: str = "") -> Callable[[], Job | None]:
        def last_run() -> Job | None:
            last = jobs(register).get(name)
            return last if last and last.by == by and did in last.did else None

        return last_run

    def prefect() -> str:
        return next((x.name[8:] for x in leases(register, now()) if x.name.startswith("prefect:")), "")

    with smtp_server() as (kept, settings):
        channels = tmp_path / "channels.toml"
        lines = [f"{key} = {json.dumps(value, ensure_ascii=False)}" for key, value in settings.items()]
        channels.write_text("\n".join(("[mail]", *lines)), "utf-8")
        with served(url, tmp_path, {"DUBAN_CHANNELS_FILE": str(channels)}, MONDAY) as process:
            api = eventually(prefect)
            entered_late(register, "O1", now())
            eventually(lambda: steps_of(register, "O1"))
            swept = eventually(
                job("sweep-deadlines", "prefect", f"rungs climbed: {steps_of(register, 'O1')}")
            )
            states = [run["state"] for run in flow_runs(api, "sweep-deadlines", tmp_path / "prefect")]
            assert ("COMPLETED", swept.did) in [(state["type"], state["message"]) for state in states]

            reminders = eventually(
                lambda: [
                    content
                    for mail in kept.to("office@example.org")
                    if "5个工作日内答复" in (content := mail.get_content())
                ]
            )
            assert "O1" in reminders[0]
            leader = eventually(lambda: kept.to("leader@example.org"))
            assert "约谈" in leader[0].get_content(), "U4 was proposed"
            assert len(leader) == 1

            (server,) = children(process.pid)
            os.killpg(server, signal.SIGKILL)
            entered_late(register, "O2", now())
            eventually(lambda: steps_of(register, "O2"))
            eventually(job("sweep-deadlines", "direct", f"rungs climbed: {steps_of(register, 'O2')}"))
            command = [
                sys.executable,
                "-m",
                "portal.cli",
                "status",
                "--json",
                "--db",
                url,
                "--at",
                now().isoformat(),
            ]
            status = json.loads(subprocess.run(command, capture_output=True, check=True, timeout=60).stdout)
            assert status["jobs"]["sweep-deadlines"]["by"] == "direct"
            assert status["jobs"]["nightly-audit"]["next_at"].startswith("2025-07-08T02:00:00")

            left = children(process.pid)
            process.send_signal(signal.SIGTERM)
            assert process.wait(60) == 0, (tmp_path / "serve.log").read_text("utf-8", "replace")
            assert not [process for process in left if Path(f"/proc/{process}").exists()]
    assert not [lease for lease in leases(register, now()) if lease.name == "timetable"]
    assert verify(register).ok
    engine.dispose()
