"""三先三后: speak before handling (G1), research before answering (G2), consult before signing (G3)."""

from states.cases import Communication
from states.reasons import Given, Id, Refused, ids, named, sent_id
from states.roles import OFFICE_ROLES
from states.vocabulary import A, ConsultStanding, ContactStanding, PartRole
from states.work import Work


def about_a_deputy(work: Work) -> Refused | None:
    deputy = work.given("deputy") or work.case.lead
    party = work.dossier.parties.get(str(deputy))
    if party is None or party.dropped_on is not None:
        return Refused("no_deputy_here", deputy=sent_id(deputy))
    return None


def contact_in_question(work: Work) -> Refused | None:
    row = work.dossier.communications.get(str(work.given("communication")))
    if row is None or row.assignment_id != work.part.id:
        recorded = [
            contact.id
            for contact in work.dossier.communications.values()
            if contact.assignment_id == work.part.id
        ]
        return Refused("contact_not_found", given=Given(work.given("communication")), known=ids(recorded))
    if row.standing != ContactStanding.OPEN:
        return Refused("contact_decided", contact=Id(row.id), standing=named(ContactStanding, row.standing))
    if row.deputy != work.deputy:
        return Refused("contact_with_another", contact=Id(row.id), deputy=Id(row.deputy))
    return None


def spoke_with_deputy(work: Work) -> Refused | None:
    """G1 先沟通后办理: a contact confirmed, or undenied for the rulebook's days; else documented attempts."""
    if contact_stands(work) or attempts_suffice(work):
        return None
    if any(row.standing != ContactStanding.DENIED for row in contacts(work)):
        return Refused("contact_unconfirmed", days=_days_to_deny(work))
    return Refused("no_contact", attempts=work.part.attempts, needed=_attempts_needed(work))


def contacts(work: Work) -> list[Communication]:
    rows = work.dossier.communications.values()
    return [row for row in rows if row.assignment_id == work.part.id]


def contact_stands(work: Work) -> bool:
    """Whether a contact before today was confirmed, or its denial period, counted from its entry, has ended."""
    days = _days_to_deny(work)
    for row in contacts(work):
        if row.standing == ContactStanding.DENIED or work.before(row.happened_on):
            continue
        if row.standing == ContactStanding.CONFIRMED or not days or work.workdays.add(row.recorded_on, days) < work.on:
            return True
    return False


def attempts_suffice(work: Work) -> bool:
    last = work.part.attempted_on
    return work.part.attempts >= _attempts_needed(work) and last is not None and last <= work.on


def _days_to_deny(work: Work) -> int:
    return (work.rulebook.gates.confirm_within if work.rulebook.gates else None) or 0


def _attempts_needed(work: Work) -> int:
    return (work.rulebook.gates.attempts if work.rulebook.gates else None) or 2


def not_started(work: Work) -> Refused | None:
    return Refused("handling_started", day=work.part.handling_on) if work.part.handling_on else None


def handling_started(work: Work) -> Refused | None:
    return None if work.part.handling_on else Refused("handling_not_started")


def researched(work: Work) -> Refused | None:
    """G2 先调研后答复: a research record; for key items one with the deputy invited."""
    if work.part.researched_on is None:
        return Refused("no_research")
    if work.case.is_key and not work.part.deputy_invited:
        return Refused("research_without_deputy")
    return None


def co_opinions_in(work: Work) -> Refused | None:
    if work.part.role != PartRole.LEAD:
        return None
    missing = [
        row.unit for row in work.co_parts() if row.state != A.OPINION_ACCEPTED and row.waived_on is None
    ]
    return Refused("opinions_outstanding", units=ids(missing)) if missing else None


def co_opinion_overdue(work: Work) -> Refused | None:
    """The lead may do without a co-unit's opinion only after its last day; the co-unit is marked."""
    if work.part.state == A.OPINION_ACCEPTED:
        return Refused("opinion_accepted")
    row = work.deadline("assignment", work.part.id, "co_opinion_by")
    if row is not None and row.open and work.on <= row.last_day:
        return Refused("opinion_not_due", last_day=row.last_day)
    return None


def not_being_consulted(work: Work) -> Refused | None:
    return Refused("draft_with_deputy") if work.part.consult == ConsultStanding.OPEN else None


def being_consulted(work: Work) -> Refused | None:
    return None if work.part.consult == ConsultStanding.OPEN else Refused("no_draft_with_deputy")


def heard_deputy(work: Work) -> Refused | None:
    """A draft with an objection is redrafted before it is sent again."""
    return Refused("deputy_objected") if work.part.consult == ConsultStanding.OBJECTED else None


def since_sending(work: Work) -> Refused | None:
    if work.before(work.part.since):
        return Refused("before_draft_sent", day=work.on, since=work.part.since)
    return None


def consult_window_over(work: Work) -> Refused | None:
    """G3: it lapses after the window and the reminders, and is recorded as lapsed, never as agreed.

    Where the rulebook gives no window, the office decides with a written reason.
    """
    row = work.deadline("assignment", work.part.id, "consult_by")
    if row is not None and work.on <= row.last_day:
        return Refused("deputy_may_answer", last_day=row.last_day)
    needed = (work.rulebook.gates.consult_reminders if work.rulebook.gates else None) or 1
    if work.part.consult_reminders < needed:
        return Refused("too_few_reminders", sent=work.part.consult_reminders, needed=needed)
    if row is None and (work.role not in OFFICE_ROLES or not work.given("reason")):
        return Refused("no_window")
    return None
