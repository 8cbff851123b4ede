"""The second factor of an account: check a code, enrol a device, remove a lost one."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, delete

from storage.account_notices import tell_audit, tell_holder
from storage.account_rows import known_account, note_power
from storage.credentials import end_credentials, token_digest
from storage.passwords import Passwords
from storage.second_factor import new_recovery_codes, recovery_digest, step_of, take_recovery_code, take_step
from storage.sessions import Sessions, Standing
from storage.statements import Cursor, reading, transaction
from storage.tables.accounts import AccountRow, RecoveryCodeRow, SessionRow
from storage.tables.directory import PersonRow
from storage.typed_rows import locked


@dataclass(frozen=True)
class Proving:
    """A person with the right password who still has to enter a code; `secret` is for a device to be enrolled."""

    account: str
    standing: str
    secret: str


@dataclass(frozen=True)
class Proved:
    """A full session, and after an enrolment the recovery codes, shown once."""

    account: str
    token: str
    codes: tuple[str, ...]


class Proofs(Passwords, Sessions):
    """Signing in with a second factor; every call is one transaction."""

    def wanted_of(self, name: str, roles: Collection[str] = ()) -> Standing:
        """What is still needed after the right password: the code of a device, or enrolling one first.

        Always for the three administrators, for people in the roles chosen by the office, and for everybody enrolled.
        """
        with reading(self.register.engine) as cursor:
            account = cursor.session.get(AccountRow, name)
            person = cursor.session.get(PersonRow, account.person) if account and roles else None
        if account is None:
            return ""
        if account.totp:
            return "code"
        return "enrol" if account.duty or (person and person.role in roles) else ""

    def proving(self, token: str, at: datetime) -> Proving | None:
        """The session that still has to enter a code; None when there is none or it took too long."""
        with reading(self.register.engine) as cursor:
            return _proving(cursor.session, token, at)

    def prove(self, token: str, code: str, at: datetime, address: str = "") -> Proved | None:
        """A full session for the right code; None, and a failure counted, for a wrong one.

        A code works once, a recovery code too; neither for a locked or closed account. The device, its recovery
        codes and the session come in one transaction: nobody has a device whose codes they were never shown.
        """
        with transaction(self.register.engine) as cursor:
            proving = _proving(cursor.session, token, at)
            if proving is None:
                return None
            codes: list[str] = []
            if proving.standing == "enrol":
                codes = _enrol(cursor.session, proving, code, at)
                good = bool(codes)
            else:
                good = _code_is_good(cursor.session, proving.account, code, at)
            if good:
                cursor.session.exec(delete(SessionRow).where(col(SessionRow.token) == token_digest(token)))
                how = f"sign-in-{proving.standing}"
                full = self.begin_session(cursor, proving.account, at, "", address, how)
                return Proved(proving.account, full, tuple(codes))
        self.failed(proving.account, at)
        return None

    def forget_device(self, cursor: Cursor, account: str, at: datetime, by: str) -> None:
        """Remove a lost device: the next sign-in enrols another. Sessions, tokens and open links end."""
        known_account(cursor.session, account).totp = ""
        cursor.session.exec(delete(RecoveryCodeRow).where(col(RecoveryCodeRow.account) == account))
        end_credentials(cursor.session, at, by, account=account)
        note_power(cursor.session, at, by, "account.device", account)
        words = f"{by} 解除了您账号 {account} 的验证设备"
        tell_holder(self.register, cursor, account, words, f"{by} took away the device of your account {account}", at)

    def lose_device(self, account: str, at: datetime, by: str) -> None:
        """`forget_device` for the console; the audit administrators are notified whose it was."""
        with transaction(self.register.engine) as cursor:
            self.forget_device(cursor, account, at, by)
            words = f"{by} 解除了 {account} 的验证设备"
            tell_audit(self.register, cursor, words, f"{by} took away the device of {account}", at)


def _proving(session: Session, token: str, at: datetime) -> Proving | None:
    begun = session.get(SessionRow, token_digest(token))
    if begun is None or not begun.standing or begun.ended_at or begun.expires_at <= at:
        return None
    account = session.get_one(AccountRow, begun.account)
    if account.disabled_at or (account.locked_until and account.locked_until > at):
        return None
    return Proving(begun.account, begun.standing, begun.secret)


def _code_is_good(session: Session, account: str, code: str, at: datetime) -> bool:
    row = session.get(AccountRow, account)
    if row is None or not row.totp:
        return False
    step = step_of(row.totp, code, at)
    if step is not None:
        return take_step(session, account, step)
    return take_recovery_code(session, account, code, at)


def _enrol(session: Session, proving: Proving, code: str, at: datetime) -> list[str]:
    """Store the device if the code is right; returns new recovery codes, none for a wrong code."""
    step = step_of(proving.secret, code, at)
    account = locked(session, AccountRow, proving.account)
    if step is None or account is None or account.totp:
        return []
    account.totp, account.totp_step = proving.secret, step
    codes = new_recovery_codes()
    session.exec(delete(RecoveryCodeRow).where(col(RecoveryCodeRow.account) == proving.account))
    session.add_all(
        RecoveryCodeRow(account=proving.account, code=recovery_digest(written), used_at=None) for written in codes
    )
    note_power(session, at, proving.account, "account.enrolled", proving.account)
    return codes
