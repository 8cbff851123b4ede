"""Scaled mode: PostgreSQL, Prefect on a database of its own, two workers, two engines, and some of them are killed."""

import json
import os
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import make_url

from flows.channels import load_channels
from flows.deliver import deliver
from flows.deployments import prefect_yaml
from flows.prefect_server import QUIET, free_port
from rulebooks import ZONE
from storage import Register, open_engine
from storage.jobs import leases
from storage.marks import mark
from storage.messages import message_counts
from storage.statements import reading
from tests.builders import CITY, FIRST, LIBRARY, a_directory, morning, noon, opinions, rows, walk
from tests.databases import Databases
from tests.smtp import smtp_server
from tests.stories.test_served import eventually, served

AUTH = "duban", "as-long-as-openssl-makes-it"
LIMITS = 10_000
NEGLECTED = date(2024, 6, 3)
"""When a suggestion was made that is entered at the end: it has climbed to the levels that propose supervision."""
TOWNS = 40
"""Each with a registrar of its own, who is told of a fortieth of the limits."""
DUE = date(2025, 3, 20)
START = datetime(2025, 3, 20, 8, 30, tzinfo=ZONE)
"""The sweep of the night did not happen: at half past eight 10,000 limits are due, and the office is open."""


def _person(id_: str, role: str, region: str) -> dict[str, str]:
    return {"id": id_, "name": id_, "role": role, "region": region, "email": f"{id_.lower()}@example.org"}


@contextmanager
def process(command: list[str], environment: dict[str, str], log: Path) -> Iterator[subprocess.Popen[bytes]]:
    with log.open("ab") as file:
        started = subprocess.Popen(
            command, env=environment, stdout=file, stderr=file, start_new_session=True, cwd=log.parent
        )
    try:
        yield started
    finally:
        if started.poll() is None:
            os.killpg(started.pid, signal.SIGKILL)
        started.wait()


def count(register: Register, sql: str) -> int:
    with reading(register.engine) as cursor:
        return int(cursor.rows(sql)[0][0])


def review_that_was_triggered(api: str) -> dict[str, Any] | None:
    """The completed run of the deployment that the automation starts when a supervision was proposed."""
    wanted = {"deployments": {"name": {"any_": ["escalate-on-proposal"]}}}
    runs = httpx.post(f"{api}/flow_runs/filter", json=wanted, auth=AUTH, timeout=30).json()
    return next((run for run in runs if run["state"]["type"] == "COMPLETED"), None)


@pytest.mark.slow
@pytest.mark.serial
@pytest.mark.prefect
@pytest.mark.postgres
def test_a_burst_is_told_in_full_though_an_engine_and_a_worker_are_killed(
    postgres: Databases, tmp_path: Path
) -> None:
    url = postgres.fresh()
    engine = open_engine(url)
    mark(engine, datetime.now(UTC), "test")
    register = a_directory(Register(engine, LIBRARY))
    towns = [f"3213{number}" for number in range(50, 50 + TOWNS)]
    regions = [{"code": code, "name": f"镇{code}", "level": "county", "parent_code": CITY} for code in towns]
    register.import_directory("regions", rows(regions))
    people = [_person(f"R{code}", "registrar", code) for code in towns]
    register.import_directory("people", rows([*people, _person("X1", "auditor", CITY)]))
    opinions(register, LIMITS, regions=towns)
    deliver(register, noon(FIRST) + timedelta(hours=3), load_channels())  # that they came in was told long ago

    port = free_port()
    api = f"http://127.0.0.1:{port}/api"
    own = (
        make_url(postgres.empty()).set(drivername="postgresql+asyncpg").render_as_string(hide_password=False)
    )
    base = {name: value for name, value in os.environ.items() if not name.startswith("PREFECT_")} | QUIET
    base |= {"PREFECT_HOME": str(tmp_path / "home"), "PYTHONPATH": os.pathsep.join(sys.path)}
    client = base | {"PREFECT_API_URL": api, "PREFECT_API_AUTH_STRING": ":".join(AUTH), "DUBAN_DATABASE_URL": url}
    prefect = [sys.executable, "-m", "prefect"]
    started = datetime.now(UTC)

    def now() -> datetime:
        return START + (datetime.now(UTC) - started)

    def up() -> bool:
        try:
            return httpx.get(f"{api}/health", timeout=2).is_success
        except httpx.HTTPError:
            return False

    with ExitStack() as stack:
        kept, settings = stack.enter_context(smtp_server())
        channels = tmp_path / "channels.toml"
        lines = [f"{key} = {json.dumps(value, ensure_ascii=False)}" for key, value in settings.items()]
        channels.write_text("\n".join(("[mail]", *lines)), "utf-8")
        server = [sys.executable, "-m", "flows.prefect_door", "127.0.0.1", str(port)]
        more = {"PREFECT_API_DATABASE_CONNECTION_URL": own, "PREFECT_SERVER_API_AUTH_STRING": ":".join(AUTH)}
        stack.enter_context(process(server, base | more, tmp_path / "server.log"))
        eventually(up)
        (tmp_path / "prefect.yaml").write_text(prefect_yaml(), "utf-8")
        for words in (
            ["work-pool", "create", "duban", "--type", "process"],
            ["--no-prompt", "deploy", "--all", "--prefect-file", "prefect.yaml"],
        ):
            subprocess.run(
                [*prefect, *words], env=client, cwd=tmp_path, check=True, timeout=120, capture_output=True
            )
        worker = [*prefect, "worker", "start", "--pool", "duban", "--type", "process"]
        first_worker, _ = (
            stack.enter_context(process([*worker, "--name", name], client, tmp_path / f"{name}.log"))
            for name in ("one", "two")
        )

        started = datetime.now(UTC)
        more = {"DUBAN_CHANNELS_FILE": str(channels), "DUBAN_PREFECT": api, "DUBAN_HEAVY": "deployments"}
        more |= {"PREFECT_API_AUTH_STRING": ":".join(AUTH)}
        first, second = (stack.enter_context(served(url, tmp_path, more, START)) for _ in range(2))
        swept = "SELECT count(*) FROM events WHERE name = 'limit.overdue'"
        eventually(lambda: count(register, swept) > 0)
        first.kill()
        eventually(lambda: count(register, swept) == LIMITS)

        named = {"deployments": {"name": {"any_": ["nightly-audit"]}}}
        assert httpx.post(f"{api}/deployments/filter", json=named, timeout=30).status_code == 401, "a stranger"
        audit = httpx.post(f"{api}/deployments/filter", json=named, auth=AUTH, timeout=30)
        (deployment,) = audit.json()
        at = morning(DUE + timedelta(days=1)).isoformat()
        os.killpg(first_worker.pid, signal.SIGKILL)
        run = httpx.post(
            f"{api}/deployments/{deployment['id']}/create_flow_run",
            json={"parameters": {"at": at}},
            auth=AUTH,
            timeout=30,
        ).json()

        def finished() -> dict[str, Any] | None:
            state: dict[str, Any] = httpx.get(f"{api}/flow_runs/{run['id']}", auth=AUTH, timeout=30).json()["state"]
            return state if state["type"] in ("COMPLETED", "FAILED", "CRASHED") else None

        state = eventually(finished, 240)
        assert state["type"] == "COMPLETED", state
        assert state["message"].startswith(f"looked at {LIMITS} of {LIMITS} open cases")
        eventually(lambda: len(set(kept.ids())) >= TOWNS, 400)
        eventually(
            lambda: message_counts(register)["waiting"] == 1, 400
        )  # the auditor's, of tomorrow morning
        eventually(lambda: [lease for lease in leases(register, now()) if lease.name == "timetable"])
        eventually(lambda: [lease for lease in leases(register, now()) if lease.name == f"prefect:{api}"])
        walk(register, "C1", until="start_handling", on=NEGLECTED, rulebook="zhejiang")
        fired = eventually(lambda: review_that_was_triggered(api), 240)
        assert fired["state"]["message"].startswith("proposed and undecided: ")
        second.send_signal(signal.SIGTERM)
        assert second.wait(60) == 0

    burst = "name = 'limit.overdue' AND case_id <> 'C1'"
    events = f"SELECT count(*) FROM (SELECT DISTINCT case_id, data ->> 'key' FROM events WHERE {burst}) e"
    climbed = count(register, f"SELECT count(*) FROM events WHERE {burst}")
    assert (climbed, count(register, events)) == (LIMITS, LIMITS), "nothing missing, nothing twice"
    messages = count(register, "SELECT count(*) FROM outbox WHERE case_id <> 'C1' AND kind <> 'opinion.recorded'")
    assert messages == 2 * LIMITS, "the office and its leader, each told once"
    held = count(register, "SELECT count(*) FROM outbox WHERE sent_at IS NULL AND case_id <> 'C1'")
    unlike = (
        "SELECT count(*) FROM (SELECT outbox_id FROM message_items i JOIN messages m ON m.id = i.message_id "
        "WHERE m.channel = 'mail' AND substr(outbox_id, 1, 2) <> 'C1' GROUP BY outbox_id HAVING count(*) <> 1) x"
    )
    twice = count(register, unlike)
    assert (held, twice) == (LIMITS, 0), (
        "the leaders' wait for Monday; each of the office's is in one mail a person"
    )
    mailed = Counter(kept.ids())
    assert len(mailed) == count(
        register, "SELECT count(*) FROM messages WHERE channel = 'mail' AND sent_at IS NOT NULL"
    )
    again = sum(mailed.values()) - len(mailed)
    assert again <= message_counts(register)["resent"], (
        "sent again only what may not have arrived, with the same id"
    )
    (critical,) = [count(register, "SELECT count(*) FROM findings WHERE severity = 'critical'")]
    assert critical == 0
    engine.dispose()
