"""Passwords, as hashes only, and the lock after too many wrong ones."""

from datetime import datetime, timedelta

from sqlmodel import Session

from storage.credentials import end_credentials
from storage.jobs import SKEW
from storage.register import Register
from storage.statements import reading, transaction
from storage.tables.accounts import AccountRow
from storage.typed_rows import locked

FAILURES = 5
"""Wrong passwords in a row after which an account is locked."""
LOCKED = timedelta(minutes=15)


def store_password(session: Session, name: str, hashed: str, at: datetime) -> None:
    """As `Passwords.set_password`, inside a transaction."""
    account = locked(session, AccountRow, name)
    if account is not None:
        account.password, account.failures, account.locked_until = hashed, 0, None
        end_credentials(session, at, name, account=name)


class Passwords:
    """The passwords of a register's accounts; every call is one transaction."""

    register: Register

    def password_of(self, name: str, at: datetime) -> str | None:
        """The hash to compare with; None when the account is unknown, disabled, locked or without a password."""
        with reading(self.register.engine) as cursor:
            account = cursor.session.get(AccountRow, name)
        if account is None or account.disabled_at or not account.password:
            return None
        if account.locked_until and at < account.locked_until <= at + LOCKED + SKEW:
            return None  # a lock that would last longer was set by a clock that ran ahead
        return account.password

    def failed(self, name: str, at: datetime) -> None:
        """Count a wrong password; the fifth in a row locks the account for a quarter of an hour."""
        with transaction(self.register.engine) as cursor:
            account = locked(cursor.session, AccountRow, name)
            if account is not None:
                account.failures += 1
                if account.failures >= FAILURES:
                    account.failures, account.locked_until = 0, at + LOCKED

    def set_password(self, name: str, hashed: str, at: datetime) -> None:
        """Set a new password; sessions, tokens and open links of the account end, and a lock is lifted."""
        with transaction(self.register.engine) as cursor:
            store_password(cursor.session, name, hashed, at)

    def rehash(self, name: str, hashed: str) -> None:
        """Store the same password as a stronger hash; sessions go on."""
        with transaction(self.register.engine) as cursor:
            account = locked(cursor.session, AccountRow, name)
            if account is not None:
                account.password = hashed
