"""The second factor: codes of a device by the half minute (RFC 6238), and recovery codes that work once each."""

import hashlib
import hmac
import secrets
from datetime import datetime

import pyotp
from sqlmodel import Session

from storage.directory import CODE_LETTERS
from storage.tables.accounts import AccountRow, RecoveryCodeRow
from storage.typed_rows import locked

STEP = 30
"""Seconds that a code lasts."""
DRIFT = (-1, 0, 1)
"""Steps by which a device's clock may be off."""
RECOVERY_CODES = 10
RECOVERY_LENGTH = 16
"""Eighty bits in letters and digits that cannot be confused."""
ISSUER = "duban"


def new_secret() -> str:
    """The secret shared by a device and the register; base32."""
    return pyotp.random_base32()


def device_uri(secret: str, account: str) -> str:
    """The URI in the QR code for a device."""
    return pyotp.TOTP(secret).provisioning_uri(name=account, issuer_name=ISSUER)


def code_at(secret: str, at: datetime) -> str:
    """The code that a device shows at an instant."""
    return pyotp.TOTP(secret).generate_otp(_step(at))


def step_of(secret: str, code: str, at: datetime) -> int | None:
    """The step near `at` with this code; None when there is none."""
    typed = "".join(code.split())
    device = pyotp.TOTP(secret)
    steps = [
        _step(at) + drift
        for drift in DRIFT
        if hmac.compare_digest(device.generate_otp(_step(at) + drift).encode(), typed.encode())
    ]
    return max(steps) if steps else None


def take_step(session: Session, account: str, step: int) -> bool:
    """Use a step; False when it, or a later one, was used before. Of two concurrent calls one is True."""
    holder = locked(session, AccountRow, account)
    if holder is None or holder.totp_step >= step:
        return False
    holder.totp_step = step
    return True


def new_recovery_codes() -> list[str]:
    """New recovery codes, in groups of four."""
    codes = [
        "".join(secrets.choice(CODE_LETTERS) for _ in range(RECOVERY_LENGTH)) for _ in range(RECOVERY_CODES)
    ]
    return ["-".join(code[at : at + 4] for at in range(0, RECOVERY_LENGTH, 4)) for code in codes]


def recovery_digest(code: str) -> str:
    """The stored digest of a recovery code; its spelling does not matter."""
    return hashlib.sha256("".join(code.split()).replace("-", "").lower().encode()).hexdigest()


def take_recovery_code(session: Session, account: str, code: str, at: datetime) -> bool:
    """Use a recovery code; False when it is unknown or used. Of two concurrent calls one is True."""
    kept = locked(session, RecoveryCodeRow, (account, recovery_digest(code)))
    if kept is None or kept.used_at is not None:
        return False
    kept.used_at = at
    return True


def _step(at: datetime) -> int:
    return int(at.timestamp()) // STEP
