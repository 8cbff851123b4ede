"""What is counted: a suggestion, or a unit's part in one across all its rounds, as numbers that can be added up.

The join rule: of several answering units a suggestion takes the worst class and the worst value, and is answered when
all have answered. A suggestion that is handled again keeps its first reply for what is said of first replies, and
takes its last for class and satisfaction.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date

from states.vocabulary import PROMISING, ConsultStanding, KeyLevel, ReplyClass, Satisfaction, Verdict
from storage.statistics.facts import CaseFacts, PartFacts

FULL_MARKS = 100
"""The most that a committee gives for one dimension."""

Holds = Callable[[PartFacts], bool]


@dataclass(slots=True)
class Item:
    """`n` is 1 where it belongs to the cohort: registered, accepted, and not withdrawn before the reply."""

    n: int = 0
    assigned: int = 0
    assignments: int = 0
    receipts_owed: int = 0
    receipts_in_time: int = 0
    return_requests: int = 0
    returns_granted: int = 0
    replied: int = 0
    communicated: int = 0
    face_to_face: int = 0
    three_steps: int = 0
    reply_owed: int = 0
    replied_in_time: int = 0
    late: int = 0
    """A first reply that came after its last day, or is owed though that day is past."""
    late_again: int = 0
    """The same of handling again."""
    days: int | None = None
    """Calendar days from assignment to delivery."""
    forms_sent: int = 0
    forms_returned: int = 0
    first_value: str = ""
    value: str = ""
    attitude: str = ""
    result: str = ""
    answered_class: str = ""
    """As the last reply says it."""
    standing_class: str = ""
    """The same after what inspections found."""
    truly_resolved: int = 0
    completeness: int = 0
    """Points of the committee for how completely it was answered, of `completeness_of`."""
    completeness_of: int = 0
    inspections: int = 0
    inspections_matching: int = 0
    promises_due: int = 0
    promises_kept: int = 0
    planned: int = 0
    planned_resolved: int = 0
    rehandled: int = 0
    rehandled_content: int = 0
    exempt: int = 0
    published: int = 0
    key: int = 0
    converted: int = 0
    awarded: int = 0
    urges: int = 0
    yellow: int = 0
    red: int = 0


def of_suggestion(case: CaseFacts, on: date) -> Item:
    """The suggestion as one item."""
    parts = list(case.parts.values())
    answering = [part for part in parts if not part.returned]
    superseded = {part.before for part in answering}
    first = [part for part in answering if part.round == 1]
    last = [part for part in answering if part.id not in superseded]
    vacant = [part for part in parts if part.returned and not part.replaced and part.round == 1]
    item = _item(case, parts, first, last, vacant, on)
    item.assigned = item.n and int(case.assigned_on is not None)
    item.replied = item.n and int(case.replied_on is not None)
    if item.replied and case.replied_on and case.assigned_on:
        item.days = (case.replied_on - case.assigned_on).days
    item.urges, item.yellow, item.red = len(case.urged), len(case.yellow), len(case.red)
    for number in case.sent:
        evaluators = case.evaluators.get(number, set())
        item.forms_sent += len(evaluators)
        item.forms_returned += sum((number, evaluator) in case.heard for evaluator in evaluators)
    return _of_replies(item)


def of_units(case: CaseFacts, on: date) -> Iterable[tuple[str, Item]]:
    """Each answering unit's part of the suggestion as one item; a part that was given back is no more than that."""
    for unit in dict.fromkeys(part.unit for part in case.parts.values()):
        parts = [part for part in case.parts.values() if part.unit == unit]
        answering = [part for part in parts if not part.returned]
        item = _item(case, parts, answering[:1], answering[-1:], [], on, inside=bool(answering))
        item.assigned = item.n
        item.replied = item.n and int(answering[0].delivered_on is not None)
        if item.replied and answering[0].delivered_on:
            item.days = (answering[0].delivered_on - answering[0].assigned_on).days
        item.urges, item.yellow, item.red = (
            marks.count(unit) for marks in (case.urged, case.yellow, case.red)
        )
        for part in answering:
            if part.round in case.sent and part.delivered_on:
                item.forms_sent += len(case.evaluators.get(part.round, ()))
                item.forms_returned += len(part.forms)
        yield unit, _of_replies(item)


def _item(
    case: CaseFacts,
    parts: list[PartFacts],
    first: list[PartFacts],
    last: list[PartFacts],
    vacant: list[PartFacts],
    on: date,
    inside: bool = True,
) -> Item:
    """`first` gave, or owe, the first reply; `last` are those whose reply stands or is awaited."""
    inside = inside and case.registered_on is not None and not case.not_accepted and not case.withdrawn
    item = Item(n=int(inside))
    item.assignments = len(parts)
    for part in parts:
        if part.owes_receipt and part.receipt_due:
            item.receipts_owed += 1
            item.receipts_in_time += bool(part.receipted_on and part.receipted_on <= part.receipt_due)
        item.return_requests += part.return_requests
        item.returns_granted += part.returned
        item.inspections += len(part.verdicts)
        item.inspections_matching += part.verdicts.count(Verdict.MATCHING)
    if not inside:
        return item
    _first_reply(item, parts, first, vacant, on)
    _satisfaction(item, parts, first, last)
    _class(case, item, parts, first, last)
    _promises(case, item, parts, on)
    judged = [earlier for part in last if (earlier := _back(parts, part, lambda part: part.completeness is not None))]
    item.completeness = sum(part.completeness or 0 for part in judged)
    item.completeness_of = FULL_MARKS * len(judged)
    again = [(part.again_met_on or on, part.again_due) for part in parts if part.again_due and not part.returned]
    item.late_again = int(any(met > due for met, due in again))
    item.rehandled = int(len({part.round for part in parts if not part.returned}) > 1)
    item.rehandled_content *= item.rehandled
    item.published, item.exempt = int(case.published), int(case.exempt or any(part.hidden for part in last))
    item.key = int(case.key_level != KeyLevel.NONE)
    item.converted, item.awarded = int(case.conversions > 0), int(case.awards > 0)
    return item


def _first_reply(
    item: Item, parts: list[PartFacts], first: list[PartFacts], vacant: list[PartFacts], on: date
) -> None:
    item.communicated = _all(first, lambda part: any(
        part.signed_on and day <= part.signed_on for day, _ in part.contacts.values()
    ))  # fmt: skip
    item.face_to_face = _all(first, lambda part: any(face for _, face in part.contacts.values()))
    item.three_steps = _all(first, lambda part: bool(
        part.contact_gate == "met" and part.contacts and part.researched and part.consult == ConsultStanding.AGREED
    ))  # fmt: skip
    limited = [part for part in (*first, *vacant) if part.reply_due]
    missed = [part for part in limited if not part.reply_met_on and part.reply_due and part.reply_due <= on]
    delivered = _all(first, lambda part: part.delivered_on is not None) and not vacant
    item.late = int(any((part.reply_met_on or on) > part.reply_due for part in limited if part.reply_due))
    item.reply_owed = int(bool(limited) and bool(missed or delivered))
    item.replied_in_time = int(bool(limited and delivered) and all(
        part.reply_met_on and part.reply_due and part.reply_met_on <= part.reply_due for part in limited
    ))  # fmt: skip


def _satisfaction(item: Item, parts: list[PartFacts], first: list[PartFacts], last: list[PartFacts]) -> None:
    item.first_value = Satisfaction.highest(form.value for part in first for form in part.forms.values())
    judged = [part for latest in last if (part := _back(parts, latest, lambda part: bool(part.forms)))]
    forms = [form for part in judged for form in part.forms.values()]
    item.value = Satisfaction.highest(form.value for form in forms)
    item.attitude = Satisfaction.highest(form.attitude for form in forms)
    item.result = Satisfaction.highest(form.result for form in forms)
    again = [form.value for part in judged if part.round > 1 for form in part.forms.values()]
    item.rehandled_content = int(bool(again) and item.value != Satisfaction.DISSATISFIED)


def _class(
    case: CaseFacts, item: Item, parts: list[PartFacts], first: list[PartFacts], last: list[PartFacts]
) -> None:
    delivered = [part for latest in last if (part := _back(parts, latest, lambda part: part.delivered_on is not None))]
    if len(delivered) < len(last) or not delivered:
        return
    item.answered_class = _worst_class(part.reply_class for part in delivered)
    item.standing_class = _worst_class(part.standing_class for part in delivered)
    refuted = any(part.refuted for part in delivered)
    item.truly_resolved = int(item.answered_class == item.standing_class == ReplyClass.RESOLVED and not refuted)
    earlier = _worst_class(part.reply_class for part in first)
    own = {part.id for part in parts}
    kept = [promise for promise in case.promises.values() if promise.part in own]
    item.planned = int(earlier in PROMISING)
    done = bool(kept) and all(promise.verified_on for promise in kept)
    item.planned_resolved = int(
        item.planned and not refuted and (item.standing_class == ReplyClass.RESOLVED or done)
    )


def _promises(case: CaseFacts, item: Item, parts: list[PartFacts], on: date) -> None:
    """Those that are due; one that was cancelled with an explanation is due and not kept."""
    own = {part.id for part in parts}
    for promise in case.promises.values():
        if promise.part in own and promise.due_on <= on:
            item.promises_due += 1
            item.promises_kept += promise.verified_on is not None


def _of_replies(item: Item) -> Item:
    """What is said of replies only, not said of an item without one."""
    if not item.replied:
        item.communicated = item.face_to_face = item.three_steps = 0
        item.answered_class = item.standing_class = ""
        item.truly_resolved = item.planned = item.planned_resolved = item.exempt = item.published = 0
        item.rehandled = item.rehandled_content = 0
    item.exempt = int(item.exempt and not item.published)
    return item


def _back(parts: list[PartFacts], part: PartFacts | None, holds: Holds) -> PartFacts | None:
    """The part, or the one it handles again, or the one before that, of which it `holds`."""
    by_id = {other.id: other for other in parts}
    while part is not None and not holds(part):
        part = by_id.get(part.before)
    return part


def _all(parts: list[PartFacts], holds: Holds) -> int:
    return int(bool(parts) and all(map(holds, parts)))


def _worst_class(classes: Iterable[str]) -> str:
    return ReplyClass.highest(classes)
