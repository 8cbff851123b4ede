"""The ledger of promises (承诺事项台账): what units promised, by when, and its state."""

from dataclasses import dataclass
from datetime import date

from sqlmodel import col, func, select

from states.vocabulary import C
from storage.register import Register
from storage.statements import reading
from storage.tables.cases import AssignmentRow, CaseRow
from storage.tables.directory import UnitRow
from storage.tables.judging import CommitmentRow


@dataclass(frozen=True)
class Promise:
    """A line of the ledger. `late` is whether it is unkept after its day."""

    case_id: str
    number: str
    title: str
    region: str
    commitment: str
    text: str
    unit: str
    unit_name: str
    state: str
    promised_on: date
    due_on: date
    rescheduled: int
    late: bool


def unkept(register: Register, on: date, since: date, region: str = "") -> list[Promise]:
    """The promises made on or after `since` that are neither verified nor explained, the longest due first.

    `late` is as of the end of `on`. `region` empty: of every region.
    """
    case, promise, part, unit = CaseRow, CommitmentRow, AssignmentRow, UnitRow
    open_ = col(promise.state).not_in((C.VERIFIED, C.CANCELLED_EXPLAINED))
    made = (
        select(case, promise, part.unit, func.coalesce(unit.name, part.unit))
        .join(promise, col(promise.case_id) == case.id)
        .join(part, col(part.id) == promise.assignment_id)
        .outerjoin(unit, col(unit.id) == part.unit)
        .where(open_, promise.promised_on >= since)
        .order_by(col(promise.due_on), promise.id)
    )
    if region:
        made = made.where(case.region == region)
    with reading(register.engine) as cursor:
        return [
            Promise(
                of.id, of.number, of.title, of.region, commitment.id,
                commitment.text, by, name, commitment.state, commitment.promised_on,
                commitment.due_on, commitment.rescheduled, commitment.due_on < on,
            )
            for of, commitment, by, name in cursor.session.exec(made)
        ]  # fmt: skip
