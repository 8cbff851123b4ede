"""What a clock that ran ahead put off is due as if it were written now: rows that say until when something holds."""

from datetime import datetime
from typing import Any

from sqlmodel import Session, SQLModel, col, select, update

from storage.messages import CLAIM, MINUTE
from storage.passwords import LOCKED
from storage.sessions import SESSION
from storage.tables.accounts import AccountRow, LinkRow, SessionRow, TokenRow
from storage.tables.engine import JobRow, LeaseRow
from storage.tables.messages import MessageRow


def settle(session: Session, at: datetime) -> None:
    """Let nothing wait for a time that a wrong clock wrote; a second call changes nothing.

    A job is served up to now and no further. Messages wait for nothing but office hours. Leases and locks hold as
    long as new ones would; sessions, links and tokens that were made ahead of now last as long as they were to.
    """
    _shorten(session, JobRow, JobRow.due_at, at)
    _shorten(session, MessageRow, MessageRow.next_try_at, at)
    _shorten(session, MessageRow, MessageRow.claimed_until, at + CLAIM)
    _shorten(session, LeaseRow, LeaseRow.until, at + MINUTE)
    _shorten(session, AccountRow, AccountRow.locked_until, at + LOCKED)
    for table in (SessionRow, LinkRow, TokenRow):
        _move(session, table, at)
    _shorten(session, SessionRow, SessionRow.seen_at, at)
    _shorten(session, SessionRow, SessionRow.expires_at, at + SESSION)


def _move(session: Session, table: Any, at: datetime) -> None:
    """Rows that were made ahead of now are made now, and last as long as they were to."""
    for row in session.exec(select(table).where(table.created_at > at)).all():
        row.created_at, row.expires_at = at, at + (row.expires_at - row.created_at)


def _shorten(session: Session, table: type[SQLModel], column: Any, until: datetime) -> None:
    """Let what a column of the table says end then at the latest."""
    session.exec(update(table).where(col(column) > until).values({column: until}))
