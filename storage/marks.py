"""Whether a database is live, on the clock's time, or for rehearsals, on the time of the year played in it."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import Engine, inspect

from states.reasons import Label, Refused, Worded
from storage.database import migrate, require_schema
from storage.errors import Explained
from storage.statements import READING, reading, transaction
from storage.tables.engine import RegisterMarkRow
from storage.typed_rows import hold_tables

MARKING = Label("duban migrate --rehearsal")


class Purpose(StrEnum):
    """Entries of a live register are made now; one for rehearsals takes entries of any year."""

    LIVE = "live"
    REHEARSAL = "rehearsal"


class WrongRegister(Explained):
    """What is played goes into a database made for it, and what is real does not."""


def kind_of(engine: Engine) -> Purpose:
    """How the database is marked; one without a mark is live."""
    with reading(engine) as cursor:
        row = cursor.session.get(RegisterMarkRow, 1)
    return Purpose(row.kind) if row else Purpose.LIVE


def for_rehearsal(engine: Engine, at: datetime, by: str) -> None:
    """Set up and mark an empty database; an existing one must be marked already. Raises WrongRegister."""
    if _is_empty(engine):
        migrate(engine)
        mark(engine, at, by)
        return
    require_schema(engine)
    if kind_of(engine) != Purpose.REHEARSAL:
        raise WrongRegister(Refused("register_is_live", address=public_url(engine), command=MARKING))


def require(engine: Engine, kind: Purpose, what: Worded) -> None:
    """Refuse `what` in a database of the other kind, before anything is written. Raises WrongRegister."""
    if kind_of(engine) == kind:
        return
    address = public_url(engine)
    if kind == Purpose.REHEARSAL:
        function = Label("storage.marks.for_rehearsal")
        raise WrongRegister(
            Refused("played_into_live", address=address, what=what, function=function, command=MARKING)
        )
    raise WrongRegister(Refused("entered_into_rehearsal", address=address, what=what))


def public_url(engine: Engine) -> Label:
    """The database as it is named to people, without a password."""
    return Label(engine.url.render_as_string(hide_password=True))


def mark(engine: Engine, at: datetime, by: str) -> None:
    """Mark the database for rehearsals, permanently; a second call changes nothing."""
    with transaction(engine) as cursor:
        hold_tables(cursor.session, "EXCLUSIVE", RegisterMarkRow)
        if cursor.session.get(RegisterMarkRow, 1) is None:
            row = RegisterMarkRow(id=1, kind=Purpose.REHEARSAL.value, marked_at=at, marked_by=by)
            cursor.session.add(row)


def _is_empty(engine: Engine) -> bool:
    with engine.connect().execution_options(**{READING: True}) as connection:
        return not inspect(connection).get_table_names()
