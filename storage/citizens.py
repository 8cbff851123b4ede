"""Who sent an opinion: name, phone and tracking code, stored apart from the events so that they can be erased.

None of it is ever in an event, a notice or a log.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import select

from storage.batch import Outcome
from storage.credentials import token_digest
from storage.directory import CODE_LENGTH, CODE_LETTERS, new_code
from storage.register import Also, Register
from storage.statements import Cursor, reading, transaction
from storage.tables.places import CitizenRow
from storage.typed_rows import hold


@dataclass(frozen=True)
class Citizen:
    """How to reach a citizen; both may be empty. `tracking` is the code itself, which is not stored."""

    name: str = ""
    phone: str = ""
    tracking: str = ""


def beside(register: Register, citizens: Mapping[str, Citizen]) -> Also:
    """A writer (`also`) that stores the citizens of these cases with their opinions; existing ones stay."""

    def write(cursor: Cursor, outcomes: Sequence[Outcome]) -> None:
        cases = {
            outcome.action.case for outcome in outcomes if outcome.done and outcome.action.name == "record"
        }
        rows = [
            {
                "case_id": case_id, "name": who.name, "phone": who.phone,
                "tracking": token_digest(who.tracking) if who.tracking else None, "forgotten_at": None,
            }
            for case_id, who in citizens.items()
            if case_id in cases and who != Citizen()
        ]  # fmt: skip
        register.layout.citizens.insert_new(cursor, rows)

    return write


def citizen_of(register: Register, case_id: str) -> Citizen | None:
    """Name and phone of an opinion's author; None when not given or erased."""
    with reading(register.engine) as cursor:
        row = cursor.session.get(CitizenRow, case_id)
    return Citizen(row.name, row.phone) if row and (row.name or row.phone) else None


def case_by_tracking(register: Register, code: str) -> str | None:
    """The opinion that a tracking code leads to."""
    followed = select(CitizenRow.case_id).where(CitizenRow.tracking == token_digest(code.strip().lower()))
    with reading(register.engine) as cursor:
        return cursor.session.exec(followed).first()


def track_anew(register: Register, case_id: str) -> str:
    """A new tracking code for an opinion, returned only here; earlier ones no longer work."""
    code = new_code()
    with transaction(register.engine) as cursor:
        hold(cursor.session, f"citizens/{case_id}")
        row = cursor.session.get(CitizenRow, case_id) or CitizenRow(
            case_id=case_id, name="", phone="", tracking=None, forgotten_at=None
        )
        row.tracking = token_digest(code)
        cursor.session.add(row)
    return code


def blank_citizen(row: CitizenRow, at: datetime) -> None:
    """Take the name and the telephone out of the row; its entry gets another salt."""
    row.name, row.phone, row.forgotten_at = "", "", at


def tracking_of(key: str) -> str:
    """The tracking code of a form's key: the same for a repeated submission, and not derivable from what is stored."""
    number = int(token_digest(f"tracking {key}"), 16)
    letters = []
    for _ in range(CODE_LENGTH):
        number, letter = divmod(number, len(CODE_LETTERS))
        letters.append(CODE_LETTERS[letter])
    return "".join(letters)
