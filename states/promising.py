"""When the promises of a reply (承诺事项) begin, and how they end with a suggestion that is withdrawn."""

from datetime import date

from states import deadlines
from states.cases import Assignment, Commitment
from states.vocabulary import C
from states.work import Work


def begin_promises(work: Work, part: Assignment) -> None:
    """Enter the promises of the part's reply in the ledger, from the day on which that reply was delivered.

    A part of 分办 binds its own unit and does not wait for other replies. A second call changes nothing.
    """
    if part.delivered_on is None or any(row.assignment_id == part.id for row in work.dossier.commitments.values()):
        return
    for promise in part.promises:
        _begin(work, part, part.delivered_on, promise["text"], date.fromisoformat(promise["due_on"]))


def _begin(work: Work, part: Assignment, promised_on: date, text: str, due_on: date) -> None:
    row = Commitment(
        id=f"{work.case.id}/c{len(work.dossier.commitments) + 1}",
        case_id=work.case.id,
        assignment_id=part.id,
        text=text,
        state=C.PROMISED.value,
        promised_on=promised_on,
        due_on=due_on,
        since=promised_on,
    )
    work.add("commitments", row.id, row)
    data = {"due_on": due_on.isoformat(), "assignment": part.id}
    deadlines.follow(work, work.record("commitment", row.id, "promised", data=data, on=promised_on))


def tell_kept(work: Work, promise: str) -> None:
    """After the last promise of a unit was verified it answers the deputies again, whatever other units still owe.

    山东 18, 浙江 20: the unit answers again when what it promised is done.
    """
    part = work.dossier.assignments[work.dossier.commitments[promise].assignment_id]
    own = {other.id for other in work.dossier.assignments.values() if other.unit == part.unit}
    promised = [row for row in work.dossier.commitments.values() if row.assignment_id in own]
    if all(row.state == C.VERIFIED for row in promised):
        work.record("assignment", part.id, "fulfilled")


def lapse_promises(work: Work) -> None:
    """End the promises to a deputy who withdraws the suggestion."""
    for row in list(work.dossier.commitments.values()):
        if row.state not in (C.VERIFIED, C.CANCELLED_EXPLAINED):
            work.edit("commitments", row.id, state=C.CANCELLED_EXPLAINED.value, since=work.on)
            deadlines.follow(work, work.record("commitment", row.id, "lapsed"))
