"""Which events of a region may still need papers, and how far each case has been processed.

Events come by the thousand, and each case page reads the mark: statements of the cursor.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, cast

from sqlmodel import col, select

from states.vocabulary import Subject
from storage.register import Register
from storage.statements import reading, transaction
from storage.stored import StoredEvent
from storage.tables.cases import CaseRow

CHUNK = 2_000
"""Events read in one transaction."""


def occasions(
    register: Register, region: str, names: Sequence[str], after: tuple[datetime, str, int] | None = None
) -> list[StoredEvent]:
    """At most `CHUNK` events of these names in a region that may still need papers, in order of entry.

    They come after the mark of their case (`gone_through`), and after the event `after` (entered_at, case_id,
    seq).
    """
    sql, events = register.layout.sql, register.layout.events
    where = [f"c.region = {sql.mark}", "c.seq > c.papered_seq", "e.seq > c.papered_seq", f"e.name {sql.any}"]
    values: list[Any] = [region, sql.many(names)]
    if after is not None:
        where.append(f"(e.entered_at, e.case_id, e.seq) > ({sql.mark}, {sql.mark}, {sql.mark})")
        values += [sql.instant(after[0]), *after[1:]]
    with reading(register.engine) as cursor:
        rows = cursor.rows(
            f"SELECT {events.columns_as('e')} FROM events e JOIN cases c ON c.id = e.case_id "
            f"WHERE {' AND '.join(where)} ORDER BY e.entered_at, e.case_id, e.seq LIMIT {CHUNK}",
            values,
        )
    return cast("list[StoredEvent]", events.dicts(rows))


def histories(register: Register, cases: Iterable[str]) -> dict[str, list[StoredEvent]]:
    """All events of these cases in order, by case."""
    sql, events = register.layout.sql, register.layout.events
    by_case: dict[str, list[StoredEvent]] = {}
    with reading(register.engine) as cursor:
        rows = cursor.rows(f"{events.select} WHERE case_id {sql.any} ORDER BY case_id, seq", [sql.many(cases)])
    for event in cast("list[StoredEvent]", events.dicts(rows)):
        by_case.setdefault(event["case_id"], []).append(event)
    return by_case


def grown(register: Register, region: str) -> dict[str, int]:
    """The cases of a region with events that may still need papers, and how many events each has."""
    row = CaseRow
    further = select(row.id, row.seq).where(row.region == region, col(row.seq) > row.papered_seq)
    with reading(register.engine) as cursor:
        return dict(cursor.session.exec(further).all())


def gone_through(register: Register, upto: Mapping[str, int]) -> None:
    """Mark how far the papers of cases are entered, by number of events, which needs no clock."""
    mark = register.layout.sql.mark
    moves = [(seq, case_id, seq) for case_id, seq in sorted(upto.items())]
    for start in range(0, len(moves), CHUNK):
        with transaction(register.engine) as cursor:
            cursor.run_many(
                f"UPDATE cases SET papered_seq = {mark} WHERE id = {mark} AND papered_seq < {mark}",
                moves[start : start + CHUNK],
            )


def papered_until(register: Register, case_id: str) -> int:
    """How many of a case's events have their papers entered."""
    with reading(register.engine) as cursor:
        rows = cursor.rows(f"SELECT papered_seq FROM cases WHERE id = {register.layout.sql.mark}", [case_id])
    return rows[0][0] if rows else 0


def regions_with_cases(register: Register) -> list[str]:
    """The regions that have suggestions."""
    row = CaseRow
    regions = select(row.region).where(row.machine == Subject.SUGGESTION).distinct().order_by(row.region)
    with reading(register.engine) as cursor:
        return [*cursor.session.exec(regions)]
