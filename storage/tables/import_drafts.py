"""Files that were sent for an import and wait to be looked at, and which heads stand for which columns."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import JSON
from sqlmodel import Field, SQLModel

from storage.column_types import Instant

LASTS = timedelta(days=1)
"""How long a file waits to be taken over."""


class ImportDraftRow(SQLModel, table=True):
    """The file that an account looks at before it is taken over, with what was chosen of it; the newest alone."""

    __tablename__ = "import_drafts"

    account: str = Field(primary_key=True)
    id: str
    at: datetime = Field(sa_type=Instant)
    until: datetime = Field(sa_type=Instant, index=True)
    file: str
    content: bytes
    choices: dict[str, Any] = Field(sa_type=JSON)


class ImportHeadsRow(SQLModel, table=True):
    """What an office chose for the columns of a table with these heads; `heads` is their digest."""

    __tablename__ = "import_heads"

    region: str = Field(primary_key=True)
    kind: str = Field(primary_key=True)
    heads: str = Field(primary_key=True)
    columns: dict[str, Any] = Field(sa_type=JSON)
