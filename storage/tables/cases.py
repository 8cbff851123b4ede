"""The rows of a case and of the units' parts in it."""

from datetime import date, datetime

from sqlalchemy import JSON, Index, text
from sqlmodel import Field, SQLModel

from storage.column_types import Instant, case_id


class CaseRow(SQLModel, table=True):
    """A case, and the head of its event chain: `seq` events, the last of them hashed as `head`.

    `sealed_seq` is the last event under a nightly seal, `papered_seq` the last one whose papers are numbered.
    """

    __tablename__ = "cases"
    __table_args__ = (
        Index(
            "ix_cases_list", "number", "id", "machine", "state", "region", "submitted_on", "assigned_on", "secrecy",
            "committee", "lead",
        ),
        Index(
            "ix_cases_opinion_lead",
            "lead",
            sqlite_where=text("machine = 'opinion'"),
            postgresql_where=text("machine = 'opinion'"),
        ),
    )  # fmt: skip

    id: str = Field(primary_key=True)
    machine: str
    state: str = Field(index=True)
    region: str = Field(index=True)
    rulebook: str
    rulebook_ident: str
    opened_at: datetime = Field(sa_type=Instant)
    title: str
    number: str = Field(index=True)
    lead: str
    round: int
    track: str
    in_session: bool
    session: str
    key_level: str
    secrecy: str
    subject_class: str
    committee: str
    merged_group: str
    linked_case: str
    corrected_class: str
    repeat_of: str = Field(default="", sa_column_kwargs={"server_default": ""})
    excellent: str = Field(default="", sa_column_kwargs={"server_default": ""})
    quality_score: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    one_matter: bool
    complete: bool
    points: int
    proposed: list[dict[str, str]] = Field(sa_type=JSON)
    parts: int
    returns: int
    submitted_on: date | None
    assigned_on: date | None
    reply_on: date | None
    answered_on: date | None
    ended_on: date | None
    since: date | None
    seq: int
    head: str
    sealed_seq: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    papered_seq: int = Field(default=0, sa_column_kwargs={"server_default": "0"})


class PartyRow(SQLModel, table=True):
    __tablename__ = "parties"

    id: str = Field(primary_key=True)
    case_id: str = case_id()
    deputy: str = Field(index=True)
    lead: bool
    confirmed_on: date | None
    dropped_on: date | None
    urges: int
    urged_on: date | None


_ASKING = "state = 'RETURN_REQUESTED' OR extension = 'REQUESTED' OR coordination = 'OPEN'"


class AssignmentRow(SQLModel, table=True):
    __tablename__ = "assignments"
    __table_args__ = (
        Index("ix_assignments_asking", "case_id", sqlite_where=text(_ASKING), postgresql_where=text(_ASKING)),
        Index("ix_assignments_unit", "unit", "state", "case_id"),
    )

    id: str = Field(primary_key=True)
    case_id: str = case_id()
    round: int
    unit: str
    role: str
    state: str
    assigned_on: date
    part: str
    replaces: str
    replaced: bool
    receipted_on: date | None
    return_requested_by: str
    proposed_unit: str
    contacts: int
    attempts: int
    attempted_on: date | None
    handling_on: date | None
    contact_gate: str
    researched_on: date | None
    deputy_invited: bool
    reply_class: str
    points_answered: int
    promises: list[dict[str, str]] = Field(sa_type=JSON)
    consult: str
    consult_reminders: int
    objections: int
    signed_on: date | None
    signed_rank: str
    publicity: str
    served: dict[str, str] = Field(sa_type=JSON)
    delivered_on: date | None
    opinion_sent_on: date | None
    waived_on: date | None
    extension: str
    extended: int
    coordination: str
    since: date | None


class SecretStubRow(SQLModel, table=True):
    """Records that a suggestion concerning state secrets was received: its number and day, no content."""

    __tablename__ = "secret_stubs"

    region: str = Field(primary_key=True)
    number: str = Field(primary_key=True)
    received_on: date
    entered_at: datetime = Field(sa_type=Instant)
    entered_by: str


class NumberRow(SQLModel, table=True):
    """The last serial given out in a numbering series."""

    __tablename__ = "numbers"

    series: str = Field(primary_key=True)
    last: int
