"""Who of the directory is away (离任、停用): today is outside their term, or their account is closed.

Inferred, no text says it: who has no account at all is reached by letter and telephone as before, and is not away.
"""

from datetime import date

from sqlalchemy import ColumnElement, false
from sqlmodel import Session, col, exists, func, or_, select

from storage.tables.accounts import AccountRow
from storage.tables.directory import PersonRow


def in_term(first: date | None, last: date | None, on: date) -> bool:
    """Whether a term, or a mandate, with this first and last day holds on the day; both are of it, None is no bound."""
    return (first is None or first <= on) and (last is None or on <= last)


def outside_term(on: date) -> ColumnElement[bool]:
    """The contrary as a condition on a row of `people`; never NULL, so that its own contrary holds for the others."""
    return func.coalesce(or_(col(PersonRow.term_from) > on, col(PersonRow.term_to) < on), false())


def is_away(on: date) -> ColumnElement[bool]:
    """The condition on a row of `people` that somebody is away on the day; never NULL."""
    account = AccountRow
    closed = exists().where(col(account.person) == col(PersonRow.id), col(account.disabled_at).is_not(None))
    return or_(outside_term(on), closed)


def people_away(session: Session, on: date) -> set[str]:
    """The ids of everybody who is away on the day."""
    return set(session.exec(select(PersonRow.id).where(is_away(on))))
