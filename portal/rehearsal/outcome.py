"""What a rehearsed year looks like afterwards, read from the stored rows: board, figures, ladder, units."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta

from states.ladder import levels_of
from states.vocabulary import Card, Level, S
from storage import Register
from storage.day_counts import by_limit
from storage.moments import one_moment
from storage.rehearsed import OwedLimit, counts_of, limit_events, open_suggestions, owed_limits
from storage.who_stands import unit_names

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
    """Everything that the board shows, read in one transaction."""
    result = Overview(on, limits=by_limit(register))
    with one_moment(register.engine):
        result.board = _board(register, on)
        result.figures = _figures(register)
        result.satisfaction = counts_of(register, "evaluations.value")
        result.ladder = _ladder(register)
        result.supervisions = counts_of(register, "supervisions.state")
        result.worst_units = _worst(register, on)
    replies = [result.limits.get(key, {}) for key in REPLIES]
    result.figures["replied_in_time"] = sum(reply.get("in_time", 0) for reply in replies)
    result.figures["replied_late"] = sum(reply.get("late", 0) for reply in replies)
    return result


def lamps(register: Register, on: date) -> dict[str, int]:
    """How many open items show each lamp at the end of `on`, as the rows stand now."""
    board = _board(register, on)
    return {lamp: sum(of_stage[lamp] for of_stage in board.values()) for lamp in LAMPS}


def _board(register: Register, on: date) -> dict[str, dict[str, int]]:
    board: dict[str, Counter[str]] = {}
    for state, level, last in open_suggestions(register):
        board.setdefault(state, Counter())[_lamp(level, last, on)] += 1
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


def _figures(register: Register) -> dict[str, int]:
    counted = counts_of(register, "events.name")
    return {name: counted.get(event, 0) for name, event in _EVENTS.items()}


def _ladder(register: Register) -> dict[str, int]:
    events = limit_events(register)
    rungs = Counter(level for event in events for level in levels_of(event["data"]))
    rungs["overdue"] = sum(event["name"] == "limit.overdue" for event in events)
    return dict(sorted(rungs.items()))


def _worst(register: Register, on: date) -> list[UnitRecord]:
    records = _records(owed_limits(register), unit_names(register), on)
    return sorted(records, key=lambda unit: (-unit.late, -unit.days, unit.unit))[:WORST]


def _records(limits: Iterable[OwedLimit], names: dict[str, str], on: date) -> Iterable[UnitRecord]:
    records: dict[str, UnitRecord] = {}
    for limit in limits:
        owner, _, unit = limit.owed_by.partition(":")
        if owner != "unit":
            continue
        record = records.setdefault(unit, UnitRecord(unit, names.get(unit, unit)))
        until = limit.met_on or on
        record.limits += 1
        if until > limit.last_day:
            record.late += 1
            record.days += (until - limit.last_day).days
            record.level = Level.highest((record.level, limit.level))
    return [record for record in records.values() if record.late]


def stage_name(state: str) -> str:
    return S(state).zh
