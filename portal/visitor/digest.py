"""The digest of what a visitor was shown of a case: the ETag of the API, and what a form of a page carries.

It is made of the visitor's own view, so a fact that they must not learn of changes no digest.
"""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import asdict
from typing import Any

import orjson

from portal.visitor.case_shapes import CaseView
from portal.visitor.case_view import view
from portal.visitor.site import Site
from states import Action
from storage import Outcome
from storage.accounts import Visitor
from storage.looking_up import before

LENGTH = 32
TRIES = 5
"""How often an action is tried again because something happened meanwhile that its author does not see."""


def digest_of(found: CaseView) -> str:
    """32 hexadecimal digits; lamps are left out, as they change with the day and not with the case."""
    shown = _without_lamps(asdict(found))
    events = [one.mark for one in found.events]
    for name in ("events", "names"):
        del shown[name]
    return hashlib.sha256(orjson.dumps([shown, events], option=orjson.OPT_SORT_KEYS)).hexdigest()[:LENGTH]


def take_if_unchanged(
    site: Site, visitor: Visitor, action: Action, fits: Callable[[str], bool],
    take: Callable[[int | None], Outcome],
) -> Outcome | None:  # fmt: skip
    """What `take` answers while `fits` holds for the digest of the action's case; None where the case has changed.

    `take` is given how many events of the case there were when it was looked at. An action that was already taken
    under its key is answered as before: its own change is no reason to refuse it.
    """
    for _ in range(TRIES):
        seq, digest = _looked_at(site, visitor, action)
        if digest is not None and not fits(digest):
            return None
        outcome = take(seq)
        if not outcome.stale:
            return outcome
    return None


def _looked_at(site: Site, visitor: Visitor, action: Action) -> tuple[int | None, str | None]:
    """(events of the case, its digest for the visitor); (None, None) where the action was taken before."""
    standing = before(site.register, [action.case], [action.key])
    dossier, head = standing.cases[action.case]
    return (None, None) if standing.taken else (head.seq, digest_of(view(site, visitor, dossier)))


def _without_lamps(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _without_lamps(one) for key, one in value.items() if key != "lamp"}
    return [_without_lamps(one) for one in value] if isinstance(value, list | tuple) else value
