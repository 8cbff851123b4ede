"""Which days are worked, and how working days are counted."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Collection, Mapping
from datetime import MAXYEAR, MINYEAR, date
from functools import cache

import chinese_calendar

SEED_YEARS = range(2004, 2027)
"""The years whose State Council notices are in the seed; a newer package does not widen them by itself."""

SATURDAY = 5


class Workdays:
    """The working days: Monday to Friday, except where a notice or an office says otherwise. Immutable.

    A year is *known* when its yearly notice is in; days of other years follow the week alone.
    """

    __slots__ = ("_exceptions", "_known_years", "_worked")

    def __init__(self, exceptions: Mapping[date, bool], known_years: Collection[int]) -> None:
        self._exceptions = dict(exceptions)
        self._known_years = frozenset(known_years)
        self._worked: dict[int, list[int]] = {}  # year -> ordinals, filled when asked

    @classmethod
    def seed(cls) -> Workdays:
        """The calendar of `SEED_YEARS`, from the notices collected in chinesecalendar."""
        return _seed()

    def with_days(self, exceptions: Mapping[date, bool], known_years: Collection[int] = ()) -> Workdays:
        """A calendar in which `exceptions` win over this one's, and `known_years` are known as well."""
        return Workdays({**self._exceptions, **exceptions}, self._known_years.union(known_years))

    def knows(self, year: int) -> bool:
        return year in self._known_years

    def is_workday(self, day: date) -> bool:
        return self._exceptions.get(day, day.weekday() < SATURDAY)

    def add(self, start: date, working_days: int) -> date:
        """The n-th working day after `start`, which never counts; a negative n counts back, 0 is `start`.

        Raises OverflowError when the count leaves the years 1 to 9999.
        """
        if working_days == 0:
            return start
        return self._after(start, working_days) if working_days > 0 else self._before(start, -working_days)

    def count(self, first: date, last: date) -> int:
        """How many working days lie between `first` and `last`, both included."""
        if last < first:
            return 0
        passed = bisect_left(self._year(first.year), first.toordinal())
        whole_years = sum(len(self._year(year)) for year in range(first.year, last.year))
        return whole_years - passed + bisect_right(self._year(last.year), last.toordinal())

    def _after(self, start: date, left: int) -> date:
        year, worked = start.year, self._year(start.year)
        left += bisect_right(worked, start.toordinal())
        while left > len(worked):
            left -= len(worked)
            year += 1
            worked = self._year(year)
        return date.fromordinal(worked[left - 1])

    def _before(self, start: date, left: int) -> date:
        year, worked = start.year, self._year(start.year)
        index = bisect_left(worked, start.toordinal()) - left
        while index < 0:
            year -= 1
            worked = self._year(year)
            index += len(worked)
        return date.fromordinal(worked[index])

    def _year(self, year: int) -> list[int]:
        worked = self._worked.get(year)
        if worked is None:
            if not MINYEAR <= year <= MAXYEAR:
                raise OverflowError(f"the count of working days leaves the calendar in the year {year}")
            first, last = date(year, 1, 1).toordinal(), date(year, 12, 31).toordinal()
            worked = [n for n in range(first, last + 1) if self.is_workday(date.fromordinal(n))]
            self._worked[year] = worked
        return worked


@cache
def _seed() -> Workdays:
    first, last = date(SEED_YEARS[0], 1, 1).toordinal(), date(SEED_YEARS[-1], 12, 31).toordinal()
    days = (date.fromordinal(n) for n in range(first, last + 1))
    worked = {day: bool(chinese_calendar.is_workday(day)) for day in days}
    return Workdays({day: w for day, w in worked.items() if w != (day.weekday() < SATURDAY)}, SEED_YEARS)
