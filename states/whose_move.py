"""Whose move it is, and what comes before what: read off the steps, for lists, pages and docs alike."""

from functools import cache

from states.decide import LIFECYCLES, MACHINES
from states.lifecycle import Lifecycle
from states.roles import Role
from states.stages import FINAL
from states.table import Owner, Step


def next_step(machine: Lifecycle, state: str) -> Step | None:
    """The first usual step that leads on from a state; one that has led there already is only taken again."""
    for step in machine.steps:
        repeated = step.target == state and len(step.sources) > 1
        if step.usual and state in step.sources and step.target is not None and not repeated:
            return step
    return None


def whose_move(machine: Lifecycle, state: str) -> tuple[Role, ...]:
    """Those who are waited for in a state; nobody where another machine, a limit or no one carries it on."""
    step = next_step(machine, state)
    return step.movers if step else ()


@cache
def waiting_for(subject: str, roles: tuple[str, ...], owner: Owner | None = None) -> tuple[str, ...]:
    """The states in which it is the move of one of these roles, by the right over the row that the step wants."""
    machine = LIFECYCLES[subject]
    steps = {state: next_step(machine, state) for state in machine.names}
    return tuple(
        state
        for state, step in steps.items()
        if step and {*roles} & {*step.movers} and owner in (None, step.owner)
    )


def sources_of(subject: str, *actions: str) -> tuple[str, ...]:
    """The states in which one of these actions can be taken."""
    steps = (step for step in LIFECYCLES[subject].steps if step.action in actions and not step.follows)
    return tuple(dict.fromkeys(str(state) for step in steps for state in step.sources))


@cache
def usual_way() -> tuple[str, ...]:
    """The usual actions along a life: parts are handled where the suggestion follows them, and its end comes last."""
    own = LIFECYCLES["suggestion"].steps
    joined = max(place for place, step in enumerate(own) if step.follows)
    parts, *beside = (LIFECYCLES[inner].steps for inner in MACHINES["suggestion"])
    rest = [step for steps in (*beside, LIFECYCLES["opinion"].steps) for step in steps]
    steps = sorted((*own[:joined], *parts, *own[joined:], *rest), key=lambda step: step.target in FINAL)
    return tuple(dict.fromkeys(step.action for step in steps if step.usual))
