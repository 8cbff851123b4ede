"""The machine of a lifecycle, built from its table."""

from collections.abc import Sequence

from transitions import Machine

from states.actors import check_actor, check_order
from states.errors import NotAllowed
from states.table import Step
from states.work import Work


class Lifecycle:
    """The machine of one subject, built from its table; holds no case and is shared by all."""

    def __init__(self, subject: str, initial: str, names: dict[str, str], steps: Sequence[Step]) -> None:
        self.subject = subject
        self.initial = str(initial)
        self.names = names
        self.steps = tuple(steps)
        self.actions = {step.action for step in steps}
        self.follows = {step.action for step in steps if step.follows}
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
        autos = [step for step in steps if step.auto]
        self._autos = {state: tuple(step.action for step in autos if state in step.sources) for state in names}

    def fire(self, action: str, state: str, work: Work) -> tuple[str, Step] | None:
        """The state to which `action` leads from `state`, and the line taken; None when no line of the table applies.

        Raises NotAllowed when a guard refuses.
        """
        token = _Token(state, work)
        event = self.machine.events.get(action)
        if event is None or state not in event.transitions:  # asked first: the machine's own refusal is slow
            return None
        if not event.trigger(token, token) or token.step is None:
            return None
        return token.state, token.step

    def from_state(self, state: str) -> list[str]:
        """The actions that people can take in `state`, in the order of the machine's transitions."""
        return self._from_state.get(state, [])

    def autos(self, state: str) -> tuple[str, ...]:
        """The actions that are taken at once in `state`, once their condition holds, in the order of the table."""
        return self._autos.get(state, ())

    def edges(self) -> list[tuple[str, str, str]]:
        """(source, action, target) of every transition the machine holds, in table order."""
        actions = [
            (transition.source, name, transition.dest or transition.source)
            for name, event in self.machine.events.items()
            for transitions in event.transitions.values()
            for transition in transitions
        ]
        return list(dict.fromkeys(actions))

    def _takable(self, state: str) -> list[str]:
        return [
            name
            for name, event in self.machine.events.items()
            if name not in self.internal and not self._only_follows(name) and event.transitions.get(state)
        ]

    def _only_follows(self, action: str) -> bool:
        return all(step.follows for step in self.steps if step.action == action)


class _Token:
    """The model of the machine: a bare state, so that no row is bound to a machine; `step` is the line taken."""

    def __init__(self, state: str, work: Work) -> None:
        self.state = state
        self.work = work
        self.step: Step | None = None


class _Choice:
    """The condition of a transition: the line's `when` selects it, its guards refuse by raising."""

    def __init__(self, step: Step) -> None:
        self.step = step
        self.__name__ = step.event

    def __call__(self, token: _Token) -> bool:
        step, work = self.step, token.work
        for condition in step.when:
            if not condition(work):
                return False
        if not step.follows and not step.auto and not work.internal:
            check_actor(work, step)
            check_order(work, step)
        for guard in step.guards:
            refused = guard(work)
            if refused is not None:
                raise NotAllowed(refused)
        token.step = step
        return True
