"""Other cases that an action names, beside the one that it is taken on."""

from collections.abc import Mapping
from typing import NamedTuple

from states.cases import Action
from states.vocabulary import Becomes, Subject


class NamedCase(NamedTuple):
    """The key under which an action names another case, and that case's machine."""

    key: str
    machine: str


UNSEEN = "–"
"""Before the name of a case that who names it does not see: no case has such an id, so it is as one not there."""

_NAMED: Mapping[str, NamedCase] = {
    "merge": NamedCase("into", Subject.OPINION.value),
    "promote": NamedCase("into", Subject.SUGGESTION.value),
    "mark_repeat": NamedCase("repeat_of", Subject.SUGGESTION.value),
}


def other_case(action: Action) -> NamedCase | None:
    """Which other case of the register an action names; None where it names none.

    A project or a law that an opinion becomes has an id of its own elsewhere.
    """
    named = _NAMED.get(action.name)
    if named is None or not str(action.data.get(named.key) or "").strip():
        return None
    outside = action.name == "promote" and action.data.get("kind") != Becomes.SUGGESTION
    return None if outside else named
