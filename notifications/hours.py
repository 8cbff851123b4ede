"""When notices may go out to people: office hours on working days, in the region's zone."""

from datetime import datetime, time, timedelta

from rulebooks import ZONE, Rulebook, Workdays

HOUSE_HOURS = (time(8, 30), time(17, 30))
"""Of rulebooks that set none; inferred: the usual hours of offices."""


def hours_of(rulebook: Rulebook) -> tuple[time, time]:
    """(start, end) as civil times; the end is not included."""
    hours = rulebook.office_hours
    return (hours.start, hours.end) if hours else HOUSE_HOURS


def is_open(hours: tuple[time, time], at: datetime, workdays: Workdays) -> bool:
    """Whether `at` (aware) lies in the hours of a working day."""
    local = at.astimezone(ZONE)
    return workdays.is_workday(local.date()) and hours[0] <= local.time() < hours[1]


def next_opening(hours: tuple[time, time], at: datetime, workdays: Workdays) -> datetime:
    """`at` itself while the office is open, else when it opens next."""
    if is_open(hours, at, workdays):
        return at
    local = at.astimezone(ZONE)
    day = local.date() if local.time() < hours[0] else local.date() + timedelta(days=1)
    while not workdays.is_workday(day):
        day += timedelta(days=1)
    return datetime.combine(day, hours[0], ZONE)
