"""Notices about accounts: to whoever holds one, and to the audit administrators at once."""

from datetime import datetime

from storage.composing import Draft, write_drafts
from storage.recipients import People
from storage.register import Register
from storage.statements import Cursor

AUDIT = "duty:audit"
"""The inbox that all audit administrators share."""

_NOT_YOU = "If it was not you, tell the audit administrator at once."


def tell_holder(
    register: Register, cursor: Cursor, account: str, subject: str, body: str, at: datetime
) -> None:
    """A notice to whoever holds the account: in the inbox, and by mail where the directory knows an address."""
    rows = cursor.rows(f"SELECT person FROM accounts WHERE name = {register.layout.sql.mark}", [account])
    person = rows[0][0] if rows else ""
    who = f"person:{person}" if person else f"account:{account}"
    drafts = [_draft("inbox", who, "", subject, body, at)]
    known = People(cursor) if person else None
    email = known.reach(who)[1] if known and person in known.people else ""
    if email:
        drafts.append(_draft("mail", who, email, subject, body, at))
    write_drafts(register, cursor, drafts, at, items=False)


def tell_audit(register: Register, cursor: Cursor, words: str, english: str, at: datetime) -> None:
    """A notice to the audit administrators, who read of every act on a duty as it happens."""
    draft = _draft("inbox", AUDIT, "", f"【三员】{words}", f"{words}。\n{english}.", at)
    write_drafts(register, cursor, [draft], at, items=False)


def _draft(channel: str, who: str, address: str, subject: str, body: str, at: datetime) -> Draft:
    return Draft(channel, who, address, "", subject, body, (at.isoformat(),), urgent=True)
