"""The tables carry the law: each line from where to where, allowed there and nowhere else."""

import pytest

from states import LIFECYCLES, Action, NotAllowed, Role, decide
from states.decide import FOUNDING, event_names
from states.table import Step
from tests.states.builders import LIBRARY, SEED, STAGES, SUQIAN, Desk, noon

LAW = """
T1   suggestion.cosign_invited            DRAFT COSIGNING > COSIGNING
T2   suggestion.submitted                 DRAFT COSIGNING PRE_CONSULT > SUBMITTED
T3   suggestion.consult_requested         DRAFT > PRE_CONSULT
T3   suggestion.consult_answered          PRE_CONSULT > DRAFT
T4   suggestion.review_opened             SUBMITTED > UNDER_REVIEW
T5   suggestion.revision_requested        UNDER_REVIEW > RETURNED_FOR_REVISION
T6   suggestion.resubmitted               RETURNED_FOR_REVISION > SUBMITTED
T7   suggestion.declined                  UNDER_REVIEW > NOT_ACCEPTED
T8   suggestion.registered                UNDER_REVIEW > REGISTERED
T9   suggestion.units_proposed            REGISTERED ASSIGNING > ASSIGNING
T10  suggestion.assigned                  ASSIGNING > ASSIGNED
T11  suggestion.accepted                  ASSIGNED > COMMUNICATING
T12  suggestion.return_granted            ASSIGNED REASSIGNING COMMUNICATING HANDLING > REASSIGNING
T13  suggestion.reassigned                REASSIGNING > ASSIGNED
T14  suggestion.handling_started          COMMUNICATING > HANDLING
T15  suggestion.draft_sent_to_deputy      HANDLING REHANDLING > CONSULTING
T16  suggestion.consult_objected          CONSULTING REPLY_SIGNING > HANDLING
T16  suggestion.consult_objected          CONSULTING REPLY_SIGNING > REHANDLING
T17  suggestion.consult_agreed            CONSULTING > REPLY_SIGNING
T17  suggestion.consult_lapsed            CONSULTING > REPLY_SIGNING
T18  suggestion.reply_delivered           REPLY_SIGNING > REPLIED
T19  suggestion.forms_sent                REPLIED > EVALUATING
T20  suggestion.evaluated_ok              EVALUATING > REPLY_CLOSED
T21  suggestion.evaluation_lapsed         EVALUATING > REPLY_CLOSED
T22  suggestion.evaluated_dissatisfied    EVALUATING > REHANDLE_REVIEW
T23  suggestion.rehandle_ordered          REHANDLE_REVIEW > REHANDLING
T24  suggestion.rehandle_declined         REHANDLE_REVIEW > REPLY_CLOSED
T26  suggestion.dissatisfied_again        EVALUATING > MEDIATION
T27  suggestion.mediation_decided         MEDIATION > REHANDLING
T27  suggestion.mediation_decided         MEDIATION > REPLY_CLOSED
T28  suggestion.tracking_started          REPLY_CLOSED > TRACKING
T29  suggestion.fulfilled                 TRACKING > FULFILLED
T30  suggestion.closed_with_explanation   TRACKING > UNFULFILLED_CLOSED
T31  suggestion.reopened_by_inspection    FULFILLED REPLY_CLOSED > TRACKING
T31  suggestion.reopened_by_inspection    FULFILLED REPLY_CLOSED > REHANDLING
T33  suggestion.archived                  REPLY_CLOSED FULFILLED UNFULFILLED_CLOSED > ARCHIVED
A1   assignment.receipted                 PENDING_RECEIPT > RECEIVED
A1   assignment.accepted                  RECEIVED > ACCEPTED
A2   assignment.return_requested          RECEIVED > RETURN_REQUESTED
A3   assignment.return_granted            RETURN_REQUESTED > RETURN_GRANTED
A3   assignment.return_refused            RETURN_REQUESTED > RECEIVED
A4   assignment.opinion_sent              ACCEPTED COMMUNICATED RESEARCHED OPINION_REJECTED > OPINION_SENT
A5   assignment.opinion_rejected          OPINION_SENT > OPINION_REJECTED
A    assignment.opinion_accepted          OPINION_SENT > OPINION_ACCEPTED
A    assignment.communicated              ACCEPTED > COMMUNICATED
T14  assignment.handling_started          ACCEPTED COMMUNICATED > COMMUNICATED
T15  assignment.researched                COMMUNICATED > RESEARCHED
T15  assignment.drafted                   RESEARCHED DRAFTED > DRAFTED
T15  assignment.draft_sent                DRAFTED > DRAFTED
T16  assignment.consult_objected          DRAFTED > DRAFTED
T17  assignment.consult_agreed            DRAFTED > CONSULTED
T17  assignment.consult_lapsed            DRAFTED > CONSULTED
T18  assignment.signed                    CONSULTED > SIGNED
T18  assignment.delivered                 SIGNED > DELIVERED
A    assignment.completed                 DELIVERED OPINION_ACCEPTED > COMPLETED
K1   commitment.progressed                PROMISED IN_PROGRESS RESCHEDULED FAILED_VERIFICATION > IN_PROGRESS
K2   commitment.claimed                   PROMISED IN_PROGRESS RESCHEDULED FAILED_VERIFICATION > CLAIMED_DONE
K3   commitment.verified                  CLAIMED_DONE > VERIFIED
K3   commitment.verification_failed       CLAIMED_DONE > FAILED_VERIFICATION
K4   commitment.rescheduled               PROMISED IN_PROGRESS RESCHEDULED FAILED_VERIFICATION > RESCHEDULED
K5   commitment.cancelled                 PROMISED IN_PROGRESS RESCHEDULED FAILED_VERIFICATION > CANCELLED_EXPLAINED
V    supervision.confirmed                PROPOSED > CONFIRMED
V    supervision.declined                 PROPOSED > DECLINED
V    supervision.lapsed                   PROPOSED > LAPSED
V    supervision.planned                  CONFIRMED > PLANNED
V    supervision.started                  PLANNED > ACTIVE
V    supervision.reported                 ACTIVE > REPORTED
V    supervision.released                 REPORTED > RELEASED
"""
"""Line, event, states before, state after: copied by hand from the trade's table, not from the code."""

LINES = [line.split(maxsplit=2) for line in LAW.strip().splitlines()]
STEPS = [(machine, step) for machine in LIFECYCLES.values() for step in machine.steps]


@pytest.mark.parametrize(("number", "event", "way"), LINES, ids=lambda value: str(value)[:40])
def test_each_line_of_the_law_is_in_the_table(number: str, event: str, way: str) -> None:
    before, after = (part.split() for part in way.split(">"))
    subject, _, fact = event.partition(".")
    steps = [
        step
        for step in LIFECYCLES[subject].steps
        if step.event == fact and step.target == after[0] and set(before) == set(step.sources)
    ]
    assert steps, f"{number} {event} {way}"


def test_withdrawal_is_open_until_the_reply_and_never_after_it() -> None:
    (step,) = [step for step in LIFECYCLES["suggestion"].steps if step.action == "withdraw"]
    after = [
        "REPLIED",
        "EVALUATING",
        "REHANDLE_REVIEW",
        "MEDIATION",
        "REPLY_CLOSED",
        "TRACKING",
        "FULFILLED",
        "ARCHIVED",
        "WITHDRAWN",
    ]
    assert not set(step.sources) & set(after)
    assert {"DRAFT", "SUBMITTED", "ASSIGNED", "CONSULTING", "REPLY_SIGNING"} <= set(step.sources)


def test_final_states_have_no_way_out() -> None:
    exits = {source for source, _, target in LIFECYCLES["suggestion"].edges() if source != target}
    assert not exits & {"NOT_ACCEPTED", "WITHDRAWN", "ARCHIVED"}


def test_every_state_can_be_reached_in_every_machine() -> None:
    for machine in LIFECYCLES.values():
        reached, edges = {machine.initial}, machine.edges()
        for _ in machine.names:
            reached |= {target for source, _, target in edges if source in reached}
        assert reached == set(machine.names), machine.subject


ELSEWHERE = [
    (stage, action)
    for stage in STAGES
    for action in sorted(LIFECYCLES["suggestion"].actions)
    if not any(
        stage in step.sources
        for machine in ("suggestion", "assignment")
        for step in LIFECYCLES[machine].steps
        if step.action == action
    )
]


@pytest.fixture(scope="module")
def stages() -> dict[str, Desk]:
    return {name: build() for name, build in STAGES.items()}


@pytest.mark.parametrize(("stage", "action"), ELSEWHERE)
def test_an_action_is_refused_outside_its_states(stages: dict[str, Desk], stage: str, action: str) -> None:
    desk = stages[stage]
    roles = {
        role
        for machine in LIFECYCLES.values()
        for step in machine.steps
        for role in step.by
        if step.action == action
    }
    for role in sorted(roles) or [Role.SYSTEM]:
        with pytest.raises(NotAllowed):
            decide(desk.dossier, Action("C1", action, "D1", role, unit="U1"), SUQIAN, SEED, noon(desk.on))
    assert action not in desk.allowed() or action in LIFECYCLES["assignment"].actions


@pytest.mark.parametrize(
    "step", [step for _, step in STEPS if step.by], ids=lambda step: f"{step.action}-{step.event}"
)
def test_no_line_lets_an_unnamed_role_in(step: Step) -> None:
    assert "auditor" not in step.by
    assert "citizen" not in step.by or step.action == "rate"


def test_only_a_deputy_evaluates() -> None:
    for _, step in STEPS:
        if step.action == "evaluate":
            assert [role.value for role in step.by] == ["deputy"]


def test_a_refusal_says_what_is_allowed_instead() -> None:
    desk = STAGES["SUBMITTED"]()
    with pytest.raises(NotAllowed) as refusal:
        desk.act("assign", "registrar")
    assert "open_review" in refusal.value.allowed
    assert str(refusal.value).startswith("cannot assign C1: C1 is SUBMITTED (已提交)")


def test_an_unknown_case_is_opened_by_founding_actions_only() -> None:
    assert set(FOUNDING) == {"draft", "record"}
    with pytest.raises(NotAllowed, match="there is no case C1"):
        decide(None, Action("C1", "submit", "D1", "deputy"), SUQIAN, SEED, noon(STAGES["DRAFT"]().on))


@pytest.mark.parametrize("name", LIBRARY.names())
def test_every_event_that_a_rulebook_names_can_happen(name: str) -> None:
    rulebook = LIBRARY.get(name)
    for key, limit in rulebook.limits.items():
        unknown = {*limit.all_starts, *limit.meets, *limit.pauses} - event_names().keys()
        assert not unknown, f"{name}: limits.{key} waits for {unknown}"
