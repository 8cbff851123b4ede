"""The statutory days: by law, by another package, and as the notices of the past named them."""

from datetime import date, timedelta

import chinese_calendar
import holidays
import pytest

from rulebooks import SEED_YEARS, Workdays, statutory_days

IN_PACKAGE = {
    "元旦": "New Year's Day", "春节": "Spring Festival", "清明节": "Tomb-sweeping Day", "劳动节": "Labour Day",
    "端午节": "Dragon Boat Festival", "中秋节": "Mid-autumn Festival", "国庆节": "National Day",
}  # fmt: skip


def of_festival(year, name):
    return [day for day, names in statutory_days(year).items() if name in names.split("、")]


@pytest.mark.parametrize(
    ("year", "spring", "may", "autumn"),
    [
        (2007, ["02-18", "02-19", "02-20"], ["05-01", "05-02", "05-03"], []),
        (2008, ["02-06", "02-07", "02-08"], ["05-01"], ["09-14"]),
        (2014, ["01-31", "02-01", "02-02"], ["05-01"], ["09-08"]),
        (2025, ["01-28", "01-29", "01-30", "01-31"], ["05-01", "05-02"], ["10-06"]),
        (2027, ["02-05", "02-06", "02-07", "02-08"], ["05-01", "05-02"], ["09-15"]),
    ],
)
def test_each_version_of_the_law_has_its_own_days(year, spring, may, autumn):
    days = [[f"{day:%m-%d}" for day in of_festival(year, name)] for name in ("春节", "劳动节", "中秋节")]
    assert days == [spring, may, autumn]


def test_two_festivals_on_one_day_are_both_named():
    assert statutory_days(2031)[date(2031, 10, 1)] == "中秋节、国庆节"


def test_a_year_beyond_the_table_has_none():
    assert [year for year in (1949, 1999, 2000, 2099, 2100) if statutory_days(year)] == [2000, 2099]


@pytest.mark.parametrize("year", SEED_YEARS)
def test_every_statutory_day_of_the_seed_was_off(year):
    seed = Workdays.seed()
    assert [day for day in statutory_days(year) if seed.is_workday(day)] == []


@pytest.mark.parametrize("year", SEED_YEARS)
def test_the_notices_of_the_seed_gave_each_festival_its_days(year):
    first = date(year, 1, 1)
    named: dict[str, set[date]] = {}
    for n in range((date(year + 1, 1, 1) - first).days):
        is_off, name = chinese_calendar.get_holiday_detail(first + timedelta(days=n))
        if is_off and name:
            named.setdefault(name, set()).add(first + timedelta(days=n))
    arranged = set().union(*named.values())
    for name, word in IN_PACKAGE.items():
        days = set(of_festival(year, name))
        if word in named and days:
            assert days <= arranged or days <= {day for day in days if day.weekday() >= 5}, name


def test_of_years_without_a_notice_the_statutory_days_are_those_of_another_package():
    years = range(2027, 2100)
    other = holidays.country_holidays("CN", years=years, observed=False)
    theirs = {day for day, name in other.items() if "休息日" not in name}
    assert {day for year in years for day in statutory_days(year)} == theirs


def test_before_that_the_lunar_days_are_those_of_another_package():
    other = holidays.country_holidays("CN", years=range(2000, 2027), observed=False)
    ours = {day for year in range(2000, 2027) for day in statutory_days(year)}
    assert ours <= {day for day, name in other.items() if "休息日" not in name}
