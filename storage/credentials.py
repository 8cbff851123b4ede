"""Credentials (sessions, tokens, unused one-time links), and how all of them end at once."""

import hashlib
from datetime import datetime

from sqlalchemy import ColumnElement
from sqlmodel import Session, col, delete, select, update

from storage.tables.accounts import AccountRow, LinkRow, SessionRow, TokenRow


def token_digest(token: str) -> str:
    """The digest of a token, as the database stores it."""
    return hashlib.sha256(token.encode()).hexdigest()


def end_credentials(
    session: Session, at: datetime, by: str, *, account: str = "", person: str = "", but: str = ""
) -> None:
    """End all credentials of an account and of the person behind it: sessions, tokens and open links.

    Either name is enough. `but` is the digest of the one session that stays.
    """
    if person and not account:
        account = session.exec(select(AccountRow.name).where(AccountRow.person == person)).first() or ""
    elif account and not person:
        person = session.exec(select(AccountRow.person).where(AccountRow.name == account)).first() or ""
    if account:
        session.exec(delete(SessionRow).where(col(SessionRow.account) == account, col(SessionRow.token) != but))
        tokens = update(TokenRow).where(col(TokenRow.account) == account, col(TokenRow.revoked_at).is_(None))
        session.exec(tokens.values(revoked_at=at, revoked_by=by))
        end_links(session, at, col(LinkRow.purpose).in_(("sign-in", "demo")), col(LinkRow.account) == account)
    if person:
        end_links(session, at, col(LinkRow.purpose) == "evaluate", col(LinkRow.deputy) == person)


def end_links(session: Session, at: datetime, *which: ColumnElement[bool]) -> int:
    """Revoke the unused links for which all these conditions hold, and return how many."""
    unused = update(LinkRow).where(*which, col(LinkRow.used_at).is_(None), col(LinkRow.revoked_at).is_(None))
    return session.exec(unused.values(revoked_at=at)).rowcount
