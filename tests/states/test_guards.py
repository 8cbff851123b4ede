"""Each guard refuses with its reason, and none can be passed by order, date or disguise."""

import sys
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from states.sheets import SHEETS
from tests.states.builders import (
    BAD,
    LEAD_AND_CO,
    LIBRARY,
    REPLY,
    SEAL,
    SEPARATE,
    SOLE,
    SUQIAN,
    Desk,
    accepted,
    assigned,
    closed,
    drafted,
    evaluating,
    fulfilled,
    handling,
    joint,
    mediation,
    registered,
    replied,
    review,
    rules,
    send_draft,
    start,
    submitted,
    tracking,
)

Build = Callable[[], Desk]


def received() -> Desk:
    desk = assigned()
    desk.act("receipt", "handler", unit="U1")
    return desk


def return_requested() -> Desk:
    desk = received()
    desk.act("request_return", "unit_head", "H1", "U1", reason="不归我管", proposed_unit="U9")
    return desk


def under_review() -> Desk:
    desk = submitted()
    desk.act("open_review", "registrar")
    return desk


def signed() -> Desk:
    desk = send_draft(handling())
    desk.act("agree_consult", "deputy")
    desk.act("sign", "unit_head", unit="U1", **SEAL)
    return desk


def consulted() -> Desk:
    desk = send_draft(handling())
    desk.act("agree_consult", "deputy")
    return desk


def drafted_reply() -> Desk:
    desk = handling()
    desk.act("research", "handler", unit="U1")
    desk.act("draft_reply", "handler", unit="U1", **REPLY)
    return desk


def claimed() -> Desk:
    desk = tracking()
    desk.act("claim_done", "handler", unit="U1")
    return desk


LATER = {"due_on": "2026-01-01", "reason": "x"}
PLANNED = {"class": "PLANNED_DATED", "points_answered": 2}
OPINION_SENT = {"kind": "phone"}


def urged() -> Desk:
    desk = assigned()
    desk.act("urge", "deputy")
    return desk


REFUSALS: list[tuple[Build, str, str, str, dict[str, Any], str]] = [
    (drafted, "invite_cosign", "deputy", "", {}, "names the deputies who are asked"),
    (drafted, "invite_cosign", "deputy", "", {"cosigners": ["D1"]}, "cannot co-sign it"),
    (drafted, "request_consult", "deputy", "", {}, "data.unit"),
    (under_review, "request_revision", "registrar", "", {}, "written reason"),
    (under_review, "decline", "registrar", "", {"code": "dislike"}, "grounds of this rulebook"),
    (under_review, "decline", "registrar", "", {"code": "enquiry"}, "written reason"),
    (under_review, "register", "registrar", "", {"subject_class": "x"}, "data.committee"),
    (received, "request_return", "unit_head", "U1", {"reason": "x"}, "data.proposed_unit"),
    (received, "request_return", "handler", "U1", {"reason": "x", "proposed_unit": "U9"}, "may not do this"),
    (return_requested, "refuse_return", "registrar", "", {}, "written reason"),
    (accepted, "communicate", "handler", "U1", {"kind": "letter"}, "data.kind"),
    (
        accepted,
        "communicate",
        "handler",
        "U1",
        {"kind": "phone", "deputy": "D9"},
        "no deputy of this suggestion",
    ),
    (accepted, "start_handling", "handler", "U1", {}, "no contact with the deputy is on record (G1)"),
    (accepted, "research", "handler", "U1", {}, "only a co-unit"),
    (accepted, "send_opinion", "handler", "U1", {}, "only a co-unit"),
    (handling, "start_handling", "handler", "U1", {}, "handling started on"),
    (handling, "draft_reply", "handler", "U1", REPLY, "does not lead"),
    (drafted_reply, "draft_reply", "handler", "U1", {**REPLY, "class": "GOOD"}, "data.class"),
    (
        drafted_reply,
        "draft_reply",
        "handler",
        "U1",
        {**REPLY, "points_answered": 1},
        "each of the 2 request points",
    ),
    (drafted_reply, "draft_reply", "handler", "U1", PLANNED, "promises something"),
    (
        drafted_reply,
        "draft_reply",
        "handler",
        "U1",
        {**PLANNED, "commitments": [{"text": "x"}]},
        "{text, due_on}",
    ),
    (
        drafted_reply,
        "draft_reply",
        "handler",
        "U1",
        {**PLANNED, "commitments": [{"text": "x", "due_on": "2025-03-12"}]},
        "does not lie after",
    ),
    (drafted_reply, "agree_consult", "deputy", "", {}, "no draft lies with the deputy"),
    (lambda: send_draft(handling()), "draft_reply", "handler", "U1", REPLY, "lies with the deputy"),
    (lambda: send_draft(handling()), "object_consult", "deputy", "", {}, "written reason"),
    (lambda: send_draft(handling()), "lapse_consult", "system", "", {}, "the deputy may answer until"),
    (handling, "endorse", "section_head", "U1", {}, "from which endorse does not lead"),
    (drafted_reply, "endorse", "handler", "U1", {}, "may not do this"),
    (drafted_reply, "endorse", "section_head", "U2", {}, "U2 has no part in C1"),
    (consulted, "sign", "unit_leader", "U1", SEAL, "may not sign; allowed: head"),
    (consulted, "sign", "unit_head", "U1", {"publicity": "FULL"}, "data.seal"),
    (consulted, "sign", "unit_head", "U1", {"seal": True}, "data.publicity"),
    (consulted, "sign", "unit_head", "U1", {"seal": True, "publicity": "NONE"}, "data.publicity_reason"),
    (signed, "deliver_reply", "handler", "U1", {"recipients": ["D9"]}, "not deputies of this suggestion"),
    (replied, "send_forms", "handler", "U1", {}, "the unit that is judged does not send"),
    (evaluating, "evaluate", "deputy", "", {"attitude": "SATISFIED"}, "data.result"),
    (
        evaluating,
        "evaluate",
        "deputy",
        "",
        {"attitude": "SATISFIED", "result": BAD},
        "gives concrete reasons",
    ),
    (evaluating, "lapse_evaluation", "system", "", {}, "may evaluate until"),
    (evaluating, "urge_feedback", "registrar", "", {"deputy": "D9"}, "no evaluation of D9"),
    (review, "order_rehandle", "registrar", "", {"assignments": ["C1/a9"]}, "not answering parts"),
    (review, "decline_rehandle", "registrar", "", {}, "written reason"),
    (mediation, "decide_mediation", "registrar", "", {"outcome": "wait"}, "rehandle or close"),
    (mediation, "decide_mediation", "registrar", "", {"outcome": "close"}, "written decision"),
    (closed, "archive", "registrar", "", {}, "still owed: publish_by"),
    (closed, "reopen_by_inspection", "committee", "", {"to": "TRACKING"}, "NOT_MATCHING"),
    (
        closed,
        "reopen_by_inspection",
        "committee",
        "",
        {"verdict": "NOT_MATCHING", "to": "TRACKING"},
        "names the promises",
    ),
    (tracking, "close_with_explanation", "registrar", "", {"explanation": "x"}, "data.signed_by"),
    (tracking, "reschedule_commitment", "unit_head", "U1", {"due_on": "2025-01-01"}, "after today"),
    (
        tracking,
        "reschedule_commitment",
        "handler",
        "U1",
        {"due_on": "2026-01-01", "reason": "x"},
        "may not do this",
    ),
    (tracking, "reschedule_commitment", "unit_leader", "U1", LATER, "may not sign; allowed: head"),
    (tracking, "cancel_commitment", "section_head", "U1", {}, "may not sign; allowed: head"),
    (tracking, "cancel_commitment", "unit_head", "U1", {}, "data.explanation"),
    (claimed, "verify_commitment", "registrar", "", {}, "data.inspection"),
    (assigned, "withdraw", "deputy", "", {}, "in writing"),
    (assigned, "determine_key", "leader", "", {"key_level": "HIGH"}, "data.key_level"),
    (assigned, "grant_extension", "registrar", "", {}, "no extension was asked for"),
    (
        assigned,
        "correct_assigned_date",
        "registrar",
        "",
        {"assigned_on": "2025-03-20", "reason": "x"},
        "lies after",
    ),
    (received, "request_extension", "handler", "U1", {}, "written reason"),
    (urged, "urge", "deputy", "", {}, "D1 urged on 2025-03-12; again from 2025-03-15 on"),
    (urged, "urge", "handler", "U1", {}, "may not do this"),
]


@pytest.mark.parametrize(("build", "action", "role", "unit", "data", "reason"), REFUSALS)
def test_a_guard_refuses_with_its_reason(
    build: Build, action: str, role: str, unit: str, data: dict[str, Any], reason: str
) -> None:
    assert reason in build().refused(action, role, unit=unit, more=data)


UNSOUND = [
    ([{"unit": "U1", "role": "CO"}], "0 LEAD"),
    ([{"unit": "U1", "role": "LEAD"}, {"unit": "U2", "role": "LEAD"}], "2 LEAD"),
    ([{"unit": "U1", "role": "SOLE"}, {"unit": "U2", "role": "CO"}], "1 SOLE"),
    ([{"unit": "U1", "role": "SEPARATE", "part": "x"}], "1 SEPARATE"),
    ([{"unit": "U1", "role": "SEPARATE", "part": "x"}, {"unit": "U2", "role": "SEPARATE"}], "needs its part"),
    ([{"unit": "U1", "role": "LEAD"}, {"unit": "U1", "role": "CO"}], "named twice"),
    ([{"unit": "U1", "role": "BOSS"}], "unknown role BOSS"),
    ([], "data.units is a list"),
]


@pytest.mark.parametrize(("units", "reason"), UNSOUND)
def test_units_are_one_lead_or_sole_or_several_separate(units: list[dict[str, str]], reason: str) -> None:
    assert reason in registered(submitted()).refused("propose_units", "registrar", units=units)


def test_who_asked_for_the_return_does_not_decide_on_it() -> None:
    desk = return_requested()
    assert "cannot decide on it" in desk.refused("grant_return", "registrar", "H1")


def test_a_late_request_to_return_is_not_accepted_where_the_rulebook_lets_the_right_lapse() -> None:
    desk = assigned(desk=submitted(rules(SUQIAN, returns={"late": "lapses"})))
    desk.act("receipt", "handler", unit="U1")
    desk.on = desk.deadline("return_by").last_day + timedelta(days=1)
    late: dict[str, str] = {"reason": "x", "proposed_unit": "U9", "late_reason": "职能调整"}
    assert "the right to ask for a return ended" in desk.refused("request_return", "unit_head", unit="U1", **late)


class TestSpeakBeforeHandling:
    def test_an_undenied_contact_suffices_after_the_days_for_a_denial(self) -> None:
        desk = accepted()
        desk.act("communicate", "handler", unit="U1", kind="visit")
        assert "5 working days to deny" in desk.refused("start_handling", "handler", unit="U1")
        desk.workdays_later(5)
        assert "to deny" in desk.refused("start_handling", "handler", unit="U1"), (
            "the last day is the deputy's"
        )
        desk.later()
        desk.act("start_handling", "handler", unit="U1")
        assert desk.part().contact_gate == "met"

    def test_an_entry_dated_back_does_not_shorten_the_days_for_a_denial(self) -> None:
        desk = accepted().workdays_later(10)
        desk.act("communicate", "handler", unit="U1", kind="visit", dated=desk.on - timedelta(days=9))
        assert "to deny" in desk.refused("start_handling", "handler", unit="U1")

    def test_handling_cannot_be_dated_before_the_contact(self) -> None:
        desk = accepted().later(3)
        desk.act("communicate", "handler", unit="U1", kind="visit")
        desk.act("confirm_communication", "deputy", communication="C1/k1")
        before = desk.on - timedelta(days=2)
        assert "lies before" in desk.refused("start_handling", "handler", unit="U1", dated=before)

    def test_a_denied_contact_is_none(self) -> None:
        desk = accepted()
        desk.act("communicate", "handler", unit="U1", kind="visit")
        desk.act("deny_communication", "deputy", communication="C1/k1")
        desk.workdays_later(10)
        assert "no contact" in desk.refused("start_handling", "handler", unit="U1")

    def test_a_denied_contact_meets_no_limit(self) -> None:
        desk = accepted()
        desk.act("communicate", "handler", unit="U1", kind="visit")
        assert desk.deadline("contact_by").met_on == desk.on
        desk.act("deny_communication", "deputy", communication="C1/k1")
        assert desk.deadline("contact_by").open

    def test_documented_attempts_let_the_gate_lapse_and_say_so(self) -> None:
        desk = accepted()
        desk.act("record_attempt", "handler", unit="U1", kind="phone")
        assert "1 of 2 failed attempts" in desk.refused("start_handling", "handler", unit="U1")
        desk.act("record_attempt", "handler", unit="U1", kind="phone")
        desk.act("communicate", "handler", unit="U1", kind="phone")
        desk.act("start_handling", "handler", unit="U1")
        assert desk.part().contact_gate == "lapsed", (
            "an unconfirmed contact does not turn a lapse into a contact"
        )

    def test_only_the_deputy_spoken_to_confirms(self) -> None:
        desk = accepted(desk=joint())
        desk.act("communicate", "handler", unit="U1", kind="visit")
        assert "was a contact with D1" in desk.refused(
            "confirm_communication", "deputy", "D2", communication="C1/k1"
        )


class TestResearchBeforeAnswering:
    def test_a_key_item_needs_research_with_the_deputy(self) -> None:
        desk = handling()
        desk.act("determine_key", "leader", key_level="CHAIR")
        desk.act("research", "handler", unit="U1")
        desk.act("draft_reply", "handler", unit="U1", **REPLY)
        assert "deputy was invited (G2)" in desk.refused("send_draft_to_deputy", "handler", unit="U1")
        desk.act("research", "handler", unit="U1", deputy_invited=True)
        desk.act("send_draft_to_deputy", "handler", unit="U1")

    def test_a_pending_opinion_of_a_co_unit_holds_the_draft_until_it_is_waived(self) -> None:
        desk = start(accepted(LEAD_AND_CO))
        desk.act("research", "handler", unit="U1")
        desk.act("draft_reply", "handler", unit="U1", **REPLY)
        assert "opinions of U2" in desk.refused("send_draft_to_deputy", "handler", unit="U1")
        waiver: dict[str, Any] = {"unit": "U1", "reason": "过期未送", "assignment": "C1/a2"}
        assert "may send its opinion until" in desk.refused("waive_opinion", "handler", **waiver)
        desk.on = desk.deadline("co_opinion_by", "C1/a2").last_day + timedelta(days=1)
        desk.act("waive_opinion", "handler", **waiver)
        desk.act("send_draft_to_deputy", "handler", unit="U1")

    def test_an_opinion_that_was_sent_in_time_is_judged_not_waived(self) -> None:
        desk = accepted(LEAD_AND_CO)
        desk.act("send_opinion", "handler", unit="U2", opinion="x")
        assert "does not lead" in desk.refused(
            "waive_opinion", "handler", unit="U1", reason="x", assignment="C1/a2"
        )

    def test_a_co_unit_that_joins_after_the_draft_is_heard_before_the_signature(self) -> None:
        desk = start(assigned_lead_with_returned_co())
        send_draft(desk)
        desk.act("reassign", "registrar", more={"replaces": "C1/a2", "unit": "U5"})
        desk.act("agree_consult", "deputy", assignment="C1/a1")
        assert "opinions of U5" in desk.refused("sign", "unit_head", unit="U1", **SEAL)

    def test_units_that_disagree_give_no_answer_before_they_agree(self) -> None:
        desk = start(accepted(SEPARATE), "U1")
        desk.act("request_coordination", "handler", unit="U2", reason="分工不清")
        desk.act("research", "handler", unit="U1")
        desk.act("draft_reply", "handler", unit="U1", **REPLY)
        assert "units disagree (U2)" in desk.refused("send_draft_to_deputy", "handler", unit="U1")
        desk.act("settle_coordination", "dispatcher", assignment="C1/a2")
        desk.act("send_draft_to_deputy", "handler", unit="U1")


def assigned_lead_with_returned_co() -> Desk:
    desk = assigned(LEAD_AND_CO)
    for unit in ("U1", "U2"):
        desk.act("receipt", "handler", unit=unit)
    desk.act("accept", "handler", unit="U1")
    desk.act("request_return", "unit_head", unit="U2", reason="x", proposed_unit="U5")
    desk.act("grant_return", "registrar", assignment="C1/a2")
    return desk


class TestConsultBeforeSigning:
    def test_an_objection_needs_another_draft(self) -> None:
        desk = send_draft(handling())
        desk.act("object_consult", "deputy", reason="没有写明时间")
        assert desk.state == "HANDLING"
        assert "draft again first" in desk.refused("send_draft_to_deputy", "handler", unit="U1")
        desk.act("draft_reply", "handler", unit="U1", **REPLY)
        desk.act("send_draft_to_deputy", "handler", unit="U1")
        assert (desk.state, desk.part().objections) == ("CONSULTING", 1)

    def test_silence_lapses_after_window_and_reminders_and_is_never_agreement(self) -> None:
        desk = send_draft(handling())
        desk.on = desk.deadline("consult_by").last_day + timedelta(days=1)
        assert "0 of 2 reminders" in desk.refused("lapse_consult", "system")
        for _ in range(2):
            desk.act("remind_consult", "system")
        desk.act("lapse_consult", "system")
        assert (desk.state, desk.part().consult) == ("REPLY_SIGNING", "LAPSED")

    def test_without_a_window_the_office_decides_in_writing_after_a_reminder(self) -> None:
        national = rules(LIBRARY.get("national"))
        desk = send_draft(handling(desk=submitted(national)))
        desk.act("remind_consult", "handler", unit="U1")
        assert "the office decides" in desk.refused("lapse_consult", "system")
        assert "the office decides" in desk.refused("lapse_consult", "registrar")
        desk.act("lapse_consult", "registrar", reason="多次联系无回复")
        assert desk.part().consult == "LAPSED"

    def test_an_answer_cannot_be_dated_before_the_draft_went_out(self) -> None:
        desk = send_draft(handling().later(4))
        assert "lies before" in desk.refused("agree_consult", "deputy", dated=desk.on - timedelta(days=2))

    def test_a_reply_is_not_delivered_before_it_is_signed(self) -> None:
        desk = consulted().later(2)
        desk.act("sign", "unit_head", unit="U1", **SEAL)
        early = desk.on - timedelta(days=1)
        assert "lies before" in desk.refused("deliver_reply", "handler", unit="U1", dated=early)


class TestEvaluation:
    @pytest.mark.parametrize(
        "role",
        [
            "proxy",
            "registrar",
            "dispatcher",
            "handler",
            "section_head",
            "unit_leader",
            "unit_head",
            "committee",
            "leader",
            "gov_leader",
            "auditor",
            "clerk",
            "citizen",
            "system",
        ],
    )
    def test_nobody_but_the_deputy_enters_one(self, role: str) -> None:
        reason = evaluating().refused("evaluate", role, unit="U1", on_behalf_of="D1", attitude="SATISFIED")
        assert "may not do this; it is for deputy" in reason

    def test_not_even_a_deputy_who_acts_for_the_unit_that_is_judged(self) -> None:
        good = {"attitude": "SATISFIED", "result": "SATISFIED"}
        assert "which is judged" in evaluating().refused("evaluate", "deputy", "D1", "U1", **good)

    def test_it_is_never_changed(self) -> None:
        desk = evaluating(desk=joint(rules(SUQIAN, evaluation={"joint": "each"})))
        desk.act("evaluate", "deputy", attitude="SATISFIED", result="SATISFIED")
        again = desk.refused("evaluate", "deputy", attitude="SATISFIED", result=BAD, reason="x")
        assert "never changed" in again

    def test_a_deputy_never_evaluates_for_another(self) -> None:
        desk = evaluating(desk=joint(rules(SUQIAN, evaluation={"joint": "each"})))
        good = {"attitude": "SATISFIED", "result": "SATISFIED"}
        assert "acts for nobody else" in desk.refused("evaluate", "deputy", "D2", on_behalf_of="D1", **good)
        assert "D9 is no deputy" in desk.refused("evaluate", "deputy", "D9", **good)

    def test_it_cannot_be_dated_before_the_forms_went_out(self) -> None:
        desk = replied().later(5)
        desk.act("send_forms", "registrar")
        good = {"attitude": "SATISFIED", "result": "SATISFIED"}
        assert "lies before" in desk.refused("evaluate", "deputy", dated=desk.on - timedelta(days=3), **good)

    def test_silence_is_kept_as_silence(self) -> None:
        desk = evaluating()
        desk.on = desk.deadline("feedback_by", "C1@D1").last_day + timedelta(days=1)
        for _ in range(2):
            desk.act("urge_feedback", "registrar")
        desk.act("lapse_evaluation", "system")
        assert [row.value for row in desk.case.evaluations.values()] == ["NO_RESPONSE"]
        assert desk.state == "REPLY_CLOSED"

    def test_one_silent_and_one_dissatisfied_deputy_lead_to_the_review(self) -> None:
        desk = evaluating(desk=joint(rules(SUQIAN, evaluation={"joint": "each"})))
        desk.act("evaluate", "deputy", attitude="SATISFIED", result=BAD, reason="x")
        desk.on = desk.deadline("feedback_by", "C1@D2").last_day + timedelta(days=1)
        for _ in range(2):
            desk.act("urge_feedback", "registrar", deputy="D2")
        desk.act("lapse_evaluation", "system")
        assert sorted(row.value for row in desk.case.evaluations.values()) == [BAD, "NO_RESPONSE"]
        assert desk.state == "REHANDLE_REVIEW"


class TestWithdrawal:
    def test_all_co_signers_agree(self) -> None:
        desk = joint()
        assert "co-signers have not agreed: D2" in desk.refused("withdraw", "deputy", reason="x")
        desk.act("withdraw", "deputy", reason="x", agreed=["D2"])
        assert desk.state == "WITHDRAWN"

    def test_it_ends_every_limit_and_every_part(self) -> None:
        desk = handling(LEAD_AND_CO)
        desk.act("withdraw", "deputy", reason="x")
        assert not [row for row in desk.case.deadlines.values() if row.open]
        assert {row.state for row in desk.case.assignments.values()} == {"CANCELLED", "COMPLETED"}
        assert desk.refused("receipt", "handler", unit="U1")

    def test_where_the_text_says_so_it_ends_with_the_assignment(self) -> None:
        early = rules(SUQIAN, withdrawal={"until": "assigned"})
        assert "too late" in assigned(desk=submitted(early)).refused("withdraw", "deputy", reason="x")
        desk = registered(submitted(early))
        desk.act("withdraw", "deputy", reason="x")

    def test_a_reply_once_given_is_not_withdrawn_by_re_handling(self) -> None:
        desk = review()
        desk.act("order_rehandle", "registrar")
        assert "too late" in desk.refused("withdraw", "deputy", reason="x")


class TestProxies:
    def test_a_proxy_names_the_deputy(self) -> None:
        desk = drafted()
        assert "on_behalf_of is missing" in desk.refused("submit", "proxy", "P1")
        desk.act("submit", "proxy", "P1", on_behalf_of="D1")
        assert desk.log[-1][2].events[0].data["on_behalf_of"] == "D1"

    def test_a_proxy_of_a_stranger_is_refused(self) -> None:
        assert "D9 is no deputy" in drafted().refused("submit", "proxy", "P1", on_behalf_of="D9")


def test_a_state_secret_is_not_entered() -> None:
    assert "a state secret is not entered here" in drafted().refused(
        "revise", "deputy", secrecy="STATE_SECRET"
    )


def test_a_file_is_archived_once_nothing_is_owed() -> None:
    desk = fulfilled()
    desk.act("publish", "registrar")
    ended = desk.case.case.ended_on
    desk.later(30).act("archive", "registrar")
    assert (desk.state, desk.case.case.ended_on) == ("ARCHIVED", ended)


@pytest.mark.parametrize(
    ("build", "name", "role", "data"),
    [
        (accepted, "communicate", "handler", {"unit": "U1", "kind": "phone", "stage": "later"}),
        (replied, "inspect", "committee", {"verdict": "MATCHING", "location": "现场", "found": "SOLVED"}),
        (handling, "propose_supervision", "committee", {"kind": "GROUP", "level": "U9"}),
    ],
)
def test_a_value_of_no_closed_set_is_refused_and_what_was_stored_before_is_carried_on(
    build: Build, name: str, role: str, data: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "; one of " in build().refused(name, role, **data)
    desk = build()
    with monkeypatch.context() as before:
        before.setattr(sys.modules["states.decide"], "among_known", lambda _: None)
        desk.act(name, role, **data)
    desk.act("mark_repeat", "registrar", repeat_of="C0")


def proposed() -> Desk:
    desk = registered(submitted())
    desk.act("propose_units", "registrar", units=SOLE)
    return desk


@pytest.mark.parametrize(
    ("build", "name", "role", "key"),
    [
        *((drafted, "revise", "deputy", key) for key in ("title", "facts", "proposal", "secrecy")),
        (drafted, "submit", "deputy", "session"),
        (proposed, "assign", "registrar", "units"),
        (proposed, "propose_units", "registrar", "units"),
    ],
)
def test_what_goes_on_where_it_is_left_out_is_never_given_blank(build: Build, name: str, role: str, key: str) -> None:
    """Neither kept in silence nor emptied by mistake; null is as good as left out."""
    desk = build()
    desk.case.case.session = "6-5"
    for blank in ["  ", ""] if key != "units" else [[], ""]:
        assert desk.refused(name, role, more={key: blank})
    before = getattr(desk.case.case, key, None)
    desk.act(name, role, more={key: None})
    assert getattr(desk.case.case, key, None) == before


def test_every_key_that_goes_on_where_it_is_left_out_is_tried_above() -> None:
    (mark,) = (
        mark for mark in test_what_goes_on_where_it_is_left_out_is_never_given_blank.pytestmark  # type: ignore[attr-defined]
    )
    tried = {(name, key) for _, name, _, key in mark.args[1]}
    assert tried == {(name, field.key) for name, sheet in SHEETS.items() for field in sheet if field.stays}
