"""三先三后: speak before handling (G1), research before answering (G2), consult before signing (G3)."""

from states.cases import Communication
from states.parts import A
from states.roles import OFFICE_ROLES
from states.vocabulary import ContactKind, PartRole
from states.work import Work


def known_kind(work: Work) -> str | None:
    if work.given("kind") in ContactKind.values():
        return None
    words = " ".join(kind.zh for kind in ContactKind)
    return f"data.kind is {work.given('kind')!r}; one of {', '.join(ContactKind)} ({words})"


def about_a_deputy(work: Work) -> str | None:
    deputy = str(work.given("deputy") or work.case.lead)
    party = work.dossier.parties.get(deputy)
    if party is None or party.dropped_on is not None:
        return f"{deputy} is no deputy of this suggestion"
    return None


def contact_in_question(work: Work) -> str | None:
    row = work.dossier.communications.get(str(work.given("communication")))
    if row is None or row.assignment_id != work.part.id:
        known = [one.id for one in work.dossier.communications.values() if one.assignment_id == work.part.id]
        return f"data.communication: {work.given('communication')!r} not found; on record: {', '.join(known) or '-'}"
    if row.standing != "OPEN":
        return f"{row.id} is already {row.standing}"
    if row.deputy != work.deputy:
        return f"{row.id} was a contact with {row.deputy}"
    return None


def spoke_with_deputy(work: Work) -> str | None:
    """G1 先沟通后办理: a contact confirmed, or undenied for the rulebook's days; else documented attempts."""
    if contact_stands(work) or attempts_suffice(work):
        return None
    if any(row.standing != "DENIED" for row in contacts(work)):
        return f"the deputy has not confirmed the contact and has {_days_to_deny(work)} working days to deny it (G1)"
    return (
        f"no contact with the deputy is on record (G1); "
        f"{work.part.attempts} of {_attempts_needed(work)} failed attempts documented"
    )


def contacts(work: Work) -> list[Communication]:
    rows = work.dossier.communications.values()
    return [row for row in rows if row.assignment_id == work.part.id]


def contact_stands(work: Work) -> bool:
    """Whether a contact before today was confirmed, or its days for a denial, counted from its entry, are over."""
    days = _days_to_deny(work)
    for row in contacts(work):
        if row.standing == "DENIED" or work.before(row.happened_on):
            continue
        if row.standing == "CONFIRMED" or not days or work.workdays.add(row.recorded_on, days) < work.on:
            return True
    return False


def attempts_suffice(work: Work) -> bool:
    last = work.part.attempted_on
    return work.part.attempts >= _attempts_needed(work) and last is not None and last <= work.on


def _days_to_deny(work: Work) -> int:
    return (work.rulebook.gates.confirm_within if work.rulebook.gates else None) or 0


def _attempts_needed(work: Work) -> int:
    return (work.rulebook.gates.attempts if work.rulebook.gates else None) or 2


def not_started(work: Work) -> str | None:
    return f"handling started on {work.part.handling_on}" if work.part.handling_on else None


def handling_started(work: Work) -> str | None:
    return None if work.part.handling_on else "handling has not started: start_handling first"


def researched(work: Work) -> str | None:
    """G2 先调研后答复: a research record; for key items one with the deputy invited."""
    if work.part.researched_on is None:
        return "no research is on record (G2)"
    if work.case.key_level != "NONE" and not work.part.deputy_invited:
        return "a key item needs research to which the deputy was invited (G2)"
    return None


def co_opinions_in(work: Work) -> str | None:
    if work.part.role != PartRole.LEAD:
        return None
    missing = [
        row.unit for row in work.co_parts() if row.state != A.OPINION_ACCEPTED and row.waived_on is None
    ]
    return f"opinions of {', '.join(missing)} are neither accepted nor waived (G2)" if missing else None


def co_opinion_overdue(work: Work) -> str | None:
    """The lead may do without a co-unit's opinion only after its last day; the co-unit is marked."""
    if work.part.state == A.OPINION_ACCEPTED:
        return "the opinion is already accepted"
    row = work.deadline("assignment", work.part.id, "co_opinion_by")
    if row is not None and row.open and work.on <= row.last_day:
        return f"the co-unit may send its opinion until {row.last_day}"
    return None


def not_being_consulted(work: Work) -> str | None:
    return "the draft lies with the deputy; wait for the answer" if work.part.consult == "OPEN" else None


def being_consulted(work: Work) -> str | None:
    return None if work.part.consult == "OPEN" else "no draft lies with the deputy"


def heard_deputy(work: Work) -> str | None:
    """A draft that was objected to is drafted again before it goes out again."""
    return "the deputy objected to this draft: draft again first" if work.part.consult == "OBJECTED" else None


def since_sending(work: Work) -> str | None:
    if work.before(work.part.since):
        return f"{work.on} lies before {work.part.since}, when the draft was sent"
    return None


def consult_window_over(work: Work) -> str | None:
    """G3: lapsed after the window and the reminders, recorded as lapsed, never as agreed.

    Where the rulebook gives no window, the office decides with a written reason.
    """
    row = work.deadline("assignment", work.part.id, "consult_by")
    if row is not None and work.on <= row.last_day:
        return f"the deputy may answer until {row.last_day}"
    needed = (work.rulebook.gates.consult_reminders if work.rulebook.gates else None) or 1
    if work.part.consult_reminders < needed:
        return f"{work.part.consult_reminders} of {needed} reminders were sent"
    if row is None and (work.role not in OFFICE_ROLES or not work.given("reason")):
        return "this rulebook gives no window that lapses by itself: the office decides, with data.reason"
    return None
