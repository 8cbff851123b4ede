"""The machines of process files: the same steps, judged and drawn like those of the tables in code."""

from dataclasses import dataclass

from rulebooks.sentences import Worded
from states.lifecycle import Lifecycle
from states.process_files import PROCESS_FILES, ProcessFile, StepLine, chosen
from states.roles import Role
from states.step_library import EFFECTS, GUARDS
from states.table import Effect, Guard, Step

GUARD = Worded("guard", "条件")
EFFECT = Worded("effect", "效果")


@dataclass(frozen=True)
class Founding:
    """How a case comes to be: by whom, what is judged before, and what is done with the empty case."""

    action: str
    event: str
    by: tuple[Role, ...]
    guards: tuple[Guard, ...]
    effects: tuple[Effect, ...]


@dataclass(frozen=True)
class Process:
    """A process file with its machine."""

    file: ProcessFile
    lifecycle: Lifecycle
    opening: Founding


def compiled(file: ProcessFile) -> Process:
    """Raises `RulebookError` for a guard or an effect that the library does not have."""
    names = {name: state.title for name, state in file.states.items()}
    steps = [_step(file, step, f"{file.name}: steps.{number}") for number, step in enumerate(file.steps)]
    place, opening = f"{file.name}: opening", file.opening
    founding = Founding(
        opening.do, opening.event, file.roles(opening.by), _guards(opening.guards, place),
        _effects(opening.effects, place),
    )  # fmt: skip
    return Process(file, Lifecycle(file.name, file.initial, names, steps), founding)


def _step(file: ProcessFile, line: StepLine, place: str) -> Step:
    return Step(
        line.do, line.event, line.from_, line.to, file.roles(line.by), line.article,
        guards=_guards(line.guards, place), effects=_effects(line.effects, place), tells=line.tells,
        usual=line.usual, duty=None if line.duty is None else file.roles(line.duty),
    )  # fmt: skip


def _guards(names: tuple[str, ...], place: str) -> tuple[Guard, ...]:
    return tuple(chosen(GUARDS, name, GUARD, place) for name in names)


def _effects(names: tuple[str, ...], place: str) -> tuple[Effect, ...]:
    return tuple(chosen(EFFECTS, name, EFFECT, place) for name in names)


PROCESSES = {name: compiled(file) for name, file in PROCESS_FILES.items()}
"""The processes of the house, by name, which is also the machine of their cases."""
