"""The working-day calendar."""

from datetime import date, datetime

from sqlalchemy import Column, ForeignKey, String
from sqlmodel import Field, SQLModel

from storage.column_types import Instant


class CalendarNoticeRow(SQLModel, table=True):
    """The source of calendar days: a State Council notice (`year` set) or an office's override."""

    __tablename__ = "calendar_notices"

    id: str = Field(primary_key=True)
    year: int | None
    title: str
    imported_at: datetime = Field(sa_type=Instant)
    imported_by: str
    region: str = Field(default="", sa_column_kwargs={"server_default": ""})
    issued_on: date | None
    seq: int = Field(default=0, sa_column_kwargs={"server_default": "0"})


class NoticeDayRow(SQLModel, table=True):
    """A day of a notice; every notice keeps all its days."""

    __tablename__ = "notice_days"

    notice: str = Field(sa_column=Column(String, ForeignKey("calendar_notices.id"), nullable=False, primary_key=True))
    day: date = Field(primary_key=True)
    working: bool
    name: str


class CalendarDayRow(SQLModel, table=True):
    """The effective days of 0.1.0; replaced by `notice_days` and no longer read or written."""

    __tablename__ = "calendar_days"

    day: date = Field(primary_key=True)
    working: bool
    name: str
    notice: str = Field(sa_column=Column(String, ForeignKey("calendar_notices.id"), nullable=False))
