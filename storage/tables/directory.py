"""The directory: regions, units, people."""

from datetime import date

from sqlmodel import Field, SQLModel


class RegionRow(SQLModel, table=True):
    __tablename__ = "regions"

    code: str = Field(primary_key=True)
    name: str
    level: str
    parent_code: str = Field(index=True)


class UnitRow(SQLModel, table=True):
    """A department, court, party organ, congress office or committee."""

    __tablename__ = "units"

    id: str = Field(primary_key=True)
    name: str
    region: str = Field(index=True)
    kind: str
    abolished_on: date | None
    email: str = Field(default="", sa_column_kwargs={"server_default": ""})
    phone: str = Field(default="", sa_column_kwargs={"server_default": ""})


class ChainLinkRow(SQLModel, table=True):
    """A link of a unit's responsibility chain (责任链): position 1 is the handler."""

    __tablename__ = "chain_links"

    unit: str = Field(primary_key=True)
    position: int = Field(primary_key=True)
    role: str
    person: str


class PersonRow(SQLModel, table=True):
    __tablename__ = "people"

    id: str = Field(primary_key=True)
    name: str
    role: str
    unit: str
    region: str = Field(index=True)
    delegation: str
    term_from: date | None
    term_to: date | None
    email: str = Field(default="", sa_column_kwargs={"server_default": ""})
    phone: str = Field(default="", sa_column_kwargs={"server_default": ""})
