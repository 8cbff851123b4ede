"""Forms that were begun: kept for the account that typed them, until they are sent or 90 days are over.

No event, search, list, export, access log or seal knows of them; an erasure strikes its words in all of them.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, delete, func, select

from storage.register import Register
from storage.statements import reading, transaction
from storage.striking import MARK
from storage.tables.form_drafts import KEPT_FOR, FormDraftRow

MOST_FORMS = 50
"""Forms of one account; of more the oldest go."""


@dataclass(frozen=True)
class BegunForm:
    """A form that somebody began: its address, what it is about, and what was typed by name of the field."""

    form: str
    title: str
    at: datetime
    typed: Mapping[str, Sequence[str]]


def keep_form(
    register: Register, account: str, form: str, title: str, typed: Mapping[str, Sequence[str]], at: datetime
) -> None:
    """Keep what the account typed into this form, in place of what it typed before."""
    with transaction(register.engine) as cursor:
        session = cursor.session
        row = session.get(FormDraftRow, (account, form))
        values = {key: list(some) for key, some in typed.items()}
        if row is None:
            _make_room(session, account)
            row = FormDraftRow(account=account, form=form, title=title, at=at, until=at + KEPT_FOR, typed=values)
        row.title, row.at, row.until, row.typed = title, at, at + KEPT_FOR, values
        session.add(row)


def begun_form(register: Register, account: str, form: str, at: datetime) -> BegunForm | None:
    """What this account typed into this form; None where it is not kept or its time is over."""
    with reading(register.engine) as cursor:
        row = cursor.session.get(FormDraftRow, (account, form))
        return _begun(row) if row is not None and row.until >= at else None


def begun_forms(register: Register, account: str, at: datetime) -> list[BegunForm]:
    """The account's own, the newest first."""
    own = select(FormDraftRow).where(FormDraftRow.account == account, col(FormDraftRow.until) >= at)
    with reading(register.engine) as cursor:
        return [_begun(row) for row in cursor.session.exec(own.order_by(col(FormDraftRow.at).desc()))]


def drop_form(register: Register, account: str, form: str) -> None:
    """Forget it: it was sent, or is not wanted any more."""
    with transaction(register.engine) as cursor:
        _drop(cursor.session, account, [form])


def drop_forms_over(register: Register, at: datetime) -> None:
    """Forget those whose time is over."""
    with transaction(register.engine) as cursor:
        cursor.session.exec(delete(FormDraftRow).where(col(FormDraftRow.until) < at))


def count_forms(session: Session) -> int:
    return session.exec(select(func.count()).select_from(FormDraftRow)).one()


def strike_forms(session: Session, pattern: re.Pattern[str]) -> None:
    """Strike the words of an erasure in all of them: what is typed about a case need not name it."""
    for row in session.exec(select(FormDraftRow)):
        row.title = pattern.sub(MARK, row.title)
        row.typed = {key: [pattern.sub(MARK, text) for text in some] for key, some in row.typed.items()}
        session.add(row)


def forget_all_forms(session: Session) -> None:
    """In a database that was put back: the words that an erasure struck in them are not kept anywhere."""
    session.exec(delete(FormDraftRow))


# -- inside ------------------------------------------------------------------------------------------------------


def _begun(row: FormDraftRow) -> BegunForm:
    return BegunForm(row.form, row.title, row.at, row.typed)


def _make_room(session: Session, account: str) -> None:
    own = select(FormDraftRow.form).where(FormDraftRow.account == account).order_by(col(FormDraftRow.at).desc())
    _drop(session, account, [*session.exec(own.offset(MOST_FORMS - 1))])


def _drop(session: Session, account: str, forms: Sequence[str]) -> None:
    own = col(FormDraftRow.account) == account
    session.exec(delete(FormDraftRow).where(own, col(FormDraftRow.form).in_(forms)))
