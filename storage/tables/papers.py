"""Papers and their files."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, Column, ForeignKey, Index, String
from sqlmodel import Field, SQLModel

from storage.column_types import Instant


class PaperRow(SQLModel, table=True):
    """A paper (文书) that has its number. `case_id` and `seq` are the case and the event that occasioned it.

    `addressees` are kind:id as recipients of notices are, `issuer` too; `digest` is that of the file, once made.
    `figures` are the lines of a report, {} for every other paper.
    """

    __tablename__ = "papers"
    __table_args__ = (Index("ix_papers_region", "region", "entered_at"),)

    id: str = Field(primary_key=True)
    case_id: str | None = Field(
        default=None, sa_column=Column(String, ForeignKey("cases.id"), nullable=True, index=True)
    )
    seq: int
    round: int
    kind: str
    region: str
    number: str = Field(index=True)
    title: str
    issuer: str
    addressees: list[str] = Field(sa_type=JSON)
    on: date
    entered_at: datetime = Field(sa_type=Instant)
    made_at: datetime | None = Field(sa_type=Instant)
    made_by: str
    digest: str
    figures: dict[str, Any] = Field(default_factory=dict, sa_type=JSON, sa_column_kwargs={"server_default": "{}"})


class PaperFileRow(SQLModel, table=True):
    """The file of a paper, as it was made the first time."""

    __tablename__ = "paper_files"

    paper: str = Field(sa_column=Column(String, ForeignKey("papers.id"), nullable=False, primary_key=True))
    content: bytes
