"""On which days does a limit remind, become overdue and climb?"""

from datetime import date, timedelta

from rulebooks import HOUSE_LADDER, Library, Workdays, first_stop, rungs_of, stops

SEED = Workdays.seed()
LAST = date(2025, 9, 26)
"""A Friday; the working day after it is Sunday 28 September, made up for the holiday of 1 to 8 October."""


def test_the_house_ladder_reminds_before_and_climbs_in_working_days_after_the_last_day() -> None:
    climbed = [(stop.rung.level if stop.rung else "", stop.day) for stop in stops(HOUSE_LADDER, LAST, SEED)]
    assert climbed[:5] == [("U0", LAST - timedelta(days=days)) for days in (30, 15, 7, 3, 1)]
    assert climbed[5:] == [
        ("", date(2025, 9, 27)),
        ("U1", date(2025, 9, 28)),
        ("U2", date(2025, 9, 30)),
        ("U3", date(2025, 10, 10)),
        ("U4", date(2025, 10, 16)),
        ("U5", date(2025, 10, 30)),
        ("U6", date(2025, 11, 27)),
    ]


def test_reminders_before_the_start_are_skipped_and_the_overdue_day_never_is() -> None:
    assert first_stop(HOUSE_LADDER, LAST, LAST - timedelta(days=100)) == (0, LAST - timedelta(days=30))
    assert first_stop(HOUSE_LADDER, LAST, LAST - timedelta(days=7)) == (2, LAST - timedelta(days=7))
    assert first_stop(HOUSE_LADDER, LAST, LAST - timedelta(days=5)) == (3, LAST - timedelta(days=3))
    assert first_stop(HOUSE_LADDER, LAST, LAST) == (5, LAST + timedelta(days=1))
    assert first_stop(HOUSE_LADDER, LAST, LAST + timedelta(days=9)) == (5, LAST + timedelta(days=1))


def test_a_holiday_that_comes_in_later_moves_the_days_and_not_the_order_of_the_stops() -> None:
    workdays = Workdays({}, ())
    holiday = workdays.with_days({LAST + timedelta(days=days): False for days in range(1, 20)})
    before, after = stops(HOUSE_LADDER, LAST, workdays), stops(HOUSE_LADDER, LAST, holiday)
    assert [stop.rung for stop in before] == [stop.rung for stop in after]
    assert before[6].day < after[6].day


def test_a_limit_climbs_no_higher_than_its_rulebook_says() -> None:
    suqian, board = Library().get("suqian"), Library().get("message-board")
    tops = {
        key: max(rung.level for rung in rungs_of(suqian, key, "unit:U1"))
        for key in ("receipt_by", "reply_by")
    }
    assert tops == {"receipt_by": "U1", "reply_by": "U6"}
    assert rungs_of(suqian, "feedback_by", "deputy:D1") == ()
    assert max(rung.level for rung in rungs_of(board, "3m", "registrar:1")) == "U3"


def test_a_limit_climbs_the_whole_ladder_where_no_rulebook_sets_an_end() -> None:
    suqian = Library().get("suqian")
    assert rungs_of(suqian, "reply_by", "unit:U1") == HOUSE_LADDER
    assert rungs_of(suqian, "unknown_by", "unit:U1") == HOUSE_LADDER
