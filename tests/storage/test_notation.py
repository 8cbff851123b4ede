"""Is a value found and named that stands in the database in a form in which duban writes none?"""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager

import pytest
from sqlalchemy import text

from states.vocabulary import FindingCode
from storage import Register, open_engine
from storage.auditing import audit
from storage.sealing import Proof, seal, verify
from tests.builders import FIRST, LIBRARY, a_directory, noon, walk
from tests.databases import Databases

MISREAD = {
    "deadlines.last_day": "UPDATE deadlines SET last_day = '2025-W20-4' WHERE key = 'reply_by'",
    "deadlines.duty": "UPDATE deadlines SET duty = 2 WHERE duty = 1 AND key <> 'reply_by'",
    "assignments.served": 'UPDATE assignments SET served = \'{"a": 1, "a": [2]}\'',
}
"""By column: what SQLite lets anybody write, and Python reads as before, but no statement compares as before."""

UNREADABLE = {
    "people.term_to": "UPDATE people SET term_to = 'never' WHERE id = 'D1'",
    "people.term_from": "UPDATE people SET term_from = '2025-99-99' WHERE id = 'D2'",
    "documents.salt": "UPDATE documents SET salt = X''",
    "events.at": "UPDATE events SET at = '2025-13-01 25:00:00.000000' WHERE seq = 2",
    "units.name": "UPDATE units SET name = X'ff' WHERE id = 'U1'",
    "cases.sealed_seq": "UPDATE cases SET sealed_seq = 'x'",
    "seals.root": "UPDATE seals SET root = X'00'",
}


@contextmanager
def opened(url: str) -> Iterator[Register]:
    engine = open_engine(url)
    try:
        yield Register(engine, LIBRARY)
    finally:
        engine.dispose()


@pytest.fixture
def sealed_url(sqlite: Databases) -> str:
    """A suggestion in the hands of its unit, sealed."""
    url = sqlite.fresh()
    with opened(url) as register:
        a_directory(register)
        walk(register, "C1", until="receipt", every=0)
        seal(register, noon(FIRST))
        assert verify(register).faults == []
    return url


def altered(sqlite: Databases, url: str, *statements: str) -> str:
    """A copy of the database in which this was done to it."""
    copy = sqlite.copy(url)
    with closing(sqlite3.connect(copy.removeprefix("sqlite:///"))) as other, other:
        for statement in statements:
            assert other.execute(statement).rowcount > 0, statement
    return copy


def strange(proof: Proof) -> set[str]:
    return {
        f"{fault.place.partition('/')[0]}.{fault.what.facts['column']}"
        for fault in proof.faults
        if fault.what.code == "value_strange"
    }


def test_a_value_in_a_form_of_its_own_is_named_by_table_row_and_column(sqlite: Databases, sealed_url: str) -> None:
    with opened(altered(sqlite, sealed_url, *MISREAD.values(), *UNREADABLE.values())) as register:
        assert strange(verify(register)) == {*MISREAD, *UNREADABLE}


def test_erasures_of_another_shape_end_no_verification(sqlite: Databases, sealed_url: str) -> None:
    statement = (
        "INSERT INTO erasures SELECT 'x', at, \"by\", case_id, '', '', '[]', '[]', '', NULL, '', 1, '{}', '[1]', '{}' "
        "FROM events LIMIT 1"
    )
    with opened(altered(sqlite, sealed_url, statement)) as register:
        assert [fault.place for fault in verify(register).faults] == ["erasures/x"]


def test_the_night_names_what_it_cannot_read_and_looks_at_the_rest(sqlite: Databases, sealed_url: str) -> None:
    with opened(altered(sqlite, sealed_url, UNREADABLE["people.term_to"])) as register:
        result = audit(register, FIRST)
    assert not result.complete
    codes = {(finding.code, finding.subject_id) for finding in result.findings}
    assert {(FindingCode.CHAIN, "people/D1"), (FindingCode.INCOMPLETE, "cases")} <= codes
    with opened(altered(sqlite, sealed_url, MISREAD["deadlines.duty"])) as register:
        result = audit(register, FIRST)
    assert result.complete
    assert any(finding.code == FindingCode.CHAIN and finding.case_id == "C1" for finding in result.findings)


@pytest.mark.postgres
def test_a_day_that_cannot_be_read_and_a_null_are_named_on_postgres(postgres: Databases) -> None:
    with opened(postgres.fresh()) as register:
        a_directory(register)
        seal(register, noon(FIRST))
        with register.engine.begin() as connection:
            connection.execute(text("UPDATE people SET term_to = 'infinity' WHERE id = 'D1'"))
            connection.execute(text("ALTER TABLE notice_days DROP CONSTRAINT notice_days_notice_fkey"))
            connection.execute(text(
                "INSERT INTO notice_days (notice, day, working, name) VALUES ('x', '-infinity', false, '')"
            ))
            connection.execute(text("ALTER TABLE people ALTER email DROP NOT NULL"))
            connection.execute(text("UPDATE people SET email = NULL WHERE id = 'D2'"))
            connection.execute(text(
                "INSERT INTO erasures (id, at, by, case_id, ground, reason, words, files, outcome, decided_by, number, "
                "spans, remaining, standing) VALUES ('x', now(), '', '', '', '', '[]', '[]', '', '', 0, '{}', '{}', "
                "'{\"a\"\\: 99999999999999999999}')"
            ))
        assert strange(verify(register)) == {"people.term_to", "people.email", "notice_days.day", "erasures.standing"}


def test_a_seal_with_a_number_far_off_is_named_at_once(sqlite: Databases, sealed_url: str) -> None:
    with opened(altered(sqlite, sealed_url, "UPDATE seals SET id = 4611686018427387904")) as register:
        faults = verify(register).faults
    assert ("seal 1", "seal_gone") in {(fault.place, fault.what.code) for fault in faults}
