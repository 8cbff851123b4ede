"""Are the acts that fall to the system by rule taken in time, once, and listed for the leadership?"""

from datetime import date, timedelta

from flows.escalate import escalate
from flows.routine import routine
from flows.sweep import sweep
from storage import Register
from storage.sealing import verify
from tests.builders import act, deadline, event_names, morning, walk


def days_of(register: Register, case: str, name: str) -> list[date]:
    return [event["on"] for event in register.events(case) if event["name"] == name]


def test_a_silent_deputy_is_reminded_twice_and_then_the_silence_is_recorded(desk: Register) -> None:
    last = walk(desk, "C1", until="send_forms")
    window = deadline(desk, "C1", "feedback_by").last_day
    for days in range((window - last).days + 12):
        at = morning(last + timedelta(days=days))
        sweep(desk, at)
        assert not routine(desk, at).done, "a second call at the same instant takes no act again"
    assert days_of(desk, "C1", "suggestion.feedback_urged") == [
        window + timedelta(days=1),
        window + timedelta(days=4),
    ]
    assert days_of(desk, "C1", "suggestion.evaluation_lapsed") == [window + timedelta(days=7)]
    assert desk.dossier("C1").case.state == "REPLY_CLOSED"
    assert verify(desk).ok


def test_a_draft_that_the_deputy_leaves_unanswered_goes_on_after_the_reminders(desk: Register) -> None:
    last = walk(desk, "C1", until="send_draft_to_deputy")
    window = deadline(desk, "C1", "consult_by").last_day
    for days in range(20):
        sweep(desk, morning(last + timedelta(days=days)))
    assert len(days_of(desk, "C1", "assignment.consult_reminded")) == 2
    (lapsed,) = days_of(desk, "C1", "assignment.consult_lapsed")
    assert lapsed > window
    assert desk.dossier("C1").case.state == "REPLY_SIGNING"


def test_nothing_follows_a_reminder_on_its_own_day(desk: Register) -> None:
    """After ten days without an engine, with a sweep each hour and the leadership's review."""
    walk(desk, "C1", until="send_draft_to_deputy")
    walk(desk, "C2", until="send_forms")
    late = max(deadline(desk, case, key).last_day for case, key in (("C1", "consult_by"), ("C2", "feedback_by")))
    for days in range(10, 14):
        at = morning(late + timedelta(days=days))
        sweep(desk, at)
        escalate(desk, at + timedelta(hours=1))
        sweep(desk, at + timedelta(hours=2))
    after = [late + timedelta(days=days) for days in range(10, 13)]
    assert days_of(desk, "C1", "assignment.consult_reminded") == after[:2]
    assert days_of(desk, "C1", "assignment.consult_lapsed") == after[2:]
    assert days_of(desk, "C2", "suggestion.feedback_urged") == after[:2]
    assert days_of(desk, "C2", "suggestion.evaluation_lapsed") == after[2:]


def test_a_proposal_lapses_when_nobody_decides_and_the_leadership_still_sees_it(desk: Register) -> None:
    walk(desk, "C1", until="start_handling")
    late = deadline(desk, "C1", "reply_by").last_day
    days = desk.workdays()
    proposed = days.add(late, 10)
    desk.sweep(morning(proposed))
    review = escalate(desk, morning(proposed))
    assert [(proposal.level, proposal.units, proposal.proposed_on) for proposal in review.undecided] == [
        ("U4", "第1局", proposed)
    ]
    assert "C1" in review.markdown or review.undecided[0].number in review.markdown
    assert str(review) == "proposed and undecided: 1, lapsed: 0"
    still = days.add(proposed, 10)
    assert len(escalate(desk, morning(still)).undecided) == 1
    after = escalate(desk, morning(days.add(proposed, 11)))
    assert [proposal.level for proposal in after.lapsed] == ["U4"]
    assert not [proposal for proposal in after.undecided if proposal.level == "U4"]
    assert event_names(desk, "C1").count("supervision.lapsed") == 1


def test_what_somebody_decided_is_neither_listed_nor_lapses(desk: Register) -> None:
    walk(desk, "C1", until="start_handling")
    proposed = desk.workdays().add(deadline(desk, "C1", "reply_by").last_day, 10)
    desk.sweep(morning(proposed))
    act(desk, proposed, "C1", "confirm_supervision", "registrar")
    review = escalate(desk, morning(proposed + timedelta(days=60)))
    assert (review.undecided, review.lapsed) == ((), ())
