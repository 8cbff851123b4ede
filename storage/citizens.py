"""Who said an opinion: a name, a phone and the code to follow it, apart from the events so that they can be forgotten.

Nothing of it is ever in an event, a notice or a log.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from storage.accounts import digest
from storage.batch import Outcome
from storage.directory import CODE_LENGTH, CODE_LETTERS, new_code
from storage.register import Also, Register
from storage.statements import Cursor, reading, transaction


@dataclass(frozen=True)
class Citizen:
    """How to reach a citizen; both may be empty. `tracking` is the code itself, which is not kept."""

    name: str = ""
    phone: str = ""
    tracking: str = ""


def beside(register: Register, citizens: Mapping[str, Citizen]) -> Also:
    """What keeps the citizens of these cases in the transaction that records their opinions; known ones stay."""

    def write(cursor: Cursor, outcomes: Sequence[Outcome]) -> None:
        cases = {one.action.case for one in outcomes if one.done and one.action.name == "record"}
        rows = [
            {
                "case_id": case_id, "name": who.name, "phone": who.phone,
                "tracking": digest(who.tracking) if who.tracking else None, "forgotten_at": None,
            }
            for case_id, who in citizens.items()
            if case_id in cases and who != Citizen()
        ]  # fmt: skip
        register.layout.citizens.insert_new(cursor, rows)

    return write


def citizen_of(register: Register, case_id: str) -> Citizen | None:
    """Name and phone behind an opinion; None when none was given or it was forgotten."""
    mark = register.layout.sql.mark
    with reading(register.engine) as cursor:
        rows = cursor.rows(f"SELECT name, phone FROM citizens WHERE case_id = {mark}", [case_id])
    return Citizen(*rows[0]) if rows and any(rows[0]) else None


def case_by_tracking(register: Register, code: str) -> str | None:
    """The opinion that a tracking code leads to."""
    mark = register.layout.sql.mark
    with reading(register.engine) as cursor:
        rows = cursor.rows(
            f"SELECT case_id FROM citizens WHERE tracking = {mark}", [digest(code.strip().lower())]
        )
    return rows[0][0] if rows else None


def track_anew(register: Register, case_id: str) -> str:
    """A new tracking code for an opinion, told once; an earlier one leads nowhere from now on."""
    code, mark = new_code(), register.layout.sql.mark
    row = {"case_id": case_id, "name": "", "phone": "", "tracking": None, "forgotten_at": None}
    with transaction(register.engine) as cursor:
        register.layout.citizens.insert_new(cursor, [row])
        cursor.run(f"UPDATE citizens SET tracking = {mark} WHERE case_id = {mark}", [digest(code), case_id])
    return code


def forget(register: Register, case_id: str, at: datetime) -> bool:
    """Delete name and phone, for good; the opinion and its tracking code stay. False when there were none."""
    sql = register.layout.sql
    with transaction(register.engine) as cursor:
        done = cursor.run(
            f"UPDATE citizens SET name = '', phone = '', forgotten_at = {sql.mark} "
            f"WHERE case_id = {sql.mark} AND (name <> '' OR phone <> '')",
            [sql.instant(at), case_id],
        )
    return done == 1


def tracking_of(key: str) -> str:
    """The tracking code of a form's key: the same for the same sending, and not to be had from what is stored."""
    number = int(digest(f"tracking {key}"), 16)
    letters = []
    for _ in range(CODE_LENGTH):
        number, letter = divmod(number, len(CODE_LETTERS))
        letters.append(CODE_LETTERS[letter])
    return "".join(letters)
