"""The lists that an office keeps of many cases: what was assigned, promised, converted, and what deputies did.

Each ledger is one statement of the cursor (figures in `storage.statements`).
"""

from datetime import date
from typing import Any, NamedTuple, TypeVar

from storage.register import Register
from storage.statements import Sql, reading


class AssignedPart(NamedTuple):
    """`reply_by` is the last day for the reply, or for a co-unit's opinion; `met_on` the day it was met."""

    case_id: str
    number: str
    title: str
    lead: str
    lead_name: str | None
    secrecy: str
    unit: str
    unit_name: str | None
    role: str
    part: str
    assigned_on: date
    reply_by: date | None
    met_on: date | None
    void_on: date | None


class Promised(NamedTuple):
    """A commitment with its case."""

    id: str
    number: str
    title: str
    unit: str
    unit_name: str | None
    text: str
    promised_on: date
    due_on: date
    rescheduled: int
    state: str
    verified_on: date | None


class Converted(NamedTuple):
    """What a suggestion was taken up into, and since when with a result."""

    case_id: str
    number: str
    title: str
    lead_name: str | None
    secrecy: str
    kind: str
    target: str
    converted_on: date
    done_on: date | None


Named = TypeVar("Named", AssignedPart, Promised, Converted)


def assigned_parts(
    register: Register, region: str, first: date, last: date, unit: str = ""
) -> list[AssignedPart]:
    """The parts assigned in a region from day to day, both included, those that were returned left out."""
    sql = register.layout.sql
    values: list[Any] = [region, sql.day(first), sql.day(last)]
    if unit:
        values.append(unit)
    with reading(register.engine) as cursor:
        rows = cursor.rows(
            "SELECT c.id, c.number, c.title, c.lead, p.name, c.secrecy, a.unit, u.name, a.role, a.part, a.assigned_on, "
            "d.last_day, d.met_on, d.void_on "
            "FROM assignments a JOIN cases c ON c.id = a.case_id LEFT JOIN units u ON u.id = a.unit "
            "LEFT JOIN people p ON p.id = c.lead LEFT JOIN deadlines d ON d.case_id = a.case_id "
            "AND d.subject = 'assignment' AND d.subject_id = a.id AND d.round = a.round AND d.key = "
            "CASE WHEN a.role = 'CO' THEN 'co_opinion_by' WHEN a.round > 1 AND EXISTS (SELECT 1 FROM deadlines r "
            "WHERE r.case_id = a.case_id AND r.subject_id = a.id AND r.key = 'rehandle_by') THEN 'rehandle_by' "
            "ELSE 'reply_by' END "
            f"WHERE c.region = {sql.mark} AND a.assigned_on BETWEEN {sql.mark} AND {sql.mark} "
            f"{f'AND a.unit = {sql.mark} ' if unit else ''}AND a.state <> 'RETURN_GRANTED' "
            "AND c.state <> 'WITHDRAWN' ORDER BY a.assigned_on, c.number, c.id, a.id",
            values,
        )
    return _rows(sql, AssignedPart, rows, ("assigned_on", "reply_by", "met_on", "void_on"))


def promise_ledger(register: Register, region: str, first: date, last: date, unit: str = "") -> list[Promised]:
    """The commitments made in a region from day to day, both included."""
    sql = register.layout.sql
    values: list[Any] = [region, sql.day(first), sql.day(last)]
    if unit:
        values.append(unit)
    with reading(register.engine) as cursor:
        rows = cursor.rows(
            "SELECT k.id, c.number, c.title, a.unit, u.name, k.text, k.promised_on, k.due_on, k.rescheduled, k.state, "
            "k.verified_on FROM commitments k JOIN cases c ON c.id = k.case_id "
            "JOIN assignments a ON a.id = k.assignment_id LEFT JOIN units u ON u.id = a.unit "
            f"WHERE c.region = {sql.mark} AND k.promised_on BETWEEN {sql.mark} AND {sql.mark} "
            f"{f'AND a.unit = {sql.mark} ' if unit else ''}ORDER BY k.due_on, c.number, k.id",
            values,
        )
    return _rows(sql, Promised, rows, ("promised_on", "due_on", "verified_on"))


def conversion_ledger(register: Register, region: str, first: date, last: date) -> list[Converted]:
    """What suggestions of a region were taken up into, from day to day, with the case."""
    sql = register.layout.sql
    with reading(register.engine) as cursor:
        rows = cursor.rows(
            "SELECT c.id, c.number, c.title, p.name, c.secrecy, v.kind, v.target, v.converted_on, v.done_on "
            "FROM conversions v JOIN cases c ON c.id = v.case_id LEFT JOIN people p ON p.id = c.lead "
            f"WHERE c.region = {sql.mark} AND v.converted_on BETWEEN {sql.mark} AND {sql.mark} "
            "ORDER BY v.converted_on, c.number, v.id",
            [region, sql.day(first), sql.day(last)],
        )
    return _rows(sql, Converted, rows, ("converted_on", "done_on"))


def duty_ledger(
    register: Register, region: str, first: date, last: date, names: bool = True
) -> list[dict[str, str | int]]:
    """What each deputy of a region did from day to day: suggestions, contacts confirmed, replies judged, opinions.

    Without `names`, whatever could reveal the author of an identity-protected suggestion is not counted.
    """
    sql = register.layout.sql
    seen = "" if names else " AND secrecy <> 'IDENTITY_PROTECTED'"
    within = "" if names else " AND case_id IN (SELECT id FROM cases WHERE secrecy <> 'IDENTITY_PROTECTED')"
    days = [sql.day(first), sql.day(last)]
    between = f"BETWEEN {sql.mark} AND {sql.mark}"
    counted = {
        "led": "SELECT lead, count(*) FROM cases WHERE machine = 'suggestion' "
        f"AND submitted_on {between}{seen} GROUP BY 1",
        "joined": "SELECT p.deputy, count(*) FROM parties p JOIN cases c ON c.id = p.case_id "
        f"WHERE NOT p.lead AND p.confirmed_on IS NOT NULL AND c.submitted_on {between}{seen} GROUP BY 1",
        "answered": f"SELECT lead, count(*) FROM cases WHERE answered_on {between}{seen} GROUP BY 1",
        "key": "SELECT lead, count(*) FROM cases WHERE key_level <> 'NONE' AND machine = 'suggestion' "
        f"AND submitted_on {between}{seen} GROUP BY 1",
        "talks": f"SELECT deputy, count(*) FROM communications WHERE standing = 'CONFIRMED' AND happened_on {between}"
        f"{within} GROUP BY 1",
        "judged": "SELECT deputy, count(*) FROM evaluations WHERE value <> 'NO_RESPONSE' "
        f"AND evaluated_on {between}{within} GROUP BY 1",
        "opinions": f"SELECT lead, count(*) FROM cases WHERE machine = 'opinion' AND since {between} GROUP BY 1",
    }  # fmt: skip
    with reading(register.engine) as cursor:
        people = cursor.rows(
            f"SELECT id, name, delegation FROM people WHERE role = 'deputy' AND region = {sql.mark} ORDER BY id",
            [region],
        )
        tables = {name: dict(cursor.rows(text, days)) for name, text in counted.items()}
    return [
        {"deputy": name, "delegation": delegation or ""}
        | {key: int(table.get(id_, 0)) for key, table in tables.items()}
        for id_, name, delegation in people
    ]


def _rows(
    sql: Sql, kind: type[Named], records: list[tuple[Any, ...]], days: tuple[str, ...]
) -> list[Named]:
    rows = [dict(zip(kind._fields, row, strict=True)) for row in records]
    for row in rows:
        for key in days:
            row[key] = row[key] and sql.read_day(row[key])
    return [kind(**row) for row in rows]
