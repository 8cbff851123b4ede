"""The calendar beside a naive reading of its rules: any order of notices and overrides gives the same days.

The reading asks for one day at a time and shares nothing with the program but the seed and the statutory days.
"""

import random
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rulebooks import Arrangement, Calendars, Workdays, statutory_days
from storage import CalendarDay, CalendarNotice, Register
from storage.forecast import forecast
from tests.builders import deadline, noon, opinions, rows

SEED = Workdays.seed()
PATHS = {"": [""], "P": ["P", ""], "C": ["C", "P", ""], "K": ["K", "C", "P", ""], "Q": ["Q", ""]}
"""Regions and where their days may come from, the nearest first."""
REGIONS = [
    {"code": "P", "name": "某省", "level": "province", "parent_code": ""},
    {"code": "C", "name": "某市", "level": "city", "parent_code": "P"},
    {"code": "K", "name": "某县", "level": "county", "parent_code": "C"},
    {"code": "Q", "name": "另一省", "level": "province", "parent_code": ""},
]
FIRST, LAST = date(2025, 12, 20), date(2029, 1, 12)
DAYS = [FIRST + timedelta(days=n) for n in range((LAST - FIRST).days + 1)]
EDGES = {day for day in DAYS if day.month in (1, 2, 12)} | {day for y in range(2026, 2029) for day in statutory_days(y)}


@dataclass(frozen=True)
class Paper:
    """A document of the test: `year` of a notice, or `region` of an override; every one is issued on its own day."""

    issued_on: date
    days: dict[date, bool]
    year: int | None = None
    region: str = ""

    def notice(self) -> CalendarNotice:
        days = tuple(CalendarDay(day, worked) for day, worked in self.days.items())
        return CalendarNotice(f"文件 {self.issued_on}", self.year, days, self.issued_on, self.region)

    def arrangement(self) -> Arrangement:
        return Arrangement((self.issued_on, 0), self.days, self.year, self.region)


def newest(papers: list[Paper]) -> Paper | None:
    return max(papers, key=lambda paper: paper.issued_on, default=None)


def is_worked(papers: list[Paper], day: date, region: str) -> bool:
    """The rules, read one by one."""
    for place in PATHS[region]:  # an override outranks every notice, the nearest region's first, the last one of a day
        decided = newest([act for act in papers if act.year is None and act.region == place and day in act.days])
        if decided:
            return decided.days[day]
    own = newest([paper for paper in papers if paper.year == day.year])  # it settles its year whole
    others = [paper for paper in papers if paper.year is not None and paper.year != day.year and day in paper.days]
    rows = newest([*([own] if own and day in own.days else []), *others])  # the one issued later holds
    if rows:
        return rows.days[day]
    if own is None and SEED.knows(day.year):
        return SEED.is_workday(day)
    return day.weekday() < 5 and (own is not None or day not in statutory_days(day.year))


def some_days(draw_from: random.Random, days: list[date], most: int) -> dict[date, bool]:
    return {day: draw_from.random() < 0.5 for day in draw_from.sample(days, draw_from.randint(1, most))}


def some_papers(by: random.Random) -> list[Paper]:
    """Notices, corrected ones among them, that name days of their neighbours; overrides of regions in each other."""
    issues = by.sample(range(400), 9)
    papers = []
    for number, issue in enumerate(issues):
        issued_on = date(2025, 1, 1) + timedelta(days=issue)
        if number < 5:
            year = by.choice((2026, 2027, 2028))
            own = [day for day in DAYS if day.year == year and day not in statutory_days(year)]
            beside = [date(year - 1, 12, day) for day in range(25, 32)]
            beside += [date(year + 1, 1, day) for day in range(1, 8)]
            named = some_days(by, own, 12) | some_days(by, beside, 8) | dict.fromkeys(statutory_days(year), False)
            papers.append(Paper(issued_on, named, year))
        else:
            papers.append(Paper(issued_on, some_days(by, DAYS, 40), None, by.choice(list(PATHS))))
    return papers


PAPERS = st.builds(some_papers, st.randoms(use_true_random=False))


def looked_at(papers: list[Paper]) -> list[date]:
    """The days that somebody named, the statutory ones, and those around the years' ends."""
    return sorted(EDGES.union(*(paper.days for paper in papers)))


@given(PAPERS, st.randoms(use_true_random=False))
@settings(max_examples=40, deadline=None)
def test_any_order_of_notices_and_overrides_gives_the_same_calendar(papers, by):
    by.shuffle(papers)
    calendars = Calendars(paper.arrangement() for paper in papers)
    for region, path in PATHS.items():
        calendar = calendars.along([place for place in path if place])
        odd = [day for day in looked_at(papers) if calendar.is_workday(day) != is_worked(papers, day, region)]
        assert odd == [], (region, papers)


@pytest.fixture
def country(register: Register) -> Register:
    register.import_directory("regions", rows(REGIONS))
    return register


def every_prefix(papers: list[Paper]) -> Iterator[tuple[Paper, list[Paper]]]:
    for number, paper in enumerate(papers, start=1):
        yield paper, papers[:number]


@pytest.mark.parametrize("seed", range(2))
def test_the_stored_calendar_is_the_rules_after_every_import_and_the_look_before_says_so(
    country: Register, seed: int
) -> None:
    by = random.Random(seed)
    opinions(country, 8, date(2026, 12, 18), regions=list(PATHS)[1:])
    at = noon(date(2026, 12, 29))
    for paper, so_far in every_prefix(some_papers(by)):
        seen = forecast(country, paper.notice(), date(2026, 12, 29))
        done = country.import_calendar(paper.notice(), at, "R1")
        assert seen == done
        for region in PATHS:
            calendar = country.workdays(region)
            odd = [day for day in looked_at(so_far) if calendar.is_workday(day) != is_worked(so_far, day, region)]
            assert odd == []
    for number, region in enumerate(["P", "C", "K", "Q"] * 2, start=0):
        row = deadline(country, f"O{number + 1:05}", "15wd")
        assert row.last_day == country.workdays(region).add(row.started_on, 15)


@pytest.mark.parametrize("seed", range(2))
def test_another_order_of_imports_ends_in_the_same_calendar(country: Register, seed: int) -> None:
    by = random.Random(seed)
    papers = some_papers(by)
    at = noon(date(2026, 12, 29))
    for paper in papers:
        country.import_calendar(paper.notice(), at, "R1")
    before = {region: country.workdays(region) for region in PATHS}
    by.shuffle(papers)
    for paper in papers:  # imported again, in another order
        country.import_calendar(paper.notice(), at, "R2")
    for region, calendar in before.items():
        again = country.workdays(region)
        assert [day for day in DAYS if again.is_workday(day) != calendar.is_workday(day)] == []


def test_of_undated_overrides_the_one_imported_last_holds_also_when_it_is_an_old_one_again(register: Register) -> None:
    day = date(2026, 12, 30)
    off = Paper(day, {day: False}).notice()
    off, on = replace(off, issued_on=None), replace(off, issued_on=None, days=(CalendarDay(day, True),))
    for notice in (off, on, off):
        seen = forecast(register, notice, date(2026, 12, 29))
        done = register.import_calendar(notice, noon(date(2026, 12, 29)), "R1")
        assert seen == done
        assert done.changed_days == (day,)
        assert register.workdays().is_workday(day) is notice.days[0].working


def test_undated_notices_of_two_years_contradict_each_other_the_same_way_in_any_order(register: Register) -> None:
    day = date(2027, 1, 4)
    older = Paper(day, {day: True} | dict.fromkeys(statutory_days(2026), False), 2026).notice()
    newer = Paper(day, {day: False} | dict.fromkeys(statutory_days(2027), False), 2027).notice()
    older, newer = replace(older, issued_on=None), replace(newer, issued_on=None)
    for notice in (newer, older, newer, older):
        register.import_calendar(notice, noon(date(2026, 12, 29)), "R1")
    assert not register.workdays().is_workday(day)
