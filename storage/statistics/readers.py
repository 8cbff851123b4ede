"""How each event changes the facts of its suggestion: one small function an event, and the table of them.

Only an event's own columns and data are read, never a row: rows change, events do not. An event that stands in no
line of the table is passed over.
"""

from collections import deque
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from rulebooks import split_ident
from states.ladder import levels_of
from states.vocabulary import (
    ANSWERING,
    ConsultStanding,
    KeyLevel,
    Level,
    LimitKey,
    Origin,
    Publicity,
    Satisfaction,
    Verdict,
)
from storage.statistics.facts import (
    CaseFacts,
    EventFacts,
    Form,
    PartFacts,
    PromiseFacts,
    day_of,
)

Reader = Callable[[CaseFacts, EventFacts], None]

# -- the suggestion ------------------------------------------------------------------------------------------


def _drafted(case: CaseFacts, event: EventFacts) -> None:
    data = event.data
    case.region = str(data.get("region") or "")
    case.rulebook = str(data.get("rulebook") or "")
    case.session, case.in_session = str(data.get("session") or ""), bool(data.get("in_session"))
    case.source = str(data.get("source") or (Origin.OPINION.value if data.get("from_opinion") else ""))


def _joined(case: CaseFacts, event: EventFacts) -> None:
    case.joint = True


def _submitted(case: CaseFacts, event: EventFacts) -> None:
    case.submitted_on = event.on
    case.session = str(event.data.get("session") or case.session)
    case.in_session = bool(event.data.get("in_session", case.in_session))


def _declined(case: CaseFacts, event: EventFacts) -> None:
    case.not_accepted = True


def _registered(case: CaseFacts, event: EventFacts) -> None:
    case.registered_on = event.on
    case.subject = str(event.data.get("subject_class") or "")
    case.committee = str(event.data.get("committee") or "")


def _withdrawn(case: CaseFacts, event: EventFacts) -> None:
    case.withdrawn = True
    _limits(case, event)


def _assigned(case: CaseFacts, event: EventFacts) -> None:
    case.assigned_on = event.on


def _rules_changed(case: CaseFacts, event: EventFacts) -> None:
    case.rulebook = split_ident(str(event.data["to"]))[0]
    _limits(case, event)


def _assigned_date_corrected(case: CaseFacts, event: EventFacts) -> None:
    if case.assigned_on is None:
        return  # as it was corrected, it was assigned only later
    corrected = day_of(event.data["assigned_on"])
    for part in case.parts.values():
        if part.assigned_on == case.assigned_on:
            part.assigned_on = corrected
    case.assigned_on = corrected
    _limits(case, event)


def _region_set(case: CaseFacts, event: EventFacts) -> None:
    case.region = str(event.data["region"])
    _limits(case, event)


def _key(case: CaseFacts, event: EventFacts) -> None:
    case.key_level = str(event.data.get("key_level") or KeyLevel.NONE)


def _urged(case: CaseFacts, event: EventFacts) -> None:
    case.urged += [part.unit for part in case.of_round(event.round)]


def _replied(case: CaseFacts, event: EventFacts) -> None:
    case.replied_on = case.replied_on or event.on
    case.waiting = deque(part.id for part in case.of_round(event.round) for _ in range(part.promises))


def _sent(case: CaseFacts, event: EventFacts) -> None:
    case.sent.add(event.round)


def _rehandle(case: CaseFacts, event: EventFacts) -> None:
    named = event.data.get("assignments") or []
    case.ordered = [str(ident) for ident in named] if isinstance(named, list) else [str(named)]


def _reopened(case: CaseFacts, event: EventFacts) -> None:
    """An inspection found that it is not so: the class is corrected where one is named; the reply's own stays."""
    if not event.data.get("verdict"):
        return  # it follows from an inspection, which has told it all
    _rehandle(case, event)
    promises = event.data.get("commitments") or []
    named = {case.promises[promise].part for promise in promises if promise in case.promises} | set(case.ordered)
    for part in case.parts.values():
        if part.delivered_on and (part.id in named or (not named and part.round == event.round)):
            part.refuted = True
            part.corrected_class = str(event.data.get("corrected_class") or part.corrected_class)


def _published(case: CaseFacts, event: EventFacts) -> None:
    case.published = True


def _exempt(case: CaseFacts, event: EventFacts) -> None:
    case.exempt = True


# -- a unit's part -------------------------------------------------------------------------------------------


def _part(case: CaseFacts, event: EventFacts) -> None:
    data = event.data
    if data.get("role") in ANSWERING:
        part = PartFacts(event.subject_id, str(data["unit"]), event.round, event.on)
        if event.round > 1 and event.name != "assignment.reassigned":
            part.before = str(data.get("replaces") or _handled_again(case, part))
        case.parts[part.id] = part
        _limits(case, event)


def _handled_again(case: CaseFacts, part: PartFacts) -> str:
    """The part of an earlier round whose matter this one takes up: the unit's own, or the one that was ordered."""
    earlier = {by_id.id: by_id for by_id in case.of_round(part.round - 1)}
    own = [other.id for other in earlier.values() if other.unit == part.unit]
    bad = [
        other.id
        for other in earlier.values()
        if Satisfaction.highest(form.value for form in other.forms.values()) == Satisfaction.DISSATISFIED
    ]
    ordered = [ident for ident in case.ordered if ident in earlier]
    return next(iter(own or ordered or bad or earlier), "")


def _of_part(change: Callable[[PartFacts, EventFacts], None]) -> Reader:
    def read(case: CaseFacts, event: EventFacts) -> None:
        part = case.parts.get(event.subject_id)
        if part is not None:
            change(part, event)
            _limits(case, event)

    return read


def _receipted(part: PartFacts, event: EventFacts) -> None:
    part.receipted_on = event.on


def _return_requested(part: PartFacts, event: EventFacts) -> None:
    part.return_requests += 1


def _return_granted(part: PartFacts, event: EventFacts) -> None:
    part.returned = True


def _part_replaced(part: PartFacts, event: EventFacts) -> None:
    part.replaced = True


def _communicated(part: PartFacts, event: EventFacts) -> None:
    part.contacts[str(event.data.get("communication"))] = (event.on, bool(event.data.get("face_to_face")))


def _communication_denied(part: PartFacts, event: EventFacts) -> None:
    part.contacts.pop(str(event.data.get("communication")), None)


def _handling_started(part: PartFacts, event: EventFacts) -> None:
    part.contact_gate = str(event.data.get("contact_gate") or "")


def _researched(part: PartFacts, event: EventFacts) -> None:
    part.researched = True


def _reply_drafted(part: PartFacts, event: EventFacts) -> None:
    part.drafted = str(event.data.get("class") or "")
    part.promises = len(event.data.get("commitments") or [])
    part.consult = ""


def _agreed(part: PartFacts, event: EventFacts) -> None:
    part.consult = ConsultStanding.AGREED.value


def _lapsed(part: PartFacts, event: EventFacts) -> None:
    part.consult = ConsultStanding.LAPSED.value


def _signed(part: PartFacts, event: EventFacts) -> None:
    part.signed_on = event.on
    part.hidden = event.data.get("publicity") == Publicity.NONE


def _delivered(part: PartFacts, event: EventFacts) -> None:
    part.delivered_on = event.on
    part.reply_class = part.drafted


def _limits(case: CaseFacts, event: EventFacts) -> None:
    """Every note of an event says the last day of a limit as it stood then."""
    for note in event.data.get("limits") or ():
        did = note.get("did")
        _limit(case, note, event.on if did == "met" else None, event.on if did == "void" else None)


def _limit(case: CaseFacts, note: Mapping[str, Any], met_on: date | None, void_on: date | None = None) -> None:
    part = case.parts.get(str(note.get("subject_id")))
    if part is None:
        return
    if note["key"] == LimitKey.REPLY_BY:
        part.reply_due = day_of(note["last_day"])
        part.reply_met_on = met_on or part.reply_met_on
    elif note["key"] == LimitKey.REHANDLE_BY:
        part.again_due = day_of(note["last_day"])
        part.again_met_on = met_on or part.again_met_on
    elif note["key"] == LimitKey.RECEIPT_BY:
        part.receipt_due = day_of(note["last_day"])
        part.receipt_void_on = None if note.get("did") == "started" else void_on or part.receipt_void_on


def _limit_moved(case: CaseFacts, event: EventFacts) -> None:
    _limit(case, event.data, None)


def _escalated(case: CaseFacts, event: EventFacts) -> None:
    """The day after the last one may be that of a rung as well: `limit.overdue` tells of it, too."""
    kind, _, unit = str(event.data.get("owed_by") or "").partition(":")
    for level in levels_of(event.data):
        marks: dict[str, list[str]] = {Level.U1: case.urged, Level.U2: case.yellow, Level.U3: case.red}
        if kind == "unit" and level in marks:
            marks[level].append(unit)


# -- what deputies say -----------------------------------------------------------------------------------------


def _evaluated(case: CaseFacts, event: EventFacts) -> None:
    """One judgement serves all parts of the round unless the form gives one for each."""
    each = event.data.get("assignments")
    for part in case.of_round(event.round):
        data = each.get(part.id) if isinstance(each, dict) else event.data
        form = _form(data) if isinstance(data, Mapping) else Form()
        if form.value:  # of a window that lapsed the event bears the same name and says nothing
            part.forms[event.by] = form


def _form(data: Mapping[str, Any]) -> Form:
    values = Satisfaction.values()
    return Form(*(str(data[key]) if data.get(key) in values else "" for key in ("overall", "attitude", "result")))


def _evaluation_corrected(case: CaseFacts, event: EventFacts) -> None:
    """A new form takes the place of the deputy's first, on each reply of the round that he judged."""
    each = event.data.get("assignments")
    for part in case.of_round(event.round):
        data = each.get(part.id) if isinstance(each, dict) else event.data
        if event.by in part.forms and isinstance(data, Mapping):
            part.forms[event.by] = _form(data)


def _assessed(case: CaseFacts, event: EventFacts) -> None:
    """The committee's score is of the round: of each reply that was delivered by then."""
    for part in case.of_round(event.round):
        if part.delivered_on:
            part.completeness = int(event.data["completeness"])


def _served(case: CaseFacts, event: EventFacts) -> None:
    case.evaluators.setdefault(event.round, set()).add(event.subject_id)


def _heard(case: CaseFacts, event: EventFacts) -> None:
    case.heard.add((event.round, event.subject_id))


# -- what became of it -----------------------------------------------------------------------------------------


def _promised(case: CaseFacts, event: EventFacts) -> None:
    part = str(event.data.get("assignment") or (case.waiting.popleft() if case.waiting else ""))
    case.promises[event.subject_id] = PromiseFacts(part, day_of(event.data["due_on"]))


def _of_promise(change: Callable[[PromiseFacts, EventFacts], None]) -> Reader:
    def read(case: CaseFacts, event: EventFacts) -> None:
        promise = case.promises.get(event.subject_id)
        if promise is not None:
            change(promise, event)

    return read


def _verified(promise: PromiseFacts, event: EventFacts) -> None:
    promise.verified_on = event.on


def _failed(promise: PromiseFacts, event: EventFacts) -> None:
    promise.verified_on = None


def _rescheduled(promise: PromiseFacts, event: EventFacts) -> None:
    promise.due_on = day_of(event.data["due_on"])


def _cancelled(promise: PromiseFacts, event: EventFacts) -> None:
    promise.cancelled = True


def _inspected(case: CaseFacts, event: EventFacts) -> None:
    """What an inspection found of a part, or of a promise and so of its part."""
    data = event.data
    promise = case.promises.get(str(data.get("commitment")))
    part = case.parts.get(promise.part if promise else str(data.get("assignment")))
    if part is not None:
        verdict = str(data.get("verdict"))
        part.verdicts.append(verdict)
        part.refuted = verdict == Verdict.NOT_MATCHING
        if part.refuted and promise is None:
            part.corrected_class = str(data.get("found") or part.corrected_class)


def _converted(case: CaseFacts, event: EventFacts) -> None:
    case.conversions += 1


def _awarded(case: CaseFacts, event: EventFacts) -> None:
    case.awards += 1


READERS: dict[str, Reader] = {
    "suggestion.drafted": _drafted,
    "suggestion.cosign_confirmed": _joined,
    "suggestion.submitted": _submitted,
    "suggestion.declined": _declined,
    "suggestion.registered": _registered,
    "suggestion.withdrawn": _withdrawn,
    "suggestion.assigned": _assigned,
    "suggestion.assigned_date_corrected": _assigned_date_corrected,
    "suggestion.rules_changed": _rules_changed,
    "suggestion.region_set": _region_set,
    "suggestion.key_determined": _key,
    "suggestion.urged": _urged,
    "suggestion.reply_delivered": _replied,
    "suggestion.forms_sent": _sent,
    "suggestion.evaluated": _evaluated,
    "suggestion.evaluated_ok": _evaluated,
    "suggestion.evaluated_dissatisfied": _evaluated,
    "suggestion.dissatisfied_again": _evaluated,
    "suggestion.evaluation_corrected": _evaluation_corrected,
    "suggestion.assessed": _assessed,
    "suggestion.rehandle_ordered": _rehandle,
    "suggestion.mediation_decided": _rehandle,
    "suggestion.reopened_by_inspection": _reopened,
    "suggestion.published": _published,
    "suggestion.publication_exempted": _exempt,
    "assignment.assigned": _part,
    "assignment.reassigned": _part,
    "assignment.rehandle_assigned": _part,
    "assignment.receipted": _of_part(_receipted),
    "assignment.return_requested": _of_part(_return_requested),
    "assignment.return_granted": _of_part(_return_granted),
    "assignment.replaced": _of_part(_part_replaced),
    "assignment.cancelled": _of_part(lambda part, event: None),
    "assignment.communicated": _of_part(_communicated),
    "assignment.communication_denied": _of_part(_communication_denied),
    "assignment.handling_started": _of_part(_handling_started),
    "assignment.researched": _of_part(_researched),
    "assignment.drafted": _of_part(_reply_drafted),
    "assignment.consult_agreed": _of_part(_agreed),
    "assignment.consult_lapsed": _of_part(_lapsed),
    "assignment.extension_granted": _of_part(lambda part, event: None),
    "assignment.signed": _of_part(_signed),
    "assignment.delivered": _of_part(_delivered),
    "limit.moved": _limit_moved,
    "limit.overdue": _escalated,
    "limit.escalated": _escalated,
    "evaluator.served": _served,
    "evaluator.evaluated": _heard,
    "commitment.promised": _promised,
    "commitment.verified": _of_promise(_verified),
    "commitment.verification_failed": _of_promise(_failed),
    "commitment.rescheduled": _of_promise(_rescheduled),
    "commitment.cancelled": _of_promise(_cancelled),
    "inspection.made": _inspected,
    "suggestion.converted": _converted,
    "suggestion.awarded": _awarded,
}
"""Which events are read, and by what."""

WITHOUT_DATA = frozenset((
    "suggestion.cosign_confirmed", "suggestion.declined", "suggestion.assigned", "suggestion.urged",
    "suggestion.reply_delivered", "suggestion.forms_sent", "suggestion.published",
    "suggestion.publication_exempted", "assignment.return_requested", "assignment.return_granted",
    "assignment.replaced", "assignment.researched", "assignment.consult_agreed", "assignment.consult_lapsed",
    "evaluator.served", "evaluator.evaluated", "commitment.verified", "commitment.verification_failed",
    "commitment.cancelled", "suggestion.converted", "suggestion.awarded",
))  # fmt: skip
"""Of these the name says everything: their data is not fetched."""
