"""What does a limit reach on each day, and what does the law of climbing make of it?"""

from datetime import date, timedelta

import pytest

from rulebooks import OVERDUE, Rung, Stop
from states.cases import Deadline, Supervision
from states.climbing import Background, OwingUnit, climb, proposal, recipients
from states.supervision import LIVE
from states.vocabulary import Level, V

LAST = date(2025, 6, 17)


def a_rung(level: Level, unless: str | None = None) -> Rung:
    values = {"level": level, "title": level.value, "tells": ("unit_head", "government_leader"), "source": "test"}
    return Rung.model_validate(values | {"offset_working_days": 1, "unless": unless})


REMINDER, BLAME, TALK = a_rung(Level.U0), a_rung(Level.U3, "explained"), a_rung(Level.U4)
WAY = (
    Stop(LAST - OVERDUE, REMINDER),
    Stop(LAST + OVERDUE),
    Stop(LAST + OVERDUE, BLAME),
    Stop(LAST + 5 * OVERDUE, TALK),
)
COURT = Background("321300", "environment", "d1", "ACCEPTED", False)


def a_deadline(**more: object) -> Deadline:
    row = Deadline("C1", "assignment", "C1/a1", "reply_by", 1, "unit:U1", True, LAST - timedelta(days=90), "3",
                   "months", "none", LAST, False, "test")  # fmt: skip
    row.__dict__.update(more)
    return row


def test_days_are_reached_in_order_and_no_day_after_until() -> None:
    reached = list(climb(a_deadline(), WAY, LAST + OVERDUE))
    assert [(stop.on, stop.event, stop.level) for stop in reached] == [
        (LAST - OVERDUE, "limit.reminded", "U0"),
        (LAST + OVERDUE, "limit.overdue", "U3"),
    ]
    assert (reached[-1].behind, reached[-1].next_on) == (3, LAST + 5 * OVERDUE)
    assert list(climb(a_deadline(rungs=3), WAY, LAST + OVERDUE)) == []


def test_what_the_unit_explained_does_not_count_and_a_day_of_nothing_else_says_so() -> None:
    row = a_deadline(explained_on=LAST, rungs=2, level="U2")
    (reached,) = climb(row, WAY, LAST + OVERDUE)
    assert (reached.event, reached.rungs, reached.excused) == ("limit.excused", (), (BLAME,))
    assert reached.level == "U2", "an excused rung raises no level"


def test_the_government_s_leader_is_not_told_of_a_court() -> None:
    row = a_deadline(rungs=3)
    (reached,) = climb(row, WAY, LAST + 5 * OVERDUE)
    today = reached.on
    assert recipients(row, reached, COURT, OwingUnit(), today) == ("unit_head:U1", "gov_leader:321300")
    assert recipients(row, reached, COURT, OwingUnit(government=False), today) == ("unit_head:U1", "leader:321300")


def test_a_reminder_of_a_day_that_is_past_is_told_to_nobody() -> None:
    (reached, *_) = climb(a_deadline(), WAY, LAST)
    assert recipients(a_deadline(), reached, COURT, OwingUnit(), reached.on)
    assert recipients(a_deadline(), reached, COURT, OwingUnit(), reached.on + OVERDUE) == ()


@pytest.mark.parametrize("state", V)
def test_a_level_is_proposed_once_while_an_earlier_one_lives(state: V) -> None:
    earlier = Supervision.raised("C1", 0, "U4", LAST)
    earlier.state = state.value
    row, new = proposal(TALK, "C1", LAST, [earlier])
    assert (row.id, new) == (("C1/s1", False) if state in LIVE else ("C1/s2", True))
