"""A case as far as a visitor may know of judgements: rules are asked of it where their answer would tell of more."""

from collections.abc import Mapping
from dataclasses import replace

from portal.visitor.rights import HIDES, right_of, sees_judgement, shown_state
from portal.visitor.sight import Sight, ids_of_supervisions, supervised_rows
from portal.visitor.site import Site
from states import Action, Dossier, NotAllowed, decide
from states.cases import Supervision
from states.decide import LIFECYCLES
from states.judged import REVEALING
from states.reasons import Id, Refused
from storage import Outcome
from storage.accounts import Visitor


def known_to(site: Site, visitor: Visitor, dossier: Dossier) -> Dossier:
    """The case without what the visitor must not learn of; the case itself for whoever may know all of it.

    The state is the one that is shown, and no judgement, no limit and no supervision is there that the page hides;
    supervisions have the ids by which the visitor knows them.
    """
    if right_of(visitor).judged not in HIDES or dossier.case.machine != "suggestion":
        return dossier
    rulebook = site.rulebook(dossier.case)
    state = shown_state(visitor, dossier.case.state, rulebook)
    seeing = Sight(site, visitor, dossier)
    judged = {row.id: row for row in seeing.seen_evaluations()}
    rounds = {row.round for row in dossier.assessments.values()}
    scored = {one for one in rounds if sees_judgement(visitor, dossier, rulebook, one)}
    ids = ids_of_supervisions(seeing)
    seen = {ids[row.id]: replace(row, id=ids[row.id]) for row in supervised_rows(seeing)}
    return replace(
        dossier,
        case=replace(dossier.case, state=state, key_level=seeing.dossier.case.key_level),
        evaluations=judged,
        assessments={
            key: row for key, row in dossier.assessments.items() if row.round in scored or row.by == visitor.unit
        },
        supervisions=seen,
        deadlines={key: row for key, row in dossier.deadlines.items() if row.key not in REVEALING},
    )  # fmt: skip


UNNAMED, UNKNOWN = "?", "–"
"""What an action says of a supervision that it does not name, and before a name that the visitor cannot know."""


def as_meant(site: Site, visitor: Visitor, dossier: Dossier, action: Action) -> Action:
    """The action with the real id of the supervision that the visitor names, or that is the only one they know."""
    about = action.name in LIFECYCLES["supervision"].actions or "supervision" in action.data
    if right_of(visitor).judged not in HIDES or not about or not dossier.supervisions:
        return action
    known = known_to(site, visitor, dossier).supervisions
    ids = ids_of_supervisions(Sight(site, visitor, dossier))
    real = {shown: id_ for id_, shown in ids.items() if shown in known}
    named = str(action.data.get("supervision") or "")
    if named:
        meant = real.get(named) or real.get(f"{dossier.case.id}/{named}") or UNKNOWN + named
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


def as_said(site: Site, visitor: Visitor, dossier: Dossier, action: Action) -> Action:
    """The action with the supervision as the visitor named it."""
    meant = str(action.data.get("supervision") or "")
    if not meant:
        return action
    said = {key: value for key, value in action.data.items() if key != "supervision"}
    if meant == UNNAMED:
        return replace(action, data=said)
    ids = ids_of_supervisions(Sight(site, visitor, dossier))
    return replace(action, data={**said, "supervision": ids.get(meant, meant.removeprefix(UNKNOWN))})


def why_not(site: Site, visitor: Visitor, dossier: Dossier, outcome: Outcome) -> Refused | None:
    """Why an action was refused, as the rules say it of what the visitor may know of the case."""
    known = known_to(site, visitor, dossier)
    if known is dossier:
        return outcome.refused
    refused = _refusal(site, known, as_said(site, visitor, dossier, outcome.action))
    if refused or _refusal(site, dossier, outcome.action):
        return refused or Refused("case_changed", case=Id(dossier.case.id))
    return outcome.refused  # no rule refused it: what came with it is wrong


def _refusal(site: Site, dossier: Dossier, action: Action) -> Refused | None:
    """Why the rules refuse the action on such a case; None where they allow it."""
    case = dossier.case
    try:
        decide(dossier, action, site.rulebook(case), site.workdays(case.region), site.now())
    except NotAllowed as refusal:
        return refusal.refused
    return None
