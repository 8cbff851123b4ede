"""What a rehearsed year looks like afterwards, read from the stored rows: board, figures, ladder, units."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from states.ladder import levels_of
from states.stages import CLOSED, NAMES, S
from states.vocabulary import Card, Level
from storage import Register
from storage.figures import by_limit
from storage.levels import level_of, ranked
from storage.statements import Cursor, reading

LAMPS = {"GREEN": "绿", "BLUE": "蓝", "YELLOW": "黄", "RED": "红"}
"""Green: nothing is near. Blue: a last day within a week. Yellow: overdue. Red: overdue and notified in public (U3)."""

NEAR = timedelta(days=7)
REPLIES = ("reply_by", "rehandle_by")
WORST = 10


@dataclass
class UnitRecord:
    """How one unit kept its limits: how many it had, how many it kept late or not yet, and by how many days."""

    unit: str
    name: str
    limits: int = 0
    late: int = 0
    days: int = 0
    level: str = ""


@dataclass
class Overview:
    """The state of a register at the end of the day `on`."""

    on: date
    board: dict[str, dict[str, int]] = field(default_factory=dict)
    """open items by stage and lamp"""
    figures: dict[str, int] = field(default_factory=dict)
    satisfaction: dict[str, int] = field(default_factory=dict)
    limits: dict[str, dict[str, int]] = field(default_factory=dict)
    ladder: dict[str, int] = field(default_factory=dict)
    """events of limits by the highest rung of their day"""
    supervisions: dict[str, int] = field(default_factory=dict)
    worst_units: list[UnitRecord] = field(default_factory=list)


def overview(register: Register, on: date) -> Overview:
    """Everything that the board shows, from one moment of the database."""
    found = Overview(on, limits=by_limit(register))
    with reading(register.engine) as cursor:
        found.board = _board(register, cursor, on)
        found.figures = _figures(cursor)
        found.satisfaction = _counts(cursor, "SELECT value, count(*) FROM evaluations GROUP BY 1 ORDER BY 1")
        found.ladder = _ladder(register, cursor)
        found.supervisions = _counts(cursor, "SELECT state, count(*) FROM supervisions GROUP BY 1 ORDER BY 1")
        found.worst_units = _worst(cursor, on)
    replies = [found.limits.get(key, {}) for key in REPLIES]
    found.figures["replied_in_time"] = sum(one.get("in_time", 0) for one in replies)
    found.figures["replied_late"] = sum(one.get("late", 0) for one in replies)
    return found


def lamps(register: Register, on: date) -> dict[str, int]:
    """How many open items show each lamp at the end of `on`, as the rows stand now."""
    with reading(register.engine) as cursor:
        board = _board(register, cursor, on)
    return {lamp: sum(of_stage[lamp] for of_stage in board.values()) for lamp in LAMPS}


def _board(register: Register, cursor: Cursor, on: date) -> dict[str, dict[str, int]]:
    sql = register.layout.sql
    rows = cursor.rows(
        f"SELECT c.state, max({ranked('d.level')}), min(d.last_day) FROM cases c "
        "LEFT JOIN deadlines d ON d.case_id = c.id "
        "AND d.duty AND d.met_on IS NULL AND d.void_on IS NULL "
        f"WHERE c.machine = 'suggestion' AND NOT c.state {sql.any} GROUP BY c.id, c.state",
        [sql.many([str(state) for state in CLOSED])],
    )
    board: dict[str, Counter[str]] = {}
    for state, rank, last in rows:
        board.setdefault(state, Counter())[_lamp(Level.of(level_of(rank)), _day(last), on)] += 1
    return {str(state): {lamp: board[state][lamp] for lamp in LAMPS} for state in S if state in board}


def _lamp(level: Level | None, last: date | None, on: date) -> str:
    if last is None or last > on + NEAR:
        return "GREEN"
    if last >= on:
        return "BLUE"
    return "RED" if level and level.card is Card.RED else "YELLOW"


_EVENTS = {
    "submitted": "suggestion.submitted",
    "registered": "suggestion.registered",
    "assigned": "suggestion.assigned",
    "not_accepted": "suggestion.declined",
    "withdrawn": "suggestion.withdrawn",
    "returned": "assignment.return_granted",
    "extended": "assignment.extension_granted",
    "rehandled": "suggestion.rehandle_ordered",
    "mediated": "suggestion.dissatisfied_again",
    "urged": "suggestion.urged",
    "explained": "assignment.delay_explained",
    "rectified": "assignment.rectified",
    "promised": "commitment.promised",
    "promises_verified": "commitment.verified",
    "promises_broken": "suggestion.closed_with_explanation",
    "archived": "suggestion.archived",
}


def _figures(cursor: Cursor) -> dict[str, int]:
    counted = _counts(cursor, "SELECT name, count(*) FROM events GROUP BY 1")
    return {name: counted.get(event, 0) for name, event in _EVENTS.items()}


def _counts(cursor: Cursor, select: str) -> dict[str, int]:
    return {str(name): int(number) for name, number in cursor.rows(select)}


def _ladder(register: Register, cursor: Cursor) -> dict[str, int]:
    events = register.layout.events
    found = events.dicts(
        cursor.rows(f"{events.select} WHERE name IN ('limit.reminded', 'limit.overdue', 'limit.escalated')")
    )
    rungs = Counter(level for one in found for level in levels_of(one["data"]))
    rungs["overdue"] = sum(one["name"] == "limit.overdue" for one in found)
    return dict(sorted(rungs.items()))


def _worst(cursor: Cursor, on: date) -> list[UnitRecord]:
    rows = cursor.rows(
        "SELECT d.owed_by, d.last_day, d.met_on, d.level FROM deadlines d "
        "WHERE d.duty AND d.void_on IS NULL AND d.owed_by LIKE 'unit:%'"
    )
    names = dict(cursor.rows("SELECT id, name FROM units"))
    return sorted(_records(rows, names, on), key=lambda one: (-one.late, -one.days, one.unit))[:WORST]


def _records(rows: Iterable[tuple[Any, ...]], names: dict[str, str], on: date) -> Iterable[UnitRecord]:
    found: dict[str, UnitRecord] = {}
    for owed_by, last_day, met_on, level in rows:
        unit = owed_by.partition(":")[2]
        record = found.setdefault(unit, UnitRecord(unit, names.get(unit, unit)))
        last, until = _day(last_day), _day(met_on) or on
        record.limits += 1
        if last is not None and until > last:
            record.late += 1
            record.days += (until - last).days
            record.level = Level.highest((record.level, level))
    return [record for record in found.values() if record.late]


def _day(value: Any) -> date | None:
    return date.fromisoformat(value) if isinstance(value, str) else value


def stage_name(state: str) -> str:
    return NAMES[S(state)]
