"""The events of many cases whose facts are dated up to a day, case by case and in bounded memory.

All events of a year: statements of the cursor (figures in `storage.statements`).
"""

from collections.abc import Collection, Iterable, Iterator
from datetime import date
from itertools import groupby
from operator import itemgetter
from typing import Any

import orjson

from storage.register import Register
from storage.statements import Cursor, Sql, reading
from storage.statistics.facts import CaseFacts, EventFacts, day_of
from storage.statistics.readers import READERS, WITHOUT_DATA
from storage.visible import Scope

CHUNK = 500
"""Cases whose events are in memory at a time."""

EVERYWHERE = Scope()


def facts_on(register: Register, on: date, scope: Scope = EVERYWHERE) -> Iterator[CaseFacts]:
    """The facts of every suggestion of `scope` that are dated up to the civil day `on`, as the register knows them now.

    A reply that is entered late belongs to the day on which it was given; what a later entry corrects (a day of
    assignment, a contact that was none, a last day by a corrected calendar) is counted as it was corrected. Ordered
    by case.
    """
    for case_id, events in stories(register, on, scope, "suggestion", READERS, WITHOUT_DATA):
        case = CaseFacts(case_id)
        for event in events:
            READERS[event.name](case, event)
        yield case


CORRECTIONS = frozenset((
    "suggestion.assigned_date_corrected", "suggestion.rules_changed", "suggestion.region_set", "opinion.region_set",
    "assignment.communication_denied", "limit.moved",
))  # fmt: skip
"""They say that what is recorded was otherwise, or counts otherwise: they hold for the days before them, too."""
CORRECTED = frozenset(("suggestion.assigned", "assignment.assigned"))
"""Their day is the one that `suggestion.assigned_date_corrected` names last."""


def stories(
    register: Register,
    on: date,
    scope: Scope,
    machine: str,
    names: Collection[str],
    without_data: Collection[str] = (),
) -> Iterator[tuple[str, Iterable[EventFacts]]]:
    """The events called one of `names` whose facts are dated up to `on`, of each case of a machine in the scope."""
    sql = register.layout.sql
    with reading(register.engine) as cursor:
        cases = _cases(sql, cursor, scope, machine)
        for start in range(0, len(cases), CHUNK):
            ids = cases[start : start + CHUNK]
            wanted = set(ids)
            rows = _events(sql, cursor, ids[0], ids[-1], on, names, without_data)
            for case_id, events in groupby(rows, itemgetter(0)):
                if case_id in wanted:
                    yield case_id, _dated([_event(row) for row in events], on)


def _dated(events: list[EventFacts], on: date) -> Iterable[EventFacts]:
    """Those whose facts are dated up to `on`, by the day of assignment as it was corrected last."""
    corrected = [
        day_of(event.data["assigned_on"])
        for event in events
        if event.name == "suggestion.assigned_date_corrected"
    ]
    if not corrected:
        return (event for event in events if event.on <= on or event.name in CORRECTIONS)
    mistaken = next((event.on for event in events if event.name == "suggestion.assigned"), None)
    return (
        event
        for event in events
        if event.name in CORRECTIONS
        or (corrected[-1] if event.name in CORRECTED and event.on == mistaken else event.on) <= on
    )


def _cases(sql: Sql, cursor: Cursor, scope: Scope, machine: str) -> list[str]:
    """All their ids at once: a region's cases are found by region, and put in order but one time."""
    where, values = scope.where(sql)
    rows = cursor.rows(
        f"SELECT c.id FROM cases c WHERE c.machine = {sql.mark} AND {where} ORDER BY c.id", [machine, *values]
    )
    return [case_id for (case_id,) in rows]


def _events(
    sql: Sql,
    cursor: Cursor,
    first: str,
    last: str,
    on: date,
    names: Collection[str],
    without_data: Collection[str],
) -> list[tuple[Any, ...]]:
    data = "data::text" if sql.postgres else "data"
    if without_data:
        data = f"CASE WHEN name IN ({_quoted(without_data)}) THEN NULL ELSE {data} END"
    return cursor.rows(
        f"SELECT case_id, name, subject_id, round, {sql.quote('on')}, {sql.quote('by')}, {data} FROM events "
        f"WHERE case_id >= {sql.mark} AND case_id <= {sql.mark} AND name IN ({_quoted(names)}) "
        f"AND ({sql.quote('on')} <= {sql.mark} OR name IN ({_quoted(CORRECTIONS | CORRECTED)})) "
        "ORDER BY case_id, seq",
        [first, last, sql.day(on)],
    )


def _quoted(names: Collection[str]) -> str:
    return ", ".join(f"'{name}'" for name in sorted(names))


def _event(row: tuple[Any, ...]) -> EventFacts:
    _, name, subject_id, round_, on, by, data = row
    return EventFacts(
        name,
        subject_id,
        round_,
        day_of(on) if isinstance(on, str) else on,
        by,
        orjson.loads(data) if data is not None else {},
    )
