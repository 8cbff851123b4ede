"""What a register holds, as the report of a rehearsed year counts it."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal

from states.stages import CLOSED
from states.vocabulary import Level
from storage.levels import level_of, ranked
from storage.register import Register
from storage.statements import Sql, reading

Counted = Literal["evaluations.value", "supervisions.state", "events.name", "outbox.recipient", "outbox.kind"]
"""What is counted: a column of a table."""


def counts_of(register: Register, what: Counted) -> dict[str, int]:
    """How many rows have each value, by value."""
    table, _, column = what.partition(".")
    with reading(register.engine) as cursor:
        rows = cursor.rows(f"SELECT {column}, count(*) FROM {table} GROUP BY 1 ORDER BY 1")
    return {str(value): int(number) for value, number in rows}


def limit_events(register: Register) -> list[dict[str, Any]]:
    """The events by which limits were reminded of, became overdue or climbed."""
    events = register.layout.events
    with reading(register.engine) as cursor:
        return events.dicts(
            cursor.rows(f"{events.select} WHERE name IN ('limit.reminded', 'limit.overdue', 'limit.escalated')")
        )


def open_suggestions(register: Register) -> list[tuple[str, Level | None, date | None]]:
    """(state, highest level reached, nearest last day) of each suggestion that is not closed, by its open duties."""
    sql = register.layout.sql
    with reading(register.engine) as cursor:
        rows = cursor.rows(
            f"SELECT c.state, max({ranked('d.level')}), min(d.last_day) FROM cases c "
            "LEFT JOIN deadlines d ON d.case_id = c.id "
            "AND d.duty AND d.met_on IS NULL AND d.void_on IS NULL "
            f"WHERE c.machine = 'suggestion' AND NOT c.state {sql.any} GROUP BY c.id, c.state",
            [sql.many([str(state) for state in CLOSED])],
        )
    return [(state, Level.of(level_of(rank)), _day(sql, last)) for state, rank, last in rows]


@dataclass(frozen=True)
class Duty:
    """A limit that somebody has to keep, and that was not made void unless asked for."""

    case_id: str
    subject_id: str
    key: str
    round: int
    started_on: date
    last_day: date
    met_on: date | None
    void: bool
    missed: int
    source: str
    owed_by: str
    level: str


def duties(register: Register, case_id: str = "") -> list[Duty]:
    """All that hold, by last day, key, subject and round; with `case_id` those of that case, the void ones as well."""
    sql = register.layout.sql
    where, values = (f"case_id = {sql.mark}", [case_id]) if case_id else ("void_on IS NULL", [])
    with reading(register.engine) as cursor:
        rows = cursor.rows(
            "SELECT case_id, subject_id, key, round, started_on, last_day, met_on, void_on IS NOT NULL, missed, "
            f"source, owed_by, level FROM deadlines WHERE duty AND {where} ORDER BY last_day, key, subject_id, round",
            values,
        )
    return [
        Duty(
            case, subject, key, int(round_), sql.read_day(started), sql.read_day(last), _day(sql, met), bool(void),
            int(missed), source, owed_by, level,
        )
        for case, subject, key, round_, started, last, met, void, missed, source, owed_by, level in rows
    ]  # fmt: skip


def notices_of(register: Register, case_id: str) -> list[dict[str, Any]]:
    """The rows of the outbox of a case, in the order of its events."""
    outbox, mark = register.layout.outbox, register.layout.sql.mark
    with reading(register.engine) as cursor:
        return outbox.dicts(cursor.rows(f"{outbox.select} WHERE case_id = {mark} ORDER BY seq, id", [case_id]))


def judged(register: Register) -> tuple[int, int]:
    """(suggestions that were assigned, judgements that were given)."""
    with reading(register.engine) as cursor:
        ((assigned,),) = cursor.rows("SELECT count(*) FROM cases WHERE assigned_on IS NOT NULL")
        ((given,),) = cursor.rows("SELECT count(*) FROM evaluations WHERE value <> 'NO_RESPONSE'")
    return int(assigned), int(given)


def finding_counts(register: Register, codes: tuple[str, ...]) -> dict[str, int]:
    """How many findings have each of these codes."""
    sql = register.layout.sql
    with reading(register.engine) as cursor:
        rows = cursor.rows(f"SELECT code, count(*) FROM findings WHERE code {sql.any} GROUP BY 1", [sql.many(codes)])
    return {code: int(number) for code, number in rows}


@dataclass(frozen=True)
class Standing:
    """What the people of a case see of it in the morning: its state, its round and the drafts before the deputy."""

    state: str = ""
    round: int = 1
    drafts: frozenset[str] = frozenset()


def standing_of(register: Register, cases: list[str]) -> dict[str, Standing]:
    """Where each of the cases stands that exist."""
    if not cases:
        return {}
    sql = register.layout.sql
    drafts: dict[str, set[str]] = {}
    with reading(register.engine) as cursor:
        states = cursor.rows(f"SELECT id, state, round FROM cases WHERE id {sql.any}", [sql.many(cases)])
        for case, part in cursor.rows(
            f"SELECT case_id, id FROM assignments WHERE case_id {sql.any} AND consult = 'OPEN'", [sql.many(cases)]
        ):
            drafts.setdefault(case, set()).add(part)
    return {case: Standing(state, int(round_), frozenset(drafts.get(case, ()))) for case, state, round_ in states}


def first_judging(register: Register, but: str = "") -> list[tuple[str, str]]:
    """(case, lead) of the first suggestion that waits for its evaluation, of the first round where `but` leads not."""
    sql = register.layout.sql
    others, values = (f"AND round = 1 AND lead <> {sql.mark} ", [but]) if but else ("", [])
    with reading(register.engine) as cursor:
        rows = cursor.rows(f"SELECT id, lead FROM cases WHERE state = 'EVALUATING' {others}ORDER BY id LIMIT 1", values)
    return [(case, lead) for case, lead in rows]


def first_received(register: Register) -> list[tuple[str, str, str, str]]:
    """(case, part, unit, state) of the first part that its leading unit has just received, or has yet to receive."""
    with reading(register.engine) as cursor:
        rows = cursor.rows(
            "SELECT a.case_id, a.id, a.unit, a.state FROM assignments a JOIN cases c ON c.id = a.case_id "
            "WHERE a.state IN ('PENDING_RECEIPT', 'RECEIVED') AND a.role IN ('SOLE', 'LEAD') "
            "ORDER BY a.state DESC, a.id LIMIT 1"
        )
    return [(case, part, unit, state) for case, part, unit, state in rows]


def latest_unit(register: Register) -> str:
    """The unit whose replies are overdue at the highest level, and most often."""
    with reading(register.engine) as cursor:
        ((unit,),) = cursor.rows(
            "SELECT substr(owed_by, 6) FROM deadlines WHERE met_on IS NULL AND void_on IS NULL AND duty "
            "AND key = 'reply_by' AND level <> '' GROUP BY 1 "
            f"ORDER BY max({ranked('level')}) DESC, count(*) DESC, 1 LIMIT 1"
        )
    return str(unit)


def busiest_committee(register: Register) -> str:
    """The committee with most supervisions that run."""
    with reading(register.engine) as cursor:
        ((committee,),) = cursor.rows(
            "SELECT c.committee FROM supervisions s JOIN cases c ON c.id = s.case_id WHERE s.state IN "
            "('ACTIVE', 'CONFIRMED') GROUP BY 1 ORDER BY count(*) DESC, 1 LIMIT 1"
        )
    return str(committee)


@dataclass(frozen=True)
class SystemActs:
    """What happened by itself in a span: steps of limits by (event, level), proposals, other acts, messages."""

    steps: dict[tuple[str, str], int]
    proposed: int
    others: int
    messages: int


def acts_between(register: Register, since: datetime, until: datetime) -> SystemActs:
    """What was entered after `since` and not after `until`."""
    sql = register.layout.sql
    span = [sql.instant(since), sql.instant(until)]
    between = f"> {sql.mark} AND {{0}} <= {sql.mark}"
    entered, created = (f"{one} {between.format(one)}" for one in ("entered_at", "created_at"))
    with reading(register.engine) as cursor:
        steps = cursor.rows(
            f"SELECT name, coalesce({sql.field('data', 'level')}, ''), count(*) FROM events "
            f"WHERE subject = 'limit' AND {entered} GROUP BY 1, 2",
            span,
        )
        acts = cursor.rows(
            "SELECT name = 'supervision.proposed', count(*) FROM events WHERE role = 'system' AND subject <> 'limit' "
            f"AND {entered} GROUP BY 1",
            span,
        )
        ((messages,),) = cursor.rows(f"SELECT count(*) FROM messages WHERE {created}", span)
    by_system = {bool(proposed): int(count) for proposed, count in acts}
    return SystemActs(
        {(name, str(level)): int(count) for name, level, count in steps},
        by_system.get(True, 0), by_system.get(False, 0), int(messages),
    )  # fmt: skip


def _day(sql: Sql, value: Any) -> date | None:
    return None if value is None else sql.read_day(value)
