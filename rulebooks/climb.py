"""The days on which a limit reminds, becomes overdue and escalates: its stops on the ladder."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from rulebooks.due import rung_on
from rulebooks.schema import Rulebook
from rulebooks.sections import Rung
from rulebooks.vocabulary import TOP_LEVEL, Level
from rulebooks.workdays import Workdays

OVERDUE = timedelta(days=1)
"""Overdue begins at 00:00 after the last day."""


@dataclass(frozen=True)
class Stop:
    """A rung and its day; without a rung the day on which the limit becomes overdue."""

    day: date
    rung: Rung | None = None


def rungs_of(rulebook: Rulebook, key: str, owed_by: str) -> tuple[Rung, ...]:
    """The rungs that the limit `key` owed by `owed_by` (kind:id) climbs.

    A deputy has a right, not a duty: only rungs that tell the deputy remind of it. A promise climbs its own ladder.
    """
    if owed_by.startswith("deputy:"):
        return tuple(rung for rung in rulebook.ladder if "deputy" in rung.tells and rung.level is Level.U0)
    if key == "commitment_by":
        return rulebook.commitment_ladder
    limit = rulebook.limits.get(key)
    top = limit.climbs_to if limit else TOP_LEVEL
    return tuple(rung for rung in rulebook.ladder if rung.level <= top)


def stops(rungs: Iterable[Rung], last: date, workdays: Workdays) -> tuple[Stop, ...]:
    """Every stop around the last day `last`: reminders, the overdue day, then the rungs after it.

    The order is the same under every calendar, so that the index of a stop, which a deadline's `rungs` counts, means
    the same stop after a holiday was added; several may fall on one day.
    """
    ordered = sorted(rungs, key=lambda rung: (rung.offset, rung.level))
    reminders = [Stop(last + timedelta(days=rung.offset), rung) for rung in ordered if rung.offset <= 0]
    after = [Stop(rung_on(last, rung.offset, workdays), rung) for rung in ordered if rung.offset > 0]
    return (*reminders, Stop(last + OVERDUE), *after)


def first_stop(rungs: Iterable[Rung], last: date, since: date) -> tuple[int, date]:
    """(index, day) of the first stop on or after `since`: reminders that lie before it are skipped, overdue never.

    Needs no calendar: no rung after the last day comes before the overdue day.
    """
    days = sorted(last + timedelta(days=rung.offset) for rung in rungs if rung.offset <= 0)
    for index, day in enumerate(days):
        if day >= since:
            return index, day
    return len(days), last + OVERDUE
