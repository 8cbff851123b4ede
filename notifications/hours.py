"""When notices may go out to people: office hours on working days, in the region's zone."""

from collections.abc import Iterable
from datetime import datetime, time, timedelta

from rulebooks import ZONE, Rulebook, Workdays

Hours = tuple[time, time]
"""(start, end) as civil times; the end is not included."""

HOUSE_HOURS: Hours = (time(8, 30), time(17, 30))
"""Of rulebooks that set none; inferred: the usual hours of offices."""


def hours_of(rulebook: Rulebook) -> Hours:
    """The office hours of the rulebook, or the default ones."""
    hours = rulebook.office_hours
    return (hours.start, hours.end) if hours else HOUSE_HOURS


def widest(rulebooks: Iterable[Rulebook]) -> Hours:
    """From the first opening to the last closing of the default and these rulebooks; outside no office is open."""
    all_hours = [HOUSE_HOURS, *map(hours_of, rulebooks)]
    return min(start for start, _ in all_hours), max(end for _, end in all_hours)


def is_open(hours: Hours, at: datetime, workdays: Workdays) -> bool:
    """Whether `at` (aware) lies in the hours of a working day."""
    local = at.astimezone(ZONE)
    return workdays.is_workday(local.date()) and hours[0] <= local.time() < hours[1]


def next_opening(hours: Hours, at: datetime, workdays: Workdays) -> datetime:
    """`at` itself while the office is open, else when it opens next."""
    if is_open(hours, at, workdays):
        return at
    local = at.astimezone(ZONE)
    day = local.date() if local.time() < hours[0] else local.date() + timedelta(days=1)
    while not workdays.is_workday(day):
        day += timedelta(days=1)
    return datetime.combine(day, hours[0], ZONE)
