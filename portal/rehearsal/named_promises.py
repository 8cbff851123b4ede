"""Promises of recorded acts, by part and place: 0.1.0 numbered them in another order than that of delivery."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace

from states import Action, Dossier
from storage import Register, UnknownCase

Promise = tuple[str, int]
"""(part, which of its reply's promises, from 0)"""


def places(promises: Iterable[tuple[str, str]]) -> dict[str, Promise]:
    """Where each promise stands, by its id, of (id, part) of all promises of a register."""
    promises_found: dict[str, Promise] = {}
    counted: dict[str, int] = {}
    for id_, part in sorted(promises, key=lambda row: _order(row[0])):
        promises_found[id_] = (part, counted.get(part, 0))
        counted[part] = counted.get(part, 0) + 1
    return promises_found


def split_at_promises(acts: Iterable[Action]) -> Iterator[list[Action]]:
    """The acts in their order, in groups; one that names a promise is a group of its own."""
    together: list[Action] = []
    for act in acts:
        if _single(act) or _several(act):
            yield from ([together] if together else [])
            yield [act]
            together = []
        else:
            together.append(act)
    if together:
        yield together


def renamed(act: Action, promises: Mapping[str, Promise], register: Register) -> Action:
    """The act with the promises that it names called as the register calls them."""
    named = [*_single(act), *_several(act)]
    if not named:
        return act
    with suppress(UnknownCase):
        return _called(act, promises, named, register.dossier(act.case))
    return act


def _called(act: Action, promises: Mapping[str, Promise], named: Sequence[str], case: Dossier) -> Action:
    ids: dict[Promise, str] = {}
    for row in sorted(case.commitments.values(), key=lambda row: _order(row.id)):
        ids[row.assignment_id, sum(place[0] == row.assignment_id for place in ids)] = row.id
    ours = {name: ids.get(promises[name], name) for name in named if name in promises}
    changes: dict[str, str | list[str]] = {}
    if _single(act):
        changes["commitment"] = ours.get(named[0], named[0])
    if _several(act):
        changes["commitments"] = [ours.get(name, name) for name in _several(act)]
    return replace(act, data={**act.data, **changes})


def _single(act: Action) -> Sequence[str]:
    promise = act.data.get("commitment")
    return [promise] if isinstance(promise, str) else []


def _several(act: Action) -> Sequence[str]:
    several = act.data.get("commitments")
    return several if isinstance(several, list) and all(isinstance(name, str) for name in several) else []


def _order(id_: str) -> tuple[str, int]:
    case, _, number = id_.rpartition("/c")
    return case, int(number) if number.isdecimal() else 0
