"""After a clock that ran ahead: rows with an end time that it wrote are treated as if they were written now."""

from datetime import datetime
from typing import Any

from sqlmodel import Session, SQLModel, col, select, update

from storage.messages import CLAIM, MINUTE
from storage.passwords import LOCKED
from storage.sessions import SESSION
from storage.tables.accounts import AccountRow, LinkRow, SessionRow, TokenRow
from storage.tables.engine import JobRow, LeaseRow
from storage.tables.form_drafts import KEPT_FOR, FormDraftRow
from storage.tables.import_drafts import LASTS, ImportDraftRow
from storage.tables.messages import MessageRow


def settle(session: Session, at: datetime) -> None:
    """Correct the times that a wrong clock wrote, so that nothing waits for them; a second call changes nothing.

    Jobs count as served up to now. Messages wait for office hours only. Leases and locks end when new ones would, as do
    files that wait for an import and forms that were begun; sessions, links and tokens made ahead of now keep their
    duration, counted from now.
    """
    _shorten(session, JobRow, JobRow.due_at, at)
    _shorten(session, MessageRow, MessageRow.next_try_at, at)
    _shorten(session, MessageRow, MessageRow.claimed_until, at + CLAIM)
    _shorten(session, LeaseRow, LeaseRow.until, at + MINUTE)
    _shorten(session, AccountRow, AccountRow.locked_until, at + LOCKED)
    _shorten(session, ImportDraftRow, ImportDraftRow.until, at + LASTS)
    _shorten(session, FormDraftRow, FormDraftRow.until, at + KEPT_FOR)
    for table in (SessionRow, LinkRow, TokenRow):
        _move(session, table, at)
    _shorten(session, SessionRow, SessionRow.seen_at, at)
    _shorten(session, SessionRow, SessionRow.expires_at, at + SESSION)


def _move(session: Session, table: Any, at: datetime) -> None:
    """Date rows made ahead of now as made now, with the same duration."""
    for row in session.exec(select(table).where(table.created_at > at)).all():
        row.created_at, row.expires_at = at, at + (row.expires_at - row.created_at)


def _shorten(session: Session, table: type[SQLModel], column: Any, until: datetime) -> None:
    """Cap a column of the table at this instant."""
    session.exec(update(table).where(col(column) > until).values({column: until}))
