"""A case as far as a visitor may know of judgements: rules are asked of it where their answer would tell of more."""

from dataclasses import replace

from portal.rights import HIDES, right_of, sees_judgement, shown_state
from portal.web.judgements import supervised_rows
from portal.web.site import Site
from portal.web.view import Viewing
from states import Dossier, NotAllowed, decide
from states.judged import REVEALING
from storage import Outcome
from storage.accounts import Visitor


def known_to(site: Site, visitor: Visitor, dossier: Dossier) -> Dossier:
    """The case without what the visitor must not learn of; the case itself for whoever may know all of it.

    The state is the one that is shown, and no judgement, no limit and no supervision is there that the page hides.
    """
    if right_of(visitor).judged not in HIDES or dossier.case.machine != "suggestion":
        return dossier
    rulebook = site.rulebook(dossier.case)
    state = shown_state(visitor, dossier.case.state, rulebook)
    seeing = Viewing(site, visitor, dossier)
    judged = {row.id: row for row in seeing.seen_evaluations()}
    rounds = {row.round for row in dossier.assessments.values()}
    scored = {one for one in rounds if sees_judgement(visitor, dossier, rulebook, one)}
    seen = {row.id: row for row in supervised_rows(seeing)}
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


def why_not(site: Site, visitor: Visitor, dossier: Dossier, outcome: Outcome) -> str:
    """Why an action was refused, as the rules say it of what the visitor may know of the case."""
    known = known_to(site, visitor, dossier)
    if known == dossier:
        return outcome.reason
    reason = _refusal(site, known, outcome)
    if reason or _refusal(site, dossier, outcome):
        return reason or f"{dossier.case.id} has changed since it was read"
    return outcome.reason  # no rule refused it: what came with it is wrong


def _refusal(site: Site, dossier: Dossier, outcome: Outcome) -> str:
    """Why the rules refuse the action on such a case; '' where they allow it."""
    case = dossier.case
    try:
        decide(dossier, outcome.action, site.rulebook(case), site.workdays(case.region), site.now())
    except NotAllowed as refusal:
        return refusal.reason
    return ""
