"""Who was let do what."""

from datetime import date, datetime

from sqlmodel import Field, SQLModel

from storage.columns import Instant


class MandateRow(SQLModel, table=True):
    """A deputy lets an assistant act on his behalf, from a day to a day, both inclusive."""

    __tablename__ = "mandates"

    proxy: str = Field(primary_key=True)
    deputy: str = Field(primary_key=True)
    since: date
    until: date | None
    granted_by: str


class PowerChangeRow(SQLModel, table=True):
    """That somebody may do more, less or other than before: accounts, roles, mandates, duties; append-only.

    `subject` is the account, person, unit or region, `region` whose auditors read of it.
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
    """What one administrator asks another to confirm: `create`, `link`, `enable`, `disable` or `device` of an account.

    `code` is the digest of what the requester hands to the account's holder, `outcome` empty until it was decided.
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
