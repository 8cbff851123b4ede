"""Several units in one suggestion: stages, returns, re-handling of one part, promises; everyone's own only."""

from datetime import date, timedelta
from typing import Any

import pytest

from states import LIFECYCLES
from tests.states.builders import (
    BAD,
    DISSATISFIED,
    FIRST,
    LEAD_AND_CO,
    LIBRARY,
    SATISFIED,
    SEPARATE,
    SUQIAN,
    Desk,
    accepted,
    answer,
    answer_again,
    assigned,
    evaluating,
    fulfilled,
    handling,
    joint,
    rehandling,
    replied,
    review,
    rules,
    send_draft,
    start,
    submitted,
    tracking,
)

PROMISE: dict[str, Any] = {"class": "PLANNED_DATED", "commitments": [{"text": "x", "due_on": "2025-12-31"}]}
SOON: dict[str, Any] = {"class": "PLANNED_DATED", "commitments": [{"text": "x", "due_on": "2025-03-14"}]}
EACH = {"C1/a1": SATISFIED, "C1/a2": DISSATISFIED}


def returned(*units: str) -> Desk:
    """SEPARATE units, of which these have given their part back."""
    desk = assigned(SEPARATE)
    for unit in units:
        desk.act("receipt", "handler", unit=unit)
        desk.act("request_return", "unit_head", unit=unit, reason="x", proposed_unit="U9")
        desk.act("grant_return", "registrar", assignment="C1/a1" if unit == "U1" else "C1/a2")
    return desk


class TestStages:
    def test_the_suggestion_waits_for_its_slowest_part(self) -> None:
        desk = accepted(SEPARATE)
        answer(start(desk, "U1"), "U1")
        assert (desk.part(1).state, desk.state) == ("DELIVERED", "COMMUNICATING")
        answer(start(desk, "U2"), "U2")
        assert desk.state == "REPLIED"

    def test_an_objection_to_one_draft_takes_the_suggestion_back_but_not_the_other_part(self) -> None:
        desk = handling(SEPARATE)
        send_draft(desk, "U1")
        desk.act("agree_consult", "deputy", assignment="C1/a1")
        send_draft(desk, "U2")
        assert desk.state == "CONSULTING"
        desk.act("object_consult", "deputy", assignment="C1/a2", reason="x")
        assert (desk.state, desk.part(1).state) == ("HANDLING", "CONSULTED")

    def test_a_co_unit_never_answers_by_itself(self) -> None:
        desk = accepted(LEAD_AND_CO)
        assert "never answers" in desk.refused("start_handling", "handler", unit="U2")

    def test_delivery_counts_on_the_day_the_last_recipient_was_served_in_any_order_of_entry(self) -> None:
        desk = send_draft(handling(desk=joint()))
        desk.act("agree_consult", "deputy")
        desk.act("sign", "unit_head", unit="U1", seal=True, publicity="FULL")
        desk.later(5).act("deliver_reply", "handler", unit="U1", recipients=["D1"])
        assert desk.state == "REPLY_SIGNING"
        desk.act("deliver_reply", "handler", unit="U1", recipients=["D2"], dated=FIRST + timedelta(days=2))
        assert desk.part().served == {"D1": "2025-03-17", "D2": "2025-03-14"}
        assert desk.deadline("reply_by").met_on == desk.case.case.answered_on == FIRST + timedelta(days=5)


class TestReturns:
    def test_the_return_of_one_part_leaves_the_other_and_the_legal_day_alone(self) -> None:
        desk = returned("U2")
        day = desk.deadline("reply_by", "C1/a2").last_day
        assert (desk.state, desk.part(1).state) == ("REASSIGNING", "PENDING_RECEIPT")
        desk.later(9).act("reassign", "dispatcher", more={"replaces": "C1/a2", "unit": "U5"})
        assert desk.state == "ASSIGNED"
        heir = desk.deadline("reply_by", "C1/a3")
        assert (heir.last_day, heir.started_on, heir.owed_by) == (day, FIRST, "unit:U5")
        assert not desk.deadline("reply_by", "C1/a2").open

    def test_two_vacancies_are_filled_one_by_one(self) -> None:
        desk = returned("U1", "U2")
        assert desk.deadline("reply_by", "C1/a1").owed_by == "registrar:321300"
        desk.act("reassign", "registrar", more={"replaces": "C1/a2", "unit": "U5"})
        assert desk.state == "REASSIGNING"
        assert "already has a part" in desk.refused(
            "reassign", "registrar", more={"replaces": "C1/a1", "unit": "U5"}
        )
        desk.act("reassign", "registrar", more={"replaces": "C1/a1", "unit": "U6"})
        assert desk.state == "ASSIGNED"
        assert "waiting for a new unit: -" in desk.refused(
            "reassign", "registrar", more={"replaces": "C1/a1"}
        )

    def test_after_too_many_returns_a_leader_decides(self) -> None:
        once = rules(SUQIAN, returns={"max": 1})
        desk = assigned(desk=submitted(once))
        for number, unit in enumerate(("U1", "U5"), start=1):
            desk.act("receipt", "handler", unit=unit)
            desk.act("request_return", "unit_head", unit=unit, reason="x", proposed_unit="U9")
            desk.act("grant_return", "registrar")
            move = {"replaces": f"C1/a{number}", "unit": f"U{number + 4}"}
            if number == 1:
                desk.act("reassign", "registrar", more=move)
        assert "a leader decides" in desk.refused("reassign", "registrar", more=move)
        desk.act("reassign", "gov_leader", more=move)

    def test_a_new_unit_is_not_named_before_the_return_was_granted(self) -> None:
        desk = assigned()
        desk.act("receipt", "handler", unit="U1")
        desk.later(3).act("request_return", "unit_head", unit="U1", reason="x", proposed_unit="U9")
        desk.act("grant_return", "registrar")
        early = {"replaces": "C1/a1", "unit": "U9"}
        assert "lies before" in desk.refused("reassign", "registrar", dated=FIRST, more=early)


class TestRehandling:
    def test_only_the_part_judged_badly_is_handled_again(self) -> None:
        desk = evaluating(SEPARATE)
        desk.act("evaluate", "deputy", assignments=EACH)
        desk.act("order_rehandle", "registrar")
        again = [(row.unit, row.round, row.replaces) for row in desk.case.assignments.values()][2:]
        assert again == [("U2", 2, "C1/a2")]
        assert desk.part(1).state == "COMPLETED"
        assert desk.case.evaluations["C1/a1/e@D1"].value == "SATISFIED"

    def test_also_under_a_rule_that_orders_it_at_once(self) -> None:
        automatic = rules(SUQIAN, rehandle={"decided_by": "auto"})
        desk = evaluating(SEPARATE, submitted(automatic))
        desk.act("evaluate", "deputy", assignments=EACH, more={"unit": "U7"})
        assert desk.state == "REHANDLING"
        assert [row.unit for row in desk.case.assignments.values()] == ["U1", "U2", "U2"]

    def test_the_first_result_stays_and_the_new_clock_starts_on_the_day_of_the_order(self) -> None:
        desk = evaluating()
        first = desk.part()
        desk.later(400).act("evaluate", "deputy", **DISSATISFIED)
        desk.act("order_rehandle", "registrar")
        clock = desk.deadline("rehandle_by", "C1/a2", 2)
        assert clock.started_on == desk.on < clock.last_day
        kept = desk.part()
        assert (kept.reply_class, kept.served, kept.signed_on) == (
            first.reply_class,
            first.served,
            first.signed_on,
        )
        assert desk.case.evaluations["C1/a1/e@D1"].value == BAD
        assert desk.deadline("reply_by").met_on == FIRST

    def test_urges_of_the_first_round_do_not_count_in_the_second(self) -> None:
        desk = evaluating()
        for _ in range(2):
            desk.act("urge_feedback", "registrar")
        desk.act("evaluate", "deputy", **DISSATISFIED)
        desk.act("order_rehandle", "registrar")
        answer_again(desk).act("send_forms", "registrar")
        desk.on = desk.deadline("feedback_by", "C1@D1", 2).last_day + timedelta(days=1)
        assert "urged 0 of 2 times" in desk.refused("lapse_evaluation", "system")

    def test_a_superior_unit_takes_over_one_part_only(self) -> None:
        desk = review(SEPARATE)
        assert "takes over one part" in desk.refused("order_rehandle", "registrar", more={"unit": "U7"})
        desk.act("order_rehandle", "registrar", assignments=["C1/a2"], more={"unit": "U7"})
        assert [row.unit for row in desk.case.assignments.values() if row.round == 2] == ["U7"]

    def test_the_deputy_is_spoken_to_and_heard_again(self) -> None:
        desk = rehandling()
        desk.act("receipt", "handler", unit="U1")
        desk.act("accept", "handler", unit="U1")
        assert "no contact" in desk.refused("start_handling", "handler", unit="U1"), (
            "the old contact does not count"
        )

    def test_a_second_dissatisfaction_leads_to_mediation(self) -> None:
        desk = answer_again(rehandling())
        desk.act("send_forms", "registrar")
        desk.act("evaluate", "deputy", **DISSATISFIED)
        assert desk.state == "MEDIATION"
        desk.act("decide_mediation", "leader", outcome="rehandle", decision="再办一次")
        assert (desk.state, desk.case.case.round) == ("REHANDLING", 3)

    def test_a_text_that_sets_no_end_lets_it_be_handled_again_each_time(self) -> None:
        endless = rules(rehandle={"max_rounds": None})
        desk = answer_again(rehandling(desk=submitted(endless)))
        desk.act("send_forms", "registrar")
        desk.act("evaluate", "deputy", **DISSATISFIED)
        assert (desk.state, desk.case.case.round) == ("REHANDLE_REVIEW", 2)

    def test_publication_that_was_due_ends_with_the_reply_that_is_replaced(self) -> None:
        desk = rehandling()
        assert not desk.deadline("publish_by", "C1").open


class TestOwnership:
    """A right over another's part is refused, whoever asks (no ownership check was a fault of an older system)."""

    @pytest.mark.parametrize("unit", ["U2", "U3", ""])
    def test_another_unit_cannot_act_on_a_part(self, unit: str) -> None:
        desk = assigned(SEPARATE)
        assert "is for unit U1" in desk.refused("receipt", "handler", unit=unit, assignment="C1/a1")

    def test_another_unit_cannot_act_on_a_promise(self) -> None:
        desk = evaluating(SEPARATE, **PROMISE)
        desk.act("evaluate", "deputy", **SATISFIED)
        assert "is for unit U1" in desk.refused("claim_done", "handler", unit="U2", commitment="C1/c1")
        desk.act("claim_done", "handler", unit="U1", commitment="C1/c1")

    def test_a_unit_keeps_its_promise_while_only_another_handles_again(self) -> None:
        desk = evaluating(SEPARATE, **PROMISE)
        desk.act("evaluate", "deputy", assignments=EACH)
        desk.act("order_rehandle", "registrar")
        desk.act("claim_done", "handler", unit="U1", commitment="C1/c1")

    def test_a_stranger_among_the_deputies_verifies_nothing(self) -> None:
        desk = tracking()
        desk.act("claim_done", "handler", unit="U1")
        assert "D9 is no deputy" in desk.refused("verify_commitment", "deputy", "D9", deputy_consent="x")

    def test_a_co_signer_does_not_speak_for_the_lead(self) -> None:
        desk = send_draft(handling(desk=joint()))
        assert "for the lead deputy D1" in desk.refused("agree_consult", "deputy", "D2")

    def test_a_co_unit_neither_judges_opinions_nor_publishes(self) -> None:
        desk = replied(LEAD_AND_CO)
        assert "is for unit U1" in desk.refused("publish", "handler", unit="U2")


class TestPromises:
    def test_a_promise_found_unkept_runs_on(self) -> None:
        desk = fulfilled()
        verdict: dict[str, Any] = {
            "verdict": "NOT_MATCHING",
            "to": "TRACKING",
            "commitments": ["C1/c1"],
            "corrected_class": "REFERENCE",
        }
        desk.later(20).act("reopen_by_inspection", "committee", **verdict)
        row = desk.deadline("commitment_by", "C1/c1")
        assert (desk.state, row.open, row.last_day) == ("TRACKING", True, date(2025, 12, 31))
        assert (desk.part().reply_class, desk.case.case.corrected_class) == ("PLANNED_DATED", "REFERENCE")

    def test_a_later_day_is_signed_told_and_noted_with_the_old_one(self) -> None:
        desk = tracking()
        done = desk.act("reschedule_commitment", "unit_head", unit="U1", due_on="2026-06-30", reason="汛期")
        (note,) = done.events[0].data["limits"]
        assert (note["old_last_day"], note["last_day"]) == ("2025-12-31", "2026-06-30")
        assert "deputy:D1" in [notice.recipient for notice in done.notices]

    def test_who_signs_that_it_comes_later_or_not_at_all_is_the_rulebooks(self) -> None:
        ranks: dict[str, Any] = {"rescheduled_by": ("leader",), "cancelled_by": ("section_head", "leader")}
        book = rules(commitments={"source": "甲法 第一条", **ranks})
        desk = tracking(submitted(book))
        later: dict[str, Any] = {"due_on": "2026-06-30", "reason": "汛期"}
        assert "allowed: leader" in desk.refused("reschedule_commitment", "unit_head", unit="U1", **later)
        desk.act("reschedule_commitment", "unit_leader", unit="U1", **later)
        refusal = desk.refused("cancel_commitment", "unit_head", unit="U1", explanation="规划调整")
        assert "allowed: section_head, leader" in refusal
        desk.act("cancel_commitment", "section_head", unit="U1", explanation="规划调整")
        assert desk.case.commitments["C1/c1"].state == "CANCELLED_EXPLAINED"

    def test_a_promise_whose_day_passed_before_the_delivery_is_late_from_the_start(self) -> None:
        desk = send_draft(handling(), **SOON)
        desk.act("agree_consult", "deputy")
        desk.act("sign", "unit_head", unit="U1", seal=True, publicity="FULL")
        desk.later(10).act("deliver_reply", "handler", unit="U1")
        assert desk.deadline("commitment_by", "C1/c1").last_day == date(2025, 3, 14)


def test_a_unit_answers_only_the_opinion_that_was_routed_to_it() -> None:
    desk = Desk(LIBRARY.get("message-board"))
    desk.act("record", "clerk", body="路灯不亮", region="321300")
    desk.act("route", "clerk", more={"unit": "U1"})
    assert "is for unit U1" in desk.refused("answer", "handler", unit="U2", answer="x")
    desk.act("handle", "handler", unit="U1")
    desk.act("answer", "handler", unit="U1", answer="已修")
    assert desk.state == "RESULT_TO_DEPUTY"
    assert set(desk.allowed()) <= LIFECYCLES["opinion"].actions

    def test_a_promise_of_one_unit_does_not_wait_for_the_reply_of_another(self) -> None:
        desk = handling(SEPARATE)
        promise: dict[str, Any] = {"class": "PLANNED_DATED", "commitments": [{"text": "修路", "due_on": "2025-04-30"}]}
        answer(desk, "U1", **promise)
        delivered = desk.on
        assert desk.state == "HANDLING"
        row = desk.deadline("commitment_by", "C1/c1")
        assert (row.started_on, row.last_day, row.open, row.owed_by) == (delivered, date(2025, 4, 30), True, "unit:U1")
        desk.later(100)
        later: dict[str, Any] = {"class": "PLANNED_DATED", "commitments": [{"text": "装灯", "due_on": "2025-12-31"}]}
        answer(desk, "U2", **later)
        assert desk.state == "REPLIED"
        promises = [(promise.id, promise.text, promise.promised_on) for promise in desk.case.commitments.values()]
        assert promises == [("C1/c1", "修路", delivered), ("C1/c2", "装灯", desk.on)]

    def test_a_unit_that_kept_its_promise_is_verified_and_inspected_before_the_last_unit_replies(self) -> None:
        desk = answer(handling(SEPARATE), "U1", **PROMISE)
        desk.later(5).act("claim_done", "handler", unit="U1")
        desk.act("inspect", "committee", commitment="C1/c1", verdict="MATCHING", location="工地")
        assert desk.case.commitments["C1/c1"].state == "VERIFIED"
        assert desk.deadline("commitment_by", "C1/c1").met_on == desk.on
        answer(desk, "U2")
        desk.act("send_forms", "registrar")
        desk.act("evaluate", "deputy", **SATISFIED)
        assert desk.state == "FULFILLED"

    def test_a_reply_of_one_unit_is_inspected_before_the_last_unit_replies(self) -> None:
        desk = answer(handling(SEPARATE), "U1")
        verdict: dict[str, Any] = {"verdict": "NOT_MATCHING", "found": "DEFERRED", "finding": "未动工"}
        verdict["location"] = "工地"
        desk.act("inspect", "registrar", **verdict)
        assert (desk.case.inspections["C1/i1"].assignment_id, desk.state) == ("C1/a1", "HANDLING")
        assert "no delivered reply" in desk.refused("inspect", "registrar", **verdict, assignment="C1/a2")

    def test_promises_of_replies_delivered_under_an_older_program_begin_with_the_last_reply(self) -> None:
        """0.1.0 entered no promise before the last reply; what it left behind keeps the day of its own reply."""
        desk = answer(handling(SEPARATE), "U1", **PROMISE)
        delivered = desk.on
        desk.case.commitments.clear()
        del desk.case.deadlines["commitment", "C1/c1", "commitment_by", 1]
        answer(desk.later(30), "U2", **PROMISE)
        promises = [(promise.assignment_id, promise.promised_on) for promise in desk.case.commitments.values()]
        assert promises == [("C1/a2", desk.on), ("C1/a1", delivered)]

    def test_what_was_promised_is_owed_no_more_when_the_suggestion_is_withdrawn(self) -> None:
        desk = answer(handling(SEPARATE), "U1", **PROMISE)
        done = desk.act("withdraw", "deputy", reason="不再需要")
        assert [event.name for event in done.events].count("commitment.lapsed") == 1
        assert desk.case.commitments["C1/c1"].state == "CANCELLED_EXPLAINED"
        assert not [row for row in desk.case.deadlines.values() if row.open]


WAITS_FOR_THE_LAST_PART = {
    "feedback_by": "a deputy judges all replies together, on one form, which goes out after the last reply",
    "publish_by": "suggestion and replies are made public together; no text gives a window to one unit's reply",
}
"""Limits that start with the last reply of several, and why; every other follows the part that owes it."""

JOINED = {step.event for step in LIFECYCLES["suggestion"].steps if step.follows} | {"forms_sent"}
"""Events of the suggestion that wait for its least advanced part."""


@pytest.mark.parametrize("name", LIBRARY.names())
def test_no_limit_waits_for_another_units_part_unless_it_is_listed_with_the_reason(name: str) -> None:
    joined = {f"suggestion.{event}" for event in JOINED} | {"evaluator.served"}
    for book in LIBRARY.versions(name):
        waiting = {key for key, limit in book.limits.items() if joined & {*limit.all_starts, *limit.meets}}
        assert waiting <= set(WAITS_FOR_THE_LAST_PART), f"{book.ident}: {sorted(waiting)}"


def test_every_row_that_a_reply_begins_is_dated_by_its_own_part() -> None:
    """Whatever the delivery of one of two parts leaves behind, the second delivery changes nothing of it."""
    desk = answer(handling(SEPARATE), "U1", **PROMISE)
    mine = ("C1/a1", "C1/c1")
    before = {place: (row.started_on, row.last_day) for place, row in desk.case.deadlines.items() if place[1] in mine}
    assert {key for _, _, key, _ in before} >= {"reply_by", "commitment_by"}
    answer(desk.later(60), "U2", **PROMISE)
    after = {place: (row.started_on, row.last_day) for place, row in desk.case.deadlines.items() if place[1] in mine}
    assert after == before
