"""What a visitor's action means in the case as it is, and why it was refused, said of the case as they know it."""

from collections.abc import Mapping
from dataclasses import replace

from portal.visitor.aliases import NAMING, with_real_names
from portal.visitor.rights import HIDES, right_of
from portal.visitor.sight import Sight
from states import Action, Dossier, NotAllowed, decide
from states.cases import Supervision
from states.decide import LIFECYCLES
from states.reasons import Id, Refused
from storage import Outcome

UNNAMED, UNKNOWN = "?", "–"
"""What an action says of a supervision that it does not name, and before a name that the visitor cannot know."""


def as_meant(sight: Sight, action: Action) -> Action:
    """The action with the real ids of the deputies and of the supervision that the visitor names.

    Who names no supervision means the only one they know.
    """
    if any(key in action.data for key in NAMING) and sight.aliases is not None:
        action = with_real_names(action, sight.aliases)
    about = action.name in LIFECYCLES["supervision"].actions or "supervision" in action.data
    if right_of(sight.visitor).judged not in HIDES or not about or not sight.whole.supervisions:
        return action
    known = sight.known.supervisions
    real = {shown: id_ for id_, shown in sight.supervision_ids.items() if shown in known}
    named = str(action.data.get("supervision") or "")
    if named:
        meant = real.get(named) or real.get(f"{sight.case_id}/{named}") or UNKNOWN + named
    else:
        meant = real.get(_only(action.name, known), UNNAMED)
    return replace(action, data={**action.data, "supervision": meant})


def unresolved(action: Action) -> bool:
    """Whether the action is about a supervision that its author did not know of."""
    return str(action.data.get("supervision") or "").startswith((UNNAMED, UNKNOWN))


def _only(action: str, known: Mapping[str, Supervision]) -> str:
    """The one supervision that the action can be about; '' where there are none or several."""
    able = [id_ for id_, row in known.items() if action in LIFECYCLES["supervision"].from_state(row.state)]
    found = able or list(known)
    return found[0] if len(found) == 1 else ""


def as_said(sight: Sight, action: Action) -> Action:
    """The action with the supervision as the visitor named it."""
    meant = str(action.data.get("supervision") or "")
    if not meant:
        return action
    said = {key: value for key, value in action.data.items() if key != "supervision"}
    if meant == UNNAMED:
        return replace(action, data=said)
    return replace(action, data={**said, "supervision": sight.supervision_ids.get(meant, meant.removeprefix(UNKNOWN))})


def why_not(sight: Sight, outcome: Outcome) -> Refused | None:
    """Why an action was refused, as the rules say it of what the visitor may know of the case as it is now."""
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
