"""Which cases somebody may see, as one SQL condition for lists and single cases alike, and what lists ask."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal

from storage.register import Register
from storage.search import finding, in_title, prefer_index, query_parts
from storage.statements import Cursor, Sql, reading
from storage.todo import Todo

Since = Literal["drafted", "submitted", "registered", "assigned"]

_SINCE: dict[str, str] = {
    "drafted": "1 = 1",
    "submitted": "(c.submitted_on IS NOT NULL OR c.state = 'PRE_CONSULT')",
    "registered": "(c.number <> '' OR c.state = 'PRE_CONSULT')",
    "assigned": "c.assigned_on IS NOT NULL",
}
"""How far a suggestion must have come; an opinion is seen from its record on."""

_AT_PLACES = "EXISTS (SELECT 1 FROM opinion_places o WHERE o.case_id = c.id AND o.place {any})"

ENDED = ("FULFILLED", "UNFULFILLED_CLOSED", "REPLY_CLOSED", "WITHDRAWN", "NOT_ACCEPTED", "ARCHIVED")
ENDED_OPINIONS = ("CLOSED", "NOT_ADMITTED", "MERGED", "PROMOTED")


@dataclass(frozen=True)
class Scope:
    """Whose cases, where, from which stage on; everything that is set must hold.

    `region`: that region and everything below it. `deputies`: a party, of an opinion the deputy named in it.
    `unit`: one of whose parts it is, unless returned or cancelled. `committee`: the unit to whose field it belongs.
    `places`: an opinion that came in at one of them; beside `deputies` it need only name no other deputy.
    """

    region: str | None = None
    deputies: tuple[str, ...] | None = None
    unit: str | None = None
    committee: str | None = None
    places: tuple[str, ...] = ()
    since: Since = "drafted"
    machines: tuple[str, ...] = ("suggestion", "opinion")
    hidden_limits: tuple[str, ...] = ()
    """Keys of limits of which the viewer learns nothing, in no list and by no filter."""
    open_only: bool = False
    """Only suggestions that have their number and protect nobody's identity."""

    def where(self, sql: Sql) -> tuple[str, list[Any]]:
        """The condition on `cases c`, and its values."""
        mark = sql.mark
        stage = _SINCE[self.since]
        parts = [f"(c.machine = 'opinion' OR {stage})" if stage != "1 = 1" else stage, f"c.machine {sql.any}"]
        values: list[Any] = [sql.many(self.machines)]
        if self.region is not None:
            parts.append(
                "c.region IN (WITH RECURSIVE below(code) AS "
                f"(SELECT CAST({mark} AS {'text' if sql.postgres else 'TEXT'}) "
                "UNION SELECT r.code FROM regions r JOIN below ON r.parent_code = below.code) SELECT code FROM below)"
            )
            values.append(self.region)
        if self.deputies is not None:
            here = f" OR (c.lead = '' AND {_AT_PLACES.format(any=sql.any)})" if self.places else ""
            parts.append(
                "(EXISTS (SELECT 1 FROM parties p WHERE p.case_id = c.id AND p.dropped_on IS NULL "
                f"AND p.deputy {sql.any}) OR (c.machine = 'opinion' AND (c.lead {sql.any}{here})))"
            )
            values += [sql.many(self.deputies)] * 2
            values += [sql.many(self.places)] if self.places else []
        elif self.places:
            parts.append(_AT_PLACES.format(any=sql.any))
            values.append(sql.many(self.places))
        if self.unit is not None:
            of_opinion = (
                f"json_array_elements(c.proposed) one WHERE one ->> 'unit' = {mark}"
                if sql.postgres
                else f"json_each(c.proposed) one WHERE json_extract(one.value, '$.unit') = {mark}"
            )
            parts.append(
                f"(EXISTS (SELECT 1 FROM assignments a WHERE a.case_id = c.id AND a.unit = {mark} "
                "AND a.state NOT IN ('RETURN_GRANTED', 'CANCELLED')) "
                f"OR (c.machine = 'opinion' AND EXISTS (SELECT 1 FROM {of_opinion})))"
            )
            values += [self.unit, self.unit]
        if self.committee is not None:
            parts.append(
                f"(c.committee = {mark} OR c.committee = (SELECT name FROM units WHERE id = {mark}))"
            )
            values += [self.committee, self.committee]
        if self.open_only:
            parts.append("c.machine = 'suggestion' AND c.number <> '' AND c.secrecy = 'NONE'")
        return " AND ".join(parts), values


@dataclass(frozen=True)
class Wanted:
    """What a list looks for inside a scope. `states` empty: any state.

    Every part of `text` between blanks must be found, as it stands, in title, number, facts or proposal. `todo`:
    something of it is to be done by these now. `late_on`, `due_by`: a duty ends before, or up to, that day.
    """

    states: tuple[str, ...] = ()
    ended: bool | None = None
    late_on: date | None = None
    supervised: bool = False
    text: str = ""
    after: str = ""
    todo: Todo | None = None
    due_by: date | None = None


@dataclass
class Listed:
    """A case in a list, with its open limits and the units of its running round."""

    case: dict[str, Any]
    limits: list[dict[str, Any]] = field(default_factory=list)
    parts: list[dict[str, Any]] = field(default_factory=list)

    @property
    def next_limit(self) -> dict[str, Any] | None:
        """The duty that ends first."""
        duties = [row for row in self.limits if row["duty"]]
        return min(duties, key=lambda row: row["last_day"], default=None)


_OF_LIST = (
    "id", "machine", "number", "title", "state", "region", "lead", "secrecy", "track", "key_level", "round",
    "committee", "assigned_on", "rulebook", "rulebook_ident", "opened_at",
)  # fmt: skip


def sees(register: Register, scope: Scope, case_id: str) -> bool:
    """Whether the case exists and lies in the scope."""
    where, values = scope.where(register.layout.sql)
    with reading(register.engine) as cursor:
        return bool(
            cursor.rows(
                f"SELECT 1 FROM cases c WHERE c.id = {register.layout.sql.mark} AND {where}",
                [case_id, *values],
            )
        )


def seen_of(register: Register, scope: Scope, ids: Iterable[str]) -> dict[str, tuple[str, str]]:
    """Of these cases those that exist and lie in the scope, with number and title."""
    sql = register.layout.sql
    wanted = sorted(set(ids))
    if not wanted:
        return {}
    where, values = scope.where(sql)
    with reading(register.engine) as cursor:
        rows = cursor.rows(
            f"SELECT c.id, c.number, c.title FROM cases c WHERE c.id {sql.any} AND {where}",
            [sql.many(wanted), *values],
        )
    return {case_id: (number, title) for case_id, number, title in rows}


def list_cases(register: Register, scope: Scope, wanted: Wanted, limit: int = 50) -> list[Listed]:
    """At most `limit` cases of the scope, the newest first (by number, then id), after the cursor `wanted.after`.

    When a text is looked for, those come first that have it in title or number.
    """
    sql = register.layout.sql
    where, values = _wanted(sql, scope, wanted)
    titled, asked = in_title(sql, wanted.text, "c.id") if query_parts(wanted.text) else ("", [])
    order = "c.number DESC, c.id DESC"
    if wanted.after:
        number, _, case_id = wanted.after.partition("~")
        place, told = ("c.number, c.id", [number, case_id])
        marks = f"{sql.mark}, {sql.mark}"
        if titled:
            before, _ = in_title(sql, wanted.text, sql.mark)
            place, marks = f"{titled}, {place}", f"{before}, {marks}"
            told = [*asked, *asked, case_id, *told]
        where += f" AND ({place}) < ({marks})"
        values += told
    if titled:
        order, values = f"{titled} DESC, {order}", [*values, *asked]
    return _listed(register, scope, wanted, where, values, f"ORDER BY {order} LIMIT {int(limit)}")


def oldest_cases(
    register: Register, scope: Scope, wanted: Wanted, limit: int = 50, skip: int = 0
) -> list[Listed]:
    """At most `limit` cases behind the first `skip`, those first that were handed in first."""
    where, values = _wanted(register.layout.sql, scope, wanted)
    order = "ORDER BY c.submitted_on, c.opened_at, c.id"
    return _listed(register, scope, wanted, where, values, f"{order} LIMIT {int(limit)} OFFSET {int(skip)}")


def count_cases(register: Register, scope: Scope, wanted: Wanted) -> int:
    """How many cases of the scope are wanted."""
    where, values = _wanted(register.layout.sql, scope, wanted)
    with reading(register.engine) as cursor:
        prefer_index(cursor, register.layout.sql, wanted.text)
        return int(cursor.rows(f"SELECT count(*) FROM cases c WHERE {where}", values)[0][0])


def late_limits(register: Register, scope: Scope, on: date) -> list[dict[str, Any]]:
    """Open duties of the scope whose last day lies before `on`, the oldest first, with case and unit."""
    sql = register.layout.sql
    where, values = scope.where(sql)
    names = (
        "case_id", "number", "title", "state", "secrecy", "rulebook", "rulebook_ident", "round", "key",
        "subject_id", "owed_by", "last_day", "level", "provisional", "unit_name", "part_state", "extension",
    )  # fmt: skip
    with reading(register.engine) as cursor:
        rows = cursor.rows(
            "SELECT c.id, c.number, c.title, c.state, c.secrecy, c.rulebook, c.rulebook_ident, c.round, d.key, "
            "d.subject_id, d.owed_by, d.last_day, d.level, d.provisional, u.name, a.state, a.extension "
            "FROM deadlines d JOIN cases c ON c.id = d.case_id "
            "LEFT JOIN units u ON d.owed_by = 'unit:' || u.id "
            "LEFT JOIN assignments a ON d.subject = 'assignment' AND a.id = d.subject_id "
            f"WHERE d.met_on IS NULL AND d.void_on IS NULL AND d.duty {'' if sql.postgres else '= 1'} "
            f"AND d.last_day < {sql.mark} AND NOT (d.key {sql.any}) AND {where} ORDER BY d.last_day, c.id, d.key",
            [sql.day(on), sql.many(scope.hidden_limits), *values],
        )
    found = [dict(zip(names, row, strict=True)) for row in rows]
    for row in found:
        row["last_day"] = sql.read_day(row["last_day"])
    return found


def documents(register: Register, case_id: str) -> dict[str, str]:
    """The texts of a case by their id."""
    with reading(register.engine) as cursor:
        return dict(
            cursor.rows(
                f"SELECT id, text FROM documents WHERE case_id = {register.layout.sql.mark}", [case_id]
            )
        )


def named(register: Register, people: Sequence[str], units: Sequence[str] = ()) -> Mapping[str, str]:
    """The names of people and units by id, of those that are known."""
    sql = register.layout.sql
    found: dict[str, str] = {}
    with reading(register.engine) as cursor:
        for table, ids in (("people", people), ("units", units)):
            if ids:
                found |= dict(
                    cursor.rows(f"SELECT id, name FROM {table} WHERE id {sql.any}", [sql.many(set(ids))])
                )
    return found


def _wanted(sql: Sql, scope: Scope, wanted: Wanted) -> tuple[str, list[Any]]:
    where, values = scope.where(sql)
    if wanted.states:
        where += f" AND c.state {sql.any}"
        values.append(sql.many(wanted.states))
    if wanted.ended is not None:
        ended = ENDED + ENDED_OPINIONS
        where += f" AND {'' if wanted.ended else 'NOT '}(c.state {sql.any})"
        values.append(sql.many(ended))
    if wanted.todo is not None:
        condition, more = wanted.todo.where(sql)
        where += f" AND {condition}"
        values += more
    for day, sign in ((wanted.late_on, "<"), (wanted.due_by, "<=")):
        if day is None:
            continue
        where += (
            " AND EXISTS (SELECT 1 FROM deadlines d WHERE d.case_id = c.id AND d.met_on IS NULL "
            f"AND d.void_on IS NULL AND d.duty {'' if sql.postgres else '= 1'} AND d.last_day {sign} {sql.mark} "
            f"AND NOT (d.key {sql.any}))"
        )
        values += [sql.day(day), sql.many(scope.hidden_limits)]
    if wanted.supervised:
        where += (
            " AND EXISTS (SELECT 1 FROM supervisions s WHERE s.case_id = c.id "
            "AND s.state NOT IN ('RELEASED', 'DECLINED', 'LAPSED'))"
        )
    found, more = finding(sql, wanted.text)
    if found:
        where += f" AND {found}"
        values += more
    return where, values


def _listed(
    register: Register, scope: Scope, wanted: Wanted, where: str, values: Sequence[Any], order: str
) -> list[Listed]:
    sql = register.layout.sql
    columns = ", ".join(f"c.{name}" for name in _OF_LIST)
    with reading(register.engine) as cursor:
        prefer_index(cursor, sql, wanted.text)
        rows = cursor.rows(f"SELECT {columns} FROM cases c WHERE {where} {order}", values)
        found = {row[0]: Listed(dict(zip(_OF_LIST, row, strict=True))) for row in rows}
        for one in found.values():
            if one.case["assigned_on"]:
                one.case["assigned_on"] = sql.read_day(one.case["assigned_on"])
        _with_limits(sql, cursor, found, scope.hidden_limits)
    return list(found.values())


def _with_limits(sql: Sql, cursor: Cursor, found: dict[str, Listed], hidden: Sequence[str]) -> None:
    if not found:
        return
    ids = [sql.many(found)]
    names = ("case_id", "key", "subject_id", "owed_by", "last_day", "duty", "level", "provisional")
    for row in cursor.rows(
        f"SELECT {', '.join(names)} FROM deadlines WHERE case_id {sql.any} AND met_on IS NULL AND void_on IS NULL "
        "ORDER BY last_day, key, subject_id",
        ids,
    ):
        limit = dict(zip(names, row, strict=True))
        if limit["key"] in hidden:
            continue
        limit["last_day"] = sql.read_day(limit["last_day"])
        found[row[0]].limits.append(limit)
    for case_id, round_, unit, name, role, state in cursor.rows(
        "SELECT a.case_id, a.round, a.unit, coalesce(u.name, a.unit), a.role, a.state FROM assignments a "
        f"LEFT JOIN units u ON u.id = a.unit WHERE a.case_id {sql.any} "
        "AND a.state NOT IN ('RETURN_GRANTED', 'CANCELLED') ORDER BY a.id",
        ids,
    ):
        if round_ == found[case_id].case["round"]:
            found[case_id].parts.append({"unit": unit, "name": name, "role": role, "state": state})
