"""The digest of a case as shown to a visitor: the ETag of the API, and a hidden value of forms.

It is made of the visitor's own view, so that hidden facts do not change it.
"""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass

import orjson

from portal.visitor.case_shapes import CaseFile
from portal.visitor.case_view import Viewing
from states import Action
from storage import Outcome
from storage.looking_up import used_keys
from storage.moments import one_moment

LENGTH = 32
TRIES = 5
"""How often an action is retried after an event that its author cannot see."""


def digest_of(case_file: CaseFile) -> str:
    """32 hexadecimal digits; without lamps, which change with the day and not with the case."""
    names = {field.name for field in fields(case_file)} - {"events", "names"}
    digested = [
        {name: _plain(getattr(case_file, name)) for name in names},
        [event.mark for event in case_file.events],
    ]
    return hashlib.sha256(orjson.dumps(digested, option=orjson.OPT_SORT_KEYS)).hexdigest()[:LENGTH]


def take_if_unchanged(
    sight: Viewing, action: Action, fits: Callable[[str], bool], take: Callable[[int | None], Outcome]
) -> Outcome | None:
    """The result of `take` while `fits` holds for the digest of the action's case; None where the case has changed.

    `take` gets the number of events of the case as it was read: first by `sight`, then again. An action already
    taken under its key is answered as before: its own change does not make it stale.
    """
    for _ in range(TRIES):
        digest, repeated = _looked_at(sight, action)
        if not repeated and not fits(digest):
            return None
        outcome = take(None if repeated else sight.seq)
        if not outcome.stale:
            return outcome
        sight = sight.anew()
    return None


def _looked_at(sight: Viewing, action: Action) -> tuple[str, bool]:
    """(digest of the case, whether the action was taken before); the key is checked last, so that none is missed."""
    register = sight.site.register
    with one_moment(register.engine):
        return digest_of(sight.view), bool(used_keys(register, [action.key]))


def _plain(value: object) -> object:
    """The value as JSON keeps it, without lamps."""
    if is_dataclass(value):
        return {
            field.name: _plain(getattr(value, field.name)) for field in fields(value) if field.name != "lamp"
        }
    if isinstance(value, Mapping):
        return {key: _plain(inner) for key, inner in value.items() if key != "lamp"}
    return [_plain(inner) for inner in value] if isinstance(value, list | tuple) else value
