"""Immediate notices about accounts: to the holder, and to the audit administrators."""

from datetime import datetime

from storage.composing import Draft, write_drafts
from storage.register import Register
from storage.statements import Cursor
from storage.tables.accounts import AccountRow
from storage.tables.directory import PersonRow

AUDIT = "duty:audit"
"""The inbox that all audit administrators share."""

_NOT_YOU = "If it was not you, tell the audit administrator at once."


def tell_holder(
    register: Register, cursor: Cursor, account: str, subject: str, body: str, at: datetime
) -> None:
    """Notify the holder of an account: in the inbox, and by mail where the directory has an address."""
    holder = cursor.session.get(AccountRow, account)
    person = cursor.session.get(PersonRow, holder.person) if holder and holder.person else None
    who = f"person:{holder.person}" if holder and holder.person else f"account:{account}"
    drafts = [_draft("inbox", who, "", subject, body, at)]
    if person and person.email:
        drafts.append(_draft("mail", who, person.email, subject, body, at))
    write_drafts(register, cursor, drafts, at, items=False)


def tell_audit(register: Register, cursor: Cursor, words: str, english: str, at: datetime) -> None:
    """Notify the audit administrators, who learn of every act on a duty as it happens."""
    draft = _draft("inbox", AUDIT, "", f"【三员】{words}", f"{words}。\n{english}.", at)
    write_drafts(register, cursor, [draft], at, items=False)


def _draft(channel: str, who: str, address: str, subject: str, body: str, at: datetime) -> Draft:
    return Draft(channel, who, address, "", subject, body, (at.isoformat(),), urgent=True)
