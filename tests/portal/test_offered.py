"""Is every action of the tables offered to somebody in some state? Whatever is refused now is offered, too."""

from dataclasses import replace
from typing import Any

from portal.visitor.next_steps import IN_OTHER_WORDS
from portal.visitor.offers import candidates
from portal.visitor.rights import RIGHTS, Reach
from states import LIFECYCLES, Dossier
from states.cases import Supervision
from states.decide import MACHINES, TABLES
from states.roles import UNIT_ROLES
from states.whose_move import next_step
from states.words import ACTION_NAMES
from storage.accounts import Visitor
from tests.states.builders import FIRST, LEAD_AND_CO, LIBRARY, Desk, evaluating

PROMISE: dict[str, Any] = {"class": "PLANNED_DATED", "commitments": [{"text": "完工", "due_on": "2025-12-31"}]}

UNOFFERED = {
    "suggestion.order_rehandle_by_rule": "taken by itself where the rulebook says so",
    "suggestion.track": "taken by itself when promises were made",
    "suggestion.fulfil": "taken by itself with the last promise",
    "suggestion.reopen_tracking_by_finding": "taken by itself after an inspection",
    "suggestion.rehandle_by_finding": "taken by itself after an inspection",
    "suggestion.settle_rules": "taken by the program after an upgrade",
    "assignment.complete": "taken with the end of the suggestion",
    "assignment.cancel": "taken with the withdrawal of the suggestion",
    "supervision.lapse_supervision": "taken by the sweep when nobody decided in time",
    "opinion.settle_rules": "taken by the program after an upgrade",
}
"""Actions that nobody is offered, and why."""


def a_suggestion() -> Dossier:
    """With an answering part, a co-unit's, a promise and a supervision."""
    dossier = evaluating(LEAD_AND_CO, **PROMISE).case
    row = Supervision.raised("C1", 0, "GROUP", FIRST, "4", "GROUP", "")
    return replace(dossier, supervisions={row.id: row})


def an_opinion() -> Dossier:
    desk = Desk(LIBRARY.get("message-board"))
    desk.act("record", "clerk", body="路灯不亮", region="321300")
    return desk.case


def standing(dossier: Dossier, subject: str, state: str) -> Dossier:
    """The case with all that runs through this machine in this state."""
    if subject == dossier.case.machine:
        return replace(dossier, case=replace(dossier.case, state=state))
    rows = {id_: replace(row, state=state) for id_, row in getattr(dossier, TABLES[subject]).items()}
    changed: dict[str, Any] = {TABLES[subject]: rows}
    return replace(dossier, **changed)


def offered() -> set[str]:
    """Every action that somebody who sees cases is offered in some state, as machine.action."""
    seeing = [role for role, right in RIGHTS.items() if right.reach != Reach.NONE]
    people = [(role, unit) for role in seeing for unit in (("U1", "U2") if role in UNIT_ROLES else ("",))]
    actions = set()
    for dossier in (a_suggestion(), an_opinion()):
        machine = dossier.case.machine
        for subject in (machine, *MACHINES[machine]):
            for state in LIFECYCLES[subject].names:
                case = standing(dossier, subject, state)
                for role, unit in people:
                    visitor = Visitor("a", "", "", role, role, role, unit, unit, "321300")
                    actions |= {f"{step.inner or machine}.{step.action}" for step in candidates(visitor, case)}
    return actions


def test_every_action_is_offered_to_somebody_or_is_named_with_the_reason() -> None:
    there = {f"{subject}.{action}" for subject, machine in LIFECYCLES.items() for action in machine.actions}
    followed = {f"suggestion.{action}" for action in LIFECYCLES["suggestion"].follows}
    hidden = there - followed - offered()
    assert not hidden - UNOFFERED.keys(), f"nobody is offered {sorted(hidden - UNOFFERED.keys())}"
    assert UNOFFERED.keys() == hidden, f"{sorted(UNOFFERED.keys() - hidden)} is offered"


def test_the_lines_of_an_action_stand_in_one_place_of_its_page() -> None:
    for machine in LIFECYCLES.values():
        for action in machine.actions:
            lines = [step for step in machine.steps if step.action == action and not step.follows]
            assert len({(step.beside, step.when_open) for step in lines}) <= 1, action


def test_each_state_said_in_other_words_has_a_next_step_of_another_name() -> None:
    steps = {
        state: step
        for subject in ("suggestion", "assignment")
        for state in LIFECYCLES[subject].names
        if (step := next_step(LIFECYCLES[subject], state)) is not None
    }
    assert IN_OTHER_WORDS.keys() <= steps.keys()
    assert [state for state, words in IN_OTHER_WORDS.items() if words == ACTION_NAMES[steps[state].action]] == []
