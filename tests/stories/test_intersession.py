"""Between the sessions (闭会期间): a suggestion on any day of the year is receipted, assigned in time and fed back."""

from collections import defaultdict
from datetime import date, timedelta

import chinese_calendar
import pytest

from flows.sweep import sweep
from states import Action
from storage import Register, open_engine
from storage.statements import reading
from tests.builders import LIBRARY, SOLE, a_directory, an_action, deadline, event_names, morning, steps, take
from tests.databases import Databases

FIRST = date(2025, 3, 11)
"""The first day of the rulebook; a year from it lies within what the State Council has announced."""
YEAR = [FIRST + timedelta(days=number) for number in range(365)]
SOME = YEAR[::9]
"""Every day takes too long for each change; these fall on every weekday and into holidays."""

STEPS = {
    "draft": 0, "submit": 0, "receipt": 1, "accept": 1, "communicate": 5, "confirm_communication": 5,
    "start_handling": 5, "research": 5, "draft_reply": 20, "send_draft_to_deputy": 20, "agree_consult": 22,
    "sign": 25, "deliver_reply": 25, "send_forms": 26, "evaluate": 30,
}  # fmt: skip
"""Working days from the submission, or from the assignment, to each step; the office's own come in between."""


def worked(start: date, days: int) -> date:
    """The last of so many working days after `start`, by the calendar's own package and nothing of ours."""
    day = start
    while days:
        day += timedelta(days=1)
        days -= chinese_calendar.is_workday(day)
    return day


def year_of_suggestions(days: list[date]) -> dict[date, list[Action]]:
    """Who does what on which day: one suggestion made on each of `days`, assigned within one to five working days."""
    plan: dict[date, list[Action]] = defaultdict(list)
    for number, made_on in enumerate(days):
        assigned_on = worked(made_on, 1 + number % 5)
        for action in steps(f"B{number:03}", "suqian", SOLE, {}):
            wd = STEPS.get(action.name)
            start = made_on if wd == 0 else assigned_on
            plan[worked(start, wd or 0)].append(action)
    return plan


@pytest.mark.sqlite_first
def test_a_suggestion_of_any_day_of_the_year_is_receipted_assigned_and_fed_back(desk: Register) -> None:
    lived_through(desk, SOME)


@pytest.mark.slow
def test_a_suggestion_of_every_day_of_the_year_is_receipted_assigned_and_fed_back(sqlite: Databases) -> None:
    engine = open_engine(sqlite.fresh())
    lived_through(a_directory(Register(engine, LIBRARY)), YEAR)
    engine.dispose()


def lived_through(desk: Register, days: list[date]) -> None:
    """A suggestion made on each of `days`, looked after every day until the last one is evaluated."""
    plan = year_of_suggestions(days)
    day = FIRST
    while day <= max(plan):
        sweep(desk, morning(day))
        if plan[day]:
            take(desk, day, *plan[day])
        assert without_a_limit(desk) == [], f"{day}: owed to nobody by no day"
        day += timedelta(days=1)
    numbers = defaultdict(list)
    with reading(desk.engine) as cursor:
        rows = cursor.rows("SELECT id, state, number FROM cases ORDER BY id")
    assert [case for case, *_ in rows] == [f"B{number:03}" for number in range(len(days))]
    for order, ((case, state, number), made_on) in enumerate(zip(rows, days, strict=True)):
        row = deadline(desk, case, "assign_by")
        assert row.last_day == worked(made_on, 5), f"made on {made_on}"
        assert row.met_on is not None
        assert row.met_on <= row.last_day
        assert not row.provisional
        assert state == "REPLY_CLOSED"
        numbers[worked(made_on, 1 + order % 5).year].append(number)
    assert {year: sorted(given) for year, given in numbers.items()} == {
        year: [f"闭-{year}-{serial:03}" for serial in range(1, len(given) + 1)]
        for year, given in numbers.items()
    }
    assert numbers.keys() == {2025, 2026}
    assert overdue(desk) == []


def without_a_limit(register: Register) -> list[str]:
    """Suggestions that somebody must still do something about, and no limit says by when."""
    with reading(register.engine) as cursor:
        return [
            case
            for (case,) in cursor.rows(
                "SELECT id FROM cases WHERE state NOT IN ('DRAFT', 'REPLY_CLOSED') AND NOT EXISTS (SELECT 1 "
                "FROM deadlines d WHERE d.case_id = cases.id AND d.met_on IS NULL AND d.void_on IS NULL)"
            )
        ]


def overdue(register: Register) -> list[tuple[str, str]]:
    """Duties met late or still open; publishing is left out, nobody does it in this story."""
    with reading(register.engine) as cursor:
        rows = cursor.rows(
            "SELECT case_id, key FROM deadlines WHERE duty AND key <> 'publish_by' AND void_on IS NULL "
            "AND (met_on IS NULL OR met_on > last_day)"
        )
    return list(rows)


@pytest.mark.parametrize(
    ("made_on", "last"),
    [
        (
            date(2025, 9, 26),
            date(2025, 10, 10),
        ),  # a Friday: 28 September is worked, the eight days after 30 are not
        (
            date(2025, 10, 1),
            date(2025, 10, 14),
        ),  # on the holiday itself: 9, 10, 11 (a Saturday, worked), 13, 14
        (date(2026, 2, 14), date(2026, 2, 28)),  # a Saturday, worked, before the Spring Festival
    ],
)
def test_what_the_office_forgets_over_the_holidays_is_overdue_the_day_after(
    desk: Register, made_on: date, last: date
) -> None:
    assert worked(made_on, 5) == last
    take(desk, made_on, *steps("B1", "suqian", SOLE, {})[:2])
    sweep(desk, morning(last))
    assert "limit.overdue" not in event_names(desk, "B1")
    sweep(desk, morning(last + timedelta(days=1)))
    assert event_names(desk, "B1")[-1] in ("limit.overdue", "limit.escalated")
    sweep(desk, morning(worked(last, 1)))
    assert deadline(desk, "B1", "assign_by").level == "U1"


def test_a_suggestion_that_comes_back_for_revision_starts_its_five_days_anew(desk: Register) -> None:
    made_on = date(2025, 4, 28)
    take(desk, made_on, *steps("B1", "suqian", SOLE, {})[:3])
    returned = an_action("B1", "request_revision", "registrar", reason="请补充具体地点")
    take(desk, worked(made_on, 1), returned)
    again = date(2025, 5, 3)  # a day of the Labour Day holiday
    take(desk, again, an_action("B1", "resubmit", "deputy"))
    assert deadline(desk, "B1", "assign_by").last_day == worked(again, 5) == date(2025, 5, 12)
