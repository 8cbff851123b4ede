"""Working days: the seed, overlays, and counting."""

from datetime import date, timedelta

import holidays
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rulebooks import SEED_YEARS, Workdays

SEED = Workdays.seed()
DAYS = st.dates(date(2003, 6, 1), date(2028, 6, 30))


def days_of(year: int) -> list[date]:
    first = date(year, 1, 1)
    return [first + timedelta(days=n) for n in range((date(year + 1, 1, 1) - first).days)]


@pytest.mark.parametrize("year", range(2019, 2027))
def test_the_seed_agrees_with_another_package_on_every_day(year):
    other = holidays.country_holidays("CN", years=year)
    assert [day for day in days_of(year) if SEED.is_workday(day) != other.is_working_day(day)] == []


@pytest.mark.parametrize(
    ("day", "worked"),
    [
        (date(2025, 1, 26), True),  # a Sunday made up for Spring Festival
        (date(2025, 1, 28), False),  # a Tuesday, New Year's Eve of the old calendar
        (date(2025, 2, 8), True),  # a Saturday made up
        (date(2025, 10, 6), False),  # Mid-autumn within the National Day week
        (date(2025, 10, 11), True),
        (date(2025, 11, 22), False),  # a plain Saturday
        (date(2024, 2, 29), True),
    ],
)
def test_make_up_days_are_worked_and_holidays_are_not(day, worked):
    assert SEED.is_workday(day) is worked


def test_the_seed_knows_its_years_and_no_other():
    assert [year for year in range(2000, 2031) if SEED.knows(year)] == list(SEED_YEARS)
    assert not SEED.knows(2027)


def test_of_a_year_without_a_notice_the_statutory_days_are_off_and_the_rest_follows_the_week():
    assert [SEED.is_workday(date(2027, 10, day)) for day in range(1, 8)] == [False] * 3 + [True] * 4
    assert not SEED.is_workday(date(2027, 2, 5))  # a Friday, the eve of the lunar year
    assert not SEED.is_workday(date(2027, 9, 15))  # a Wednesday, mid-autumn
    assert SEED.count(date(2027, 1, 1), date(2027, 12, 31)) == 261 - 7


@pytest.mark.parametrize("year", [1990, 2003, 2100, 9999])
def test_every_year_can_be_counted(year):
    assert 245 < SEED.count(date(year, 1, 1), date(year, 12, 31)) < 262


def test_an_overlay_wins_and_leaves_the_calendar_below_as_it_was():
    notice = SEED.with_days({date(2027, 10, 4): False, date(2027, 10, 9): True}, [2027])
    assert not notice.is_workday(date(2027, 10, 4))
    assert notice.is_workday(date(2027, 10, 9))
    assert notice.is_workday(date(2027, 9, 15))  # a known year is as its notice says
    assert notice.knows(2027)
    assert notice.knows(2026)
    assert SEED.is_workday(date(2027, 10, 4))
    assert not SEED.knows(2027)


AROUND_NEW_YEAR = {  # what the notices say of the days around each year's end, where the week says otherwise
    2004: ("", "01-01"),
    2005: ("", "01-03"),
    2006: ("12-31", "01-02 01-03"),
    2007: ("12-30 12-31", "01-01 01-02 01-03"),
    2008: ("12-29", "12-31 01-01"),
    2009: ("01-04", "01-01 01-02"),
    2010: ("", "01-01"),
    2011: ("", "01-03"),
    2012: ("12-31", "01-02 01-03"),
}
"""2006: 国办发明电〔2005〕35号; 2007: 国办发明电〔2006〕49号; 2008: the notice of December 2007."""


@pytest.mark.parametrize("year", AROUND_NEW_YEAR)
def test_the_days_around_a_years_end_are_as_the_notice_of_the_new_year_says(year):
    days = [date(year, 1, 1) + timedelta(days=n) for n in range(-14, 14)]
    odd = [day for day in days if SEED.is_workday(day) != (day.weekday() < 5) and SEED.knows(day.year)]
    worked, off = (
        [day for day in odd if SEED.is_workday(day) is is_worked] for is_worked in (True, False)
    )
    assert tuple(" ".join(f"{day:%m-%d}" for day in days) for days in (worked, off)) == AROUND_NEW_YEAR[year]


@pytest.mark.parametrize(
    ("last", "settled"),
    [
        (date(2026, 12, 24), True),
        (date(2026, 12, 25), False),  # the notice for 2027 arranges the days around its 元旦
        (date(2027, 1, 1), False),
        (date(2027, 7, 14), False),
    ],
)
def test_a_day_is_unsettled_while_a_notice_to_come_could_change_it(last, settled):
    assert SEED.settled(date(2026, 3, 1), last) is settled
    assert SEED.settled(last, last) is settled


def test_with_the_notices_of_its_own_and_the_next_year_a_day_is_settled():
    both = SEED.with_days({}, [2027, 2028])
    assert both.settled(date(2026, 12, 25), date(2028, 12, 24))
    assert not both.settled(date(2028, 12, 24), date(2028, 12, 25))
    gap = SEED.with_days({}, [2028])
    assert not gap.settled(date(2028, 1, 7), date(2028, 1, 7))
    assert gap.settled(date(2028, 1, 8), date(2028, 1, 8))
    assert SEED.settled(date(2004, 1, 1), date(2004, 1, 9))  # the notice for 2003 was issued long ago


def test_no_notice_to_come_changes_what_an_office_decided():
    office = SEED.with_overrides({date(2026, 12, 31): False})
    assert office.settled(date(2026, 12, 31), date(2026, 12, 31))
    assert not office.settled(date(2026, 12, 30), date(2026, 12, 31))


def test_an_overlay_may_take_a_day_of_the_seed_back():
    office = SEED.with_days({date(2025, 1, 26): False})
    assert office.add(date(2025, 1, 20), 5) == date(2025, 1, 27)


@pytest.mark.parametrize(
    ("start", "working_days", "day"),
    [
        (date(2025, 1, 20), 0, date(2025, 1, 20)),
        (date(2025, 1, 25), 0, date(2025, 1, 25)),  # also when it is not worked
        (date(2025, 1, 20), 5, date(2025, 1, 26)),
        (date(2025, 1, 20), 7, date(2025, 2, 5)),
        (date(2025, 1, 20), 10, date(2025, 2, 8)),
        (date(2025, 1, 25), 1, date(2025, 1, 26)),
        (date(2025, 12, 31), 1, date(2026, 1, 4)),  # a Sunday, made up
        (date(2025, 2, 5), -1, date(2025, 1, 27)),
        (date(2025, 2, 8), -10, date(2025, 1, 20)),
        (date(2026, 1, 4), -1, date(2025, 12, 31)),
        (date(2025, 1, 1), -260, date(2023, 12, 19)),
        (date(2025, 6, 30), 370, date(2026, 12, 23)),
    ],
)
def test_working_days_are_counted_one_by_one(start, working_days, day):
    expected = start
    for _ in range(abs(working_days)):
        expected += timedelta(days=1 if working_days > 0 else -1)
        while not SEED.is_workday(expected):
            expected += timedelta(days=1 if working_days > 0 else -1)
    assert SEED.add(start, working_days) == expected
    assert day == expected


@pytest.mark.parametrize(
    ("first", "last", "count"),
    [
        (date(2025, 1, 20), date(2025, 1, 20), 1),
        (date(2025, 1, 25), date(2025, 1, 25), 0),
        (date(2025, 1, 20), date(2025, 2, 8), 11),
        (date(2025, 1, 21), date(2025, 1, 20), 0),
        (date(2025, 1, 1), date(2025, 12, 31), 248),
        (date(2024, 12, 31), date(2026, 1, 1), 249),
    ],
)
def test_a_count_includes_both_ends(first, last, count):
    assert SEED.count(first, last) == count
    assert count == sum(SEED.is_workday(first + timedelta(days=n)) for n in range((last - first).days + 1))


@given(DAYS, st.integers(1, 400))
def test_add_and_count_agree_forward(start, working_days):
    last = SEED.add(start, working_days)
    assert SEED.is_workday(last)
    assert SEED.count(start + timedelta(days=1), last) == working_days


@given(DAYS, st.integers(1, 400))
def test_add_and_count_agree_backward(start, working_days):
    first = SEED.add(start, -working_days)
    assert SEED.is_workday(first)
    assert SEED.count(first, start - timedelta(days=1)) == working_days


@pytest.mark.parametrize(("start", "working_days"), [(date(9999, 12, 1), 60), (date(1, 1, 10), -60)])
def test_a_count_that_leaves_the_calendar_is_refused(start, working_days):
    with pytest.raises(OverflowError, match="leaves the calendar"):
        SEED.add(start, working_days)
