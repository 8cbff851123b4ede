"""When a step of one unit's part is refused: every guard answers with the reason, or None."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from states import limits
from states.roles import SIGNER_RANKS
from states.vocabulary import PROMISING, Publicity, ReplyClass
from states.work import Work


def answers_deputy(work: Work) -> bool:
    return work.part.role != "CO"


def everyone_served(work: Work) -> bool:
    return not _unserved(work)


def somebody_unserved(work: Work) -> bool:
    return bool(_unserved(work))


def recipients(work: Work) -> list[str]:
    """The deputies to whom this reply must be delivered: every one, or as the rulebook allows the lead alone."""
    policy = work.rulebook.reply.recipients if work.rulebook.reply else "each"
    lead_alone = policy == "lead" or (policy == "lead_by_consent" and bool(work.given("lead_by_consent")))
    return [row.deputy for row in work.deputies() if row.lead or not lead_alone]


def _unserved(work: Work) -> list[str]:
    now = work.names("recipients") or recipients(work)
    return [deputy for deputy in recipients(work) if deputy not in now and deputy not in work.part.served]


def return_in_time(work: Work) -> str | None:
    """A2: before D3. No text says that the right lapses for ever: asked later, the unit says why it is late."""
    row = work.deadline("assignment", work.part.id, "return_by")
    if row is None or work.on <= row.last_day:
        return None
    if not _late_returns_taken(work):
        return f"the right to ask for a return ended on {row.last_day} ({row.source})"
    if work.given("late_reason"):
        return None
    return f"a return is asked for until {row.last_day}, later with the reason for the delay: data.late_reason"


def late_return_reasoned(work: Work) -> str | None:
    """A3: the office takes what was asked for late with a reason of its own."""
    row = work.deadline("assignment", work.part.id, "return_by")
    asked_on = work.part.since
    if row is None or asked_on is None or asked_on <= row.last_day or work.given("late_reason"):
        return None
    return f"asked for on {asked_on}, after {row.last_day}: why it is taken is needed, data.late_reason"


def _late_returns_taken(work: Work) -> bool:
    rule = work.rulebook.returns
    return rule is not None and rule.late == "with_reason"


def reason_and_unit(work: Work) -> str | None:
    if not work.given("reason") or not work.given("proposed_unit"):
        return "a return needs a written reason and a proposed unit: data.reason, data.proposed_unit"
    return None


def written_reason(work: Work) -> str | None:
    return None if work.given("reason") else "a written reason is needed: data.reason"


def decided_by_another(work: Work) -> str | None:
    if work.action.by == work.part.return_requested_by:
        return f"{work.action.by} asked for the return and cannot decide on it"
    return None


def first_round_only(work: Work) -> str | None:
    return None if work.case.round == 1 else "a re-handling cannot be returned; the order names the unit"


def only_co(work: Work) -> str | None:
    return (
        None
        if work.part.role == "CO"
        else f"{work.part.id} is {work.part.role}: only a co-unit sends an opinion"
    )


def only_answering(work: Work) -> str | None:
    return "a co-unit never answers the deputy by itself" if work.part.role == "CO" else None


def draft_complete(work: Work) -> str | None:
    """G2: a known class, each request point answered, a dated promise where the class is a promise."""
    cls = work.given("class")
    if cls not in ReplyClass.values():
        return f"data.class is {cls!r}; one of {', '.join(ReplyClass)}"
    answered = work.given("points_answered")
    if type(answered) is not int or answered != work.case.points:
        return (
            f"data.points_answered is {answered!r}: each of the {work.case.points} request points is answered"
        )
    promises = work.given("commitments") or []
    if not isinstance(promises, list):
        return f"data.commitments is {promises!r}: a list of {{text, due_on}}"
    if cls in PROMISING and not promises:
        return f"class {cls} promises something: data.commitments with text and due_on is needed"
    for promise in promises:
        reason = _bad_promise(work, promise)
        if reason:
            return reason
    return None


def _bad_promise(work: Work, promise: Any) -> str | None:
    if not isinstance(promise, dict) or not promise.get("text") or not promise.get("due_on"):
        return f"a commitment is {{text, due_on}}, got {promise!r}"
    try:
        due = date.fromisoformat(str(promise["due_on"]))
    except ValueError:
        return f"commitments.due_on: {promise['due_on']!r} is not a day, expected YYYY-MM-DD"
    return None if due > work.on else f"commitments.due_on {due} does not lie after {work.on}"


def since_drafting(work: Work) -> str | None:
    """A link of the chain passes on the text that lies before it, never an earlier one."""
    if work.before(work.part.since):
        return f"{work.on} lies before {work.part.since}, the day of the step before"
    return None


def coordination_settled(work: Work) -> str | None:
    open_ = [row.unit for row in work.current_parts() if row.coordination == "OPEN"]
    return f"units disagree ({', '.join(open_)}): the coordination is to be settled first" if open_ else None


def allowed_rank(work: Work) -> str | None:
    return signs(work, work.rulebook.signers(work.case.key_level != "NONE"))


def signs(work: Work, ranks: Sequence[str]) -> str | None:
    """Whether whoever acts has one of the ranks that the rulebook names."""
    rank = SIGNER_RANKS.get(work.role)
    return None if rank in ranks else f"{work.role.value} may not sign; allowed: {', '.join(ranks)}"


def sealed_and_publicity(work: Work) -> str | None:
    if not work.given("seal"):
        return "a reply bears the unit's seal: data.seal"
    publicity = work.given("publicity")
    if publicity not in Publicity.values():
        return f"data.publicity is {publicity!r}; one of {', '.join(Publicity)}"
    if publicity == "NONE" and not work.given("publicity_reason"):
        return "a reply that is not made public needs data.publicity_reason"
    return None


def known_recipients(work: Work) -> str | None:
    deputies = {row.deputy for row in work.deputies()}
    strange = [one for one in work.names("recipients") if one not in deputies]
    return f"{', '.join(strange)}: not deputies of this suggestion" if strange else None


def delivered_after_signing(work: Work) -> str | None:
    signed = work.part.signed_on
    if work.before(signed):
        return f"delivered on {work.on}, but signed on {signed}"
    return None


def extension_open_to(work: Work) -> str | None:
    """A6: asked on or before the last day, under a rulebook that knows an extension, once within its total.

    A wide and difficult matter whose text gives six months by consent alone (BJ 21, SD 19, QD 25) began with three:
    the track refuses nothing, only a last day that the extension would not move. What was asked in time may be
    granted later: the office's delay is not the unit's.
    """
    rule = work.rulebook.extension
    if rule is None:
        return "this rulebook knows no extension"
    row = work.deadline("assignment", work.part.id, "reply_by")
    if row is None or not row.open:
        return "no reply limit is running"
    if rule.asked_before_due and work.part.extension != "REQUESTED" and work.on > row.last_day:
        return f"an extension is asked for on or before the last day {row.last_day}"
    if row.extended or not limits.lies_ahead(work, row, rule):
        return "the total limit is already given"
    return None


def something_owed(work: Work) -> str | None:
    rows = work.dossier.deadlines.values()
    if any(row.subject_id == work.part.id and row.open and row.duty for row in rows):
        return None
    return f"{work.part.id} owes nothing that could be late"


def measures_named(work: Work) -> str | None:
    return None if work.given("measures") else "what was done to put it right: data.measures"


def extension_asked(work: Work) -> str | None:
    return None if work.part.extension == "REQUESTED" else "no extension was asked for"


def no_extension_asked(work: Work) -> str | None:
    return "an extension was already asked for" if work.part.extension == "REQUESTED" else None


def coordination_open(work: Work) -> str | None:
    return None if work.part.coordination == "OPEN" else "no coordination is open"
