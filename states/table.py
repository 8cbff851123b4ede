"""How a lifecycle is written down: a tuple of steps, read like a statute, and the machine built from it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from transitions import Machine

from states.errors import NotAllowed
from states.reasons import Refused
from states.roles import Role

if TYPE_CHECKING:
    from states.work import Work

Condition = Callable[["Work"], bool]
Guard = Callable[["Work"], Refused | None]
Effect = Callable[["Work"], None]


class Owner(StrEnum):
    """Whose step it is, beyond the role: a right over another's part is refused."""

    ANY = "any"
    PART = "part"
    LEAD_UNIT = "lead_unit"
    LEAD_DEPUTY = "lead_deputy"
    PARTY = "party"


@dataclass(frozen=True)
class Step:
    """One line of the law: who may do what from where, and where it leads.

    A line with a `target` is a step, and no step is dated before the one before it, unless it is `anytime`; a
    line without one records a fact beside the state. `when` chooses between lines of one action; `guards` return
    the reason why they refuse, or None. `tells` are groups of people. `article` is the rule or the law.
    `follows` lines move the suggestion when an assignment's action of that name has moved every answering part;
    `auto` lines are taken at once whenever their `when` holds; `internal` ones are taken by other steps only.
    """

    action: str
    event: str
    sources: tuple[str, ...]
    target: str | None
    by: tuple[Role, ...]
    article: str
    owner: Owner = Owner.ANY
    when: tuple[Condition, ...] = ()
    guards: tuple[Guard, ...] = ()
    effects: tuple[Effect, ...] = ()
    tells: tuple[str, ...] = ()
    anytime: bool = False
    follows: bool = False
    auto: bool = False
    internal: bool = False


class Lifecycle:
    """The machine of one subject, built from its table; holds no case and is shared by all."""

    def __init__(self, subject: str, initial: str, names: dict[str, str], steps: Sequence[Step]) -> None:
        self.subject = subject
        self.initial = str(initial)
        self.names = names
        self.steps = tuple(steps)
        self.actions = {step.action for step in steps}
        self.follows = {step.action for step in steps if step.follows}
        self.autos = tuple(dict.fromkeys(step.action for step in steps if step.auto))
        self.internal = {step.action for step in steps if step.internal or step.auto}
        self.machine = Machine(
            model=None,
            states=list(names),
            initial=None,
            auto_transitions=False,
            transitions=[
                {
                    "trigger": step.action,
                    "source": [str(source) for source in step.sources],
                    "dest": "=" if step.target is None else str(step.target),
                    "conditions": _Choice(step),
                }
                for step in steps
            ],
        )
        self._from_state = {state: self._takable(state) for state in names}

    def fire(self, action: str, state: str, work: "Work") -> str | None:
        """The state the machine reaches by `action` from `state`; None when no line of the table applies.

        Leaves the line taken in `work.step`. Raises NotAllowed when a guard refuses.
        """
        token = _Token(state)
        event = self.machine.events.get(action)
        if event is None or state not in event.transitions:  # asked first: the machine's own refusal is slow
            return None
        return token.state if event.trigger(token, work) else None

    def from_state(self, state: str) -> list[str]:
        """The actions somebody can take in `state`, in the order of the machine's own transitions."""
        return self._from_state.get(state, [])

    def edges(self) -> list[tuple[str, str, str]]:
        """(source, action, target) of every transition the machine holds, in table order."""
        found = [
            (transition.source, name, transition.dest or transition.source)
            for name, event in self.machine.events.items()
            for transitions in event.transitions.values()
            for transition in transitions
        ]
        return list(dict.fromkeys(found))

    def _takable(self, state: str) -> list[str]:
        return [
            name
            for name, event in self.machine.events.items()
            if name not in self.internal and not self._only_follows(name) and event.transitions.get(state)
        ]

    def _only_follows(self, action: str) -> bool:
        return all(step.follows for step in self.steps if step.action == action)


class _Token:
    """What the machine moves: a state and nothing else, so that no row is ever bound to a machine."""

    def __init__(self, state: str) -> None:
        self.state = state


class _Choice:
    """The single condition of a transition: the line's `when` picks it, its guards refuse by raising."""

    def __init__(self, step: Step) -> None:
        self.step = step
        self.__name__ = step.event

    def __call__(self, work: "Work") -> bool:
        step = self.step
        for condition in step.when:
            if not condition(work):
                return False
        if not step.follows and not step.auto and not work.internal:
            work.check_actor(step)
            work.check_order(step)
        for guard in step.guards:
            refused = guard(work)
            if refused is not None:
                raise NotAllowed(refused)
        work.step = step
        return True


def spread(*groups: Any) -> tuple[str, ...]:
    """State names of several tuples and single states as one tuple."""
    flat: list[str] = []
    for group in groups:
        flat.extend((group,) if isinstance(group, str) else group)
    return tuple(flat)
