"""Judgements that count: inspections, corrections, second evaluations, dissatisfaction that climbs."""

from typing import Any

import pytest

from tests.states.builders import (
    BAD,
    COSIGNER,
    DEPUTY,
    DISSATISFIED,
    SATISFIED,
    SEPARATE,
    Desk,
    answer_again,
    closed,
    drafted,
    evaluating,
    fulfilled,
    handling,
    joint,
    mediation,
    rehandling,
    replied,
    review,
    rules,
    submitted,
    tracking,
)

FOUND: dict[str, Any] = {"location": "幸福小区3号楼", "verdict": "MATCHING"}
UNTRUE: dict[str, Any] = {
    "location": "幸福小区3号楼", "verdict": "NOT_MATCHING", "found": "PLANNED_DATED", "finding": "没有动工",
}  # fmt: skip
UNKEPT: dict[str, Any] = {"location": "工地", "verdict": "NOT_MATCHING", "finding": "没有动工", "commitment": "C1/c1"}


# -- inspections ---------------------------------------------------------------------------------------------


def test_an_inspection_that_matches_leaves_the_case_as_it_is_and_stands_on_record() -> None:
    desk = closed()
    desk.act("inspect", "committee", **FOUND, participants=[DEPUTY])
    (row,) = desk.case.inspections.values()
    assert (row.claimed, row.found, row.verdict) == ("RESOLVED", "RESOLVED", "MATCHING")
    assert (row.place, row.by, row.participants) == ("幸福小区3号楼", "committee", [DEPUTY])
    assert (desk.state, desk.case.case.corrected_class) == ("REPLY_CLOSED", "")


def test_a_reply_that_an_inspection_refutes_is_handled_again_and_both_classes_are_kept() -> None:
    desk = closed()
    desk.act("inspect", "registrar", **UNTRUE)
    assert (desk.state, desk.case.case.round) == ("REHANDLING", 2)
    assert desk.case.case.corrected_class == "PLANNED_DATED"
    assert desk.part(1).reply_class == "RESOLVED"
    assert desk.case.inspections["C1/i1"].claimed == "RESOLVED"
    assert desk.part(2).unit == "U1"
    recipients = {notice.recipient for notice in desk.log[-1][2].notices}
    assert "unit_head:U1" in recipients


def test_of_separate_parts_only_the_refuted_one_is_handled_again() -> None:
    desk = closed(SEPARATE)
    assert "names" not in desk.refused("inspect", "committee", **UNTRUE)
    desk.act("inspect", "committee", **UNTRUE, assignment="C1/a2")
    again = [row.unit for row in desk.case.assignments.values() if row.round == 2]
    assert again == ["U2"]


def test_before_the_deputy_has_judged_a_refuted_class_is_corrected_and_nothing_is_decided() -> None:
    desk = evaluating()
    desk.act("inspect", "committee", **UNTRUE)
    assert (desk.state, desk.case.case.corrected_class) == ("EVALUATING", "PLANNED_DATED")


def test_partly_matching_corrects_no_class_and_reopens_nothing() -> None:
    desk = closed()
    desk.act("inspect", "committee", **{**UNTRUE, "verdict": "PARTLY_MATCHING", "found": "PARTLY_RESOLVED"})
    assert (desk.state, desk.case.case.corrected_class) == ("REPLY_CLOSED", "")
    assert desk.case.inspections["C1/i1"].found == "PARTLY_RESOLVED"


def test_a_promise_said_to_be_kept_follows_the_verdict() -> None:
    desk = tracking()
    desk.act("claim_done", "handler", unit="U1")
    desk.act("inspect", "committee", location="工地", verdict="PARTLY_MATCHING", finding="一半", commitment="C1/c1")
    assert desk.case.commitments["C1/c1"].state == "FAILED_VERIFICATION"
    desk.act("claim_done", "handler", unit="U1")
    desk.act("inspect", "committee", location="工地", verdict="MATCHING", commitment="C1/c1")
    assert (desk.case.commitments["C1/c1"].state, desk.state) == ("VERIFIED", "FULFILLED")


def test_a_promise_counted_as_kept_that_is_not_opens_the_tracking_again() -> None:
    desk = fulfilled()
    desk.act("inspect", "committee", **UNKEPT)
    assert (desk.state, desk.case.commitments["C1/c1"].state) == ("TRACKING", "FAILED_VERIFICATION")
    assert desk.case.case.ended_on is None
    assert desk.deadline("commitment_by", "C1/c1").open


def test_a_promise_that_nobody_claims_kept_is_only_looked_at() -> None:
    desk = tracking()
    desk.act("inspect", "committee", **UNKEPT)
    assert (desk.case.commitments["C1/c1"].state, desk.state) == ("PROMISED", "TRACKING")


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        ({"verdict": "REFUTED"}, "data.verdict"),
        ({"location": ""}, "data.location"),
        ({"found": "GOOD"}, "data.found"),
        ({"finding": ""}, "data.finding"),
        ({"commitment": "C1/c9"}, "C1/c9"),
        ({"assignment": "C1/a9"}, "C1/a9"),
        ({"evidence": [{"name": "a.jpg"}]}, "data.evidence"),
        ({"evidence": "a.jpg"}, "data.evidence"),
    ],
)
def test_an_inspection_says_what_where_and_how(data: dict[str, Any], reason: str) -> None:
    assert reason in closed().refused("inspect", "committee", more={**UNTRUE, **data})


def test_the_judged_unit_and_the_deputy_alone_inspect_nothing() -> None:
    desk = closed()
    for role, unit in (("handler", "U1"), ("unit_head", "U1"), ("deputy", ""), ("dispatcher", "")):
        assert "may not do this" in desk.refused("inspect", role, unit=unit, more=FOUND)


def test_nothing_is_inspected_before_there_is_a_reply() -> None:
    assert "no delivered reply" in handling().refused("inspect", "committee", **FOUND)


# -- corrections -----------------------------------------------------------------------------------------------


def test_a_correction_is_a_new_row_and_the_first_one_stays() -> None:
    desk = evaluating(desk=_joint_each())
    desk.act("evaluate", "deputy", **SATISFIED)
    desk.act("correct_evaluation", "deputy", **DISSATISFIED)
    rows = list(desk.case.evaluations.values())
    assert [(row.id, row.value, row.corrects) for row in rows] == [
        ("C1/a1/e@D1", "SATISFIED", ""),
        ("C1/a1/e@D1.2", BAD, "C1/a1/e@D1"),
    ]
    desk.act("evaluate", "deputy", COSIGNER, **SATISFIED)
    assert desk.state == "REHANDLE_REVIEW", "what counts is the corrected judgement"


def _joint_each() -> Desk:
    return joint(rules(evaluation={"joint": "each"}))


def test_a_late_correction_moves_nothing_until_the_office_decides() -> None:
    desk = closed()
    before = desk.state
    desk.act("correct_evaluation", "deputy", **DISSATISFIED)
    assert desk.state == before == "REPLY_CLOSED"
    assert desk.deadline("rehandle_decide_by", "C1").open
    desk.act("order_rehandle", "registrar")
    assert (desk.state, desk.case.case.round) == ("REHANDLING", 2)
    assert not desk.deadline("rehandle_decide_by", "C1").open


def test_the_office_may_leave_a_late_correction_with_a_reason() -> None:
    desk = closed()
    desk.act("correct_evaluation", "deputy", **DISSATISFIED)
    assert "reason" in desk.refused("decline_rehandle", "registrar")
    desk.act("decline_rehandle", "registrar", reason="已另行答复")
    assert desk.state == "REPLY_CLOSED"
    assert not desk.deadline("rehandle_decide_by", "C1").open


def test_without_a_correction_a_closed_reply_is_not_handled_again() -> None:
    assert "no deputy corrected" in closed().refused("order_rehandle", "registrar")


def test_a_correction_says_why_and_says_something_new() -> None:
    desk = closed()
    assert "data.reason" in desk.refused("correct_evaluation", "deputy", more={**DISSATISFIED, "reason": ""})
    assert "said before" in desk.refused("correct_evaluation", "deputy", more={**SATISFIED, "reason": "再说一遍"})


def test_only_the_deputy_who_judged_corrects() -> None:
    desk = closed()
    for role in ("registrar", "proxy"):
        assert "may not do this" in desk.refused("correct_evaluation", role, more=DISSATISFIED)
    assert "nothing to correct" in evaluating().refused("correct_evaluation", "deputy", more=DISSATISFIED)


# -- the second evaluation ----------------------------------------------------------------------------------------

SCORES: dict[str, Any] = {"participation": 90, "timeliness": 80, "completeness": 70, "effect": 60}
COMMITTEE = "社会建设委员会"


def test_a_committee_scores_the_four_dimensions_once_a_round() -> None:
    desk = evaluating()
    desk.act("assess", "committee", unit=COMMITTEE, **SCORES)
    (row,) = desk.case.assessments.values()
    assert (row.kind, row.by, row.score, row.effect) == ("COMMITTEE", COMMITTEE, 75, 60)
    assert "never changed" in desk.refused("assess", "committee", unit=COMMITTEE, more=SCORES)
    assert desk.state == "EVALUATING"


@pytest.mark.parametrize("score", [-1, 101, "90", None, True, 59.5])
def test_a_score_is_a_whole_number_up_to_a_hundred(score: object) -> None:
    scores = {**SCORES, "effect": score}
    assert "data.effect" in evaluating().refused("assess", "committee", unit=COMMITTEE, more=scores)


def test_another_committee_does_not_score() -> None:
    assert COMMITTEE in evaluating().refused("assess", "committee", unit="农业农村委员会", more=SCORES)


def test_who_scores_is_the_rulebooks_scheme() -> None:
    mutual = rules(double_evaluation={"scheme": "deputy_and_unit"})
    desk = evaluating(desk=submitted(mutual))
    assert "no committee" in desk.refused("assess", "committee", unit=COMMITTEE, more=SCORES)
    desk.act("rate_suggestion", "handler", unit="U1", score=88)
    assert desk.case.assessments["C1/a1/qU"].score == 88
    assert "never changed" in desk.refused("rate_suggestion", "handler", unit="U1", more={"score": 90})
    assert "no unit" in evaluating().refused("rate_suggestion", "handler", unit="U1", more={"score": 88})


# -- dissatisfaction climbs ------------------------------------------------------------------------------------------


def test_each_dissatisfaction_tells_more_of_the_congress_and_nobody_of_the_judged() -> None:
    desk = review()
    recipients = [n.recipient for n in desk.log[-1][2].notices if n.kind == "evaluator.escalated"]
    assert recipients == ["registrar:321300"]
    desk = mediation()
    recipients = [n.recipient for n in desk.log[-1][2].notices if n.kind == "evaluator.escalated"]
    assert recipients == ["registrar:321300", f"committee:{COMMITTEE}"]
    everybody = {n.recipient for n in desk.log[-1][2].notices}
    assert not [recipient for recipient in everybody if recipient.startswith("unit")]


def test_the_third_dissatisfaction_proposes_a_key_supervision_that_a_body_decides() -> None:
    desk = mediation()
    desk.act("decide_mediation", "registrar", outcome="rehandle", decision="再办一次")
    answer_again(desk)
    desk.act("send_forms", "registrar")
    desk.act("evaluate", "deputy", **DISSATISFIED)
    (row,) = desk.case.supervisions.values()
    assert (row.level, row.kind, row.state) == ("Q3", "KEY", "PROPOSED")
    assert "first decide" in desk.refused("confirm_supervision", "leader"), "the units would learn how he judged"
    desk.act("decide_mediation", "registrar", outcome="rehandle", decision="由主任会议督办")
    desk.act("confirm_supervision", "leader")
    assert desk.case.case.key_level == "CHAIR"


def test_the_first_dissatisfaction_with_what_was_asked_before_proposes_a_key_supervision() -> None:
    desk = evaluating()
    desk.act("mark_repeat", "registrar", repeat_of="B7")
    desk.act("evaluate", "deputy", **DISSATISFIED)
    (row,) = desk.case.supervisions.values()
    assert (row.level, row.kind, row.state) == ("Q3", "KEY", "PROPOSED")
    recipients = [n.recipient for n in desk.log[-1][2].notices if n.kind == "evaluator.escalated"]
    assert f"committee:{COMMITTEE}" in recipients
    assert not [recipient for recipient in recipients if recipient.startswith("unit")]
    assert "first decide" in desk.refused("confirm_supervision", "leader"), (
        "the units would learn how he judged"
    )
    assert not review().case.supervisions, "not repeated, it climbs the first rung only"


def test_what_a_late_correction_began_is_not_confirmed_before_it_is_acted_upon() -> None:
    """The notice of its confirmation would tell the units that the deputy is dissatisfied after all."""
    desk = mediation()
    desk.act("decide_mediation", "registrar", outcome="rehandle", decision="再办一次")
    answer_again(desk)
    desk.act("send_forms", "registrar")
    desk.act("evaluate", "deputy", **SATISFIED)
    assert desk.state == "REPLY_CLOSED"
    desk.act("correct_evaluation", "deputy", **DISSATISFIED)
    (row,) = desk.case.supervisions.values()
    assert (row.level, row.state) == ("Q3", "PROPOSED")
    assert "order a re-handling first" in desk.refused("confirm_supervision", "leader")
    desk.act("order_rehandle", "registrar")
    desk.act("confirm_supervision", "leader")
    assert desk.case.case.key_level == "CHAIR"


def test_a_re_handling_tells_the_head_of_the_unit() -> None:
    recipients = {notice.recipient for notice in rehandling().log[-1][2].notices}
    assert "unit_head:U1" in recipients


def test_a_corrected_dissatisfaction_does_not_climb() -> None:
    desk = evaluating(desk=_joint_each())
    desk.act("evaluate", "deputy", **DISSATISFIED)
    desk.act("correct_evaluation", "deputy", more={**SATISFIED, "reason": "已当面解决"})
    desk.act("evaluate", "deputy", COSIGNER, **SATISFIED)
    assert "evaluator.escalated" not in desk.events()
    assert desk.state == "REPLY_CLOSED"


# -- kinds of supervision ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "role", "state", "slot"),
    [
        ("KEY", "registrar", "PROPOSED", "1"),
        ("LEADER", "leader", "CONFIRMED", "1"),
        ("FIELD", "system", "CONFIRMED", "2"),
        ("NET", "registrar", "CONFIRMED", "3"),
        ("INSPECTION", "committee", "CONFIRMED", "4"),
        ("GROUP", "committee", "CONFIRMED", "4"),
        ("GOVERNMENT", "dispatcher", "CONFIRMED", "5"),
    ],
)
def test_what_a_body_decides_is_proposed_and_a_standing_task_begins(
    kind: str, role: str, state: str, slot: str
) -> None:
    desk = handling()
    holder = "第一小组" if kind == "GROUP" else ""
    desk.act("propose_supervision", role, kind=kind, holder=holder, reason="代表反映集中")
    row = desk.case.supervisions["C1/s1"]
    assert (row.kind, row.state, row.slot) == (kind, state, slot)
    if kind == "FIELD":
        assert row.holder == COMMITTEE


def test_who_may_begin_which_supervision() -> None:
    desk = handling()
    assert "may not begin" in desk.refused("propose_supervision", "dispatcher", kind="KEY")
    assert "may not begin" in desk.refused("propose_supervision", "registrar", kind="GOVERNMENT")
    assert "may not begin" in desk.refused("propose_supervision", "deputy", kind="GROUP")
    assert "data.kind" in desk.refused("propose_supervision", "dispatcher")
    assert "data.kind" in desk.refused("propose_supervision", "registrar", kind="OTHER")
    assert "data.criterion" in desk.refused("propose_supervision", "registrar", kind="KEY", criterion="好看")


@pytest.mark.parametrize("consulted", [False, True])
def test_a_draft_is_not_supervised_before_it_is_handed_in(consulted: bool) -> None:
    desk = drafted()
    if consulted:
        desk.act("request_consult", "deputy", more={"unit": "U1"})
    assert "propose_supervision" not in desk.allowed()
    for kind in ("KEY", "FIELD", "NET"):
        assert "not handed in" in desk.refused("propose_supervision", "registrar", kind=kind, reason="代表反映集中")
    desk = submitted()
    assert "propose_supervision" in desk.allowed()
    assert "no committee" in desk.refused("propose_supervision", "registrar", kind="FIELD")
    desk.act("propose_supervision", "registrar", kind="NET")


def test_a_proposal_about_a_withdrawn_suggestion_is_not_confirmed_any_more() -> None:
    desk = handling()
    desk.act("propose_supervision", "registrar", kind="KEY", reason="三年五次提出")
    desk.act("withdraw", "deputy", reason="不再提")
    assert "is final" in desk.refused("confirm_supervision", "leader", key_level="CHAIR")
    desk.act("decline_supervision", "leader", reason="已经撤回")
    assert not desk.case.case.is_key


def test_a_key_supervision_needs_its_ground_of_the_rulebook_or_in_words() -> None:
    desk = handling()
    for criterion, reason in (("", ""), (None, None)):
        refused = desk.refused("propose_supervision", "registrar", kind="KEY", criterion=criterion, reason=reason)
        assert "needs its ground" in refused
    desk.act("propose_supervision", "registrar", kind="KEY", criterion="代表反映集中")
    other = handling()
    other.act("propose_supervision", "registrar", level="KEY", reason="三年五次提出")
    assert other.case.supervisions["C1/s1"].kind == "KEY"


def test_a_supervision_has_a_plan_progress_and_a_report() -> None:
    desk = handling()
    desk.act("propose_supervision", "committee", kind="FIELD")
    assert "already" in desk.refused("propose_supervision", "committee", kind="FIELD")
    desk.act("plan_supervision", "committee", plan="每月看一次")
    assert "data.note" in desk.refused("note_supervision", "committee")
    desk.act("note_supervision", "committee", note="已去现场")
    desk.act("start_supervision", "committee")
    desk.act("note_supervision", "committee", note="进度过半")
    desk.act("report_supervision", "committee", report="已办成")
    desk.act("release_supervision", "registrar")
    assert desk.case.supervisions["C1/s1"].state == "RELEASED"


def test_the_government_and_the_congress_supervise_each_by_their_own_act() -> None:
    desk = handling()
    desk.act("propose_supervision", "dispatcher", kind="GOVERNMENT")
    assert "政府督查" in desk.refused("plan_supervision", "committee", plan="看一次")
    desk.act("plan_supervision", "dispatcher", plan="看一次")
    desk = handling()
    desk.act("propose_supervision", "committee", kind="FIELD")
    assert "归口督办" in desk.refused("plan_supervision", "gov_leader", plan="看一次")


# -- what a suggestion is good for -----------------------------------------------------------------------------------


def test_a_suggestion_taken_up_by_a_plan_keeps_it_and_its_proved_result() -> None:
    desk = replied()
    assert "data.kind" in desk.refused("record_conversion", "registrar", kind="OTHER", target="x")
    desk.act("record_conversion", "registrar", kind="LAW_PLAN", target="物业管理条例")
    assert "data.report" in desk.refused("report_conversion", "registrar", conversion="C1/v1")
    desk.later().act("report_conversion", "registrar", conversion="C1/v1", report="已通过")
    row = desk.case.conversions["C1/v1"]
    assert (row.kind, row.target, row.done_on) == ("LAW_PLAN", "物业管理条例", desk.on)
    assert "has its result" in desk.refused("report_conversion", "registrar", conversion="C1/v1", report="再次")


def test_an_excellent_suggestion_is_nominated_with_a_score_and_then_awarded() -> None:
    desk = replied()
    assert "nominated" in desk.refused("award", "leader")
    desk.act("nominate", "committee", score=95, reason="调研扎实")
    desk.act("award", "leader")
    assert (desk.case.case.excellent, desk.case.case.quality_score) == ("AWARDED", 95)


def test_a_repeated_suggestion_names_the_earlier_one() -> None:
    desk = replied()
    assert "data.repeat_of" in desk.refused("mark_repeat", "registrar", repeat_of="C1")
    desk.act("mark_repeat", "registrar", repeat_of="B7")
    assert desk.case.case.repeat_of == "B7"
