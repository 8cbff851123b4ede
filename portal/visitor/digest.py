"""The digest of what a visitor was shown of a case: the ETag of the API, and what a form of a page carries.

It is made of the visitor's own view, so a fact that they must not learn of changes no digest.
"""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass
from typing import Any

import orjson

from portal.visitor.case_shapes import CaseFile
from portal.visitor.case_view import Viewing
from states import Action
from storage import Outcome
from storage.looking_up import used_keys
from storage.moments import one_moment

LENGTH = 32
TRIES = 5
"""How often an action is tried again because something happened meanwhile that its author does not see."""


def digest_of(case_file: CaseFile) -> str:
    """32 hexadecimal digits; lamps are left out, as they change with the day and not with the case."""
    names = {field.name for field in fields(case_file)} - {"events", "names"}
    digested = [
        {name: _plain(getattr(case_file, name)) for name in names},
        [event.mark for event in case_file.events],
    ]
    return hashlib.sha256(orjson.dumps(digested, option=orjson.OPT_SORT_KEYS)).hexdigest()[:LENGTH]


def take_if_unchanged(
    sight: Viewing, action: Action, fits: Callable[[str], bool], take: Callable[[int | None], Outcome]
) -> Outcome | None:
    """What `take` answers while `fits` holds for the digest of the action's case; None where the case has changed.

    `take` is given how many events of the case there were when it was looked at: first by `sight`, then anew. An action
    that was already taken under its key is answered as before: its own change is no reason to refuse it.
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
    """(digest of the case, whether the action was taken before); the key is asked for last, so none goes unnoticed."""
    register = sight.site.register
    with one_moment(register.engine):
        return digest_of(sight.view), bool(used_keys(register, [action.key]))


def _plain(value: Any) -> Any:
    """The value as JSON keeps it, without lamps."""
    if is_dataclass(value):
        return {
            field.name: _plain(getattr(value, field.name)) for field in fields(value) if field.name != "lamp"
        }
    if isinstance(value, Mapping):
        return {key: _plain(inner) for key, inner in value.items() if key != "lamp"}
    return [_plain(inner) for inner in value] if isinstance(value, list | tuple) else value
