"""Guards of the steps of one unit's part: each returns the refusal, or None."""

from collections.abc import Sequence
from datetime import date

from pydantic import JsonValue

from states import deadlines
from states.reasons import Given, Id, Label, Refused, ids, named, ranks_named
from states.roles import SIGNER_RANKS
from states.vocabulary import PROMISING, CoordinationStanding, ExtensionStanding, PartRole, ReplyClass
from states.work import Work


def answers_deputy(work: Work) -> bool:
    return not work.part.assists


def everyone_served(work: Work) -> bool:
    return not _unserved(work)


def somebody_unserved(work: Work) -> bool:
    return bool(_unserved(work))


def reply_recipients(work: Work) -> list[str]:
    """The deputies to whom this reply must be delivered: all, or the lead alone where the rulebook allows it."""
    policy = work.rulebook.reply.recipients if work.rulebook.reply else "each"
    lead_alone = policy == "lead" or (policy == "lead_by_consent" and bool(work.given("lead_by_consent")))
    return [row.deputy for row in work.deputies() if row.lead or not lead_alone]


def _unserved(work: Work) -> list[str]:
    now = work.names("recipients") or reply_recipients(work)
    return [deputy for deputy in reply_recipients(work) if deputy not in now and deputy not in work.part.served]


def return_in_time(work: Work) -> Refused | None:
    """A2: before D3. No text says that the right lapses: a later request must give the reason for its lateness."""
    row = work.deadline("assignment", work.part.id, "return_by")
    if row is None or work.on <= row.last_day:
        return None
    if not _late_returns_taken(work):
        return Refused("return_lapsed", last_day=row.last_day, source=Label(row.source))
    if work.given("late_reason"):
        return None
    return Refused("late_return_unexplained", last_day=row.last_day)


def late_return_reasoned(work: Work) -> Refused | None:
    """A3: the office accepts a late request only with a reason of its own."""
    row = work.deadline("assignment", work.part.id, "return_by")
    asked_on = work.part.since
    if row is None or asked_on is None or asked_on <= row.last_day or work.given("late_reason"):
        return None
    return Refused("late_return_unreasoned", asked=asked_on, last_day=row.last_day)


def _late_returns_taken(work: Work) -> bool:
    rule = work.rulebook.returns
    return rule is not None and rule.late == "with_reason"


def decided_by_another(work: Work) -> Refused | None:
    if work.action.by == work.part.return_requested_by:
        return Refused("own_return", actor=Id(work.action.by))
    return None


def first_round_only(work: Work) -> Refused | None:
    return None if work.case.round == 1 else Refused("rehandling_not_returned")


def only_co(work: Work) -> Refused | None:
    return (
        None
        if work.part.assists
        else Refused("not_a_co_unit", part=Id(work.part.id), role=named(PartRole, work.part.role))
    )


def only_answering(work: Work) -> Refused | None:
    return Refused("co_unit_answers_not") if work.part.assists else None


def draft_complete(work: Work) -> Refused | None:
    """G2: each request point answered, a dated promise where the class is a promise."""
    cls = work.given("class")
    answered = work.given("points_answered")
    if type(answered) is not int or answered != work.case.points:
        return Refused("points_unanswered", given=Given(answered), points=work.case.points)
    promises = work.given("commitments") or []
    if not isinstance(promises, list):
        return Refused("promises_malformed", given=Given(promises))
    if cls in PROMISING and not promises:
        return Refused("promise_missing", reply_class=named(ReplyClass, cls))
    for promise in promises:
        reason = _bad_promise(work, promise)
        if reason:
            return reason
    return None


def _bad_promise(work: Work, promise: JsonValue) -> Refused | None:
    if not isinstance(promise, dict) or not promise.get("text") or not promise.get("due_on"):
        return Refused("promise_malformed", given=Given(promise))
    try:
        due = date.fromisoformat(str(promise["due_on"]))
    except ValueError:
        return Refused("promise_without_day", given=Given(promise["due_on"]))
    return None if due > work.on else Refused("promise_too_early", due=due, day=work.on)


def since_drafting(work: Work) -> Refused | None:
    """A link of the chain approves the current text only, never an earlier one."""
    if work.before(work.part.since):
        return Refused("before_last_step", day=work.on, since=work.part.since)
    return None


def coordination_settled(work: Work) -> Refused | None:
    open_ = [row.unit for row in work.current_parts() if row.coordination == CoordinationStanding.OPEN]
    return Refused("units_disagree", units=ids(open_)) if open_ else None


def allowed_rank(work: Work) -> Refused | None:
    return signs(work, work.rulebook.signers(work.case.is_key))


def signs(work: Work, ranks: Sequence[str]) -> Refused | None:
    """Whether the actor has one of the ranks that the rulebook names."""
    rank = SIGNER_RANKS.get(work.role)
    return None if rank in ranks else Refused("may_not_sign", role=work.role, ranks=ranks_named(ranks))


def known_recipients(work: Work) -> Refused | None:
    deputies = {row.deputy for row in work.deputies()}
    strange = [name for name in work.names("recipients") if name not in deputies]
    return Refused("unknown_recipients", deputies=ids(strange)) if strange else None


def delivered_after_signing(work: Work) -> Refused | None:
    signed = work.part.signed_on
    if work.before(signed):
        return Refused("before_signing", day=work.on, signed=signed)
    return None


def extension_open_to(work: Work) -> Refused | None:
    """A6: requested on or before the last day, under a rulebook with an extension, once within its total.

    A wide and difficult matter whose text gives six months by consent alone (BJ 21, SD 19, QD 25) began with three:
    the track refuses nothing, only a last day that the extension would not move. A request in time may be
    granted later: the office's delay is not the unit's.
    """
    rule = work.rulebook.extension
    if rule is None:
        return Refused("no_extension")
    row = work.deadline("assignment", work.part.id, "reply_by")
    if row is None or not row.open:
        return Refused("no_reply_limit")
    if rule.asked_before_due and work.part.extension != ExtensionStanding.REQUESTED and work.on > row.last_day:
        return Refused("extension_too_late", last_day=row.last_day)
    if row.extended or not deadlines.lies_ahead(work, row, rule):
        return Refused("total_given")
    return None


def something_owed(work: Work) -> Refused | None:
    rows = work.dossier.deadlines.values()
    if any(row.subject_id == work.part.id and row.open and row.duty for row in rows):
        return None
    return Refused("nothing_owed", part=Id(work.part.id))


def extension_asked(work: Work) -> Refused | None:
    return None if work.part.extension == ExtensionStanding.REQUESTED else Refused("extension_not_asked")


def no_extension_asked(work: Work) -> Refused | None:
    return Refused("extension_asked") if work.part.extension == ExtensionStanding.REQUESTED else None


def coordination_open(work: Work) -> Refused | None:
    return None if work.part.coordination == CoordinationStanding.OPEN else Refused("coordination_closed")
