"""Translating a visitor's action to the real case, and its refusal back to the case as they know it."""

from collections.abc import Mapping
from dataclasses import replace

from portal.visitor.aliases import NAMING, with_real_names
from portal.visitor.rights import HIDES, right_of, scope_of
from portal.visitor.sight import Sight
from states import Action, Dossier, NotAllowed, decide
from states.cases import Supervision
from states.decide import LIFECYCLES
from states.other_cases import UNSEEN, other_case
from states.reasons import Id, Refused
from storage import Outcome
from storage.looking_up import cases_called
from storage.visible import sees

UNNAMED, UNKNOWN = "?", "–"
"""Stands for a supervision that an action does not name, and before a name that the visitor cannot know."""


def as_meant(sight: Sight, action: Action) -> Action:
    """The action with the real ids of the deputies, of the supervision and of the other case that the visitor names.

    Without a named supervision the only one that they know is meant. A case that they do not see is as one that is
    not there.
    """
    action = _with_other_case(sight, action)
    if any(key in action.data for key in NAMING) and sight.aliases is not None:
        action = with_real_names(action, sight.aliases)
    about = action.name in LIFECYCLES["supervision"].actions or "supervision" in action.data
    if right_of(sight.visitor).judged not in HIDES or not about or not sight.whole.supervisions:
        return action
    supervisions = sight.known.supervisions
    real = {alias: id_ for id_, alias in sight.supervision_ids.items() if alias in supervisions}
    named = str(action.data.get("supervision") or "")
    if named:
        ident = real.get(named) or real.get(f"{sight.case_id}/{named}") or UNKNOWN + named
    else:
        ident = real.get(_only(action.name, supervisions), UNNAMED)
    return replace(action, data={**action.data, "supervision": ident})


def _with_other_case(sight: Sight, action: Action) -> Action:
    """The action with the id of the other case, which may be named by its number."""
    named, scope = other_case(action), scope_of(sight.visitor)
    if named is None or scope is None:
        return action
    register, text = sight.site.register, str(action.data[named.key]).strip()
    called = cases_called(register, named.machine, text)
    seen = [ident for ident, came_from in called if came_from == sight.case_id or sees(register, scope, ident)]
    return replace(action, data={**action.data, named.key: seen[0] if len(seen) == 1 else UNSEEN + text})


def unresolved(action: Action) -> bool:
    """Whether the action is about a supervision that its author did not know of."""
    return str(action.data.get("supervision") or "").startswith((UNNAMED, UNKNOWN))


def _only(action: str, supervisions: Mapping[str, Supervision]) -> str:
    """The one supervision that the action can be about; '' where there are none or several."""
    able = [id_ for id_, row in supervisions.items() if action in LIFECYCLES["supervision"].from_state(row.state)]
    candidates = able or list(supervisions)
    return candidates[0] if len(candidates) == 1 else ""


def as_said(sight: Sight, action: Action) -> Action:
    """The action with the supervision as the visitor named it."""
    ident = str(action.data.get("supervision") or "")
    if not ident:
        return action
    others = {key: value for key, value in action.data.items() if key != "supervision"}
    if ident == UNNAMED:
        return replace(action, data=others)
    alias = sight.supervision_ids.get(ident, ident.removeprefix(UNKNOWN))
    return replace(action, data={**others, "supervision": alias})


def why_not(sight: Sight, outcome: Outcome) -> Refused | None:
    """The refusal of an action by the rules on the current case as the visitor may know it."""
    if sight.known is sight.whole:
        return outcome.refused
    refused = _refusal(sight, sight.known, as_said(sight, outcome.action))
    if refused or _refusal(sight, sight.whole, outcome.action):
        return refused or Refused("case_changed", case=Id(sight.case_id))
    return outcome.refused  # no rule refused it: what came with it is wrong


def _refusal(sight: Sight, dossier: Dossier, action: Action) -> Refused | None:
    """Why the rules refuse the action on such a case; None where they allow it."""
    try:
        decide(dossier, action, sight.rulebook, sight.workdays, sight.site.now())
    except NotAllowed as refusal:
        return refusal.refused
    return None
