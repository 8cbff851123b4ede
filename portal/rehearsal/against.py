"""The same recorded acts under two rulebooks: what would be late, how far the ladder climbs, who would be told."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from portal.rehearsal.recorded import Played, Recorded
from portal.rehearsal.stage import StepRefused
from states.ladder import levels_of
from storage import Register
from storage.rehearsed import OwedLimit, counts_of, limit_events, owed_limits

STANDINGS = ("in_time", "late", "never", "running")
"""Met in time, met late, overdue and open at the end, and open without being overdue."""


@dataclass(frozen=True)
class ComparedLimit:
    """A limit as it stood at the end of the recorded days."""

    last_day: date
    met_on: date | None
    standing: str
    source: str
    owed_by: str


@dataclass(frozen=True)
class YearDifference:
    """A limit of a case that stands otherwise under the other rulebook; None where that one has no such limit."""

    case: str
    subject: str
    key: str
    round: int
    a: ComparedLimit | None
    b: ComparedLimit | None

    @property
    def outcome(self) -> bool:
        """Whether it is late under one and not under the other."""
        return (self.a is not None and self.a.standing in ("late", "never")) != (
            self.b is not None and self.b.standing in ("late", "never")
        )


@dataclass
class Side:
    """What became of the acts under one rulebook."""

    ident: str
    title: str
    acts: int
    refused: list[StepRefused]
    limits: dict[str, Counter[str]] = field(default_factory=dict)
    """by key: how many stand how"""
    rungs: Counter[str] = field(default_factory=Counter)
    """events of limits by the highest rung of their day, `overdue` for the day after the last"""
    recipients: Counter[str] = field(default_factory=Counter)
    """notices by recipient (kind:id)"""
    kinds: Counter[str] = field(default_factory=Counter)
    """notices by what they say"""


@dataclass
class Against:
    """Both sides, and every limit that differs."""

    first: date
    ended: date
    a: Side
    b: Side
    differences: list[YearDifference]
    supposed: tuple[str, ...] = ()
    """What is supposed of the second side: days off, and values as KEY=VALUE."""

    @property
    def same(self) -> bool:
        """Whether no limit, no rung and no notice differs."""
        return not self.differences and (self.a.rungs, self.a.recipients) == (self.b.rungs, self.b.recipients)


def compare(record: Recorded, a: Played, b: Played, supposed: Iterable[str] = ()) -> Against:
    """What the two registers say of the same acts, as of the end of the recorded days."""
    of_a, of_b = _limits(a.register, record.ended), _limits(b.register, record.ended)
    differences = [
        YearDifference(*place, of_a.get(place), of_b.get(place))
        for place in sorted({*of_a, *of_b})
        if of_a.get(place) != of_b.get(place)
    ]
    return Against(record.first, record.ended, _side(a, of_a), _side(b, of_b), differences, tuple(supposed))


Place = tuple[str, str, str, int]


def _side(played: Played, limits: dict[Place, ComparedLimit]) -> Side:
    side = Side(played.rulebook.ident, played.rulebook.title, played.acts, played.refused)
    for (_, _, key, _), limit in limits.items():
        side.limits.setdefault(key, Counter())[limit.standing] += 1
    side.limits = dict(sorted(side.limits.items()))
    side.rungs = _rungs(played.register)
    side.recipients = Counter(counts_of(played.register, "outbox.recipient"))
    side.kinds = Counter(counts_of(played.register, "outbox.kind"))
    return side


def _rungs(register: Register) -> Counter[str]:
    counts: Counter[str] = Counter()
    for event in limit_events(register):
        if event["name"] == "limit.overdue":
            counts["overdue"] += 1
        counts.update(levels_of(event["data"]))
    return counts


def _limits(register: Register, ended: date) -> dict[Place, ComparedLimit]:
    """Every duty that was not made void, by case, subject, key and round."""
    return {
        (duty.case_id, duty.subject_id, duty.key, duty.round): _limit(duty, ended) for duty in owed_limits(register)
    }


def _limit(duty: OwedLimit, ended: date) -> ComparedLimit:
    if duty.met_on is not None:
        standing = "late" if duty.met_on > duty.last_day or duty.missed else "in_time"
    else:
        standing = "never" if duty.last_day < ended else "running"
    return ComparedLimit(duty.last_day, duty.met_on, standing, duty.source, duty.owed_by)
