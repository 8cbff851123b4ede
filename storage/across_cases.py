"""What supervisors see across cases: supervisions, slots, promises, inspections, conversions.

Each list is one statement of the cursor, a page long (figures in `storage.statements`).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from states.cases import Case, Inspection, Supervision
from states.commitment import OPEN
from states.judged import REVEALING, shown_ids
from states.vocabulary import JUDGED_LEVELS, C, KeyLevel
from storage.levels import sql_list
from storage.lists import RUNNING, unknown_keys
from storage.register import Register
from storage.statements import Cursor, Sql, reading
from storage.veils import Veil
from storage.visible import Scope

Row = dict[str, Any]

OPEN_PROMISES = (*OPEN, C.CLAIMED_DONE)
"""States of a promise that is neither kept nor given up."""

_OF_CASE = ("number", "title", "region", "rulebook_ident", "round", "secrecy", "lead", "committee", "key_level")


def supervisions(
    register: Register, scope: Scope, kinds: Sequence[str] = (), states: Sequence[str] = (), limit: int = 2_000
) -> list[Row]:
    """Supervisions of the scope that it does not hide, the newest first: with the case, its units, the last act."""
    sql = register.layout.sql
    where, values = scope.where(sql)
    for column, wanted in (("s.kind", kinds), ("s.state", states)):
        if wanted:
            where += f" AND {column} {sql.any}"
            values.append(sql.many(wanted))
    veil = scope.veil(register)
    if veil is not None:
        seen, more = veil.seen(sql)
        where, values = f"{where} AND {seen}", [*values, *more]
    names = ("id", "case_id", "kind", "level", "slot", "state", "proposed_on", "decided_on", "since", "by", "holder")
    with reading(register.engine) as cursor:
        supervised = [
            dict(zip((*names, *_OF_CASE), row, strict=True))
            for row in cursor.rows(
                f"SELECT {', '.join(f's.{name}' for name in names)}, {', '.join(f'c.{name}' for name in _OF_CASE)} "
                f"FROM supervisions s JOIN cases c ON c.id = s.case_id WHERE {where} "
                f"ORDER BY s.proposed_on DESC, s.id DESC LIMIT {int(limit)}",
                values,
            )
        ]
        ids = sql.many({row["case_id"] for row in supervised})
        units = _units(cursor, sql, ids)
        acts: dict[str, list[tuple[Any, str]]] = {}
        for subject, on, name in cursor.rows(
            'SELECT subject_id, "on", name FROM events '
            f"WHERE case_id {sql.any} AND subject = 'supervision' ORDER BY case_id, seq",
            [ids],
        ):
            acts.setdefault(subject, []).append((sql.read_day(on), name))
    for row in supervised:
        for day in ("proposed_on", "decided_on", "since"):
            row[day] = sql.read_day(row[day]) if row[day] else None
        own = acts.get(row["id"], [])
        row["units"] = units.get((row["case_id"], row["round"]), [])
        row["last_on"], row["last"] = own[-1] if own else (row["proposed_on"], "")
    return supervised


def shown_supervisions(register: Register, cases: Sequence[str]) -> dict[str, str]:
    """The ids of all supervisions of these cases, as those know them from whom judgements are hidden."""
    sql = register.layout.sql
    telling_event = (
        "SELECT 1 FROM events e WHERE e.case_id = s.case_id AND e.subject = 'supervision' AND e.subject_id = s.id "
        f"AND {sql.field('e.data', 'key')} {sql.any}"
    )
    telling = f"CASE WHEN s.level IN ({sql_list(JUDGED_LEVELS)}) OR EXISTS ({telling_event}) THEN 1 ELSE 0 END"
    marks: dict[str, list[tuple[str, bool]]] = {}
    with reading(register.engine) as cursor:
        for case_id, id_, tells in cursor.rows(
            f"SELECT s.case_id, s.id, {telling} FROM supervisions s WHERE s.case_id {sql.any}",
            [sql.many(REVEALING), sql.many(cases)],
        ):
            marks.setdefault(case_id, []).append((id_, bool(tells)))
    return {id_: ident for rows in marks.values() for id_, ident in shown_ids(rows).items()}


@dataclass
class Overseen:
    """A running suggestion with the facts of its five slots, as far as the viewer may know them."""

    case: Case
    supervisions: list[Supervision] = field(default_factory=list)
    inspections: list[Inspection] = field(default_factory=list)


def overseen(register: Register, scope: Scope, key_only: bool, limit: int = 500, skip: int = 0) -> list[Overseen]:
    """Suggestions of the scope that were assigned and have not ended, the newest first; `key_only`: 重点督办件."""
    layout, sql, veil = register.layout, register.layout.sql, scope.veil(register)
    where, values = scope.where(sql)
    where += f" AND c.machine = 'suggestion' AND c.assigned_on IS NOT NULL AND {sql.plain}c.state {sql.any}"
    values.append(sql.many(RUNNING))
    if key_only:
        visible, more = veil.key_known(sql) if veil else ("1 = 1", [])
        where += f" AND c.key_level <> 'NONE' AND {visible}"
        values += more
    with reading(register.engine) as cursor:
        ids = [
            case_id
            for (case_id,) in cursor.rows(
                f"SELECT c.id FROM cases c WHERE {where} ORDER BY c.number DESC, c.id DESC "
                f"LIMIT {int(limit)} OFFSET {int(skip)}",
                values,
            )
        ]
        some = [sql.many(ids)]
        cases = {row.id: row for row in layout.cases.objects(
            cursor.rows(f"{layout.cases.select} WHERE id {sql.any}", some))}  # fmt: skip
        by_case = {case_id: Overseen(cases[case_id]) for case_id in ids}
        seen = _seen(sql, cursor, veil, some) if veil else None
        for case_id in unknown_keys(sql, cursor, veil, ids) if veil and not key_only else ():
            cases[case_id].key_level = KeyLevel.NONE.value
        for name in ("supervisions", "inspections"):
            rows = layout.rows[name]
            for row in rows.objects(cursor.rows(f"{rows.select} WHERE case_id {sql.any} ORDER BY id", some)):
                if name == "inspections" or seen is None or row.id in seen:
                    getattr(by_case[row.case_id], name).append(row)
    return list(by_case.values())


def _seen(sql: Sql, cursor: Cursor, veil: Veil, cases: list[Any]) -> set[str]:
    """The supervisions of these cases that are not hidden, by id."""
    seen, more = veil.seen(sql)
    rows = cursor.rows(
        "SELECT s.id FROM supervisions s JOIN cases c ON c.id = s.case_id "
        f"WHERE s.case_id {sql.any} AND {seen}",
        [*cases, *more],
    )
    return {str(id_) for (id_,) in rows}


def promises(
    register: Register, scope: Scope, unit: str = "", states: Sequence[str] = (), limit: int = 2_000
) -> list[Row]:
    """Promises of the scope with case and unit, what is due first; `unit`: only those that it made."""
    sql = register.layout.sql
    where, values = scope.where(sql)
    if unit:
        where += f" AND {sql.plain}a.unit = {sql.mark}"
        values.append(unit)
    if states:
        where += f" AND k.state {sql.any}"
        values.append(sql.many(states))
    names = ("id", "case_id", "text", "state", "promised_on", "due_on", "rescheduled", "verified_on", "unit",
             "unit_name")  # fmt: skip
    with reading(register.engine) as cursor:
        rows = cursor.rows(
            "SELECT k.id, k.case_id, k.text, k.state, k.promised_on, k.due_on, k.rescheduled, k.verified_on, a.unit, "
            f"coalesce(u.name, a.unit), {', '.join(f'c.{name}' for name in _OF_CASE)} "
            "FROM commitments k JOIN cases c ON c.id = k.case_id JOIN assignments a ON a.id = k.assignment_id "
            f"LEFT JOIN units u ON u.id = a.unit WHERE {where} ORDER BY k.due_on, k.id LIMIT {int(limit)}",
            values,
        )
    listed_rows = [dict(zip((*names, *_OF_CASE), row, strict=True)) for row in rows]
    for row in listed_rows:
        for day in ("promised_on", "due_on", "verified_on"):
            row[day] = sql.read_day(row[day]) if row[day] else None
    return listed_rows


def inspections(register: Register, scope: Scope, limit: int = 200) -> list[Row]:
    """Inspections of the scope with case and unit, the newest first."""
    sql = register.layout.sql
    where, values = scope.where(sql)
    names = ("id", "case_id", "verdict", "claimed", "found", "by", "inspected_on", "place", "commitment_id", "promise",
             "unit_name")  # fmt: skip
    with reading(register.engine) as cursor:
        rows = cursor.rows(
            "SELECT i.id, i.case_id, i.verdict, i.claimed, i.found, i.by, i.inspected_on, i.place, i.commitment_id, "
            f"coalesce(k.text, ''), coalesce(u.name, a.unit), {', '.join(f'c.{name}' for name in _OF_CASE)} "
            "FROM inspections i JOIN cases c ON c.id = i.case_id JOIN assignments a ON a.id = i.assignment_id "
            "LEFT JOIN units u ON u.id = a.unit LEFT JOIN commitments k ON k.id = i.commitment_id "
            f"WHERE {where} ORDER BY i.inspected_on DESC, i.id DESC LIMIT {int(limit)}",
            values,
        )
    rows_named = [dict(zip((*names, *_OF_CASE), row, strict=True)) for row in rows]
    for row in rows_named:
        row["inspected_on"] = sql.read_day(row["inspected_on"])
    return rows_named


def drawn(register: Register, scope: Scope) -> list[Row]:
    """Replies of the scope that an audit drew for inspection (抽查) and that were not inspected since."""
    sql = register.layout.sql
    where, values = scope.where(sql)
    with reading(register.engine) as cursor:
        rows = cursor.rows(
            "SELECT f.case_id, f.subject_id, f.first_seen, coalesce(u.name, a.unit), a.reply_class, a.delivered_on, "
            f"{', '.join(f'c.{name}' for name in _OF_CASE)} "
            "FROM findings f JOIN cases c ON c.id = f.case_id JOIN assignments a ON a.id = f.subject_id "
            "LEFT JOIN units u ON u.id = a.unit "
            "WHERE f.code = 'INSPECT' AND f.standing IN ('open', 'acknowledged') AND NOT EXISTS "
            "(SELECT 1 FROM inspections i WHERE i.assignment_id = f.subject_id AND i.commitment_id = '') "
            f"AND {where} ORDER BY f.first_seen, f.case_id",
            values,
        )
    names = ("case_id", "assignment_id", "first_seen", "unit_name", "reply_class", "delivered_on", *_OF_CASE)
    rows_named = [dict(zip(names, row, strict=True)) for row in rows]
    for row in rows_named:
        for day in ("first_seen", "delivered_on"):
            row[day] = sql.read_day(row[day])
    return rows_named


def conversions(register: Register, scope: Scope, since: date, until: date, limit: int = 5_000) -> list[Row]:
    """What suggestions of the scope became beyond their reply (吸纳转化), recorded from `since` up to `until`."""
    sql = register.layout.sql
    where, values = scope.where(sql)
    names = ("id", "case_id", "kind", "target", "by", "converted_on", "done_on")
    with reading(register.engine) as cursor:
        rows = cursor.rows(
            f"SELECT {', '.join(f'v.{name}' for name in names)}, {', '.join(f'c.{name}' for name in _OF_CASE)} "
            "FROM conversions v JOIN cases c ON c.id = v.case_id "
            f"WHERE v.converted_on >= {sql.mark} AND v.converted_on <= {sql.mark} AND {where} "
            f"ORDER BY v.converted_on DESC, v.id DESC LIMIT {int(limit)}",
            [sql.day(since), sql.day(until), *values],
        )
    rows_named = [dict(zip((*names, *_OF_CASE), row, strict=True)) for row in rows]
    for row in rows_named:
        for day in ("converted_on", "done_on"):
            row[day] = sql.read_day(row[day]) if row[day] else None
    return rows_named


def excellent(register: Register, scope: Scope, since: date, until: date, limit: int = 5_000) -> list[Row]:
    """Nominated and awarded suggestions (优秀建议) submitted from `since` up to `until`, the best first."""
    sql = register.layout.sql
    where, values = scope.where(sql)
    with reading(register.engine) as cursor:
        rows = cursor.rows(
            "SELECT c.id, c.excellent, c.quality_score, c.subject_class, "
            f"{', '.join(f'c.{name}' for name in _OF_CASE)} "
            f"FROM cases c WHERE c.excellent <> '' AND c.submitted_on >= {sql.mark} AND c.submitted_on <= {sql.mark} "
            f"AND {where} ORDER BY c.excellent, c.quality_score DESC, c.number LIMIT {int(limit)}",
            [sql.day(since), sql.day(until), *values],
        )
    names = ("case_id", "excellent", "score", "subject_class", *_OF_CASE)
    return [dict(zip(names, row, strict=True)) for row in rows]


def key_items(register: Register, region: str, since: date) -> Mapping[str, int]:
    """By level of key items (重点件) how many key supervisions of a region were confirmed on or after `since`."""
    sql = register.layout.sql
    with reading(register.engine) as cursor:
        rows = cursor.rows(
            "SELECT c.key_level, count(DISTINCT c.id) FROM supervisions s JOIN cases c ON c.id = s.case_id "
            f"WHERE s.kind = 'KEY' AND c.region = {sql.mark} AND s.decided_on >= {sql.mark} "
            "AND s.state NOT IN ('PROPOSED', 'DECLINED', 'LAPSED') GROUP BY c.key_level",
            [region, sql.day(since)],
        )
    return {level: int(count) for level, count in rows}


def _units(cursor: Any, sql: Any, ids: Any) -> dict[tuple[str, int], list[str]]:
    """The answering units of each case and round, by name."""
    names_by_round: dict[tuple[str, int], list[str]] = {}
    for case_id, round_, name in cursor.rows(
        "SELECT a.case_id, a.round, coalesce(u.name, a.unit) FROM assignments a LEFT JOIN units u ON u.id = a.unit "
        f"WHERE a.case_id {sql.any} AND a.role <> 'CO' AND a.state NOT IN ('CANCELLED', 'RETURN_GRANTED') "
        "ORDER BY a.id",
        [ids],
    ):
        names_by_round.setdefault((case_id, round_), []).append(name)
    return names_by_round
