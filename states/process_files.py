"""Processes as files: what may happen with a lighter matter than a suggestion, read from `states/processes/`.

A file says states, actions with their words and fields, steps. What steps check and do is named here and written in
`states.step_library`; `states.compiled` makes the machine.
"""

from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from pathlib import Path
from typing import Annotated, TypeVar

from pydantic import BaseModel, ConfigDict, Field, StrictBool

from rulebooks.faults import RuleFault, nearest
from rulebooks.rule_files import RulebookError, held_against, read_toml
from rulebooks.sentences import Label, Worded
from states.roles import Role

FOLDER = Path(__file__).parent / "processes"

Text = Annotated[str, Field(min_length=1, pattern=r"\S")]
Names = tuple[Text, ...]
T = TypeVar("T")

OF_ALL = ("change_rules", "set_region", "settle_rules")
"""Actions that a step of any process may be: their words and fields stand in code."""

STATE = Worded("state", "状态")
ACTION = Worded("action", "动作")
FINAL = Label("final = true")
ROLE = Worded("role or group", "角色或者组")
GROUP = Worded("group", "组")


class _Shape(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class StateLine(_Shape):
    """A state: its Chinese and its English; no step leads on from a `final` one."""

    title: Text
    en: str = ""
    final: StrictBool = False


class Ask(_Shape):
    """A field of an action: one that every process may `use` by its name, or one of its own; see `sheets.Field`.

    What is given beside `use` replaces the value there. `among` names a closed set of the vocabulary.
    """

    use: str = ""
    key: str = ""
    type: str = ""
    title: str = ""
    en: str = ""
    among: str = ""
    required: StrictBool | None = None
    refused: str | None = None
    form: StrictBool | None = None
    kept: StrictBool | None = None


class ActionLine(_Shape):
    """An action: its words, `done` where the English of what happened is another, and what it asks."""

    title: Text
    en: str = ""
    done: str = ""
    asks: tuple[Ask, ...] = ()


class Opening(_Shape):
    """How a case comes to be; `guards` judge the empty case, `effects` fill it."""

    do: Text
    event: Text
    by: Names
    guards: Names = ()
    effects: Names = ()


class StepLine(_Shape):
    """A line of the table; see `states.table.Step`. Without a `to` it records a fact beside the state."""

    do: Text
    event: Text
    from_: Annotated[Names, Field(alias="from", min_length=1)]
    to: str | None = None
    by: Names
    guards: Names = ()
    effects: Names = ()
    tells: Names = ()
    usual: StrictBool = False
    duty: Names | None = None
    article: Text


class ProcessFile(_Shape):
    """A process as its file says it; `groups` name roles that steps use together."""

    name: Text
    title: Text
    en: str = ""
    initial: Text
    groups: Mapping[str, Names] = {}
    states: Mapping[str, StateLine]
    opening: Opening
    actions: Mapping[str, ActionLine]
    steps: tuple[StepLine, ...]

    def roles(self, names: Iterable[str]) -> tuple[Role, ...]:
        """The roles of a line, groups spread, each once."""
        spread = (role for name in names for role in self.groups.get(name, (name,)))
        return tuple(dict.fromkeys(map(Role, spread)))

    @cached_property
    def ends(self) -> tuple[str, ...]:
        return tuple(name for name, state in self.states.items() if state.final)


def read_process(path: Path) -> ProcessFile:
    """The process of a file. Raises `RulebookError` with everything that is wrong with it."""
    label = f"{path.parent.name}/{path.name}"
    process = held_against(ProcessFile, label, read_toml(path, label))
    if faults := [*_faults(process, label)]:
        raise RulebookError(*faults)
    return process


def _faults(process: ProcessFile, label: str) -> Iterator[RuleFault]:
    """Names that stand for nothing; states that nobody reaches or leaves; what no step uses."""
    states, opening = process.states, process.opening
    roles = {*Role, *process.groups}
    used = {opening.do}
    yield from _unknown(f"{label}: initial", STATE, [process.initial], states)
    yield from _unknown(f"{label}: opening.do", ACTION, [opening.do], process.actions)
    yield from _unknown(f"{label}: opening.by", ROLE, opening.by, roles)
    for name, members in process.groups.items():
        yield from _unknown(f"{label}: groups.{name}", ROLE, members, Role)
    for number, step in enumerate(process.steps):
        place = f"{label}: steps.{number}"
        used.add(step.do)
        yield from _unknown(f"{place}.do", ACTION, [step.do], {**process.actions, **dict.fromkeys(OF_ALL)})
        yield from _unknown(f"{place}.from", STATE, step.from_, states)
        yield from _unknown(f"{place}.to", STATE, [step.to] if step.to else [], states)
        yield from _unknown(f"{place}.by", ROLE, step.by, roles)
        yield from _unknown(f"{place}.duty", ROLE, step.duty or (), roles)
        if step.to is not None:
            for state in {*step.from_} & {*process.ends}:
                yield RuleFault("process_end_left", place=Label(place), action=Label(step.do), state=Label(state))
    yield from _loose_states(process, label)
    named = {*opening.by, *(name for step in process.steps for name in (*step.by, *(step.duty or ())))}
    for what, declared, needed in ((ACTION, process.actions, used), (GROUP, process.groups, named)):
        for name in [name for name in declared if name not in needed]:
            yield RuleFault("process_unused", place=Label(label), what=what, given=Label(name))


def _loose_states(process: ProcessFile, label: str) -> Iterator[RuleFault]:
    place = Label(label)
    moves = [step for step in process.steps if step.to is not None]
    reached, left = {process.initial}, {state for step in moves for state in step.from_ if state != step.to}
    while fresh := {step.to for step in moves if step.to and reached & {*step.from_}} - reached:
        reached |= fresh
    for name, state in process.states.items():
        if name not in reached:
            yield RuleFault("process_unreached", place=place, state=Label(name))
        if name not in left and not state.final:
            yield RuleFault("process_unleft", place=place, state=Label(name), key=FINAL)


def chosen(choices: Mapping[str, T], name: str, what: Worded, place: str) -> T:
    """What a name of a file stands for. Raises `RulebookError` where it stands for nothing."""
    if name not in choices:
        raise RulebookError(_stranger(place, what, name, choices))
    return choices[name]


def _unknown(place: str, what: Worded, names: Iterable[str], among: Iterable[str]) -> Iterator[RuleFault]:
    choices = [*map(str, among)]
    return (_stranger(place, what, name, choices) for name in names if name not in choices)


def _stranger(place: str, what: Worded, name: str, among: Iterable[str]) -> RuleFault:
    if like := nearest(name, choices := sorted(among)):
        return RuleFault("process_like_here", place=Label(place), what=what, given=Label(name), like=Label(like))
    names = tuple(map(Label, choices))
    return RuleFault("process_unknown_here", place=Label(place), what=what, given=Label(name), known=names)


PROCESS_FILES: Mapping[str, ProcessFile] = {
    process.name: process for process in map(read_process, sorted(FOLDER.glob("*.toml")))
}
"""The processes of the house, by name."""
