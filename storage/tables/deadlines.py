"""The limits of a case."""

from datetime import date, datetime

from sqlalchemy import Index, text
from sqlmodel import Field, SQLModel

from storage.column_types import Instant, case_id


class DeadlineRow(SQLModel, table=True):
    __tablename__ = "deadlines"
    __table_args__ = (
        Index(
            "ix_deadlines_next_rung_on",
            "next_rung_on",
            "case_id",
            sqlite_where=text("next_rung_on IS NOT NULL"),
            postgresql_where=text("next_rung_on IS NOT NULL"),
        ),
        *(
            Index(
                f"ix_deadlines_{name}",
                name,
                "case_id",
                *more,
                sqlite_where=text("met_on IS NULL AND void_on IS NULL"),
                postgresql_where=text("met_on IS NULL AND void_on IS NULL"),
            )
            for name, *more in (("last_day", "key", "owed_by", "duty", "level"), ("owed_by",))
        ),
        Index(
            "ix_deadlines_open",
            "case_id",
            "last_day",
            "key",
            "owed_by",
            "duty",
            sqlite_where=text("met_on IS NULL AND void_on IS NULL"),
            postgresql_where=text("met_on IS NULL AND void_on IS NULL"),
        ),
    )

    case_id: str = case_id(primary=True, index=False)
    subject: str = Field(primary_key=True)
    subject_id: str = Field(primary_key=True)
    key: str = Field(primary_key=True)
    round: int = Field(primary_key=True)
    owed_by: str
    duty: bool
    started_on: date
    amount: str
    unit: str
    roll: str
    last_day: date
    provisional: bool
    source: str
    rungs: int
    level: str
    next_rung_on: date | None
    met_at: datetime | None = Field(sa_type=Instant)
    met_on: date | None
    void_on: date | None
    extended: int
    missed: int
    explained_on: date | None
    rectified_on: date | None
    earlier: str = Field(default="", sa_column_kwargs={"server_default": ""})
