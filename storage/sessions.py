"""Sessions of signed-in people, and the steps that a session may still need."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from sqlmodel import col, select

from storage.accesses import access
from storage.account_rows import known_account
from storage.credentials import end_credentials, token_digest
from storage.register import Register
from storage.seal_entries import SealedRows
from storage.second_factor import new_secret
from storage.statements import Cursor, reading, transaction
from storage.tables.accounts import SessionRow
from storage.typed_rows import locked

IDLE = timedelta(hours=2)
SESSION = timedelta(hours=12)
PROVING = timedelta(minutes=10)
"""How long a person with the right password may take to enter a code."""

Standing = Literal["", "code", "enrol"]
"""What a session still needs before it is full."""


@dataclass(frozen=True)
class Session:
    """A session; `id` is the digest of the browser's token and cannot be used to sign in."""

    id: str
    created_at: datetime
    seen_at: datetime
    expires_at: datetime
    address: str


class Sessions:
    """The sessions of a register's accounts; every call is one transaction."""

    register: Register
    accesses: SealedRows

    def sign_in(
        self, name: str, at: datetime, standing: Standing = "", address: str = "", how: str = ""
    ) -> str:
        """`begin_session` in a transaction of its own."""
        with transaction(self.register.engine) as cursor:
            return self.begin_session(cursor, name, at, standing, address, how)

    def begin_session(
        self, cursor: Cursor, name: str, at: datetime, standing: Standing, address: str, how: str
    ) -> str:
        """Make a session and return its token, which is not stored. A full session resets the failure count.

        With a `standing` it is not full yet and lasts a few minutes: `prove` replaces it. `how` is what the access
        log calls it, written in the same transaction, so that neither is there without the other; '' enters nothing.
        """
        token = secrets.token_urlsafe(32)
        lasts = PROVING if standing else SESSION
        begun = SessionRow(
            token=token_digest(token), account=name, csrf=secrets.token_urlsafe(24), created_at=at, seen_at=at,
            expires_at=at + lasts, ended_at=None, standing=standing,
            secret=new_secret() if standing == "enrol" else "", address=address[:64],
        )  # fmt: skip
        cursor.session.add(begun)
        if not standing:
            account = known_account(cursor.session, name)
            account.failures, account.locked_until = 0, None
        if how:
            self.accesses.insert(cursor, [access(at, name, "", how, address=address)])
        return token

    def sessions_of(self, account: str, at: datetime) -> list[Session]:
        """The valid sessions of an account, the one used last first."""
        row = SessionRow
        whole = select(row).where(row.account == account, col(row.ended_at).is_(None), row.standing == "")
        with reading(self.register.engine) as cursor:
            rows = cursor.session.exec(whole.order_by(col(row.seen_at).desc())).all()
        return [
            Session(stored.token, stored.created_at, stored.seen_at, stored.expires_at, stored.address)
            for stored in rows
            if at < min(stored.expires_at, stored.seen_at + IDLE)
        ]

    def end_session(self, account: str, id_: str, at: datetime) -> bool:
        """End one of the account's sessions by its id; False when there is none."""
        with transaction(self.register.engine) as cursor:
            row = locked(cursor.session, SessionRow, id_)
            if row is None or row.account != account or row.ended_at:
                return False
            row.ended_at = at
            return True

    def sign_out_everywhere(self, account: str, at: datetime) -> None:
        """End every session, token and unused link of the account; its password stays."""
        with transaction(self.register.engine) as cursor:
            end_credentials(cursor.session, at, account, account=account)

    def sign_out(self, token: str, at: datetime) -> None:
        """End a session; a second call changes nothing."""
        with transaction(self.register.engine) as cursor:
            row = locked(cursor.session, SessionRow, token_digest(token))
            if row is not None and row.ended_at is None:
                row.ended_at = at
