"""Erasures of personal data: asked for by one person, carried out by another."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON
from sqlmodel import Field, SQLModel

from storage.column_types import Instant


class ErasureRow(SQLModel, table=True):
    """An erasure at a case and those linked with it. `words` are emptied when it is decided.

    `number` is its place among those carried out, 0 before. By the name of a row, `spans` has where its words stood,
    and `remaining` the digest of what stays, which verification takes instead of the event's. `standing` counts the
    places where the words stay. No foreign key: a restored database may lack the case.
    """

    __tablename__ = "erasures"

    id: str = Field(primary_key=True)
    at: datetime = Field(sa_type=Instant)
    by: str
    case_id: str = Field(index=True)
    ground: str
    reason: str
    words: list[str] = Field(sa_type=JSON)
    files: list[str] = Field(sa_type=JSON)
    outcome: str
    decided_at: datetime | None = Field(sa_type=Instant)
    decided_by: str
    number: int
    spans: dict[str, Any] = Field(sa_type=JSON)
    remaining: dict[str, str] = Field(sa_type=JSON)
    standing: dict[str, int] = Field(sa_type=JSON)
