"""The nightly audits and what they found."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON
from sqlmodel import Field, SQLModel

from storage.column_types import Instant


class FindingRow(SQLModel, table=True):
    """A finding of the nightly audits, one row for any number of nights: `code`, case and subject identify it.

    `standing` is open, acknowledged, waived or gone; a finding that comes back after it was gone is open again.
    `why` and `todo` say in both languages what `facts` keeps of each as code and facts; a finding that nobody has found
    since 0.1.0 has the texts alone.
    """

    __tablename__ = "findings"

    code: str = Field(primary_key=True)
    case_id: str = Field(primary_key=True, index=True)
    subject_id: str = Field(primary_key=True)
    severity: str
    region: str = Field(index=True)
    why: str
    todo: str
    facts: dict[str, Any] = Field(sa_type=JSON, sa_column_kwargs={"server_default": "{}"})
    standing: str = Field(index=True)
    first_seen: date
    last_seen: date
    gone_on: date | None
    decided_by: str
    decided_on: date | None
    reason: str


class AuditRow(SQLModel, table=True):
    """A nightly audit: its extent, findings, seal and report."""

    __tablename__ = "audits"

    id: str = Field(primary_key=True)
    at: datetime = Field(sa_type=Instant)
    on: date = Field(index=True)
    region: str
    cases_open: int
    cases_looked_at: int
    found: int
    fresh: int
    gone: int
    seal_id: int | None
    root: str
    report: str
