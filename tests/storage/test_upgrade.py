"""A database that a released version filled is upgraded: what it proved then, it proves now, and it goes on."""

from collections.abc import Iterator
from datetime import date

import pytest
from sqlalchemy import Engine

from storage import Register, migrate, newest_revision, open_engine
from storage.auditing import audit, audits
from storage.sealing import verify
from storage.statements import reading
from tests.builders import LIBRARY, morning
from tests.databases import Databases
from tests.storage.old.loading import RELEASES, released

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
    assert [one for one in audit(register, NEXT.date()).findings if one.code == "WRONG_LAST_DAY"] == []
    assert verify(register).ok
