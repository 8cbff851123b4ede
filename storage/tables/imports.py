"""Imports of the directory, line by line."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Column, ForeignKey, String
from sqlmodel import Field, SQLModel

from storage.column_types import Instant


class ImportRow(SQLModel, table=True):
    """An import into the directory: who, when, from where, which file, how many rows it named; append-only.

    `by` is the account, or `console` or `folder`; `region` limits a regional import, empty: the whole directory.
    """

    __tablename__ = "imports"

    id: str = Field(primary_key=True)
    at: datetime = Field(sa_type=Instant, index=True)
    by: str
    source: str
    file: str
    kind: str
    region: str
    named: int
    new: int
    changed: int
    waiting: int


class ImportLineRow(SQLModel, table=True):
    """The result of an import for one row of its file: `new`, `changed` or `waits`; append-only. `powers` are the
    columns whose change changes rights, separated by spaces.
    """

    __tablename__ = "import_lines"

    import_id: str = Field(sa_column=Column(String, ForeignKey("imports.id"), nullable=False, primary_key=True))
    line: int = Field(primary_key=True)
    subject: str = Field(index=True)
    region: str
    outcome: str
    powers: str
    old: dict[str, Any] | None = Field(sa_type=JSON)
    new: dict[str, Any] = Field(sa_type=JSON)


class ImportReversalRow(SQLModel, table=True):
    """An import that was taken back; append-only. `counter` is the import of the old values, empty for none.

    `removed` are the subjects of new rows that went, `kept` those that stayed as they are.
    """

    __tablename__ = "import_reversals"

    import_id: str = Field(sa_column=Column(String, ForeignKey("imports.id"), nullable=False, primary_key=True))
    at: datetime = Field(sa_type=Instant)
    by: str
    counter: str
    removed: list[str] = Field(sa_type=JSON)
    kept: list[str] = Field(sa_type=JSON)


class ImportDecisionRow(SQLModel, table=True):
    """The decision on a waiting row: `confirmed`, `refused`, `stale` or `superseded`; append-only."""

    __tablename__ = "import_decisions"

    import_id: str = Field(sa_column=Column(String, ForeignKey("imports.id"), nullable=False, primary_key=True))
    line: int = Field(primary_key=True)
    at: datetime = Field(sa_type=Instant)
    by: str
    outcome: str
    why: str
