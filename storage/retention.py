"""Whose data have been kept long enough: proposed for erasure, which a person then confirms."""

from datetime import date, datetime

from sqlmodel import col, select

from states.texts import unseen
from states.vocabulary import ErasureGround
from storage.erasing import LEAST, LONGEST, Wish, ask_erasure
from storage.register import Register
from storage.statements import reading
from storage.tables.cases import CaseRow
from storage.tables.erasures import ErasureRow
from storage.tables.places import CitizenRow

PROPOSER = "duban"
"""Who asks for these erasures, as it does in the acts by rule."""


def propose_erasures(
    register: Register, ended_by: date, at: datetime, by: str = PROPOSER, console: str = ""
) -> list[str]:
    """Ask for the erasure of who sent opinions that were over by this day, inclusive; returns the cases.

    A second call, or one after a refusal, asks for nothing more. `by` and `console` as in `ask_erasure`.
    """
    wishes = _kept_too_long(register, ended_by)
    for wish in wishes:
        ask_erasure(register, wish, by, at, console)
    return [wish.case_id for wish in wishes]


def _kept_too_long(register: Register, ended_by: date) -> list[Wish]:
    """Without those for whom an erasure waits, or was proposed and refused."""
    citizen, case, erasure = CitizenRow, CaseRow, ErasureRow
    given = (citizen.name != "") | (citizen.phone != "")
    proposed = (erasure.outcome == "") | (erasure.ground == ErasureGround.RETENTION.value)
    already = select(erasure.id).where(erasure.case_id == citizen.case_id, proposed).exists()
    over = select(citizen).join(case, col(case.id) == citizen.case_id).where(col(case.ended_on) <= ended_by, given)
    with reading(register.engine) as cursor:
        rows = cursor.session.exec(over.where(~already).order_by(citizen.case_id)).all()
    return [
        Wish(
            row.case_id,
            [word for word in (row.name, row.phone) if LEAST <= len(word) <= LONGEST and not unseen(word)],
            ground=ErasureGround.RETENTION,
        )
        for row in rows
    ]
