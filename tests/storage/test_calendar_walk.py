"""Every place that asks a calendar asks that of a region, and one place reads what is stored of days."""

import ast
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest

from rulebooks import Library, Roll, Term, Unit, Workdays, last_day

ROOT = Path(__file__).parents[2]
SOURCES = [
    path
    for room in ("flows", "notifications", "portal", "rulebooks", "states", "storage")
    for path in sorted((ROOT / room).rglob("*.py"))
    if "migrations" not in path.parts
]
OF_THE_NATION = {"portal/rehearsal/stage.py"}
"""A made-up city has no region above it that decides days."""
CALENDAR_TABLES = ("calendar_notices", "notice_days", "calendar_days")
LIBRARY = Library()
SEED = Workdays.seed()


def calls(path: Path, name: str) -> Iterator[ast.Call]:
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Call):
            called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            if called == name:
                yield node


def test_whoever_asks_for_working_days_says_of_which_region() -> None:
    places = [(path.relative_to(ROOT).as_posix(), call) for path in SOURCES for call in calls(path, "workdays")]
    assert len(places) >= 8
    mute = {where for where, call in places if not call.args and not call.keywords}
    assert mute <= OF_THE_NATION


def test_one_place_reads_and_writes_what_is_stored_of_days() -> None:
    places = {
        path.relative_to(ROOT).as_posix()
        for path in SOURCES
        if any(table in path.read_text("utf-8") for table in CALENDAR_TABLES)
    }
    others = {"storage/seal_scope.py", "storage/taking_back.py"}  # which rows are sealed, and which name a region
    assert places == {*others, "storage/tables/calendars.py", "storage/working_days.py"}


def test_only_a_count_says_that_a_last_day_is_provisional() -> None:
    claims = {
        path.relative_to(ROOT).as_posix()
        for path in SOURCES
        for call in calls(path, "Due")
        if not (isinstance(call.args[1], ast.Constant) and call.args[1].value is False)
    }
    assert claims == {"rulebooks/due.py"}


def terms() -> Iterator[tuple[str, Term]]:
    for name in LIBRARY.names():
        for book in LIBRARY.versions(name):
            for key, limit in book.limits.items():
                for term in (limit, limit.complex, limit.again, *limit.readings):
                    if term is not None and not (term.unit is Unit.DATE and term.is_own):
                        yield f"{book.ident.partition('#')[0]} {key}", term


@pytest.mark.parametrize("start", [date(2026, 9, 24) + timedelta(days=11 * n) for n in range(12)])
def test_a_term_of_any_rulebook_is_provisional_only_where_days_are_worked_or_rolled(start: date) -> None:
    counted = 0
    for where, term in terms():
        due = last_day(start, term.amount, term.unit, term.roll, SEED)
        if term.unit is not Unit.WORKING_DAYS and term.roll is not Roll.NEXT_WORKING_DAY:
            assert not due.provisional, where
        elif term.unit is Unit.WORKING_DAYS:
            assert due.provisional is (due.last_day >= date(2026, 12, 25)), where
        counted += 1
    assert counted > 60
