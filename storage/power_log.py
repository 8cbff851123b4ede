"""The append-only log of every change of rights: accounts, roles, units, regions, mandates, duties."""

from datetime import date, datetime, timedelta
from typing import Any
from uuid import uuid4

from sqlmodel import Session, col, select

from rulebooks import midnight
from storage.tables.accounts import AccountRow
from storage.tables.directory import PersonRow, UnitRow
from storage.tables.powers import PowerChangeRow


def power_change(
    at: datetime, by: str, what: str, subject: str, region: str = "", old: str = "", new: str = ""
) -> PowerChangeRow:
    """An entry; `what` is `table.column` of the directory, or `account.…`, `mandate.…`, `duty.…`."""
    return PowerChangeRow(
        id=uuid4().hex, at=at, by=by, what=what, subject=subject, region=region, old=old, new=new
    )


def powers_changed_on(session: Session, on: date, region: str = "") -> list[dict[str, Any]]:
    """The changes of a civil day, of one region where given, in their order."""
    row = PowerChangeRow
    entries = select(row).where(row.at >= midnight(on), row.at < midnight(on + timedelta(days=1)))
    if region:
        entries = entries.where(row.region == region)
    ordered = entries.order_by(col(row.at), row.subject, row.what, row.id)
    return [entry.model_dump() for entry in session.exec(ordered)]


def home_region(session: Session, person: str) -> str:
    """The region of a person, or of their unit; '' when both have none."""
    row = session.get(PersonRow, person)
    if row is None or row.region:
        return row.region if row else ""
    unit = session.get(UnitRow, row.unit) if row.unit else None
    return unit.region if unit else ""


def region_of_account(session: Session, account: str) -> str:
    """The region of the person behind an account; '' for an administrator."""
    row = session.get(AccountRow, account)
    return home_region(session, row.person) if row else ""
