"""How the engine runs, and by which clock."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, BigInteger
from sqlmodel import Field, SQLModel

from storage.column_types import Instant


class JobRow(SQLModel, table=True):
    """The last run of each job of the engine. `by` is prefect or direct; `due_at` the scheduled moment.

    `did` says in English what `results` keeps as code and facts; a run from before them has its text alone.
    """

    __tablename__ = "jobs"

    name: str = Field(primary_key=True)
    due_at: datetime | None = Field(sa_type=Instant)
    started_at: datetime = Field(sa_type=Instant)
    finished_at: datetime | None = Field(sa_type=Instant)
    by: str
    engine: str
    did: str
    error: str
    results: list[dict[str, Any]] = Field(sa_type=JSON, sa_column_kwargs={"server_default": "[]"})


class LeaseRow(SQLModel, table=True):
    """Who may do something alone, and until when; an expired lease can be taken over."""

    __tablename__ = "leases"

    name: str = Field(primary_key=True)
    holder: str
    until: datetime = Field(sa_type=Instant)


class RegisterMarkRow(SQLModel, table=True):
    """Marks a database for rehearsals by one row, id 1; a live one has none."""

    __tablename__ = "register_mark"

    id: int = Field(primary_key=True)
    kind: str
    marked_at: datetime = Field(sa_type=Instant)
    marked_by: str


class ClockAlarmRow(SQLModel, table=True):
    """The clock stepped, or ran behind the newest entry. Until it is accepted automatic work stops.

    `seconds` is how far it stepped, ahead or back, or how far the newest entry was ahead of it. `entry` is the newest
    event when the clock was accepted.
    """

    __tablename__ = "clock_alarms"

    id: int = Field(primary_key=True)
    raised_at: datetime = Field(sa_type=Instant)
    engine: str
    kind: str
    seconds: int = Field(sa_type=BigInteger)
    accepted_at: datetime | None = Field(sa_type=Instant)
    accepted_by: str
    reason: str
    entry: int | None = Field(sa_type=BigInteger)
