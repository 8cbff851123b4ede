"""Last days: which event starts, meets, moves and ends them, and what is never done to them."""

from datetime import date, timedelta

import pytest

from rulebooks import Workdays
from tests.states.builders import (
    FIRST,
    LEAD_AND_CO,
    LIBRARY,
    SEPARATE,
    SOLE,
    SUQIAN,
    Desk,
    accepted,
    answer,
    assigned,
    handling,
    registered,
    replied,
    rules,
    start,
    submitted,
)


@pytest.mark.parametrize(
    ("on", "last"),
    [
        (date(2025, 3, 12), date(2025, 6, 12)),
        (date(2025, 11, 30), date(2026, 2, 28)),
        (date(2023, 11, 30), date(2024, 2, 29)),
        (date(2025, 8, 31), date(2025, 11, 30)),
        (date(2025, 12, 31), date(2026, 3, 31)),
    ],
)
def test_a_reply_is_due_in_months_not_in_ninety_days(on: date, last: date) -> None:
    desk = assigned(desk=submitted(on=on))
    assert desk.deadline("reply_by").last_day == last


def test_working_days_pass_over_a_holiday() -> None:
    desk = assigned(desk=submitted(on=date(2025, 9, 30)))
    assert desk.deadline("receipt_by").last_day == date(2025, 10, 11), "the 11th is a Saturday that is worked"


def test_only_what_a_notice_to_come_could_move_is_provisional() -> None:
    desk = assigned(desk=submitted(on=date(2026, 12, 29)))
    assert desk.deadline("receipt_by").last_day.year == 2027
    assert desk.deadline("receipt_by").provisional
    assert not desk.deadline("reply_by").provisional  # three months, whatever is off
    workdays = Workdays.seed().with_days({}, [2027])
    assert not assigned(desk=submitted(on=date(2026, 12, 29), workdays=workdays)).deadline("receipt_by").provisional


def test_the_clock_starts_at_the_assignment_not_at_the_acceptance() -> None:
    desk = assigned()
    first = desk.deadline("reply_by")
    desk.later(9).act("receipt", "handler", unit="U1")
    desk.act("accept", "handler", unit="U1")
    assert desk.deadline("reply_by") == first


def test_each_part_has_its_own_clock_and_a_co_unit_has_none_for_the_reply() -> None:
    desk = assigned(SEPARATE)
    owed = {row.subject_id: row.owed_by for row in desk.case.deadlines.values() if row.key == "reply_by"}
    assert owed == {"C1/a1": "unit:U1", "C1/a2": "unit:U2"}
    assert ("assignment", "C1/a2", "reply_by", 1) not in assigned(LEAD_AND_CO).case.deadlines


def test_one_unit_being_done_does_not_stop_the_other_units_clock() -> None:
    desk = accepted(SEPARATE)
    answer(start(desk, "U1"), "U1")
    assert desk.deadline("reply_by", "C1/a1").met_on == FIRST
    assert desk.deadline("reply_by", "C1/a2").open


def test_an_absolute_day_holds_when_it_is_the_earlier_one() -> None:
    assert assigned(reply_on="2025-06-05").deadline("reply_by").last_day == date(2025, 6, 5)
    assert assigned(reply_on="2025-06-30").deadline("reply_by").last_day == date(2025, 6, 12)


def test_an_absolute_day_is_for_replies_not_for_opinions() -> None:
    desk = assigned(LEAD_AND_CO, reply_on="2025-04-01")
    assert desk.deadline("co_opinion_by", "C1/a2").last_day == date(2025, 4, 12)


def test_an_absolute_day_lies_ahead() -> None:
    desk = registered(submitted())
    desk.act("propose_units", "registrar", units=SOLE)
    assert "is not after the assignment" in desk.refused("assign", "registrar", reply_on="2025-03-12")


def test_a_wide_matter_has_six_months() -> None:
    assert assigned(track="COMPLEX").deadline("reply_by").last_day == date(2025, 9, 12)


def test_the_earlier_of_two_readings_holds() -> None:
    desk = assigned(desk=submitted(LIBRARY.get("zhejiang")))
    desk.later(5).act("receipt", "handler", unit="U1")
    assert desk.deadline("reply_by").last_day == date(2025, 6, 12)


def test_the_receipt_of_a_successor_does_not_start_the_legal_clock_again() -> None:
    before_the_law = LIBRARY.get("zhejiang", date(2024, 1, 5))  # which counts from receipt
    desk = assigned(desk=submitted(before_the_law))
    desk.act("receipt", "handler", unit="U1")
    assert desk.deadline("reply_by").last_day == date(2025, 6, 12)
    desk.later(3).act("request_return", "unit_head", unit="U1", reason="不归我们", proposed_unit="U3")
    desk.later().act("grant_return", "registrar")
    desk.later().act("reassign", "registrar", replaces="C1/a1", more={"unit": "U3"})
    desk.later(20).act("receipt", "handler", unit="U3")
    assert desk.deadline("reply_by", "C1/a2").last_day == date(2025, 6, 12)


class TestExtension:
    def extension_requested(self) -> Desk:
        desk = handling()
        desk.act("request_extension", "handler", unit="U1", reason="涉及面广")
        return desk

    def test_a_reply_that_is_delivered_leaves_nothing_to_decide(self) -> None:
        desk = answer(self.extension_requested())
        row = desk.deadline("extension_decide_by")
        assert (row.met_on, row.void_on) == (None, desk.part().delivered_on)

    def test_it_moves_the_day_once_counts_from_the_start_and_notes_both_days(self) -> None:
        desk = self.extension_requested()
        done = desk.act("grant_extension", "registrar")
        row = desk.deadline("reply_by")
        assert (row.last_day, row.extended, row.started_on) == (date(2025, 9, 12), 1, FIRST)
        note, decided = done.events[0].data["limits"]
        assert (decided["did"], decided["key"]) == ("met", "extension_decide_by")
        assert (note["old_last_day"], note["last_day"]) == ("2025-06-12", "2025-09-12")
        assert "deputy:D1" in [notice.recipient for notice in done.notices]
        assert "already given" in desk.refused("request_extension", "handler", unit="U1", reason="x")

    def test_it_clears_what_the_old_day_had_climbed(self) -> None:
        desk = self.extension_requested()
        desk.case.deadlines["assignment", "C1/a1", "reply_by", 1].rungs = 3
        desk.act("grant_extension", "registrar")
        row = desk.deadline("reply_by")
        assert (row.rungs, row.level, row.next_rung_on) == (0, "", date(2025, 8, 13))

    def test_it_is_asked_for_on_or_before_the_last_day(self) -> None:
        desk = handling()
        desk.on = desk.deadline("reply_by").last_day + timedelta(days=1)
        refused = desk.refused("request_extension", "handler", unit="U1", reason="涉及面广")
        assert "on or before the last day" in refused
        desk.on -= timedelta(days=1)
        desk.act("request_extension", "handler", unit="U1", reason="涉及面广")

    def test_what_was_asked_in_time_is_granted_later_for_the_offices_delay_is_not_the_units(self) -> None:
        desk = self.extension_requested()
        desk.on = desk.deadline("reply_by").last_day + timedelta(days=1)
        desk.act("grant_extension", "registrar")
        assert desk.deadline("reply_by").last_day == date(2025, 9, 12)

    def test_a_place_without_extensions_gives_none(self) -> None:
        desk = handling(desk=submitted(rules(SUQIAN, extension=None)))
        assert "knows no extension" in desk.refused("request_extension", "handler", unit="U1", reason="x")

    def test_another_units_clock_stays(self) -> None:
        desk = handling(SEPARATE)
        desk.act("request_extension", "handler", unit="U1", reason="x")
        desk.act("grant_extension", "registrar", assignment="C1/a1")
        assert desk.deadline("reply_by", "C1/a2").last_day == date(2025, 6, 12)


class TestCorrectedStart:
    def test_it_moves_what_ran_from_the_assignment_and_notes_both_days(self) -> None:
        desk = submitted().later(5)
        assigned(desk=desk)
        done = desk.act("correct_assigned_date", "registrar", assigned_on="2025-03-14", reason="会议记录")
        assert desk.deadline("reply_by").last_day == date(2025, 6, 14)
        assert desk.deadline("assign_by", "C1").met_on == date(2025, 3, 14)
        moved = {note["key"]: note.get("old_last_day") for note in done.events[0].data["limits"]}
        assert moved["reply_by"] == "2025-06-17"

    def test_an_absolute_day_set_by_the_assignment_is_weighed_again(self) -> None:
        desk = submitted().later(5)
        assigned(desk=desk, reply_on="2025-06-16")
        desk.act("correct_assigned_date", "registrar", assigned_on="2025-03-14", reason="x")
        assert desk.deadline("reply_by").last_day == date(2025, 6, 14)

    def test_also_after_the_reply_which_may_turn_out_late(self) -> None:
        desk = submitted().later(5)
        replied(desk=desk)
        desk.act("correct_assigned_date", "registrar", assigned_on="2025-03-14", reason="x")
        row = desk.deadline("reply_by")
        assert (row.last_day, row.open, row.next_rung_on) == (date(2025, 6, 14), False, None)

    def test_not_behind_what_a_unit_has_done(self) -> None:
        desk = assigned()
        desk.act("receipt", "handler", unit="U1")
        desk.later(3)
        reason = desk.refused("correct_assigned_date", "registrar", assigned_on="2025-03-14", reason="x")
        assert "when a unit had received its part" in reason

    def test_the_days_of_a_unit_that_took_over_on_the_day_of_assignment_stay(self) -> None:
        desk = submitted().later(5)
        assigned(desk=desk)
        desk.act("receipt", "handler", unit="U1")
        desk.act("request_return", "unit_head", unit="U1", reason="职责不符", proposed_unit="U4")
        desk.act("grant_return", "registrar", assignment="C1/a1")
        desk.act("reassign", "registrar", replaces="C1/a1", more={"unit": "U4"})
        desk.act("correct_assigned_date", "registrar", assigned_on="2025-03-13", reason="会议记录")
        receipt, reply = desk.deadline("receipt_by", "C1/a2"), desk.deadline("reply_by", "C1/a2")
        assert (receipt.started_on, receipt.last_day) == (date(2025, 3, 17), date(2025, 3, 20))
        assert (reply.started_on, reply.last_day) == (date(2025, 3, 13), date(2025, 6, 13))
        assert (desk.part(1).assigned_on, desk.part(2).assigned_on) == (date(2025, 3, 13), date(2025, 3, 17))

    def test_what_was_done_on_the_wrong_day_of_assignment_keeps_its_day(self) -> None:
        desk = submitted().later(5)
        assigned(desk=desk)
        desk.act("receipt", "handler", unit="U1")
        desk.act("request_return", "unit_head", unit="U1", reason="职责不符", proposed_unit="U4")
        desk.act("correct_assigned_date", "registrar", assigned_on="2025-03-13", reason="会议记录")
        assert (desk.part().assigned_on, desk.part().since) == (date(2025, 3, 13), date(2025, 3, 17))

    def test_a_part_that_nobody_has_signed_for_stands_since_the_right_day(self) -> None:
        desk = submitted().later(5)
        assigned(desk=desk).act("correct_assigned_date", "registrar", assigned_on="2025-03-13", reason="会议记录")
        assert (desk.part().since, desk.case.case.since) == (date(2025, 3, 13), date(2025, 3, 13))

    def test_an_opinion_asked_for_again_keeps_its_own_days(self) -> None:
        desk = assigned(LEAD_AND_CO, submitted().later(5))
        for name in ("receipt", "accept"):
            desk.act(name, "handler", unit="U2")
        desk.act("send_opinion", "handler", unit="U2", opinion="x")
        desk.act("reject_opinion", "handler", unit="U1", reason="空泛")
        again = desk.deadline("co_opinion_by", "C1/a2")
        desk.act("correct_assigned_date", "registrar", assigned_on="2025-03-13", reason="会议记录")
        row = desk.deadline("co_opinion_by", "C1/a2")
        assert (row.started_on, row.last_day) == (again.started_on, again.last_day) == (desk.on, date(2025, 3, 24))

    @pytest.mark.parametrize(("corrected", "missed"), [("2025-03-14", 0), ("2025-03-12", 1)])
    def test_whether_an_opinion_that_was_asked_for_again_had_come_late_is_judged_again(
        self, corrected: str, missed: int
    ) -> None:
        desk = assigned(LEAD_AND_CO, submitted().later(0 if missed == 0 else 2))
        desk.on = date(2025, 4, 14)
        for name in ("receipt", "accept"):
            desk.act(name, "handler", unit="U2")
        desk.act("send_opinion", "handler", unit="U2", opinion="x")
        desk.act("reject_opinion", "handler", unit="U1", reason="空泛")
        assert desk.deadline("co_opinion_by", "C1/a2").missed == 1 - missed
        desk.act("correct_assigned_date", "registrar", assigned_on=corrected, reason="会议记录")
        assert desk.deadline("co_opinion_by", "C1/a2").missed == missed

    def test_not_behind_the_day_that_the_assignment_set(self) -> None:
        desk = assigned(reply_on="2025-03-14").later(5)
        reason = desk.refused("correct_assigned_date", "registrar", assigned_on="2025-03-14", reason="x")
        assert "2025-03-14, the last day that the assignment set" in reason


class TestFacts:
    def test_a_limit_is_met_on_the_day_of_the_fact_not_of_its_entry(self) -> None:
        desk = assigned().later(6)
        desk.act("receipt", "handler", unit="U1", dated=FIRST + timedelta(days=1))
        row = desk.deadline("receipt_by")
        assert row.met_on == date(2025, 3, 13) <= row.last_day < desk.on

    def test_the_first_contact_counts_though_it_is_entered_last(self) -> None:
        desk = accepted().later(9)
        desk.act("communicate", "handler", unit="U1", kind="phone")
        desk.act("communicate", "handler", unit="U1", kind="visit", dated=FIRST + timedelta(days=2))
        assert desk.deadline("contact_by").met_on == FIRST + timedelta(days=2)

    def test_no_step_is_dated_before_the_step_before_it(self) -> None:
        desk = submitted().later(4)
        registered(desk).act("propose_units", "registrar", units=SOLE)
        assert "lies before" in desk.refused("assign", "registrar", dated=desk.on - timedelta(days=2))

    def test_nothing_is_dated_after_its_entry(self) -> None:
        desk = submitted()
        assert "after the moment of entry" in desk.refused(
            "open_review", "registrar", dated=desk.on + timedelta(days=1)
        )

    def test_being_sent_back_for_revision_stops_the_offices_clock(self) -> None:
        desk = submitted()
        desk.act("open_review", "registrar")
        desk.later(2).act("request_revision", "registrar", reason="一事一议")
        assert not desk.deadline("assign_by", "C1").open
        desk.later(30).act("resubmit", "deputy")
        assert desk.deadline("assign_by", "C1").started_on == desk.on

    def test_an_opinion_that_must_be_sent_again_has_its_own_days(self) -> None:
        desk = accepted(LEAD_AND_CO)
        desk.act("send_opinion", "handler", unit="U2", opinion="x")
        desk.act("reject_opinion", "handler", unit="U1", reason="空泛")
        row = desk.deadline("co_opinion_by", "C1/a2")
        assert (row.open, row.last_day) == (True, SUQIAN_FIVE_DAYS)

    def test_an_explanation_stands_on_the_limit_it_explains(self) -> None:
        desk = handling()
        desk.later(120).act("explain_delay", "handler", unit="U1", reason="汛期")
        desk.act("rectify", "handler", unit="U1", measures="已增派人员")
        row = desk.deadline("reply_by")
        assert (row.explained_on, row.rectified_on) == (desk.on, desk.on)


SUQIAN_FIVE_DAYS = date(2025, 3, 19)
