"""Working days, and counting them."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Collection, Mapping
from datetime import MAXYEAR, MINYEAR, date
from functools import cache
from types import MappingProxyType

import chinese_calendar

from rulebooks.festivals import statutory_days

SEED_YEARS = range(2004, 2027)
"""The years whose State Council notices are in the seed; a newer package does not widen them by itself."""

CORRECTIONS = {date(2005, 12, 31): True}
"""Days on which the package departs from the notices. The notice for 2006 (国办发明电〔2005〕35号) moved this Saturday
to the Tuesday after 元旦; the package has only the days of the year itself."""

NEW_YEAR_REACH = 7
"""A year's notice may name the last week of the December before and the first of the January after, no other day of a
neighbour: it arranges 元旦 with the weekend before it at most (2005, 2006, 2007, 2011 and 2018 did)."""

SATURDAY = 5


def notices_naming(day: date) -> tuple[int, ...]:
    """The years whose notice may name `day`: its own; in the last week of a year the next, in the first the last."""
    if (day.month, day.day) > (12, 31 - NEW_YEAR_REACH):
        return day.year, day.year + 1
    if (day.month, day.day) <= (1, NEW_YEAR_REACH):
        return day.year, day.year - 1
    return (day.year,)


class Workdays:
    """The working days: Monday to Friday, except where a notice or an office says otherwise. Immutable.

    A year is *known* when its notice is in. In another year the statutory days are off, the rest follows the week.
    `fixed` are days that an office decided: no notice moves them.
    """

    __slots__ = ("_exceptions", "_fixed", "_known_years", "_unsettled", "_worked")

    def __init__(
        self, exceptions: Mapping[date, bool], known_years: Collection[int], fixed: Collection[date] = ()
    ) -> None:
        self._exceptions = dict(exceptions)
        self._known_years = frozenset(known_years)
        self._fixed = frozenset(fixed)
        self._worked: dict[int, list[int]] = {}  # year -> ordinals, filled when asked
        self._unsettled: dict[int, list[int]] = {}

    @classmethod
    def seed(cls) -> Workdays:
        """The calendar of `SEED_YEARS`, from the notices collected in chinesecalendar."""
        return _seed()

    def with_days(self, exceptions: Mapping[date, bool], known_years: Collection[int] = ()) -> Workdays:
        """A calendar in which `exceptions` win over this one's, and `known_years` are known as well."""
        return Workdays({**self._exceptions, **exceptions}, self._known_years.union(known_years), self._fixed)

    def with_overrides(self, days: Mapping[date, bool]) -> Workdays:
        """A calendar in which an office decided `days`: they win, and no notice to come moves them."""
        return Workdays({**self._exceptions, **days}, self._known_years, self._fixed.union(days))

    @property
    def exceptions(self) -> Mapping[date, bool]:
        """The days that a notice or an office named, and whether they are worked."""
        return MappingProxyType(self._exceptions)

    def knows(self, year: int) -> bool:
        return year in self._known_years

    def is_workday(self, day: date) -> bool:
        """Whether `day` is a working day, as far as is known."""
        worked = self._exceptions.get(day)
        if worked is not None:
            return worked
        return day.weekday() < SATURDAY and (self.knows(day.year) or day not in statutory_days(day.year))

    def settled(self, first: date, last: date) -> bool:
        """Whether no future notice can change a day from `first` to `last`, both included."""
        return not any(
            bisect_left(open_days := self._open(year), first.toordinal()) < bisect_right(open_days, last.toordinal())
            for year in range(first.year, last.year + 1)
        )

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

    def _open(self, year: int) -> list[int]:
        """The days of a year that a future notice could change."""
        ordinals = self._unsettled.get(year)
        if ordinals is None:
            ordinals = [n for n in _ordinals(year) if self._may_change(date.fromordinal(n))]
            self._unsettled[year] = ordinals
        return ordinals

    def _may_change(self, day: date) -> bool:
        if day in self._fixed:
            return False
        return any(
            not self.knows(year) and (year == day.year or year >= SEED_YEARS[0]) for year in notices_naming(day)
        )  # the notices of the years before the seed were issued long ago: no neighbour waits for them

    def _year(self, year: int) -> list[int]:
        worked = self._worked.get(year)
        if worked is None:
            if not MINYEAR <= year <= MAXYEAR:
                raise OverflowError(f"the count of working days leaves the calendar in the year {year}")
            worked = [n for n in _ordinals(year) if self.is_workday(date.fromordinal(n))]
            self._worked[year] = worked
        return worked


def _ordinals(year: int) -> range:
    return range(date(year, 1, 1).toordinal(), date(year, 12, 31).toordinal() + 1)


@cache
def _seed() -> Workdays:
    days = (date.fromordinal(n) for year in SEED_YEARS for n in _ordinals(year))
    worked = {day: bool(chinese_calendar.is_workday(day)) for day in days} | CORRECTIONS
    return Workdays({day: w for day, w in worked.items() if w != (day.weekday() < SATURDAY)}, SEED_YEARS)
