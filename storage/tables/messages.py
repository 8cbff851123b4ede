"""Notices, and the messages in which they go out."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Column, ForeignKey, Index, String, text
from sqlmodel import Field, SQLModel

from storage.column_types import Instant, case_id


class OutboxRow(SQLModel, table=True):
    """A notice to a recipient, written with its event. `sent_at`: when it was put into messages, which happens once."""

    __tablename__ = "outbox"
    __table_args__ = (
        Index(
            "ix_outbox_unsent",
            "created_at",
            sqlite_where=text("sent_at IS NULL"),
            postgresql_where=text("sent_at IS NULL"),
        ),
    )

    id: str = Field(primary_key=True)
    case_id: str = case_id(index=False)
    seq: int
    recipient: str
    kind: str
    data: dict[str, Any] = Field(sa_type=JSON)
    urgent: bool
    created_at: datetime = Field(sa_type=Instant)
    sent_at: datetime | None = Field(sa_type=Instant)


class MessageRow(SQLModel, table=True):
    """A message to one address over one channel: the notices waiting for it, in one text.

    `id` is the idempotency key of every attempt (the Message-ID of a mail). `next_try_at` is NULL when nothing more
    is to be done: sent, or dead. `resent` counts attempts after one that may have arrived. `facts` is `error` as a
    value.
    """

    __tablename__ = "messages"
    __table_args__ = (
        Index(
            "ix_messages_waiting",
            "next_try_at",
            sqlite_where=text("next_try_at IS NOT NULL"),
            postgresql_where=text("next_try_at IS NOT NULL"),
        ),
    )

    id: str = Field(primary_key=True)
    channel: str
    recipient: str = Field(index=True)
    address: str
    region: str
    subject: str
    body: str
    urgent: bool
    created_at: datetime = Field(sa_type=Instant)
    next_try_at: datetime | None = Field(sa_type=Instant)
    claimed_by: str
    claimed_until: datetime | None = Field(sa_type=Instant)
    attempts: int
    resent: int
    sent_at: datetime | None = Field(sa_type=Instant)
    dead_at: datetime | None = Field(sa_type=Instant)
    error: str
    facts: dict[str, Any] = Field(sa_type=JSON, sa_column_kwargs={"server_default": "{}"})
    read_at: datetime | None = Field(sa_type=Instant)


class MessageItemRow(SQLModel, table=True):
    """Which notices a message carries; no foreign key to the outbox, whose rows belong to their case."""

    __tablename__ = "message_items"

    message_id: str = Field(
        sa_column=Column(String, ForeignKey("messages.id"), nullable=False, primary_key=True)
    )
    outbox_id: str = Field(primary_key=True, index=True)
