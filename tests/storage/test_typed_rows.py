"""A session and a cursor in one transaction: what both write enters together, and each sees the other's."""

import pytest
from sqlalchemy import Engine
from sqlmodel import select

from storage import Register
from storage.errors import Busy
from storage.moments import one_moment
from storage.patience import waiting_at_most
from storage.statements import reading, transaction
from storage.tables.cases import NumberRow
from storage.tables.directory import RegionRow
from storage.who_stands import regions_of_people
from tests.builders import CITY, a_directory


def regions(engine: Engine) -> dict[str, str]:
    with reading(engine) as cursor:
        return {row.code: row.name for row in cursor.session.exec(select(RegionRow))}


def region(code: str, name: str = "") -> RegionRow:
    return RegionRow(code=code, name=name or code, level="county", parent_code="")


def test_a_row_and_a_statement_enter_together(register: Register) -> None:
    engine = register.engine
    before = regions(engine)
    with transaction(engine) as cursor:
        cursor.session.add(region("R1"))
        cursor.run("INSERT INTO regions (code, name, level, parent_code) VALUES ('R2', 'R2', 'county', '')")
    assert regions(engine) == {**before, "R1": "R1", "R2": "R2"}


def test_neither_enters_when_one_fails(register: Register) -> None:
    def add_both_and_fail(engine: Engine) -> None:
        with transaction(engine) as cursor:
            cursor.session.add(region("R1"))
            cursor.run("INSERT INTO regions (code, name, level, parent_code) VALUES ('R2', 'R2', 'county', '')")
            raise ZeroDivisionError

    before = regions(register.engine)
    with pytest.raises(ZeroDivisionError):
        add_both_and_fail(register.engine)
    assert regions(register.engine) == before


def test_a_statement_sees_what_the_session_holds_back(register: Register) -> None:
    with transaction(register.engine) as cursor:
        cursor.session.add(region("R1"))
        assert cursor.rows("SELECT name FROM regions WHERE code = 'R1'") == [("R1",)]


def test_a_session_reads_anew_after_a_statement(register: Register) -> None:
    with transaction(register.engine) as cursor:
        cursor.session.add(region("R1"))
        cursor.run("UPDATE regions SET name = '新名' WHERE code = 'R1'")
        row = cursor.session.get_one(RegionRow, "R1")
        assert row.name == "新名"
        cursor.run_many("UPDATE regions SET name = '再改' WHERE code = 'R1'", [()])
        assert row.name == "再改"


def test_a_row_keeps_what_was_read_of_it(register: Register) -> None:
    with transaction(register.engine) as cursor:
        cursor.session.add(region("R1", "一"))
    with reading(register.engine) as cursor:
        row = cursor.session.get_one(RegionRow, "R1")
    assert row.name == "一"


def test_what_a_session_changed_is_seen_in_a_moment_that_was_open(register: Register) -> None:
    engine = register.engine
    with one_moment(engine):
        assert "R1" not in regions(engine)
        with transaction(engine) as cursor:
            cursor.session.add(region("R1"))
        assert regions(engine)["R1"] == "R1"


def test_a_session_fails_with_the_error_of_the_driver(register: Register) -> None:
    engine = register.engine
    with transaction(engine) as cursor:
        cursor.session.add(NumberRow(series="s", last=1))
    with pytest.raises(engine.dialect.loaded_dbapi.IntegrityError), transaction(engine) as cursor:
        cursor.session.add(NumberRow(series="s", last=2))


def test_a_session_that_waits_too_long_for_a_writer_is_busy(register: Register) -> None:
    engine = register.engine
    with transaction(engine) as cursor:
        cursor.session.add(NumberRow(series="s", last=1))
    with transaction(engine) as first:
        first.session.get_one(NumberRow, "s").last = 2
        first.flush()
        with waiting_at_most(0.05), pytest.raises(Busy), transaction(engine) as second:
            second.session.get_one(NumberRow, "s", with_for_update=True)


def test_a_question_about_a_hundred_thousand_ids_is_answered(register: Register) -> None:
    """One bound value: drivers take some ten thousands."""
    a_directory(register)
    wanted = ["D1", "D1", *(f"nobody-{number}" for number in range(100_000))]
    assert regions_of_people(register, wanted) == {CITY}
    assert regions_of_people(register, []) == set()
