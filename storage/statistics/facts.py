"""What the events of a suggestion say, reduced to what figures are counted from.

Only an event's own columns and data are read, never a row: rows change, events do not. An event that no function
here reads is passed over.
"""

from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from typing import Any

VALUES = ("SATISFIED", "BASICALLY_SATISFIED", "DISSATISFIED")
"""Worst last."""

ANSWERING = ("LEAD", "SOLE", "SEPARATE")


@dataclass(slots=True)
class Form:
    """What a deputy said of one part's reply; '' where the form did not ask for a dimension."""

    overall: str = ""
    attitude: str = ""
    result: str = ""

    @property
    def value(self) -> str:
        return worst((self.overall, self.attitude, self.result))


@dataclass(slots=True)
class PartFacts:
    """One answering part (主办、独办、分办) in one round. `before`: the part of an earlier round that it handles again.

    `reply_met_on` is the day that met the legal limit, of delivery or of signing as the rulebook says.
    """

    id: str
    unit: str
    round: int
    assigned_on: date
    before: str = ""
    receipted_on: date | None = None
    receipt_due: date | None = None
    return_requests: int = 0
    returned: bool = False
    replaced: bool = False
    contacts: dict[str, tuple[date, bool]] = field(default_factory=dict)
    """the day of each contact that nobody denied, and whether it was face to face"""
    contact_gate: str = ""
    researched: bool = False
    consult: str = ""
    drafted: str = ""
    promises: int = 0
    signed_on: date | None = None
    hidden: bool = False
    reply_due: date | None = None
    reply_met_on: date | None = None
    delivered_on: date | None = None
    reply_class: str = ""
    corrected_class: str = ""
    refuted: bool = False
    verdicts: list[str] = field(default_factory=list)
    forms: dict[str, Form] = field(default_factory=dict)

    @property
    def standing_class(self) -> str:
        """The class of the reply after what inspections found."""
        return self.corrected_class or self.reply_class


@dataclass(slots=True)
class PromiseFacts:
    part: str
    due_on: date
    verified_on: date | None = None
    cancelled: bool = False


@dataclass(slots=True)
class CaseFacts:
    """One suggestion at the end of the day as of which it is read."""

    id: str
    region: str = ""
    rulebook: str = ""
    session: str = ""
    in_session: bool = False
    source: str = ""
    joint: bool = False
    subject: str = ""
    committee: str = ""
    submitted_on: date | None = None
    registered_on: date | None = None
    not_accepted: bool = False
    withdrawn: bool = False
    assigned_on: date | None = None
    replied_on: date | None = None
    """of the first round"""
    key_level: str = "NONE"
    parts: dict[str, PartFacts] = field(default_factory=dict)
    promises: dict[str, PromiseFacts] = field(default_factory=dict)
    evaluators: dict[int, set[str]] = field(default_factory=dict)
    """by round: whose form it is"""
    sent: set[int] = field(default_factory=set)
    """the rounds whose forms went out"""
    heard: set[tuple[int, str]] = field(default_factory=set)
    """(round, evaluator) of every form that came back"""
    published: bool = False
    exempt: bool = False
    urged: list[str] = field(default_factory=list)
    """the unit of every urging, by people and by the ladder's first rung"""
    yellow: list[str] = field(default_factory=list)
    red: list[str] = field(default_factory=list)
    conversions: int = 0
    awards: int = 0
    ordered: list[str] = field(default_factory=list)
    waiting: deque[str] = field(default_factory=deque)
    """the parts whose promises are about to be named, in their order"""

    def of_round(self, number: int) -> list[PartFacts]:
        """The parts of a round that were not given back."""
        return [part for part in self.parts.values() if part.round == number and not part.returned]

    @property
    def rounds(self) -> int:
        return max((part.round for part in self.parts.values()), default=0)


@dataclass(slots=True)
class Event:
    """The columns of an event that figures need; `data` is empty where no function reads it."""

    name: str
    subject_id: str
    round: int
    on: date
    by: str
    data: Mapping[str, Any]


def worst(values: Any) -> str:
    """The worst of the values of a scale that are there; '' when none is."""
    return max((value for value in values if value in VALUES), key=VALUES.index, default="")


@lru_cache(maxsize=8192)
def day_of(text: str) -> date:
    """Remembered, because the days of many events are few."""
    return date.fromisoformat(text)


# -- the suggestion ------------------------------------------------------------------------------------------


def _drafted(case: CaseFacts, event: Event) -> None:
    said = event.data
    case.region = str(said.get("region") or "")
    case.rulebook = str(said.get("rulebook") or "")
    case.session, case.in_session = str(said.get("session") or ""), bool(said.get("in_session"))
    case.source = str(said.get("source") or ("opinion" if said.get("from_opinion") else ""))


def _joined(case: CaseFacts, event: Event) -> None:
    case.joint = True


def _submitted(case: CaseFacts, event: Event) -> None:
    case.submitted_on = event.on
    case.session = str(event.data.get("session") or case.session)
    case.in_session = bool(event.data.get("in_session", case.in_session))


def _declined(case: CaseFacts, event: Event) -> None:
    case.not_accepted = True


def _registered(case: CaseFacts, event: Event) -> None:
    case.registered_on = event.on
    case.subject = str(event.data.get("subject_class") or "")
    case.committee = str(event.data.get("committee") or "")


def _withdrawn(case: CaseFacts, event: Event) -> None:
    case.withdrawn = True


def _assigned(case: CaseFacts, event: Event) -> None:
    case.assigned_on = event.on


def _assigned_date_corrected(case: CaseFacts, event: Event) -> None:
    corrected = day_of(event.data["assigned_on"])
    for part in case.parts.values():
        if part.assigned_on == case.assigned_on:
            part.assigned_on = corrected
    case.assigned_on = corrected
    _limits(case, event)


def _key(case: CaseFacts, event: Event) -> None:
    case.key_level = str(event.data.get("key_level") or "NONE")


def _urged(case: CaseFacts, event: Event) -> None:
    case.urged += [part.unit for part in case.of_round(event.round)]


def _replied(case: CaseFacts, event: Event) -> None:
    case.replied_on = case.replied_on or event.on
    case.waiting = deque(part.id for part in case.of_round(event.round) for _ in range(part.promises))


def _sent(case: CaseFacts, event: Event) -> None:
    case.sent.add(event.round)


def _rehandle(case: CaseFacts, event: Event) -> None:
    named = event.data.get("assignments") or []
    case.ordered = [str(one) for one in named] if isinstance(named, list) else [str(named)]


def _reopened(case: CaseFacts, event: Event) -> None:
    """An inspection found that it is not so: the class is corrected where one is named; the reply's own stays."""
    _rehandle(case, event)
    promises = event.data.get("commitments") or []
    named = {case.promises[one].part for one in promises if one in case.promises} | set(case.ordered)
    for part in case.parts.values():
        if part.delivered_on and (part.id in named or (not named and part.round == event.round)):
            part.refuted = True
            part.corrected_class = str(event.data.get("corrected_class") or part.corrected_class)


def _published(case: CaseFacts, event: Event) -> None:
    case.published = True


def _exempt(case: CaseFacts, event: Event) -> None:
    case.exempt = True


# -- a unit's part -------------------------------------------------------------------------------------------


def _part(case: CaseFacts, event: Event) -> None:
    said = event.data
    if said.get("role") in ANSWERING:
        part = PartFacts(event.subject_id, str(said["unit"]), event.round, event.on)
        if event.round > 1 and event.name != "assignment.reassigned":
            part.before = str(said.get("replaces") or _handled_again(case, part))
        case.parts[part.id] = part
        _limits(case, event)


def _handled_again(case: CaseFacts, part: PartFacts) -> str:
    """The part of an earlier round whose matter this one takes up: the unit's own, or the one that was ordered."""
    earlier = {one.id: one for one in case.of_round(part.round - 1)}
    own = [one.id for one in earlier.values() if one.unit == part.unit]
    bad = [one.id for one in earlier.values() if worst(form.value for form in one.forms.values()) == VALUES[-1]]
    ordered = [one for one in case.ordered if one in earlier]
    return next(iter(own or ordered or bad or earlier), "")


def _of_part(change: Callable[[PartFacts, Event], None]) -> "Reader":
    def read(case: CaseFacts, event: Event) -> None:
        part = case.parts.get(event.subject_id)
        if part is not None:
            change(part, event)
            _limits(case, event)

    return read


def _receipted(part: PartFacts, event: Event) -> None:
    part.receipted_on = event.on


def _return_requested(part: PartFacts, event: Event) -> None:
    part.return_requests += 1


def _return_granted(part: PartFacts, event: Event) -> None:
    part.returned = True


def _part_replaced(part: PartFacts, event: Event) -> None:
    part.replaced = True


def _communicated(part: PartFacts, event: Event) -> None:
    part.contacts[str(event.data.get("communication"))] = (event.on, bool(event.data.get("face_to_face")))


def _communication_denied(part: PartFacts, event: Event) -> None:
    part.contacts.pop(str(event.data.get("communication")), None)


def _handling_started(part: PartFacts, event: Event) -> None:
    part.contact_gate = str(event.data.get("contact_gate") or "")


def _researched(part: PartFacts, event: Event) -> None:
    part.researched = True


def _reply_drafted(part: PartFacts, event: Event) -> None:
    part.drafted = str(event.data.get("class") or "")
    part.promises = len(event.data.get("commitments") or [])
    part.consult = ""


def _agreed(part: PartFacts, event: Event) -> None:
    part.consult = "AGREED"


def _lapsed(part: PartFacts, event: Event) -> None:
    part.consult = "LAPSED"


def _signed(part: PartFacts, event: Event) -> None:
    part.signed_on = event.on
    part.hidden = event.data.get("publicity") == "NONE"


def _delivered(part: PartFacts, event: Event) -> None:
    part.delivered_on = event.on
    part.reply_class = part.drafted


def _limits(case: CaseFacts, event: Event) -> None:
    """Every note of an event says the last day of a limit as it stood then."""
    for note in event.data.get("limits") or ():
        _limit(case, note, event.on if note.get("did") == "met" else None)


def _limit(case: CaseFacts, note: Mapping[str, Any], met_on: date | None) -> None:
    part = case.parts.get(str(note.get("subject_id")))
    if part is None:
        return
    if note["key"] == "reply_by":
        part.reply_due = day_of(note["last_day"])
        part.reply_met_on = met_on or part.reply_met_on
    elif note["key"] == "receipt_by":
        part.receipt_due = day_of(note["last_day"])


def _limit_moved(case: CaseFacts, event: Event) -> None:
    _limit(case, event.data, None)


def _escalated(case: CaseFacts, event: Event) -> None:
    kind, _, unit = str(event.data.get("owed_by") or "").partition(":")
    marks = {"U1": case.urged, "U2": case.yellow, "U3": case.red}.get(str(event.data.get("level")))
    if kind == "unit" and marks is not None:
        marks.append(unit)


# -- what deputies say -----------------------------------------------------------------------------------------


def _evaluated(case: CaseFacts, event: Event) -> None:
    """One judgement serves all parts of the round unless the form gives one for each."""
    each = event.data.get("assignments")
    for part in case.of_round(event.round):
        said = each.get(part.id) if isinstance(each, dict) else event.data
        form = _form(said) if isinstance(said, Mapping) else Form()
        if form.value:  # of a window that lapsed the event bears the same name and says nothing
            part.forms[event.by] = form


def _form(said: Mapping[str, Any]) -> Form:
    return Form(*(str(said[key]) if said.get(key) in VALUES else "" for key in ("overall", "attitude", "result")))


def _evaluation_corrected(case: CaseFacts, event: Event) -> None:
    """The evaluation is named as its row is: PART/e@DEPUTY. What the correction does not say stays."""
    part_id, _, deputy = str(event.data.get("evaluation")).rpartition("/e@")
    part = case.parts.get(part_id)
    if part is not None:
        new, old = _form(event.data), part.forms.get(deputy, Form())
        overall = new.overall or ("" if new.attitude or new.result else old.overall)
        part.forms[deputy] = Form(overall, new.attitude or old.attitude, new.result or old.result)


def _served(case: CaseFacts, event: Event) -> None:
    case.evaluators.setdefault(event.round, set()).add(event.subject_id)


def _heard(case: CaseFacts, event: Event) -> None:
    case.heard.add((event.round, event.subject_id))


# -- what became of it -----------------------------------------------------------------------------------------


def _promised(case: CaseFacts, event: Event) -> None:
    part = str(event.data.get("assignment") or (case.waiting.popleft() if case.waiting else ""))
    case.promises[event.subject_id] = PromiseFacts(part, day_of(event.data["due_on"]))


def _of_promise(change: Callable[[PromiseFacts, Event], None]) -> "Reader":
    def read(case: CaseFacts, event: Event) -> None:
        promise = case.promises.get(event.subject_id)
        if promise is not None:
            change(promise, event)

    return read


def _verified(promise: PromiseFacts, event: Event) -> None:
    promise.verified_on = event.on


def _failed(promise: PromiseFacts, event: Event) -> None:
    promise.verified_on = None


def _rescheduled(promise: PromiseFacts, event: Event) -> None:
    promise.due_on = day_of(event.data["due_on"])


def _cancelled(promise: PromiseFacts, event: Event) -> None:
    promise.cancelled = True


def _inspected(case: CaseFacts, event: Event) -> None:
    """What an inspection found of a part, or of a promise and so of its part."""
    said = event.data
    promise = case.promises.get(str(said.get("commitment")))
    part = case.parts.get(promise.part if promise else str(said.get("assignment")))
    if part is not None:
        verdict = str(said.get("verdict"))
        part.verdicts.append(verdict)
        part.refuted = verdict == "REFUTED"
        part.corrected_class = str(said.get("corrected_class") or part.corrected_class)


def _converted(case: CaseFacts, event: Event) -> None:
    case.conversions += 1


def _awarded(case: CaseFacts, event: Event) -> None:
    case.awards += 1


Reader = Callable[[CaseFacts, Event], None]

READERS: dict[str, Reader] = {
    "suggestion.drafted": _drafted,
    "suggestion.cosign_confirmed": _joined,
    "suggestion.submitted": _submitted,
    "suggestion.declined": _declined,
    "suggestion.registered": _registered,
    "suggestion.withdrawn": _withdrawn,
    "suggestion.assigned": _assigned,
    "suggestion.assigned_date_corrected": _assigned_date_corrected,
    "suggestion.key_determined": _key,
    "suggestion.urged": _urged,
    "suggestion.reply_delivered": _replied,
    "suggestion.forms_sent": _sent,
    "suggestion.evaluated": _evaluated,
    "suggestion.evaluated_ok": _evaluated,
    "suggestion.evaluated_dissatisfied": _evaluated,
    "suggestion.dissatisfied_again": _evaluated,
    "suggestion.evaluation_corrected": _evaluation_corrected,
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
    "limit.escalated": _escalated,
    "evaluator.served": _served,
    "evaluator.evaluated": _heard,
    "commitment.promised": _promised,
    "commitment.verified": _of_promise(_verified),
    "commitment.verification_failed": _of_promise(_failed),
    "commitment.rescheduled": _of_promise(_rescheduled),
    "commitment.cancelled": _of_promise(_cancelled),
    "inspection.made": _inspected,
    "conversion.recorded": _converted,
    "award.given": _awarded,
}
"""Which events are read, and by what."""

WITHOUT_DATA = frozenset((
    "suggestion.cosign_confirmed", "suggestion.declined", "suggestion.withdrawn", "suggestion.assigned",
    "suggestion.urged", "suggestion.reply_delivered", "suggestion.forms_sent", "suggestion.published",
    "suggestion.publication_exempted", "assignment.return_requested", "assignment.return_granted",
    "assignment.replaced", "assignment.researched", "assignment.consult_agreed", "assignment.consult_lapsed",
    "evaluator.served", "evaluator.evaluated", "commitment.verified", "commitment.verification_failed",
    "commitment.cancelled", "conversion.recorded", "award.given",
))  # fmt: skip
"""Of these the name says everything: their data is not fetched."""
