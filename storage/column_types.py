"""Columns of the tables: an instant reads back as it was written, on both databases."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Column, DateTime, Dialect, ForeignKey, String
from sqlalchemy.types import TypeDecorator
from sqlmodel import Field


class Instant(TypeDecorator[datetime]):
    """An aware instant, kept in UTC: SQLite has no zones, so it stores the UTC wall time and adds the zone back."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"an instant needs a zone, got {value!r}")
        utc = value.astimezone(UTC)
        return utc.replace(tzinfo=None) if dialect.name == "sqlite" else utc

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def case_id(*, primary: bool = False, index: bool = True) -> Any:
    """The column that hangs a row on its case."""
    return Field(
        sa_column=Column(String, ForeignKey("cases.id"), nullable=False, primary_key=primary, index=index)
    )
