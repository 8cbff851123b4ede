"""What waits for a person who may never answer: evaluations, consultations, proposed supervisions.

Queries over all open cases, for every sweep: statements of the cursor (figures in `storage.statements`).
"""

from dataclasses import dataclass
from datetime import date
from typing import Any

from storage.levels import rank_of, ranked
from storage.register import Register
from storage.statements import Cursor, Sql, reading
from storage.visible import Scope, unit_named


@dataclass(frozen=True)
class Awaited:
    """A waiting item: `what` is feedback, consult or supervision; `since` the last day of its window, or the day of
    the proposal; `reminders` how many reminders were sent, `reminded` the day of the case's last one."""

    what: str
    case_id: str
    subject_id: str
    round: int
    since: date
    reminders: int
    rulebook_ident: str
    region: str
    reminded: date | None = None


@dataclass(frozen=True)
class Proposal:
    """A supervision that the ladder or a body proposed and that is undecided, or lapsed undecided."""

    id: str
    case_id: str
    number: str
    title: str
    region: str
    level: str
    state: str
    proposed_on: date
    units: str


REMINDED = """(SELECT max(e."on") FROM events e WHERE e.case_id = d.case_id AND e.name = '{}')"""
FEEDBACK = f"""
SELECT 'feedback', d.case_id, d.subject_id, d.round, d.last_day, p.urges, c.rulebook_ident, c.region,
{REMINDED.format("suggestion.feedback_urged")}
FROM deadlines d JOIN cases c ON c.id = d.case_id AND c.state = 'EVALUATING' AND c.round = d.round
JOIN parties p ON p.id = d.subject_id
WHERE d.key = 'feedback_by' AND d.met_on IS NULL AND d.void_on IS NULL AND d.last_day < {{mark}}
"""
CONSULT = f"""
SELECT 'consult', d.case_id, d.subject_id, d.round, d.last_day, a.consult_reminders, c.rulebook_ident, c.region,
{REMINDED.format("assignment.consult_reminded")}
FROM deadlines d JOIN cases c ON c.id = d.case_id AND c.round = d.round
JOIN assignments a ON a.id = d.subject_id AND a.consult = 'OPEN'
WHERE d.key = 'consult_by' AND d.met_on IS NULL AND d.void_on IS NULL AND d.last_day < {{mark}}
"""
SUPERVISION = """
SELECT 'supervision', s.case_id, s.id, c.round, s.proposed_on, 0, c.rulebook_ident, c.region, NULL
FROM supervisions s JOIN cases c ON c.id = s.case_id WHERE s.state = 'PROPOSED' AND s.proposed_on < {mark}
"""


def waiting_for_nobody(register: Register, on: date) -> list[Awaited]:
    """Everything whose window ended before `on`, by case; the rulebook decides what follows."""
    sql = register.layout.sql
    waiting: list[Awaited] = []
    with reading(register.engine) as cursor:
        for select in (FEEDBACK, CONSULT, SUPERVISION):
            rows = cursor.rows(select.format(mark=sql.mark), [sql.day(on)])
            waiting += [
                Awaited(what, case_id, subject_id, round_, _day(since), reminders, ident, region, _day(reminded))
                for what, case_id, subject_id, round_, since, reminders, ident, region, reminded in rows
            ]
    return sorted(waiting, key=lambda item: (item.case_id, item.subject_id))


def proposals(register: Register, region: str = "", lapsed_since: date | None = None) -> list[Proposal]:
    """PROPOSED supervisions, and those that lapsed on or after `lapsed_since`, the highest level first.

    Within a level the oldest comes first. `region` empty: of every region.
    """
    sql = register.layout.sql
    wanted, values = "s.state = 'PROPOSED'", []
    if lapsed_since is not None:
        wanted = f"(s.state = 'PROPOSED' OR (s.state = 'LAPSED' AND s.since >= {sql.mark}))"
        values.append(sql.day(lapsed_since))
    if region:
        wanted += f" AND c.region = {sql.mark}"
        values.append(region)
    with reading(register.engine) as cursor:
        rows = cursor.rows(
            f"{_PROPOSED} FROM supervisions s JOIN cases c ON c.id = s.case_id WHERE {wanted} "
            f"ORDER BY {ranked('s.level')} DESC, s.proposed_on, s.id",
            values,
        )
        return _with_units(sql, cursor, rows)


def first_proposals(register: Register, scope: Scope, most: int) -> list[Proposal]:
    """The first `most` PROPOSED supervisions of the scope, in the order of `proposals`.

    Level by level, so that each is read along the index until there are enough.
    """
    sql = register.layout.sql
    where, values = scope.where(sql)
    veil = scope.veil(register)
    if veil is not None:
        seen, more = veil.seen(sql)
        where, values = f"{where} AND {seen}", [*values, *more]
    rows: list[tuple[Any, ...]] = []
    with reading(register.engine) as cursor:
        levels = cursor.rows("SELECT DISTINCT level FROM supervisions WHERE state = 'PROPOSED'")
        for level in sorted((level for (level,) in levels), key=rank_of, reverse=True):
            rows += cursor.rows(
                f"{_PROPOSED} FROM supervisions s {'' if sql.postgres else 'CROSS '}JOIN cases c ON c.id = s.case_id "
                f"WHERE s.state = 'PROPOSED' AND s.level = {sql.mark} AND {where} "
                f"ORDER BY s.proposed_on, s.id LIMIT {int(most) - len(rows)}",
                [level, *values],
            )
            if len(rows) == most:
                break
        return _with_units(sql, cursor, rows)


_PROPOSED = "SELECT s.id, s.case_id, c.number, c.title, c.region, s.level, s.state, s.proposed_on, c.round"
_UNITS = """
SELECT a.case_id, a.round, coalesce(u.name, a.unit), a.id FROM assignments a LEFT JOIN units u ON u.id = a.unit
WHERE a.case_id {any} AND a.role <> 'CO' AND a.state NOT IN ('CANCELLED', 'RETURN_GRANTED')
UNION ALL SELECT c.id, c.round, coalesce(u.name, {named}), '' FROM cases c LEFT JOIN units u ON u.id = {named}
WHERE c.id {any} AND c.machine = 'opinion' AND {named} IS NOT NULL ORDER BY 4
"""
"""The units that answer for these cases: of the running round, or to which an opinion was routed."""


def _with_units(sql: Sql, cursor: Cursor, rows: list[tuple[Any, ...]]) -> list[Proposal]:
    units: dict[tuple[str, int], list[str]] = {}
    cases = sql.many({str(row[1]) for row in rows})
    records = cursor.rows(_UNITS.format(any=sql.any, named=unit_named("c.", sql)), [cases, cases])
    for case_id, round_, name, _ in records:
        units.setdefault((case_id, round_), []).append(name)
    return [
        Proposal(
            id_,
            case_id,
            number,
            title,
            place,
            level,
            state,
            _day(on),
            "、".join(units.get((case_id, round_), [])),
        )
        for id_, case_id, number, title, place, level, state, on, round_ in rows
    ]


def _day(value: Any) -> date:
    return date.fromisoformat(value) if isinstance(value, str) else value
