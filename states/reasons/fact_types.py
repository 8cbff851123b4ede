"""The facts of a refusal: typed values; the type decides how each language shows them."""

from __future__ import annotations

from collections.abc import Iterable

from rulebooks.sentences import Given, Id, Label, Worded
from rulebooks.vocabulary import Named
from states.roles import SIGNER_RANKS
from states.vocabulary.machines import Subject
from states.words import ACTION_NAMES

NO_UNIT = Worded("no unit", "没有单位")
NOBODY = Worded("not in the directory", "不在通讯录里的人")
NO_REGION = Worded("any region", "任何区划")


def ids(values: Iterable[str]) -> tuple[Id, ...]:
    return tuple(map(Id, values))


def sent_id(value: object) -> Id | Given:
    """An id as it was sent, which may be of any type."""
    return Id(value) if isinstance(value, str) else Given(value)


def labels(values: Iterable[object]) -> tuple[Label, ...]:
    return tuple(Label(value) for value in values)


def choices(of: type[Named]) -> tuple[Named, ...]:
    """The values of a closed set that can be chosen."""
    return tuple(value for value in of if value.offered)


def named(of: type[Named], value: str) -> Worded:
    """The value of a set for its stored text; an unknown text stays as it is."""
    return Worded(value, of.name_of(value))


def action_named(name: str) -> Worded:
    return Worded(name, ACTION_NAMES.get(name, name))


def case_kind(machine: str) -> Worded:
    return named(Subject, machine)


def ranks_named(values: Iterable[str]) -> tuple[Worded, ...]:
    """The ranks that may sign by the rulebook, as the names of their roles."""
    names = {rank: role.zh for role, rank in SIGNER_RANKS.items()}
    return tuple(Worded(value, names.get(value, value)) for value in values)
