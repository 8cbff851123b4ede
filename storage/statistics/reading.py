"""The events of many cases at the end of a past day, case by case and in bounded memory."""

from collections.abc import Collection, Iterable, Iterator
from datetime import date, timedelta
from itertools import groupby
from operator import itemgetter
from typing import Any

import orjson

from rulebooks import midnight
from storage.register import Register
from storage.statements import Cursor, Sql, reading
from storage.statistics.facts import CaseFacts, Event, day_of
from storage.statistics.readers import READERS, WITHOUT_DATA
from storage.visible import Scope

CHUNK = 500
"""Cases whose events are in memory at a time."""

EVERYWHERE = Scope()


def facts_on(register: Register, on: date, scope: Scope = EVERYWHERE) -> Iterator[CaseFacts]:
    """The facts of every suggestion of `scope` as the register knew them at the end of the civil day `on`.

    Only events *entered* by then count, whatever day their fact bears: so what is counted later for that day is what
    was counted on it, and a reply that is dated back belongs to the days after its entry. Ordered by case.
    """
    for case_id, events in stories(register, on, scope, "suggestion", READERS, WITHOUT_DATA):
        case = CaseFacts(case_id)
        for event in events:
            READERS[event.name](case, event)
        yield case


def stories(
    register: Register,
    on: date,
    scope: Scope,
    machine: str,
    names: Collection[str],
    without_data: Collection[str] = (),
) -> Iterator[tuple[str, Iterable[Event]]]:
    """The events called one of `names` that were entered by the end of `on`, of each case of a machine in the scope."""
    sql = register.layout.sql
    with reading(register.engine) as cursor:
        cases = _cases(sql, cursor, scope, machine)
        for start in range(0, len(cases), CHUNK):
            ids = cases[start : start + CHUNK]
            wanted = set(ids)
            rows = _events(sql, cursor, ids[0], ids[-1], on, names, without_data)
            for case_id, events in groupby(rows, itemgetter(0)):
                if case_id in wanted:
                    yield case_id, (_event(row) for row in events)


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
        f"WHERE case_id >= {sql.mark} AND case_id <= {sql.mark} AND {sql.plain}entered_at < {sql.mark} "
        f"AND name IN ({_quoted(names)}) ORDER BY case_id, seq",
        [first, last, sql.instant(midnight(on + timedelta(days=1)))],
    )


def _quoted(names: Collection[str]) -> str:
    return ", ".join(f"'{name}'" for name in sorted(names))


def _event(row: tuple[Any, ...]) -> Event:
    _, name, subject_id, round_, on, by, data = row
    return Event(
        name,
        subject_id,
        round_,
        day_of(on) if isinstance(on, str) else on,
        by,
        orjson.loads(data) if data is not None else {},
    )
