"""The seals over chains and rows."""

from datetime import datetime

from sqlalchemy import BigInteger, Column, Index, Integer
from sqlmodel import Field, SQLModel

from storage.column_types import Instant


class SealRow(SQLModel, table=True):
    """A nightly seal: the Merkle root over the root before it, the head of every sealed chain, and the entries since.

    `entry` is the newest of the `seal_entries` that it covers; 0 in seals older than entries.
    """

    __tablename__ = "seals"

    id: int = Field(primary_key=True)
    at: datetime = Field(sa_type=Instant)
    cases: int
    root: str = Field(unique=True)
    entry: int = Field(
        default=0, sa_column=Column(BigInteger, nullable=False, server_default="0")
    )


class SealedHeadRow(SQLModel, table=True):
    """The head of a case's chain when the seal was made; only chains that grew since the seal before.

    No foreign key: a deleted case must leave its sealed head behind.
    """

    __tablename__ = "sealed_heads"

    seal_id: int = Field(primary_key=True)
    case_id: str = Field(primary_key=True, index=True)
    seq: int
    head: str


class SealEntryRow(SQLModel, table=True):
    """A state of a row of the table `kind`: append-only, in the order of `entry`, independent of clocks.

    `row` is the key of the row, `digest` its hash (`storage.seal_entries`), empty where the row was
    deleted. No foreign key: a deleted row must leave its entries behind.
    """

    __tablename__ = "seal_entries"
    __table_args__ = (Index("ix_seal_entries_row", "kind", "row", "entry"),)

    entry: int | None = Field(
        default=None,
        sa_column=Column(BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=True),
    )
    kind: str
    row: str
    digest: str


class RowSaltRow(SQLModel, table=True):
    """The salt of the last entry of an existing row; it is deleted with the row."""

    __tablename__ = "row_salts"

    kind: str = Field(primary_key=True)
    row: str = Field(primary_key=True)
    salt: str
