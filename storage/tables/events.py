"""What happened to a case, and its texts."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, Column, ForeignKey, Index, String, text
from sqlmodel import Field, SQLModel

from storage.column_types import Instant, case_id


class EventRow(SQLModel, table=True):
    """Append-only. `hash` covers every other column and `prev`, the hash of the case's event before.

    `at` and `on` date the fact, `entered_at` its entry. `rows` are digests of the rows as the event left them. The
    order of entry of all events is a column that each database numbers by itself (`Sql.entry`).
    """

    __tablename__ = "events"
    __table_args__ = (
        Index(
            "ix_events_key",
            "key",
            unique=True,
            sqlite_where=text("key IS NOT NULL"),
            postgresql_where=text("key IS NOT NULL"),
        ),
    )

    case_id: str = case_id(primary=True, index=False)
    seq: int = Field(primary_key=True)
    name: str
    subject: str
    subject_id: str
    round: int
    action: str
    at: datetime = Field(sa_type=Instant)
    on: date
    entered_at: datetime = Field(sa_type=Instant, index=True)
    by: str
    role: str
    unit: str
    key: str | None
    rulebook: str
    data: dict[str, Any] = Field(sa_type=JSON)
    rows: dict[str, str] = Field(sa_type=JSON)
    prev: str
    hash: str


class DocumentRow(SQLModel, table=True):
    """A text given with an action; the event has its digest under the salt. An erasure takes the salt away."""

    __tablename__ = "documents"

    id: str = Field(primary_key=True)
    case_id: str = case_id()
    seq: int
    kind: str
    text: str
    salt: str = Field(default="", sa_column_kwargs={"server_default": ""})


class SearchRow(SQLModel, table=True):
    """The searched texts of a case, in normal form. Their grams are in `search_index`, which each database has in its
    own form: an FTS5 table by `id` on SQLite, arrays with a GIN index by `case_id` on PostgreSQL.
    """

    __tablename__ = "search_texts"

    id: int = Field(primary_key=True)
    case_id: str = Field(
        sa_column=Column(String, ForeignKey("cases.id", ondelete="CASCADE"), nullable=False, unique=True, index=True)
    )
    title: str
    number: str
    facts: str
    proposal: str
