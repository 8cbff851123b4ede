"""Inspections on site (查验督办) of a claim: a reply's class, or a promise reported as kept."""

from states import deadlines
from states.cases import Inspection
from states.promising import tell_kept
from states.reasons import Given, Label, Refused, ids
from states.vocabulary import C, ReplyClass, Verdict
from states.work import Work


def sound_inspection(work: Work) -> Refused | None:
    """S2: claim and finding; a mismatch must say what was found."""
    verdict = work.given("verdict")
    promise, part = work.given("commitment"), work.given("assignment")
    if promise:
        if promise not in tuple(work.dossier.commitments):
            recorded = ids(work.dossier.commitments)
            return Refused("row_not_found", key=Label("commitment"), given=Given(promise), known=recorded)
    elif _inspected_part(work) is None:
        answered = [row.id for row in work.dossier.assignments.values() if row.delivered_on]
        return Refused("no_delivered_reply", given=Given(part), known=ids(answered))
    elif verdict != Verdict.MATCHING and work.given("found") not in ReplyClass.values():
        return Refused("unknown_found_class", given=Given(work.given('found')), known=tuple(ReplyClass))
    if verdict != Verdict.MATCHING and not work.given("finding"):
        return Refused("finding_missing")
    return _sound_evidence(work)


def _sound_evidence(work: Work) -> Refused | None:
    evidence = work.given("evidence") or []
    sound = isinstance(evidence, list) and all(
        isinstance(file, dict) and file.get("sha256") and all(isinstance(value, str) for value in file.values())
        for file in evidence
    )
    return None if sound else Refused("evidence_malformed")


def _inspected_part(work: Work) -> str | None:
    """The delivered reply to inspect: named, or the only one of the newest answered round."""
    rows = [row for row in work.dossier.assignments.values() if row.delivered_on is not None and row.reply_class]
    named = work.given("assignment")
    if named:
        return next((row.id for row in rows if row.id in (named, f"{work.case.id}/{named}")), None)
    newest = [row.id for row in rows if row.round == max(row.round for row in rows)]
    return newest[0] if len(newest) == 1 else None


def keep_inspection(work: Work) -> None:
    """Add the inspection as a row; a promise claimed done follows its verdict at once."""
    promise = str(work.given("commitment") or "")
    if promise:
        part, claimed = work.dossier.commitments[promise].assignment_id, work.dossier.commitments[promise].state
        result = C.VERIFIED.value if work.given("verdict") == Verdict.MATCHING else C.FAILED_VERIFICATION.value
    else:
        part = _inspected_part(work) or ""
        claimed = work.dossier.assignments[part].reply_class
        result = str(work.given("found") or claimed)
    row = Inspection(
        id=f"{work.case.id}/i{len(work.dossier.inspections) + 1}",
        case_id=work.case.id,
        assignment_id=part,
        commitment_id=promise,
        supervision_id=str(work.given("supervision") or ""),
        round=work.dossier.assignments[part].round,
        verdict=str(work.given("verdict")),
        claimed=claimed,
        found=result,
        by=work.action.by,
        inspected_on=work.on,
        place=str(work.given("location")),
        participants=work.names("participants"),
        evidence=[dict(file) for file in work.given("evidence") or []],
    )
    work.add("inspections", row.id, row)
    work.record("inspection", row.id, "made", data={
        "assignment": part, "commitment": promise, "verdict": row.verdict, "claimed": claimed, "found": result,
        "place": row.place, "by": row.by,
    })  # fmt: skip
    if promise:
        _follow_verdict(work, promise, row)
    elif row.verdict == Verdict.NOT_MATCHING:
        work.edit_case(corrected_class=result)
        work.inspected = [part]


def _follow_verdict(work: Work, promise: str, row: Inspection) -> None:
    state = work.dossier.commitments[promise].state
    if row.verdict == Verdict.MATCHING:
        if state == C.CLAIMED_DONE:
            work.edit("commitments", promise, state=C.VERIFIED.value, verified_on=work.on, since=work.on)
            deadlines.follow(work, work.record("commitment", promise, "verified", data={"inspection": row.id}))
            tell_kept(work, promise)
    elif state == C.CLAIMED_DONE or (state == C.VERIFIED and row.verdict == Verdict.NOT_MATCHING):
        fail_promise(work, promise)


def fail_promise(work: Work, promise: str) -> None:
    """Reopen a promise found unkept; claim and finding both stay on record."""
    work.edit("commitments", promise, state=C.FAILED_VERIFICATION.value, verified_on=None, since=work.on)
    refuted = work.record("commitment", promise, "verification_failed")
    deadlines.correct_met_day(work, refuted, "commitment.verified", None)
    deadlines.follow(work, refuted)


def _verdict_against(work: Work, of_promise: bool) -> bool:
    if work.action.name != "inspect" or work.given("verdict") != Verdict.NOT_MATCHING:
        return False
    return bool(work.given("commitment")) == of_promise


def found_unkept(work: Work) -> bool:
    """T31: a promise counted as kept is not kept."""
    return _verdict_against(work, of_promise=True) and any(
        row.state == C.FAILED_VERIFICATION for row in work.dossier.commitments.values()
    )


def found_unsolved(work: Work) -> bool:
    """T31: the reply is not true, so its part is handled again."""
    return _verdict_against(work, of_promise=False)
