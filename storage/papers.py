"""Papers (文书) as kept: each numbered once in its series, and its file the same for ever once it was made."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

import orjson

from storage.errors import StorageError
from storage.numbering import Numbers
from storage.register import Register
from storage.statements import reading, transaction

CHUNK = 2_000
"""Events that are looked at in one transaction."""


class PaperMissing(StorageError):
    """There is no such paper; the message says which there are."""


@dataclass(frozen=True)
class Entry:
    """A paper to be entered. `series` counts, `pattern` makes a number of the count: 宿人办督〔2026〕{serial}号.

    An empty `series` gives no number.
    """

    id: str
    case_id: str | None
    seq: int
    round: int
    kind: str
    region: str
    title: str
    issuer: str
    addressees: tuple[str, ...]
    on: date
    entered_at: datetime
    series: str
    pattern: str
    figures: Mapping[str, Any] = field(default_factory=dict)
    """what a report said, line by line, for whoever prints it again"""


def enter(register: Register, region: str, entries: Sequence[Entry]) -> int:
    """Give each entry of a region its number, in this order; what is entered already keeps its own. How many are new.

    One program at a time enters the papers of a region.
    """
    layout = register.layout
    with transaction(register.engine) as cursor:
        numbers = Numbers(layout.sql, cursor)
        numbers.hold(f"papers/{region}")
        known = {
            str(one)
            for (one,) in cursor.rows(
                f"SELECT id FROM papers WHERE id {layout.sql.any}", [layout.sql.many(one.id for one in entries)]
            )
        }
        rows = []
        for one in entries:
            if one.id not in known:
                rows.append(_row(one, numbers))
        register.layout.papers.insert(cursor, rows)
        if rows:
            numbers.save()
    return len(rows)


def occasions(
    register: Register, region: str, names: Sequence[str], after: tuple[Any, ...] | None = None
) -> list[dict[str, Any]]:
    """At most `CHUNK` events of these names whose papers may be lacking in a region, in the order of their entry.

    They are those behind the mark of their case (`gone_through`), and behind the event `after` (entered_at, case_id,
    seq).
    """
    sql, events = register.layout.sql, register.layout.events
    where = [f"c.region = {sql.mark}", "c.seq > c.papered_seq", "e.seq > c.papered_seq", f"e.name {sql.any}"]
    values: list[Any] = [region, sql.many(names)]
    if after is not None:
        where.append(f"(e.entered_at, e.case_id, e.seq) > ({sql.mark}, {sql.mark}, {sql.mark})")
        values += [sql.instant(after[0]), *after[1:]]
    with reading(register.engine) as cursor:
        found = cursor.rows(
            f"SELECT {events.columns_as('e')} FROM events e JOIN cases c ON c.id = e.case_id "
            f"WHERE {' AND '.join(where)} ORDER BY e.entered_at, e.case_id, e.seq LIMIT {CHUNK}",
            values,
        )
    return events.dicts(found)


def earlier(register: Register, name: str, cases: Sequence[str]) -> dict[str, list[dict[str, Any]]]:
    """The events of this name in these cases, by case, each as (name, subject_id, seq)."""
    sql, found = register.layout.sql, dict[str, list[dict[str, Any]]]()
    if not cases:
        return found
    select = f"SELECT case_id, subject_id, seq FROM events WHERE case_id {sql.any} AND name = {sql.mark}"
    with reading(register.engine) as cursor:
        for case_id, subject_id, seq in cursor.rows(select, [sql.many(cases), name]):
            found.setdefault(case_id, []).append({"name": name, "subject_id": subject_id, "seq": int(seq)})
    return found


def grown(register: Register, region: str) -> dict[str, int]:
    """The cases of a region with events whose papers may be lacking, and how many events each has."""
    mark = register.layout.sql.mark
    with reading(register.engine) as cursor:
        rows = cursor.rows(f"SELECT id, seq FROM cases WHERE region = {mark} AND seq > papered_seq", [region])
    return {str(case_id): int(seq) for case_id, seq in rows}


def gone_through(register: Register, upto: Mapping[str, int]) -> None:
    """Mark how far the papers of cases are entered, by the number of their events: no clock says what is new."""
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
    mark = register.layout.sql.mark
    with reading(register.engine) as cursor:
        rows = cursor.rows(f"SELECT papered_seq FROM cases WHERE id = {mark}", [case_id])
    return int(rows[0][0]) if rows else 0


def issued_figures(register: Register, region: str, kind: str) -> list[tuple[str, dict[str, Any]]]:
    """Number and figures of the reports of a kind that a region put out, the newest first."""
    sql = register.layout.sql
    figures = "figures::text" if sql.postgres else "figures"
    with reading(register.engine) as cursor:
        rows = cursor.rows(
            f"SELECT number, {figures} FROM papers WHERE region = {sql.mark} AND kind = {sql.mark} "
            f"AND {figures} <> '{{}}' ORDER BY entered_at DESC, id DESC",
            [region, kind],
        )
    return [(number, orjson.loads(kept)) for number, kept in rows]


def regions_with_cases(register: Register) -> list[str]:
    """The regions that have suggestions."""
    with reading(register.engine) as cursor:
        rows = cursor.rows("SELECT DISTINCT region FROM cases WHERE machine = 'suggestion' ORDER BY region")
    return [str(one) for (one,) in rows]


def papers_of(register: Register, case_id: str) -> list[dict[str, Any]]:
    """The papers of a case that have their number, in order."""
    rows, mark = register.layout.papers, register.layout.sql.mark
    with reading(register.engine) as cursor:
        return rows.dicts(cursor.rows(f"{rows.select} WHERE case_id = {mark} ORDER BY seq, kind, id", [case_id]))


def paper(register: Register, paper_id: str) -> dict[str, Any]:
    """A paper by its id; raises PaperMissing."""
    rows, mark = register.layout.papers, register.layout.sql.mark
    with reading(register.engine) as cursor:
        found = rows.dicts(cursor.rows(f"{rows.select} WHERE id = {mark}", [paper_id]))
    if not found:
        raise PaperMissing(f"there is no paper {paper_id}")
    return found[0]


def papers_in(
    register: Register,
    region: str,
    since: date | None = None,
    until: date | None = None,
    limit: int = 20_000,
    skip: int = 0,
) -> list[dict[str, Any]]:
    """The papers of a region that were put out from day to day, both included, the newest first."""
    rows, sql = register.layout.papers, register.layout.sql
    on = sql.quote("on")
    where, values = [f"region = {sql.mark}"], [region]
    for day, sign in ((since, ">="), (until, "<=")):
        if day is not None:
            where.append(f"{on} {sign} {sql.mark}")
            values.append(sql.day(day))
    with reading(register.engine) as cursor:
        found = cursor.rows(
            f"{rows.select} WHERE {' AND '.join(where)} "
            f"ORDER BY {on} DESC, entered_at DESC, case_id, seq DESC, kind, id "
            f"LIMIT {int(limit)} OFFSET {int(skip)}",
            values,
        )
    return rows.dicts(found)


def unmade(register: Register, region: str, limit: int) -> list[str]:
    """The first so many papers of a region, in the order in which they were put out, that have no file yet."""
    sql = register.layout.sql
    with reading(register.engine) as cursor:
        found = cursor.rows(
            f"SELECT id FROM papers WHERE region = {sql.mark} AND digest = '' AND case_id IS NOT NULL "
            f"ORDER BY entered_at, case_id, seq, id LIMIT {int(limit)}",
            [region],
        )
    return [str(one) for (one,) in found]


def content_of(register: Register, paper_id: str) -> bytes | None:
    """The file of a paper as it was made; None as long as it was not.

    Raises StorageError when it is not the file whose digest was kept.
    """
    mark = register.layout.sql.mark
    with reading(register.engine) as cursor:
        found = cursor.rows(
            "SELECT f.content, p.digest FROM paper_files f JOIN papers p ON p.id = f.paper "
            f"WHERE f.paper = {mark}",
            [paper_id],
        )
    if not found:
        return None
    content = bytes(found[0][0])
    if hashlib.sha256(content).hexdigest() != found[0][1]:
        raise StorageError(f"the file of {paper_id} is not the one that was made: its digest does not match")
    return content


def keep_content(register: Register, paper_id: str, content: bytes, at: datetime, by: str) -> bytes:
    """Keep the file of a paper; of two who made it at once the first one's file stays. The file that is kept."""
    mark = register.layout.sql.mark
    with transaction(register.engine) as cursor:
        lock = register.layout.sql.for_update
        cursor.rows(f"SELECT id FROM papers WHERE id = {mark}{lock}", [paper_id])
        known = cursor.rows(f"SELECT content FROM paper_files WHERE paper = {mark}", [paper_id])
        if known:
            return bytes(known[0][0])
        cursor.run(f"INSERT INTO paper_files (paper, content) VALUES ({mark}, {mark})", [paper_id, content])
        cursor.run(
            f"UPDATE papers SET digest = {mark}, made_at = {mark}, made_by = {mark} WHERE id = {mark}",
            [hashlib.sha256(content).hexdigest(), register.layout.sql.instant(at.astimezone(UTC)), by, paper_id],
        )
    return content


def altered(register: Register) -> list[str]:
    """The papers whose file is not the one that was made."""
    with reading(register.engine) as cursor:
        made = [str(one) for (one,) in cursor.rows("SELECT id FROM papers WHERE digest <> '' ORDER BY id")]
    found = []
    for one in made:
        try:
            if content_of(register, one) is None:
                found.append(one)
        except StorageError:
            found.append(one)
    return found


def _row(one: Entry, numbers: Numbers) -> Mapping[str, Any]:
    number = one.pattern.format(serial=numbers.take(one.series)) if one.series else ""
    return {
        "id": one.id, "case_id": one.case_id, "seq": one.seq, "round": one.round, "kind": one.kind,
        "region": one.region, "number": number, "title": one.title, "issuer": one.issuer,
        "addressees": list(one.addressees), "on": one.on, "entered_at": one.entered_at, "made_at": None,
        "made_by": "", "digest": "", "figures": dict(one.figures),
    }  # fmt: skip
