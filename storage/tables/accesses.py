"""Who read what."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON
from sqlmodel import Field, SQLModel

from storage.column_types import Instant


class AccessRow(SQLModel, table=True):
    """The access log: who signed in, looked at a case or at a list, or was refused; append-only.

    `row_count` and `filter` are those of a list; `region` is the viewer's.
    """

    __tablename__ = "accesses"

    id: str = Field(primary_key=True)
    at: datetime = Field(sa_type=Instant, index=True)
    account: str = Field(index=True)
    role: str
    what: str
    case_id: str = Field(index=True)
    address: str
    refused: bool
    row_count: int | None = None
    filter: str = Field(default="", sa_column_kwargs={"server_default": ""})
    region: str = Field(default="", sa_column_kwargs={"server_default": ""})


class AccessFileRow(SQLModel, table=True):
    """A file of entries on their way into the table: how many of its lines are there, and the last one's hash.

    `fault` says how the file was tampered with, `facts` is the same as a value.
    """

    __tablename__ = "access_files"

    name: str = Field(primary_key=True)
    folder: str
    moved: int
    head: str
    closed_at: datetime | None = Field(sa_type=Instant)
    fault: str
    facts: dict[str, Any] = Field(sa_type=JSON, sa_column_kwargs={"server_default": "{}"})
