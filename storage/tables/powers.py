"""The log of changes of rights."""

from datetime import date, datetime

from sqlmodel import Field, SQLModel

from storage.column_types import Instant


class MandateRow(SQLModel, table=True):
    """A deputy's mandate for an assistant to act on their behalf, from day to day, both inclusive."""

    __tablename__ = "mandates"

    proxy: str = Field(primary_key=True)
    deputy: str = Field(primary_key=True)
    since: date
    until: date | None
    granted_by: str


class PowerChangeRow(SQLModel, table=True):
    """A change of rights: accounts, roles, mandates, duties; append-only.

    `subject` is the account, person, unit or region; the auditors of `region` may read it.
    """

    __tablename__ = "power_changes"

    id: str = Field(primary_key=True)
    at: datetime = Field(sa_type=Instant, index=True)
    by: str
    what: str
    subject: str
    region: str
    old: str
    new: str


class DutyRequestRow(SQLModel, table=True):
    """A request to a second administrator: `create`, `link`, `enable`, `disable` or `device` of an account.

    `code` is the digest of what the requester hands to the account's holder, `outcome` is empty until decided.
    """

    __tablename__ = "duty_requests"

    id: str = Field(primary_key=True)
    at: datetime = Field(sa_type=Instant)
    by: str
    what: str
    account: str
    duty: str
    holder: str
    code: str
    outcome: str
    decided_at: datetime | None = Field(sa_type=Instant)
    decided_by: str
