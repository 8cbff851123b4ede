"""How somebody who must not know which deputies are behind a case speaks of them: by keys that mean nothing elsewhere.

A key hangs on the case's first event, whose hash nobody is shown: it tells no id, and none can be tried out.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import replace

from portal.visitor.rights import sees_names
from portal.visitor.site import Site
from states import Action, Dossier
from storage.accounts import Visitor
from storage.looking_up import first_hash

LENGTH = 12
NAMING = ("deputy",)
"""Keys of an action's data that name a deputy of the case."""

NOBODY = "–"
"""What any other name becomes, so that the answer does not tell a true one from a false."""


def aliases_of(site: Site, visitor: Visitor, dossier: Dossier) -> Mapping[str, str] | None:
    """The key of each deputy of the case, in the order of the keys; None where the visitor knows them by name."""
    if sees_names(visitor, dossier.case, frozenset(dossier.parties)):
        return None
    secret = first_hash(site.register, dossier.case.id)
    keys = {hashlib.sha256(f"{secret}\n{one}".encode()).hexdigest()[:LENGTH]: one for one in dossier.parties}
    return {keys[key]: key for key in sorted(keys)}


def with_real_names(site: Site, visitor: Visitor, dossier: Dossier, action: Action) -> Action:
    """The action with the ids of the deputies whom it names by their keys."""
    named = [key for key in NAMING if key in action.data]
    aliases = aliases_of(site, visitor, dossier) if named else None
    if aliases is None:
        return action
    real = {alias: deputy for deputy, alias in aliases.items()}
    data = {key: real.get(str(action.data[key]), NOBODY) for key in named}
    return replace(action, data={**action.data, **data})
