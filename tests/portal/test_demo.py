"""What `make run` shows: a year with every rung and every rare turn, then an engine that lives until Ctrl-C."""

import os
import signal
import subprocess
import sys
from datetime import date, datetime
from pathlib import Path

import pytest

from portal.demo import opening
from portal.rehearsal.figures import overview
from rulebooks import ZONE, Workdays
from storage import Register, open_engine
from storage.auditing import audits
from storage.jobs import jobs
from storage.sealing import verify
from storage.statements import reading
from tests.builders import LIBRARY
from tests.stories.test_served import children, eventually

RARE = {
    "assignment.return_granted",
    "assignment.return_refused",
    "assignment.extension_granted",
    "assignment.delay_explained",
    "assignment.rectified",
    "suggestion.rehandle_ordered",
    "suggestion.dissatisfied_again",
    "suggestion.mediation_decided",
    "suggestion.urged",
    "suggestion.closed_with_explanation",
    "supervision.confirmed",
    "supervision.declined",
    "supervision.lapsed",
    "commitment.verification_failed",
    "commitment.rescheduled",
}


@pytest.mark.slow
@pytest.mark.prefect
def test_make_run_shows_a_whole_year_and_lives_until_ctrl_c(tmp_path: Path) -> None:
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2]), "PYTHONIOENCODING": "utf-8"}
    with (tmp_path / "out").open("wb") as out:
        process = subprocess.Popen(
            [sys.executable, "-m", "portal.demo"], cwd=tmp_path, env=environment, stdout=out, stderr=out
        )

    def said() -> str:
        return (tmp_path / "out").read_text("utf-8")

    try:
        eventually(lambda: "Ctrl-C" in said() or process.poll() is not None, 240)
        assert process.poll() is None, said()
        engine = open_engine(f"sqlite:///{tmp_path}/var/demo/city.db")
        register = Register(engine, LIBRARY)
        eventually(lambda: jobs(register).get("sweep-deadlines"))
        left = children(process.pid)
        assert left, "the Prefect server"
        process.send_signal(signal.SIGINT)
        assert process.wait(60) == 0, said()
        assert not [one for one in left if Path(f"/proc/{one}").exists()]
    finally:
        if process.poll() is None:
            process.kill()
            process.wait()
    text = said()
    assert "由 Prefect 运行 by Prefect" in text
    assert "Completed, looked at" in text
    assert "已停止 stopped" in text

    found = overview(register, date(2026, 12, 31))
    assert found.figures["submitted"] == 272
    assert all(found.ladder.get(rung, 0) for rung in ("U0", "overdue", "U1", "U2", "U3", "U4", "U5", "U6"))
    with reading(engine) as cursor:
        names = {name for (name,) in cursor.rows("SELECT DISTINCT name FROM events")}
    assert names >= RARE, RARE - names
    assert found.figures["mediated"] > 0
    assert verify(register).ok
    (audit,) = audits(register, 1)
    assert audit["cases_open"] == audit["cases_looked_at"] > 0
    engine.dispose()


def test_the_living_begins_on_a_monday_that_is_worked() -> None:
    assert opening(2025, Workdays.seed()) == datetime(2026, 1, 5, 8, 24, 40, tzinfo=ZONE)
    assert opening(2026, Workdays.seed()).weekday() == 0
