"""Figures that cities printed, counted again: where the page and the definition differ, the definition holds."""

from collections.abc import Iterable
from datetime import date
from itertools import chain, repeat

import pytest

from rulebooks import Roll, Unit, Workdays, last_day
from storage.statistics import GROUPINGS, Table, percent
from storage.statistics.facts import CaseFacts
from storage.statistics.tables import table
from tests.builders import LIBRARY
from tests.storage.statistics.events import History, judged, replied

ON = date(2025, 12, 31)
SATISFIED, BASICALLY, BAD = "SATISFIED", "BASICALLY_SATISFIED", "DISSATISFIED"


def many(**how_many: int) -> Iterable[str]:
    """Each name so many times."""
    return chain.from_iterable(repeat(name, number) for name, number in how_many.items())


def counted(facts: Iterable[History], rulebook: str = "national") -> Table:
    cases: Iterable[CaseFacts] = (history.case for history in facts)
    return table(cases, ON, GROUPINGS["batch"], LIBRARY, rulebook)


def test_huai_an_272_suggestions() -> None:
    classes = many(RESOLVED=259, UNDER_WAY_DATED=5, REFERENCE=8)
    values = many(**{SATISFIED: 266, BASICALLY: 3, BAD: 3})
    total = counted(
        judged(replied(f"C{number:03}", class_), value)
        for number, (class_, value) in enumerate(zip(classes, values, strict=True))
    ).total
    assert total.n == 272
    for key, part, percentage in (
        ("satisfied", 266, "97.8"), ("basically_satisfied", 3, "1.1"), ("dissatisfied", 3, "1.1"),
        ("resolved", 259, "95.2"), ("replied", 272, "100.0"), ("content", 269, "98.9"),
    ):  # fmt: skip
        rate = total.rate(key)
        assert (rate.numerator, rate.denominator, rate.percent) == (part, 272, percentage), key
    assert [(row.key, row.answered) for row in total.classes] == [
        ("RESOLVED", 259), ("UNDER_WAY_DATED", 5), ("REFERENCE", 8)
    ]  # fmt: skip


def test_a_city_s_93_suggestions_by_letter() -> None:
    classes = many(RESOLVED=54, UNDER_WAY_DATED=33, PLANNED_DATED=2, REFERENCE=4)
    values = many(**{SATISFIED: 86, BASICALLY: 7})
    total = counted(
        (
            judged(replied(f"C{number:03}", class_), value)
            for number, (class_, value) in enumerate(zip(classes, values, strict=True))
        ),
        "suqian",
    ).total
    letters: dict[str, int] = {}
    for row in total.classes:
        letters[row.letter] = letters.get(row.letter, 0) + row.answered
    assert letters == {"A": 54, "B": 33, "C": 2, "D": 4}
    assert [percent(number, 93) for number in letters.values()] == ["58.1", "35.5", "2.2", "4.3"]
    assert total.rate("first_satisfied").percent == "92.5"
    assert percent(86, 93, 2) == "92.47"


def test_songyang_two_measurements_of_220_suggestions() -> None:
    """In September 215 were satisfied with the way and 198 with the result; in December 220 and 218."""
    for way, result in ((215, 198), (220, 218)):
        ways = many(**{SATISFIED: way, BASICALLY: 220 - way})
        results = many(**{SATISFIED: result, BAD: 220 - result})
        total = counted(
            judged(replied(f"C{number:03}"), value, attitude=attitude)
            for number, (attitude, value) in enumerate(zip(ways, results, strict=True))
        ).total
        attitude, value = total.rate("attitude"), total.rate("result")
        assert (attitude.numerator, attitude.denominator) == (way, 220)
        assert (value.numerator, value.denominator) == (result, 220)
        expected = ("97.7", "90.0") if way == 215 else ("100.0", "99.1")
        assert (attitude.percent, value.percent) == expected


def test_yancheng_124_of_144_and_changed_base() -> None:
    classes = many(RESOLVED=100, PLANNED_DATED=24, DEFERRED=20)
    total = counted((replied(f"C{number:03}", class_) for number, class_ in enumerate(classes)), "suqian").total
    solved = total.rate("solved")
    assert (solved.numerator, solved.denominator, solved.percent) == (124, 144, "86.1")
    assert solved.formula == "（已经解决或者采纳 + 部分解决 + 正在解决 + 列入计划）÷ 件数"


@pytest.mark.parametrize(
    ("assigned", "due"),
    [
        (date(2026, 11, 30), date(2027, 2, 28)),
        (date(2027, 11, 30), date(2028, 2, 29)),
        (date(2025, 8, 31), date(2025, 11, 30)),
    ],
)
def test_a_reply_on_the_last_day_at_a_month_s_end_is_in_time(assigned: date, due: date) -> None:
    assert last_day(assigned, 3, Unit.MONTHS, Roll.NONE, Workdays.seed()).last_day == due
    for on, in_time in ((due, 1), (date.fromordinal(due.toordinal() + 1), 0)):
        history = replied(on=on)
        part = history.case.parts["C1/a1"]
        part.reply_due = due
        rate = table([history.case], on, GROUPINGS["batch"], LIBRARY, "national").total.rate("replied_in_time")
        assert (rate.numerator, rate.denominator) == (in_time, 1)


@pytest.mark.parametrize(
    ("part", "base", "shown"),
    [(1, 8, "12.5"), (1, 3, "33.3"), (2, 3, "66.7"), (1, 16, "6.3"), (1, 0, "–"), (0, 5, "0.0"), (1, 2000, "0.1"),
     (1, 2001, "0.0"), (5, 5, "100.0")],
)  # fmt: skip
def test_percentages_are_half_up_with_one_decimal(part: int, base: int, shown: str) -> None:
    assert percent(part, base) == shown
