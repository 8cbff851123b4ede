"""Guards of the steps of a suggestion: each returns the refusal, or None."""

from datetime import timedelta
from itertools import starmap

from states.reasons import Given, Id, Refused, Worded, ids, named
from states.roles import Role
from states.stages import HANDLED
from states.vocabulary import C, Disposal, LimitKey, Reopening, Verdict
from states.work import Work


def automatic_rehandling(work: Work) -> bool:
    return work.rulebook.rehandle is not None and work.rulebook.rehandle.decided_by == "auto"


def mediation_rehandles(work: Work) -> bool:
    return bool(work.given("outcome") == Disposal.REHANDLE)


def promises_open(work: Work) -> bool:
    return any(row.state != C.CANCELLED_EXPLAINED for row in work.dossier.commitments.values())


def promises_kept(work: Work) -> bool:
    rows = work.dossier.commitments.values()
    return bool(rows) and all(row.state == C.VERIFIED for row in rows)


def reopens_tracking(work: Work) -> bool:
    return bool(work.given("to") == Reopening.TRACKING)


def one_matter(work: Work) -> Refused | None:
    return None if work.case.one_matter else Refused("one_matter")


def complete_text(work: Work) -> Refused | None:
    if work.case.title and work.case.complete:
        return None
    return Refused("text_incomplete")


def names_cosigners(work: Work) -> Refused | None:
    if not work.names("cosigners"):
        return Refused("cosigners_missing")
    if work.case.lead in work.names("cosigners"):
        return Refused("lead_cannot_cosign", lead=Id(work.case.lead))
    return None


def cosign_pending(work: Work) -> Refused | None:
    party = work.dossier.parties.get(work.deputy)
    if party is None or party.lead:
        return Refused("not_asked_to_cosign", deputy=Id(work.deputy))
    return Refused("cosign_answered") if party.confirmed_on or party.dropped_on else None


def ground_for_declining(work: Work) -> Refused | None:
    rule = work.rulebook.admissibility
    code = str(work.given("code") or "")
    if rule is not None and code not in rule.codes:
        return Refused("unknown_ground", given=Given(code), known=tuple(starmap(Worded, rule.codes.items())))
    return None


def decides_mediation(work: Work) -> Refused | None:
    if work.given("outcome") not in Disposal.values():
        return Refused("unknown_outcome", given=Given(work.given("outcome")))
    return None


def refuted(work: Work) -> Refused | None:
    if work.given("verdict") != Verdict.NOT_MATCHING:
        return Refused("not_refuted")
    if work.given("to") not in Reopening.values():
        return Refused("unknown_reopening", given=Given(work.given("to")))
    return None


def something_to_track(work: Work) -> Refused | None:
    named = work.names("commitments")
    if named and all(ident in work.dossier.commitments for ident in named):
        return None
    return Refused("unkept_promises_missing", known=ids(work.dossier.commitments))


def nothing_owed(work: Work) -> Refused | None:
    """T33: the file is complete, with no running limit, which nobody would watch any more."""
    running = {row.key for row in work.dossier.deadlines.values() if row.open and row.duty}
    limits = tuple(named(LimitKey, key) for key in sorted(running))
    return Refused("still_owed", limits=limits) if limits else None


def withdrawal_open(work: Work) -> Refused | None:
    """T32: until assignment (BJ 13) or until the first reply (CQ 12 only says that handling then ends), by rulebook."""
    rule = work.rulebook.withdrawal
    if work.case.state in HANDLED and (
        work.case.round > 1 or (rule is not None and rule.until == "assigned")
    ):
        return Refused("too_late_to_withdraw")
    return None


def all_agree_to_withdraw(work: Work) -> Refused | None:
    if work.rulebook.withdrawal is not None and not work.rulebook.withdrawal.joint_all:
        return None
    agreed = {*work.names("agreed"), work.case.lead}
    missing = [row.deputy for row in work.deputies() if row.deputy not in agreed]
    return Refused("cosigners_disagree", deputies=ids(missing)) if missing else None


def urged_long_ago(work: Work) -> Refused | None:
    """A deputy may urge once in the rulebook's `urging.deputy_every` days."""
    if work.role not in (Role.DEPUTY, Role.PROXY):
        return None
    last, every = work.dossier.parties[work.deputy].urged_on, work.rulebook.urging.deputy_every
    if last is None or work.on >= last + timedelta(days=every):
        return None
    return Refused("urged_lately", deputy=Id(work.deputy), day=last, again=last + timedelta(days=every))
