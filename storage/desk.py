"""What waits for the office's decision, with the reasons given, and what one meeting assigned.

Lists of a page: one statement of the cursor for each kind (figures in `storage.statements`).
"""

from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal

from states.vocabulary import S
from storage.register import Register
from storage.statements import Cursor, Sql, reading
from storage.todo import DECIDABLE
from storage.visible import Scope

What = Literal["return", "extension", "coordination", "study", "mediation", "denial", "consult"]

_PARTS: dict[What, tuple[str, str, str]] = {
    "return": ("a.state = 'RETURN_REQUESTED'", "return_decide_by", "request_return"),
    "extension": ("a.extension = 'REQUESTED'", "extension_decide_by", "request_extension"),
    "coordination": ("a.coordination = 'OPEN'", "", "request_coordination"),
}
"""For a unit's part: the state in which it waits, its limit, and the action that gave the reasons."""

_CASES: dict[What, tuple[str, str, str]] = {
    "study": (S.REHANDLE_REVIEW, "rehandle_decide_by", "evaluate"),
    "mediation": (S.MEDIATION, "", "evaluate"),
    "consult": (S.PRE_CONSULT, "", "request_consult"),
}
"""For the suggestion itself: the state in which it waits."""


@dataclass
class Pending:
    """A pending decision: its row (`row`, '' for the case), its unit, since when and until when."""

    what: What
    case_id: str
    number: str
    title: str
    row: str
    unit: str
    proposed: str
    since: date | None
    last_day: date | None
    reasons: list[tuple[str, str]] = field(default_factory=list)
    """(who said it, by id; the text)."""


@dataclass(frozen=True)
class Assigned:
    """A unit's part as a meeting assigned it, for the list that goes to the units (交办清单)."""

    case_id: str
    number: str
    title: str
    unit: str
    role: str
    part: str
    track: str
    reply_by: date | None


def pending(register: Register, scope: Scope, judgements: bool, most: int = 300) -> list[Pending]:
    """At most `most` of each kind, by the end of their limits; judgements only with `judgements`."""
    sql = register.layout.sql
    items: list[Pending] = []
    with reading(register.engine) as cursor:
        for what, (state, key, action) in _PARTS.items():
            items += _of_parts(sql, cursor, scope, what, state, key, action, most)
        for what, (state, key, action) in _CASES.items():
            if judgements or what == "consult":
                items += _of_cases(sql, cursor, scope, what, state, key, action, most)
        items += _denials(sql, cursor, scope, most)
    return sorted(items, key=lambda item: (item.last_day is None, item.last_day or item.since or date.max))


def assigned_on(register: Register, scope: Scope, on: date) -> list[Assigned]:
    """The parts of the suggestions assigned on that day, by unit and number."""
    sql = register.layout.sql
    where, values = scope.where(sql)
    with reading(register.engine) as cursor:
        rows = cursor.rows(
            "SELECT c.id, c.number, c.title, coalesce(u.name, a.unit), a.role, a.part, c.track, d.last_day "
            "FROM cases c JOIN assignments a ON a.case_id = c.id AND a.round = 1 "
            "AND a.state NOT IN ('RETURN_GRANTED', 'CANCELLED') LEFT JOIN units u ON u.id = a.unit "
            "LEFT JOIN deadlines d ON d.case_id = c.id AND d.subject_id = a.id AND d.round = 1 "
            "AND d.key = CASE WHEN a.role = 'CO' THEN 'co_opinion_by' ELSE 'reply_by' END "
            f"WHERE c.assigned_on = {sql.mark} AND {where} ORDER BY a.unit, c.number, c.id",
            [sql.day(on), *values],
        )
    names = ("case_id", "number", "title", "unit", "role", "part", "track")
    return [
        Assigned(**dict(zip(names, row[:7], strict=True)), reply_by=row[7] and sql.read_day(row[7]))
        for row in rows
    ]


def days_assigned(register: Register, scope: Scope, most: int = 12) -> list[tuple[date, int]]:
    """The newest days on which suggestions were assigned, with how many."""
    sql = register.layout.sql
    where, values = scope.where(sql)
    with reading(register.engine) as cursor:
        rows = cursor.rows(
            f"SELECT c.assigned_on, count(*) FROM cases c WHERE c.assigned_on IS NOT NULL AND {where} "
            f"GROUP BY c.assigned_on ORDER BY c.assigned_on DESC LIMIT {int(most)}",
            values,
        )
    return [(sql.read_day(day), int(count)) for day, count in rows]


def _of_parts(
    sql: Sql, cursor: Cursor, scope: Scope, what: What, state: str, key: str, action: str, most: int
) -> list[Pending]:
    where, values = scope.where(sql)
    rows = cursor.rows(
        "SELECT c.id, c.number, c.title, a.id, coalesce(u.name, a.unit), coalesce(v.name, a.proposed_unit), "
        "a.since, d.last_day FROM assignments a JOIN cases c ON c.id = a.case_id AND c.round = a.round "
        "LEFT JOIN units u ON u.id = a.unit LEFT JOIN units v ON v.id = a.proposed_unit "
        "LEFT JOIN deadlines d ON d.case_id = c.id AND d.subject_id = a.id AND d.round = a.round "
        f"AND d.key = {sql.mark} AND d.met_on IS NULL AND d.void_on IS NULL "
        f"WHERE {state} AND {DECIDABLE} AND c.ended_on IS NULL AND {where} ORDER BY c.id LIMIT {int(most)}",
        [key, *values],
    )
    reasons = _reasons(sql, cursor, [row[0] for row in rows], action)
    return [
        Pending(
            what, case_id, number, title, part, unit, proposed if what == "return" else "", _day(sql, since),
            _day(sql, last), [(who, text) for who, row, text in reasons.get(case_id, ()) if row == part][-1:],
        )
        for case_id, number, title, part, unit, proposed, since, last in rows
    ]  # fmt: skip


def _of_cases(
    sql: Sql, cursor: Cursor, scope: Scope, what: What, state: str, key: str, action: str, most: int
) -> list[Pending]:
    where, values = scope.where(sql)
    rows = cursor.rows(
        "SELECT c.id, c.number, c.title, c.since, min(d.last_day), c.round FROM cases c "
        f"LEFT JOIN deadlines d ON d.case_id = c.id AND d.key = {sql.mark} AND d.round = c.round "
        "AND d.met_on IS NULL AND d.void_on IS NULL "
        f"WHERE c.state = {sql.mark} AND {where} GROUP BY c.id, c.number, c.title, c.since, c.round "
        f"ORDER BY c.id LIMIT {int(most)}",
        [key, state, *values],
    )
    reasons = _reasons(sql, cursor, [row[0] for row in rows], action)
    return [
        Pending(what, case_id, number, title, "", "", "", _day(sql, since), _day(sql, last),
                [(who, text) for who, _, text in reasons.get(case_id, ())])
        for case_id, number, title, since, last, _ in rows
    ]  # fmt: skip


def _denials(sql: Sql, cursor: Cursor, scope: Scope, most: int) -> list[Pending]:
    """Communications that a deputy denied before the reply was delivered, for the office to look into."""
    where, values = scope.where(sql)
    rows = cursor.rows(
        "SELECT c.id, c.number, c.title, a.id, coalesce(u.name, a.unit), k.happened_on FROM communications k "
        "JOIN assignments a ON a.id = k.assignment_id JOIN cases c ON c.id = k.case_id AND c.round = k.round "
        "LEFT JOIN units u ON u.id = a.unit WHERE k.standing = 'DENIED' AND c.answered_on IS NULL "
        f"AND c.ended_on IS NULL AND a.contacts <= 0 AND {where} ORDER BY c.id LIMIT {int(most)}",
        values,
    )
    reasons = _reasons(sql, cursor, [row[0] for row in rows], "deny_communication")
    return [
        Pending("denial", case_id, number, title, part, unit, "", _day(sql, on), None,
                [(who, text) for who, row, text in reasons.get(case_id, ()) if row == part][-1:])
        for case_id, number, title, part, unit, on in rows
    ]  # fmt: skip


def _reasons(
    sql: Sql, cursor: Cursor, cases: list[str], action: str
) -> dict[str, list[tuple[str, str, str]]]:
    """(person, row, text) of that action in the current round, by case, in order."""
    reasons: dict[str, list[tuple[str, str, str]]] = {}
    if not cases:
        return reasons
    for case_id, who, subject, text in cursor.rows(
        f"SELECT e.case_id, e.{sql.quote('by')}, e.subject_id, t.text FROM events e "
        "JOIN cases c ON c.id = e.case_id AND c.round = e.round "
        "JOIN documents t ON t.case_id = e.case_id AND t.seq = e.seq AND t.kind IN ('reason', 'note') "
        f"WHERE e.case_id {sql.any} AND e.action = {sql.mark} ORDER BY e.case_id, e.seq",
        [sql.many(set(cases)), action],
    ):
        reasons.setdefault(case_id, []).append((who, subject, text))
    return reasons


def _day(sql: Sql, value: Any) -> date | None:
    return None if value is None else sql.read_day(value)
