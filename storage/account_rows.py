"""Accounts inside a transaction: make and close them; every change of their rights is logged and notified."""

from datetime import datetime

from sqlmodel import Session, select

from states.reasons import Given, Id, Refused
from states.texts import unfit_line
from states.vocabulary import Duty
from storage.account_notices import tell_audit
from storage.credentials import end_credentials
from storage.errors import AccountRefused
from storage.power_log import power_change, region_of_account
from storage.register import Register
from storage.statements import Cursor
from storage.tables.accounts import AccountRow
from storage.tables.directory import PersonRow
from storage.typed_rows import locked


def make_account(
    session: Session, name: str, at: datetime, by: str, person: str = "", duty: str = "", holder: str = ""
) -> None:
    """Make an account without a password; nobody is notified.

    Raises AccountRefused when the name is taken, the person unknown or already has one, or the duty is none.
    """
    if not name or len(name) > 64 or name != name.strip() or unfit_line("name", name):
        raise AccountRefused(Refused("bad_account_name", name=Given(name)))
    if bool(person) == bool(duty) or (duty and duty not in Duty.values()):
        raise AccountRefused(Refused("account_for_nobody", known=tuple(Duty)))
    if session.get(AccountRow, name) is not None:
        raise AccountRefused(Refused("account_exists", account=Id(name)))
    if person:
        if session.get(PersonRow, person) is None:
            raise AccountRefused(Refused("nobody_of_directory", person=Id(person)))
        taken = session.exec(select(AccountRow.name).where(AccountRow.person == person)).first()
        if taken is not None:
            raise AccountRefused(Refused("person_has_account", person=Id(person), account=Id(taken)))
    row = AccountRow(
        name=name, person=person, duty=duty, password="", failures=0, locked_until=None, created_at=at,
        created_by=by, disabled_at=None, holder=holder.strip()[:64],
    )  # fmt: skip
    session.add(row)
    session.flush()
    note_power(session, at, by, "account.created", name, "", duty or standing_of(session, name))


def close_account(session: Session, name: str, disabled_at: datetime | None, by: str, at: datetime) -> None:
    """Close an account, or open it again where `disabled_at` is None; nobody is notified."""
    known_account(session, name).disabled_at = disabled_at
    if disabled_at:
        end_credentials(session, at, by, account=name)
        note_power(session, at, by, "account.disabled", name)
    else:
        note_power(session, at, by, "account.enabled", name, "", standing_of(session, name))


def known_account(session: Session, name: str) -> AccountRow:
    """The account, locked for this transaction; raises AccountRefused when there is none."""
    account = locked(session, AccountRow, name)
    if account is None:
        raise AccountRefused(Refused("no_account", account=Id(name)))
    return account


def note_power(
    session: Session, at: datetime, by: str, what: str, account: str, old: str = "", new: str = ""
) -> None:
    """Log that an account's rights changed."""
    region = region_of_account(session, account)
    session.add(power_change(at, by, what, account, region, old, new))


def standing_of(session: Session, account: str) -> str:
    """The role, unit and region of the account's holder, as text."""
    account_row = session.get(AccountRow, account)
    person = session.get(PersonRow, account_row.person) if account_row else None
    return " ".join(part for part in (person.role, person.unit, person.region) if part) if person else ""


def tell_of_duty(
    register: Register, cursor: Cursor, account: str, at: datetime, words: str, english: str
) -> None:
    """Notify the audit administrators at once of a change to an administrator's account."""
    account_row = cursor.session.get(AccountRow, account)
    if account_row is not None and account_row.duty:
        tell_audit(register, cursor, words, english, at)
