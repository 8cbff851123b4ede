"""When a step of a suggestion is refused: every guard answers with the reason, or None."""

from datetime import timedelta

from states.roles import Role
from states.stages import HANDLED
from states.vocabulary import KeyLevel, Verdict
from states.work import Work


def automatic_rehandling(work: Work) -> bool:
    return work.rulebook.rehandle is not None and work.rulebook.rehandle.decided_by == "auto"


def mediation_rehandles(work: Work) -> bool:
    return bool(work.given("outcome") == "rehandle")


def promises_open(work: Work) -> bool:
    return any(row.state != "CANCELLED_EXPLAINED" for row in work.dossier.commitments.values())


def promises_kept(work: Work) -> bool:
    rows = work.dossier.commitments.values()
    return bool(rows) and all(row.state == "VERIFIED" for row in rows)


def reopens_tracking(work: Work) -> bool:
    return bool(work.given("to") == "TRACKING")


def one_matter(work: Work) -> str | None:
    return None if work.case.one_matter else "one suggestion is about one matter (一事一议)"


def complete_text(work: Work) -> str | None:
    if work.case.title and work.case.complete:
        return None
    return "title, facts and proposal are to be filled in: data.title, data.facts, data.proposal"


def names_cosigners(work: Work) -> str | None:
    if not work.names("cosigners"):
        return "data.cosigners names the deputies who are asked to join"
    if work.case.lead in work.names("cosigners"):
        return f"{work.case.lead} leads the suggestion and cannot co-sign it"
    return None


def cosign_pending(work: Work) -> str | None:
    party = work.dossier.parties.get(work.deputy)
    if party is None or party.lead:
        return f"{work.deputy} was not asked to co-sign"
    return "already answered" if party.confirmed_on or party.dropped_on else None


def names_unit(work: Work) -> str | None:
    return None if work.given("unit") else "data.unit names the department that is asked"


def has_reason(work: Work) -> str | None:
    return None if work.given("reason") else "a written reason is needed: data.reason"


def ground_for_declining(work: Work) -> str | None:
    rule = work.rulebook.admissibility
    code = str(work.given("code") or "")
    if rule is not None and code not in rule.codes:
        return f"data.code is {code!r}; grounds of this rulebook: {', '.join(rule.codes)}"
    return has_reason(work)


def classified(work: Work) -> str | None:
    if work.given("subject_class") and work.given("committee"):
        return None
    return "registering sets data.subject_class and data.committee (归口)"


def decides_mediation(work: Work) -> str | None:
    if work.given("outcome") not in ("rehandle", "close"):
        return f"data.outcome is {work.given('outcome')!r}; rehandle or close"
    return None if work.given("decision") else "mediation ends with a written decision: data.decision"


def explained_by_head(work: Work) -> str | None:
    if work.given("explanation") and work.given("signed_by"):
        return None
    return "needed: the written explanation delivered and who signed it: data.explanation, data.signed_by"


def refuted(work: Work) -> str | None:
    if work.given("verdict") != Verdict.NOT_MATCHING:
        return "only an inspection with verdict NOT_MATCHING (不符) reopens: data.verdict"
    if work.given("to") not in ("TRACKING", "REHANDLING"):
        return f"data.to is {work.given('to')!r}; TRACKING or REHANDLING"
    return None


def something_to_track(work: Work) -> str | None:
    named = work.names("commitments")
    if named and all(one in work.dossier.commitments for one in named):
        return None
    known = ", ".join(work.dossier.commitments) or "-"
    return f"data.commitments names the promises found unkept; on record: {known}"


def nothing_owed(work: Work) -> str | None:
    """T33: the file is complete; a limit that still runs would run on unseen."""
    running = [row.key for row in work.dossier.deadlines.values() if row.open and row.duty]
    return f"still owed: {', '.join(sorted(set(running)))}" if running else None


def withdrawal_open(work: Work) -> str | None:
    """T32: until assignment (BJ 13) or until the first reply (CQ 12 only says that handling then ends), by rulebook."""
    rule = work.rulebook.withdrawal
    if work.case.state in HANDLED and (
        work.case.round > 1 or (rule is not None and rule.until == "assigned")
    ):
        return "too late to withdraw under this rulebook"
    return None


def all_agree_to_withdraw(work: Work) -> str | None:
    if not work.given("reason"):
        return "a withdrawal is in writing: data.reason"
    if work.rulebook.withdrawal is not None and not work.rulebook.withdrawal.joint_all:
        return None
    agreed = {*work.names("agreed"), work.case.lead}
    missing = [row.deputy for row in work.deputies() if row.deputy not in agreed]
    return f"co-signers have not agreed: {', '.join(missing)} (data.agreed)" if missing else None


def known_key_level(work: Work) -> str | None:
    level = work.given("key_level")
    return None if level in KeyLevel.values() else f"data.key_level is {level!r}; one of {', '.join(KeyLevel)}"


def urged_long_ago(work: Work) -> str | None:
    """A deputy urges once in so many days as the rulebook says; `urging.deputy_every`."""
    if work.role not in (Role.DEPUTY, Role.PROXY):
        return None
    last, every = work.dossier.parties[work.deputy].urged_on, work.rulebook.urging.deputy_every
    if last is None or work.on >= last + timedelta(days=every):
        return None
    return f"{work.deputy} urged on {last}; again from {last + timedelta(days=every)} on"
