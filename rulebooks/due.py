"""The last day of a limit, and the days of the rungs around it."""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import MAXYEAR, date, datetime, timedelta
from enum import StrEnum

from rulebooks.faults import FaultError, RuleFault
from rulebooks.sentences import Given, Label, Worded
from rulebooks.workdays import Workdays

FULL_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
DATE_FORMS = Label('"YYYY-MM-DD"'), Label('"MM-DD"')
YEARLY_DATE = re.compile(r"[0-9]{2}-[0-9]{2}")


class Unit(StrEnum):
    MONTHS = "months"
    WORKING_DAYS = "working_days"
    DAYS = "days"
    DATE = "date"


WORDS = {Unit.MONTHS: "个月", Unit.WORKING_DAYS: "个工作日", Unit.DAYS: "日", Unit.DATE: "日期"}


class Roll(StrEnum):
    """How a last day on a non-working day moves."""

    NONE = "none"
    NEXT_WORKING_DAY = "next_working_day"


class DueError(FaultError):
    """The limit cannot be counted."""


@dataclass(frozen=True, slots=True)
class Due:
    last_day: date
    """Inclusive: what happens that day is on time."""
    provisional: bool
    """A future notice could move it: it was counted over a day that such a notice may still change."""


def last_day(start: date, amount: int | str, unit: Unit, roll: Roll, workdays: Workdays) -> Due:
    """The last day of a limit of `amount` `unit` that started on `start`; the start day never counts.

    months: the corresponding day, or the month's last (30 November + 3 months is the last of February).
    date: "YYYY-MM-DD", or "MM-DD" for the first such day after `start`.
    `roll` moves a last day in months, days or by date; a count of working days ends on one anyway.
    Raises `DueError` when the amount does not suit the unit, lies before `start`, or passes the year 9999.
    """
    if isinstance(start, datetime):
        raise DueError(RuleFault("limit_from_instant", start=Label(start.isoformat())))
    try:
        if unit is Unit.WORKING_DAYS:
            last = workdays.add(start, _whole(amount, unit))
            return Due(last, not workdays.settled(start + timedelta(days=1), last))
        nominal = _nominal(start, amount, unit)
        return _rolled(nominal, workdays) if roll is Roll.NEXT_WORKING_DAY else Due(nominal, False)
    except OverflowError as error:
        why = RuleFault("limit_leaves_calendar", amount=Label(amount), unit=_named(unit), start=start)
        raise DueError(why) from error


def counted_again(start: date, amount: str, unit: str, roll: str, last: date, workdays: Workdays) -> Due:
    """The last day of a stored limit by another calendar. A day agreed upon stays `last`, even one before the start."""
    if unit == Unit.DATE and roll == Roll.NONE:
        return Due(last, False)
    return last_day(start, amount if unit == Unit.DATE else int(amount), Unit(unit), Roll(roll), workdays)


def check_amount(amount: int | str, unit: Unit) -> None:
    """Raises `DueError` when `amount` cannot be counted in `unit` from any day."""
    if unit is not Unit.DATE:
        _whole(amount, unit)
    elif isinstance(amount, str) and YEARLY_DATE.fullmatch(amount):
        _month_and_day(amount)
    else:
        _full_date(amount)


def rung_on(last: date, working_days: int, workdays: Workdays) -> date:
    """The day of a rung around the last day: +1 is the first working day after it.

    A negative offset counts civil days back (reminders are spoken of in civil days); 0 is the last day.
    """
    if working_days < 0:
        return last + timedelta(days=working_days)
    return workdays.add(last, working_days)


def _rolled(nominal: date, workdays: Workdays) -> Due:
    last = nominal if workdays.is_workday(nominal) else workdays.add(nominal, 1)
    return Due(last, not workdays.settled(nominal, last))


def _nominal(start: date, amount: int | str, unit: Unit) -> date:
    if unit is Unit.MONTHS:
        return _months_after(start, _whole(amount, unit))
    if unit is Unit.DAYS:
        return start + timedelta(days=_whole(amount, unit))
    return _by_date(start, amount)


def _whole(amount: int | str, unit: Unit) -> int:
    if not isinstance(amount, int) or isinstance(amount, bool):
        raise DueError(RuleFault("amount_not_whole", unit=_named(unit), given=Given(amount)))
    if amount < 1:
        raise DueError(RuleFault("amount_too_small", unit=_named(unit), given=amount))
    return amount


def _named(unit: Unit) -> Worded:
    return Worded(unit, WORDS[unit])


def _months_after(start: date, months: int) -> date:
    years, month = divmod(start.month - 1 + months, 12)
    year = start.year + years
    if year > MAXYEAR:
        raise OverflowError(year)
    return date(year, month + 1, min(start.day, monthrange(year, month + 1)[1]))


def _by_date(start: date, amount: int | str) -> date:
    if isinstance(amount, str) and YEARLY_DATE.fullmatch(amount):
        return _next_such_day(start, amount)
    last = _full_date(amount)
    if last < start:
        raise DueError(RuleFault("limit_ends_before_start", last=last, start=start))
    return last


def _full_date(amount: int | str) -> date:
    if isinstance(amount, str) and FULL_DATE.fullmatch(amount):
        try:
            return date.fromisoformat(amount)
        except ValueError as error:
            raise DueError(RuleFault("no_such_day", day=Label(amount))) from error
    raise DueError(RuleFault("day_malformed", known=DATE_FORMS, given=Given(amount)))


def _next_such_day(start: date, month_day: str) -> date:
    month, day = _month_and_day(month_day)
    year = start.year if (month, day) > (start.month, start.day) else start.year + 1
    while year <= MAXYEAR and day > monthrange(year, month)[1]:
        year += 1  # 29 February waits for a leap year
    if year > MAXYEAR:
        raise OverflowError(year)
    return date(year, month, day)


def _month_and_day(month_day: str) -> tuple[int, int]:
    month, day = int(month_day[:2]), int(month_day[3:])
    if not 1 <= month <= 12 or not 1 <= day <= monthrange(2000, month)[1]:
        raise DueError(RuleFault("no_year_has_day", day=Label(month_day)))
    return month, day
