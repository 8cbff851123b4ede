"""What an audit found, in a database that is older than the values of findings."""

from datetime import date, timedelta

import pytest
from sqlalchemy import Engine, text

from states.reasons import Refused, from_plain
from states.vocabulary import FindingCode, Severity
from storage import Register, migrate
from storage.findings import Finding, findings, keep_findings
from storage.sealing import verify
from storage.statements import transaction
from storage.tables.audits import FindingRow
from tests.builders import LIBRARY
from tests.databases import taken_back

NIGHT = date(2026, 3, 2)
FOUND = Finding(
    FindingCode.CALENDAR, Severity.INFO, "", "2026", "", Refused("calendar_open", year=2026, count=1),
    Refused("todo_text"),
)  # fmt: skip
KEY = FOUND.key


def upgraded(engine: Engine, revision: str) -> Register:
    """A register whose only finding was written before findings had values."""
    migrate(engine)
    with transaction(engine) as cursor:
        keep_findings(cursor.session, [FOUND], NIGHT, "", False)
        cursor.session.get_one(FindingRow, KEY).facts = {}
    taken_back(engine, revision)
    migrate(engine)
    return Register(engine, LIBRARY)


@pytest.mark.parametrize("revision", ["0018", "0019"])
def test_what_an_older_program_found_stays_as_it_was_entered(engine: Engine, revision: str) -> None:
    register = upgraded(engine, revision)
    (row,) = findings(register)
    assert (row["facts"], row["why"]) == ({}, FOUND.texts["why"])
    assert verify(register).faults == []
    with transaction(engine) as cursor:
        keep_findings(cursor.session, [FOUND], NIGHT + timedelta(days=1), "", False)
    (row,) = findings(register)
    assert from_plain(row["facts"]["why"]) == FOUND.why
    assert verify(register).faults == []
    with engine.begin() as connection:
        connection.execute(text("UPDATE findings SET facts = '{}'"))
    assert [fault.place for fault in verify(register).faults] == ["findings/CALENDAR//2026"]
