"""Effects of the steps of one unit's part on the rows."""

from datetime import date

from states import deadlines, gates
from states.assignment_guards import answers_deputy, reply_recipients
from states.cases import Communication
from states.promising import begin_promises
from states.roles import SIGNER_RANKS
from states.vocabulary import (
    ConsultStanding,
    ContactStanding,
    CoordinationStanding,
    ExtensionStanding,
    LimitKey,
)
from states.work import Work


def receipt(work: Work) -> None:
    work.edit_part(receipted_on=work.on)


def ask_return(work: Work) -> None:
    work.edit_part(return_requested_by=work.action.by, proposed_unit=str(work.given("proposed_unit")))


def grant_return(work: Work) -> None:
    """End the unit's own limits; the legal limit of an answering part goes on, owed by the office meanwhile."""
    work.edit_case(returns=work.case.returns + 1)
    event = work.events[-1]
    for place, row in list(work.dossier.deadlines.items()):
        if row.subject_id != work.part_id or not row.open or row.key == LimitKey.RETURN_DECIDE_BY:
            continue
        if answers_deputy(work) and deadlines.is_answering(work, row.key):
            work.edit("deadlines", place, owed_by=f"registrar:{work.case.region}")
        else:
            deadlines.end(work, event, place, met=False)


def communicate(work: Work) -> None:
    number = len(work.dossier.communications) + 1
    row = Communication(
        id=f"{work.case.id}/k{number}",
        case_id=work.case.id,
        assignment_id=work.part.id,
        round=work.part.round,
        deputy=str(work.given("deputy") or work.case.lead),
        kind=str(work.given("kind")),
        stage=str(work.given("stage") or ("before" if work.part.handling_on is None else "during")),
        face_to_face=bool(work.given("face_to_face")),
        happened_on=work.on,
        recorded_on=work.entered_on,
    )
    work.add("communications", row.id, row)
    work.events[-1].data["communication"] = row.id
    work.edit_part(contacts=work.part.contacts + 1)


def attempt(work: Work) -> None:
    last = max(work.part.attempted_on or work.on, work.on)
    work.edit_part(attempts=work.part.attempts + 1, attempted_on=last)


def confirm_contact(work: Work) -> None:
    work.edit("communications", str(work.given("communication")), standing=ContactStanding.CONFIRMED.value)


def deny_contact(work: Work) -> None:
    """A denied contact meets no limit: the next contact counts, or the limit runs on."""
    work.edit("communications", str(work.given("communication")), standing=ContactStanding.DENIED.value)
    work.edit_part(contacts=work.part.contacts - 1)
    others = [row.happened_on for row in gates.contacts(work) if row.standing != ContactStanding.DENIED]
    deadlines.correct_met_day(work, work.events[-1], "assignment.communicated", min(others, default=None))


def start_handling(work: Work) -> None:
    gate = "met" if gates.contact_stands(work) else "lapsed"
    work.edit_part(handling_on=work.on, contact_gate=gate)
    work.events[-1].data["contact_gate"] = gate


def research(work: Work) -> None:
    invited = work.part.deputy_invited or bool(work.given("deputy_invited"))
    work.edit_part(researched_on=work.part.researched_on or work.on, deputy_invited=invited)


def draft(work: Work) -> None:
    promises = [
        {"text": str(promise["text"]), "due_on": str(promise["due_on"])}
        for promise in work.given("commitments") or []
    ]
    work.edit_part(
        reply_class=str(work.given("class")),
        points_answered=int(work.data["points_answered"]),
        promises=promises,
        consult="",
    )


def send_draft(work: Work) -> None:
    work.edit_part(consult=ConsultStanding.OPEN.value, consult_reminders=0)


def remind_consult(work: Work) -> None:
    work.edit_part(consult_reminders=work.part.consult_reminders + 1)


def object_consult(work: Work) -> None:
    work.edit_part(consult=ConsultStanding.OBJECTED.value, objections=work.part.objections + 1)


def agree_consult(work: Work) -> None:
    work.edit_part(consult=ConsultStanding.AGREED.value)


def lapse_consult(work: Work) -> None:
    work.edit_part(consult=ConsultStanding.LAPSED.value)


def sign(work: Work) -> None:
    work.edit_part(
        signed_on=work.on, signed_rank=SIGNER_RANKS[work.role], publicity=str(work.given("publicity"))
    )


def serve(work: Work) -> None:
    served = dict(work.part.served)
    for deputy in work.names("recipients") or reply_recipients(work):
        served.setdefault(deputy, work.on.isoformat())
    work.edit_part(served=served)


def deliver_reply(work: Work) -> None:
    """The reply counts as delivered on the day its last recipient was served, in whatever order it is entered."""
    serve(work)
    last = date.fromisoformat(max(work.part.served.values()))
    work.edit_part(delivered_on=last)
    if last > work.on:
        work.events[-1].name = "assignment.served"
        deadlines.follow(work, work.record("assignment", work.part.id, "delivered", on=last))
    if work.part.extension == ExtensionStanding.REQUESTED:
        deadlines.void_started_by(work, work.events[-1], "assignment.extension_requested", work.part.id)
    begin_promises(work, work.part)


def send_opinion(work: Work) -> None:
    work.edit_part(opinion_sent_on=work.on)


def waive_opinion(work: Work) -> None:
    work.edit_part(waived_on=work.on)


def ask_extension(work: Work) -> None:
    work.edit_part(extension=ExtensionStanding.REQUESTED.value)


def grant_extension(work: Work) -> None:
    rule = work.rulebook.extension
    row = work.deadline("assignment", work.part.id, "reply_by")
    assert rule is not None  # extension_open_to saw both
    assert row is not None
    deadlines.extend(work, work.events[-1], row, rule)
    work.edit_part(extension=ExtensionStanding.GRANTED.value, extended=work.part.extended + 1)


def refuse_extension(work: Work) -> None:
    work.edit_part(extension="REFUSED")


def open_coordination(work: Work) -> None:
    work.edit_part(coordination=CoordinationStanding.OPEN.value)


def settle_coordination(work: Work) -> None:
    work.edit_part(coordination=CoordinationStanding.SETTLED.value)


def explain_delay(work: Work) -> None:
    deadlines.mark_open(work, work.part.id, explained_on=work.on)


def rectify(work: Work) -> None:
    deadlines.mark_open(work, work.part.id, rectified_on=work.on)


def end_limits(work: Work) -> None:
    deadlines.void_all(work, work.events[-1], work.part_id)
