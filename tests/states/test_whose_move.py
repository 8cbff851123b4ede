"""Every state can be left and is somebody's move, or is named here with the reason."""

import pytest

from states.decide import LIFECYCLES
from states.roles import OFFICE_ROLES, UNIT_ROLES, Role
from states.table import Owner, Step
from states.whose_move import next_step, usual_way, waiting_for, whose_move

SUGGESTION = LIFECYCLES["suggestion"]
STATES = {f"{machine.subject}.{state}": (machine, state) for machine in LIFECYCLES.values() for state in machine.names}

ENDS = {
    "suggestion.NOT_ACCEPTED": "it is no suggestion",
    "suggestion.WITHDRAWN": "the deputy took it back",
    "suggestion.ARCHIVED": "its file is complete",
    "assignment.RETURN_GRANTED": "the unit that takes its place has a part of its own",
    "assignment.COMPLETED": "handled",
    "assignment.CANCELLED": "withdrawn with its suggestion, or no longer waited for",
    "commitment.VERIFIED": "kept",
    "commitment.CANCELLED_EXPLAINED": "not to be kept",
    "supervision.DECLINED": "it never began",
    "supervision.LAPSED": "nobody decided in time; it may be proposed again",
    "supervision.RELEASED": "done",
    "opinion.CLOSED": "done",
    "opinion.NOT_ADMITTED": "another channel has it",
    "opinion.MERGED": "another opinion goes on for it",
    "opinion.PROMOTED": "a suggestion goes on for it",
}
"""States that nobody leaves, and why."""

CARRIED = {
    **dict.fromkeys(
        (f"suggestion.{state}" for state in (
            "ASSIGNED", "COMMUNICATING", "HANDLING", "CONSULTING", "REPLY_SIGNING", "REHANDLING",
        )),
        "its parts carry it on: it stands where the least advanced of them stands",
    ),
    "suggestion.TRACKING": "its promises carry it on",
    **dict.fromkeys(
        (f"suggestion.{state}" for state in ("REPLY_CLOSED", "FULFILLED", "UNFULFILLED_CLOSED")),
        "what is left is filing it away, and nobody waits for that",
    ),
    "assignment.DELIVERED": "the suggestion completes it when it is closed",
    "assignment.OPINION_ACCEPTED": "the suggestion completes it when it is closed",
}  # fmt: skip
"""States that can be left, but are nobody's move, and why."""


def test_every_state_can_be_left_or_is_an_end() -> None:
    left = {
        f"{subject}.{source}"
        for subject, machine in LIFECYCLES.items()
        for source, _, target in machine.edges()
        if target != source
    }
    stuck = STATES.keys() - left
    assert not stuck - ENDS.keys(), f"nobody can leave {sorted(stuck - ENDS.keys())}"
    assert ENDS.keys() == stuck, f"{sorted(ENDS.keys() - stuck)} can be left"


def test_every_state_is_somebodys_move_or_carried_on_by_another() -> None:
    nobodys = {name for name, (machine, state) in STATES.items() if not whose_move(machine, state)} - ENDS.keys()
    stuck = sorted(nobodys - CARRIED.keys())
    assert not stuck, f"{stuck} is nobody's move: mark the usual step out of it, or say in CARRIED why"
    assert CARRIED.keys() == nobodys, f"{sorted(CARRIED.keys() - nobodys)} is somebody's move"


@pytest.mark.parametrize(
    "step",
    [step for machine in LIFECYCLES.values() for step in machine.steps if step.usual],
    ids=lambda step: f"{step.action}-{step.event}",
)
def test_a_usual_step_is_taken_by_people_and_waits_for_some_of_those_who_may(step: Step) -> None:
    assert (step.follows, step.auto, step.internal) == (False, False, False)
    assert {*step.movers} <= {*step.by} - {Role.SYSTEM}


def test_a_duty_is_said_of_usual_steps_only() -> None:
    steps = [step for machine in LIFECYCLES.values() for step in machine.steps]
    assert not [step.action for step in steps if step.duty is not None and not step.usual]


def test_what_unit_or_office_answers_is_not_the_deputys_move_though_they_may_go_on() -> None:
    assert whose_move(SUGGESTION, "PRE_CONSULT") == (*UNIT_ROLES, *OFFICE_ROLES)
    assert Role.DEPUTY in next(step for step in SUGGESTION.steps if step.action == "submit").by


def test_a_step_that_led_to_a_state_is_not_the_next_one_there() -> None:
    step = next_step(SUGGESTION, "ASSIGNING")
    assert step is not None
    assert step.action == "assign"


def test_the_lead_unit_judges_the_opinion_that_another_sent() -> None:
    assert waiting_for("assignment", UNIT_ROLES, Owner.LEAD_UNIT) == ("OPINION_SENT",)
    assert "OPINION_SENT" not in waiting_for("assignment", UNIT_ROLES, Owner.PART)


def test_of_those_who_may_release_a_supervision_the_leader_is_waited_for() -> None:
    assert "REPORTED" in waiting_for("supervision", (Role.LEADER,))
    assert "REPORTED" not in waiting_for("supervision", (Role.REGISTRAR,))


def test_the_usual_way_has_the_parts_between_assigning_and_the_forms_and_the_archive_behind_all() -> None:
    way = usual_way()
    before, parts = way.index("reassign"), [way.index(name) for name in ("receipt", "deliver_reply", "grant_return")]
    assert before < min(parts) < max(parts) < way.index("send_forms")
    assert way.index("release_supervision") < way.index("archive")
    usual = {step.action for machine in LIFECYCLES.values() for step in machine.steps if step.usual}
    assert sorted(way) == sorted(usual)
