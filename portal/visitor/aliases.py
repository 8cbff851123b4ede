"""Opaque keys by which visitors who must not know a case's deputies refer to them.

A key depends on the hash of the case's first event, which is never shown, so ids cannot be guessed from it.
"""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import replace

from states import Action

LENGTH = 12
NAMING = ("deputy",)
"""Keys of an action's data that name a deputy of the case."""

NOBODY = "–"
"""Replaces any other name, so that the answer does not reveal whether it is a real one."""


def aliases_of(secret: str, deputies: Iterable[str]) -> Mapping[str, str]:
    """The key of each deputy of the case, in the order of the keys; `secret` is the hash of the case's first event."""
    keys = {
        hashlib.sha256(f"{secret}\n{deputy}".encode()).hexdigest()[:LENGTH]: deputy for deputy in deputies
    }
    return {keys[key]: key for key in sorted(keys)}


def with_real_names(action: Action, aliases: Mapping[str, str]) -> Action:
    """The action with the ids of the deputies whom it names by their keys."""
    real = {alias: deputy for deputy, alias in aliases.items()}
    data = {key: real.get(str(action.data[key]), NOBODY) for key in NAMING if key in action.data}
    return replace(action, data={**action.data, **data})
