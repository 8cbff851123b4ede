"""Last days: how each unit is counted, and what is refused."""

from datetime import date, datetime, timedelta

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from rulebooks import Due, DueError, Roll, Unit, Workdays, last_day, rung_on, statutory_days

SEED = Workdays.seed()
DAYS = st.dates(date(2004, 1, 1), date(2026, 12, 31))
TERMS = st.one_of(
    st.tuples(st.integers(1, 60), st.just(Unit.WORKING_DAYS)),
    st.tuples(st.integers(1, 90), st.just(Unit.DAYS)),
    st.tuples(st.integers(1, 12), st.just(Unit.MONTHS)),
    st.tuples(st.sampled_from(["01-01", "02-29", "06-30", "12-31"]), st.just(Unit.DATE)),
)


@pytest.mark.parametrize(
    ("start", "amount", "unit", "last"),
    [
        (date(2025, 1, 20), 5, Unit.WORKING_DAYS, date(2025, 1, 26)),
        (date(2025, 1, 20), 7, Unit.WORKING_DAYS, date(2025, 2, 5)),
        (date(2025, 1, 20), 10, Unit.WORKING_DAYS, date(2025, 2, 8)),
        (date(2025, 1, 25), 1, Unit.WORKING_DAYS, date(2025, 1, 26)),
        (date(2024, 12, 31), 1, Unit.WORKING_DAYS, date(2025, 1, 2)),
        (date(2025, 1, 20), 7, Unit.DAYS, date(2025, 1, 27)),
        (date(2024, 2, 22), 7, Unit.DAYS, date(2024, 2, 29)),
        (date(2025, 2, 22), 7, Unit.DAYS, date(2025, 3, 1)),
        (date(2024, 12, 25), 10, Unit.DAYS, date(2025, 1, 4)),  # a Saturday: it does not roll
        (date(2008, 8, 31), 3, Unit.MONTHS, date(2008, 11, 30)),
        (date(2023, 11, 30), 3, Unit.MONTHS, date(2024, 2, 29)),
        (date(2024, 11, 30), 3, Unit.MONTHS, date(2025, 2, 28)),
        (date(2025, 1, 31), 1, Unit.MONTHS, date(2025, 2, 28)),
        (date(2024, 2, 29), 12, Unit.MONTHS, date(2025, 2, 28)),
        (date(2025, 2, 28), 1, Unit.MONTHS, date(2025, 3, 28)),  # the corresponding day, not the month's end
        (date(2025, 9, 30), 3, Unit.MONTHS, date(2025, 12, 30)),
        (date(2025, 10, 15), 3, Unit.MONTHS, date(2026, 1, 15)),
        (date(2024, 7, 1), 3, Unit.MONTHS, date(2024, 10, 1)),  # a holiday: it does not roll
        (date(2025, 3, 1), "2025-06-30", Unit.DATE, date(2025, 6, 30)),
        (date(2025, 6, 30), "2025-06-30", Unit.DATE, date(2025, 6, 30)),
        (date(2025, 3, 1), "06-30", Unit.DATE, date(2025, 6, 30)),
        (date(2025, 6, 30), "06-30", Unit.DATE, date(2026, 6, 30)),  # after the start, never the start itself
        (date(2025, 12, 31), "01-01", Unit.DATE, date(2026, 1, 1)),
        (date(2021, 3, 1), "02-29", Unit.DATE, date(2024, 2, 29)),
    ],
)
def test_a_last_day_is_counted_from_the_day_after_the_start(start, amount, unit, last):
    assert last_day(start, amount, unit, Roll.NONE, SEED) == Due(last, provisional=False)


@pytest.mark.parametrize(
    ("start", "amount", "unit", "last"),
    [
        (date(2024, 7, 1), 3, Unit.MONTHS, date(2024, 10, 8)),  # over the whole National Day week
        (date(2024, 12, 26), 1, Unit.MONTHS, date(2025, 1, 26)),  # a Sunday that is worked stays
        (date(2024, 12, 25), 10, Unit.DAYS, date(2025, 1, 6)),
        (date(2025, 1, 2), "2025-02-01", Unit.DATE, date(2025, 2, 5)),
        (date(2025, 1, 20), 5, Unit.WORKING_DAYS, date(2025, 1, 26)),
    ],
)
def test_a_rolled_last_day_is_the_next_working_day(start, amount, unit, last):
    assert last_day(start, amount, unit, Roll.NEXT_WORKING_DAY, SEED).last_day == last


@pytest.mark.parametrize(
    ("start", "amount", "unit", "last"),
    [
        (date(2026, 11, 30), 3, Unit.MONTHS, date(2027, 2, 28)),
        (date(2026, 12, 30), 2, Unit.DAYS, date(2027, 1, 1)),
        (date(2026, 3, 1), "2027-01-01", Unit.DATE, date(2027, 1, 1)),
        (date(2003, 3, 1), 3, Unit.MONTHS, date(2003, 6, 1)),
        (date(2026, 12, 17), 5, Unit.WORKING_DAYS, date(2026, 12, 24)),
    ],
)
def test_what_no_notice_can_move_is_never_provisional(start, amount, unit, last):
    assert last_day(start, amount, unit, Roll.NONE, SEED) == Due(last, provisional=False)


@pytest.mark.parametrize(
    ("start", "working_days", "last"),
    [
        (date(2026, 12, 30), 2, date(2027, 1, 4)),
        (date(2026, 12, 24), 1, date(2026, 12, 25)),  # late December, which the notice for 2027 may name
        (date(2027, 6, 1), 1, date(2027, 6, 2)),
        (date(2026, 12, 1), 40, date(2027, 1, 27)),
    ],
)
def test_working_days_counted_over_a_day_that_a_notice_to_come_may_change_are_provisional(start, working_days, last):
    assert last_day(start, working_days, Unit.WORKING_DAYS, Roll.NONE, SEED) == Due(last, provisional=True)


@pytest.mark.parametrize(
    ("start", "months", "last", "provisional"),
    [
        (date(2026, 9, 24), 3, date(2026, 12, 24), False),
        (date(2026, 9, 26), 3, date(2026, 12, 28), True),  # a Saturday rolls into late December
        (date(2026, 9, 28), 3, date(2026, 12, 28), True),  # a Monday, unless the notice has it off
        (date(2026, 9, 19), 3, date(2026, 12, 21), False),
        (date(2026, 11, 14), 3, date(2027, 2, 15), True),
    ],
)
def test_a_roll_over_a_day_that_a_notice_to_come_may_change_is_provisional(start, months, last, provisional):
    assert last_day(start, months, Unit.MONTHS, Roll.NEXT_WORKING_DAY, SEED) == Due(last, provisional)


OPEN = st.dates(date(2026, 12, 1), date(2028, 1, 31))


STARTS = st.dates(date(2026, 10, 1), date(2027, 12, 1))


@given(STARTS, TERMS, st.sampled_from(Roll), st.dictionaries(OPEN, st.booleans()))
def test_what_is_not_provisional_is_moved_by_no_notice_to_come(start, term, roll, named):
    due = last_day(start, term[0], term[1], roll, SEED)
    may = {day: working for day, working in named.items() if day.year == 2027 or not SEED.settled(day, day)}
    statutory = dict.fromkeys(statutory_days(2027), False)
    later = SEED.with_days(may | statutory, [2027])
    if not due.provisional:
        assert last_day(start, term[0], term[1], roll, later).last_day == due.last_day


@given(STARTS, TERMS, st.sampled_from(Roll))
def test_what_is_provisional_is_moved_by_some_notice_to_come(start, term, roll):
    due = last_day(start, term[0], term[1], roll, SEED)
    if due.provisional:
        span = [start + timedelta(days=n) for n in range(1, (due.last_day - start).days + 1)]
        off = dict.fromkeys([day for day in span if not SEED.settled(day, day)], False)
        assert last_day(start, term[0], term[1], roll, SEED.with_days(off)).last_day > due.last_day


def test_a_notice_settles_a_provisional_last_day():
    notice = SEED.with_days({date(2027, 1, 1): False}, [2027])
    due = last_day(date(2026, 12, 30), 2, Unit.WORKING_DAYS, Roll.NONE, notice)
    assert due == Due(date(2027, 1, 4), provisional=False)


def test_a_roll_over_the_year_end_asks_whether_the_new_year_is_known():
    saturdayless = Workdays({date(2026, 12, 31): False}, [2026])
    due = last_day(date(2026, 11, 30), "2026-12-31", Unit.DATE, Roll.NEXT_WORKING_DAY, saturdayless)
    assert due == Due(date(2027, 1, 4), provisional=True)


@pytest.mark.parametrize(
    ("amount", "unit", "message"),
    [
        (0, Unit.MONTHS, "at least 1"),
        (-3, Unit.WORKING_DAYS, "at least 1"),
        (0, Unit.DAYS, "at least 1"),
        ("3", Unit.MONTHS, "whole numbers, not '3'"),
        (True, Unit.DAYS, "whole numbers, not True"),
        (1.5, Unit.WORKING_DAYS, "whole numbers, not 1.5"),
        (20250630, Unit.DATE, '"YYYY-MM-DD" or "MM-DD", not 20250630'),
        ("20250630", Unit.DATE, '"YYYY-MM-DD" or "MM-DD"'),
        ("own", Unit.DATE, "'own'"),
        ("2025-02-29", Unit.DATE, 'there is no day "2025-02-29"'),
        ("02-30", Unit.DATE, 'no year has a day "02-30"'),
        ("13-01", Unit.DATE, 'no year has a day "13-01"'),
        ("2024-12-31", Unit.DATE, "2024-12-31 lies before the start 2025-01-20"),
        (96_000, Unit.MONTHS, "96000 months from 2025-01-20 leads out of the calendar"),
        (10**7, Unit.DAYS, "out of the calendar"),
        (10**30, Unit.DAYS, "out of the calendar"),
    ],
)
def test_a_limit_that_cannot_be_counted_is_refused_with_the_reason(amount, unit, message):
    with pytest.raises(DueError, match=message):
        last_day(date(2025, 1, 20), amount, unit, Roll.NONE, SEED)


@pytest.mark.parametrize(
    ("amount", "unit"), [(1, Unit.MONTHS), (30, Unit.DAYS), (30, Unit.WORKING_DAYS), ("06-30", Unit.DATE)]
)
def test_no_last_day_lies_past_the_year_9999(amount, unit):
    with pytest.raises(DueError, match="out of the calendar"):
        last_day(date(9999, 12, 20), amount, unit, Roll.NONE, SEED)


def test_an_instant_is_no_start():
    with pytest.raises(DueError, match="not at the instant"):
        last_day(datetime(2025, 1, 20, 9, 0), 3, Unit.MONTHS, Roll.NONE, SEED)  # noqa: DTZ001 - refused


@pytest.mark.parametrize(
    ("last", "offset", "day"),
    [
        (date(2025, 1, 27), 1, date(2025, 2, 5)),
        (date(2025, 1, 27), 5, date(2025, 2, 10)),
        (date(2025, 1, 25), 1, date(2025, 1, 26)),
        (date(2025, 2, 28), -30, date(2025, 1, 29)),  # civil days, here a holiday
        (date(2024, 3, 1), -1, date(2024, 2, 29)),
        (date(2025, 2, 28), 0, date(2025, 2, 28)),
    ],
)
def test_a_rung_is_counted_from_the_last_day(last, offset, day):
    assert rung_on(last, offset, SEED) == day


@given(DAYS, TERMS, st.sampled_from(Roll), st.integers(-30, 40), st.sets(DAYS, min_size=1, max_size=30))
def test_a_further_day_off_never_moves_a_last_day_or_a_rung_after_it_earlier(start, term, roll, offset, off):
    fewer = SEED.with_days(dict.fromkeys(off, False))
    before = last_day(start, term[0], term[1], roll, SEED).last_day
    after = last_day(start, term[0], term[1], roll, fewer).last_day
    assert after >= before
    assert rung_on(after, offset, fewer) >= rung_on(before, offset, SEED)


@given(DAYS, st.integers(1, 24))
def test_months_keep_the_day_of_the_month_or_end_with_the_month(start, months):
    last = last_day(start, months, Unit.MONTHS, Roll.NONE, SEED).last_day
    assert (last.year * 12 + last.month) - (start.year * 12 + start.month) == months
    assert last.day == start.day or (last.day < start.day and (last + timedelta(days=1)).day == 1)


@given(DAYS, TERMS)
def test_a_last_day_lies_after_its_start_and_a_rolled_one_is_worked(start, term):
    rolled = last_day(start, term[0], term[1], Roll.NEXT_WORKING_DAY, SEED).last_day
    assert start < last_day(start, term[0], term[1], Roll.NONE, SEED).last_day <= rolled
    assert SEED.is_workday(rolled)


@given(DAYS, DAYS, TERMS)
def test_a_later_start_never_has_an_earlier_last_day(first, second, term):
    assume(first <= second)
    assert (
        last_day(first, term[0], term[1], Roll.NONE, SEED).last_day
        <= last_day(second, term[0], term[1], Roll.NONE, SEED).last_day
    )
