"""Who of the directory is away (离任、停用): their term has ended, or their account is closed.

Inferred, no text says it: who has no account at all is reached by letter and telephone as before, and is not away.
"""

from datetime import date

from sqlalchemy import ColumnElement, false
from sqlmodel import Session, col, exists, func, or_, select

from storage.tables.accounts import AccountRow
from storage.tables.directory import PersonRow


def is_over(last: date | None, on: date) -> bool:
    """Whether a term with this last day, which is still of it, has ended on the day."""
    return last is not None and last < on


def term_over(on: date) -> ColumnElement[bool]:
    """The same as a condition on a row of `people`; never NULL, so that its contrary holds for everybody else."""
    return func.coalesce(col(PersonRow.term_to) < on, false())


def is_away(on: date) -> ColumnElement[bool]:
    """The condition on a row of `people` that somebody is away on the day; never NULL."""
    account = AccountRow
    closed = exists().where(col(account.person) == col(PersonRow.id), col(account.disabled_at).is_not(None))
    return or_(term_over(on), closed)


def people_away(session: Session, on: date) -> set[str]:
    """The ids of everybody who is away on the day."""
    return set(session.exec(select(PersonRow.id).where(is_away(on))))
