"""Who of the directory is away (离任、停用): their term has ended, or their account is closed.

Inferred, no text says it: who has no account at all is reached by letter and telephone as before, and is not away.
"""

from datetime import date

from sqlalchemy import ColumnElement, false
from sqlmodel import Session, col, exists, func, or_, select

from storage.tables.accounts import AccountRow
from storage.tables.directory import PersonRow


def is_away(on: date) -> ColumnElement[bool]:
    """The condition on a row of `people` that somebody is away on the day; the last day of a term is still of it.

    Never NULL, so that its contrary holds for everybody else.
    """
    person, account = PersonRow, AccountRow
    closed = exists().where(col(account.person) == col(person.id), col(account.disabled_at).is_not(None))
    ended = func.coalesce(col(person.term_to) < on, false())
    return or_(ended, closed)


def people_away(session: Session, on: date) -> set[str]:
    """The ids of everybody who is away on the day."""
    return set(session.exec(select(PersonRow.id).where(is_away(on))))
