"""A database that a released version filled is upgraded: what it proved then, it proves now, and it goes on."""

import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import Engine
from typer.testing import CliRunner

import storage
from portal.cli import app
from storage import Register, migrate, newest_revision, open_engine
from storage.auditing import audit, audits
from storage.sealing import verify
from storage.statements import reading
from tests.builders import LIBRARY, dump, morning
from tests.databases import Databases
from tests.storage.old.loading import RELEASES, released

ROOT = Path(storage.__file__).parents[1]
COUNTED = ("cases", "events", "deadlines", "outbox", "documents", "seals", "people", "papers", "calendar_days")
NEXT = morning(date(2026, 7, 6))
"""A Monday after the last act in the old database."""


@pytest.fixture(params=RELEASES)
def old(request: pytest.FixtureRequest, databases: Databases) -> Iterator[Engine]:
    engine = open_engine(released(databases, request.param))
    yield engine
    engine.dispose()


def counts(engine: Engine) -> dict[str, int]:
    with reading(engine) as cursor:
        return {table: cursor.rows(f"SELECT count(*) FROM {table}")[0][0] for table in COUNTED}


def newest_root(engine: Engine) -> str:
    with reading(engine) as cursor:
        return str(cursor.rows("SELECT root FROM seals ORDER BY id DESC LIMIT 1")[0][0])


def test_a_released_database_is_upgraded_whole_and_its_seals_still_hold(old: Engine) -> None:
    before, root = counts(old), newest_root(old)
    assert migrate(old) == migrate(old) == newest_revision()
    assert counts(old) == before
    assert all(before.values()), before
    proof = verify(Register(old, LIBRARY), root)
    assert proof.ok, proof.faults


def test_a_released_database_goes_on_and_stays_proven(old: Engine) -> None:
    root = newest_root(old)
    migrate(old)
    register = Register(old, LIBRARY)
    assert register.sweep(NEXT).climbed > 0
    assert verify(register, root).ok
    assert len(audits(register)) > 0


def test_a_released_calendar_keeps_its_days_and_a_notice_that_lacks_statutory_days_settles_no_year(old: Engine) -> None:
    with reading(old) as cursor:
        kept = cursor.rows("SELECT day, working FROM calendar_days ORDER BY day")
    migrate(old)
    register = Register(old, LIBRARY)
    workdays = register.workdays()
    assert kept
    assert [bool(working) for _, working in kept] == [
        workdays.is_workday(date.fromisoformat(str(day))) for day, _ in kept
    ]
    assert not workdays.knows(2027)
    register.recompute(NEXT, "calendar of this version")
    assert register.recompute(NEXT, "again") == []
    assert [finding for finding in audit(register, NEXT.date()).findings if finding.code == "WRONG_LAST_DAY"] == []
    assert verify(register).ok


KILLED = """
import os, signal, sys
from sqlalchemy import event
from storage import migrate, open_engine

engine, left = open_engine(sys.argv[1]), int(sys.argv[2])

def count(*_):
    global left
    left -= 1
    if left == 0:
        os.kill(os.getpid(), signal.SIGKILL)

event.listen(engine, "before_cursor_execute", count)
migrate(engine)
print(int(sys.argv[2]) - left)
"""


def migrated_by_a_program(engine: Engine, statements: int) -> "subprocess.CompletedProcess[str]":
    """Migrate in a process of its own, which is killed before the statement of this number."""
    url = engine.url.render_as_string(hide_password=False)
    return subprocess.run(
        [sys.executable, "-c", KILLED, url, str(statements)], cwd=ROOT, text=True, capture_output=True, timeout=300
    )


def timeless(engine: Engine) -> dict[str, list[bytes]]:
    """All rows, without the instant at which the upgrade itself wrote them."""
    stamp = re.compile(rb'"(kept_at|set_at)":"[^"]*"')
    return {name: [stamp.sub(b"", row) for row in rows] for name, rows in dump(engine).items()}


@pytest.mark.slow
@pytest.mark.serial
def test_an_upgrade_that_was_killed_anywhere_is_gone_on_with(databases: Databases) -> None:
    """A copy says how many statements it takes; the other is killed early, in the middle, at the end, and finished."""
    url = released(databases, RELEASES[-1])
    whole, copy = open_engine(databases.copy(url)), open_engine(url)
    result = migrated_by_a_program(whole, 10**9)
    assert result.returncode == 0, result.stderr
    most = int(result.stdout)
    before, root = counts(copy), newest_root(copy)
    for statements in (2, most // 2, most):
        assert migrated_by_a_program(copy, statements).returncode == -signal.SIGKILL
        assert counts(copy) == before
    assert migrate(copy) == newest_revision()
    assert timeless(copy) == timeless(whole), "nothing of the killed ones is left"
    assert verify(Register(copy, LIBRARY), root).ok
    for engine in (whole, copy):
        engine.dispose()


def test_the_command_run_twice_on_a_copy_changes_nothing_more(sqlite: Databases) -> None:
    url = released(sqlite, RELEASES[-1])
    engine = open_engine(url)
    kept = []
    for _ in range(2):
        done = CliRunner().invoke(app, ["migrate", "--db", url])
        assert done.exit_code == 0, done.output
        kept.append(dump(engine))
    assert kept[0] == kept[1]
    engine.dispose()
