"""Whether a database is live, on the clock's time, or for rehearsals, on the time of the year played in it."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import Engine, inspect

from storage.database import migrate, require_schema
from storage.errors import StorageError
from storage.statements import READING, reading, transaction
from storage.tables.engine import RegisterMarkRow
from storage.typed_rows import hold_tables


class Purpose(StrEnum):
    """Entries of a live register are made now; one for rehearsals takes entries of any year."""

    LIVE = "live"
    REHEARSAL = "rehearsal"


class WrongRegister(StorageError):
    """Rehearsals need a database marked for them, and real entries a live one; the message says what would work."""


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
        raise WrongRegister(
            f"{engine.url.render_as_string(hide_password=True)} is a live register, in which nothing is played: name a "
            "database that is not there yet; one that holds nothing real is marked by `duban migrate --rehearsal`"
        )


def require(engine: Engine, kind: Purpose, what: str) -> None:
    """Refuse `what` in a database of the other kind, before anything is written. Raises WrongRegister."""
    if kind_of(engine) == kind:
        return
    address = engine.url.render_as_string(hide_password=True)
    if kind == Purpose.REHEARSAL:
        raise WrongRegister(
            f"{address} is a live register: {what} goes into a database marked for it when it is made "
            "(storage.marks.for_rehearsal, duban migrate --rehearsal)"
        )
    raise WrongRegister(f"{address} is marked for rehearsals, for ever: {what} goes into a live register")


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
