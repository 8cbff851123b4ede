"""What was said, judged, inspected, promised and supervised of a case."""

from datetime import date, datetime

from sqlalchemy import JSON, Index
from sqlmodel import Field, SQLModel

from states.vocabulary import SupervisionKind
from storage.column_types import Instant, case_id

LADDER = SupervisionKind.LADDER.value


class CommunicationRow(SQLModel, table=True):
    __tablename__ = "communications"

    id: str = Field(primary_key=True)
    case_id: str = case_id()
    assignment_id: str
    round: int
    deputy: str
    kind: str
    stage: str
    face_to_face: bool
    happened_on: date
    recorded_on: date
    standing: str


class EvaluationRow(SQLModel, table=True):
    """Never updated: the register only inserts here."""

    __tablename__ = "evaluations"

    id: str = Field(primary_key=True)
    case_id: str = case_id()
    assignment_id: str
    round: int
    deputy: str
    attitude: str
    result: str
    value: str
    channel: str
    evaluated_on: date
    corrects: str = Field(default="", sa_column_kwargs={"server_default": ""})


class AssessmentRow(SQLModel, table=True):
    """Never updated: the register only inserts here."""

    __tablename__ = "assessments"

    id: str = Field(primary_key=True)
    case_id: str = case_id()
    assignment_id: str
    round: int
    kind: str
    by: str
    score: int
    assessed_on: date
    participation: int | None
    timeliness: int | None
    completeness: int | None
    effect: int | None


class InspectionRow(SQLModel, table=True):
    """Never updated: the register only inserts here."""

    __tablename__ = "inspections"

    id: str = Field(primary_key=True)
    case_id: str = case_id()
    assignment_id: str
    commitment_id: str
    supervision_id: str
    round: int
    verdict: str
    claimed: str
    found: str
    by: str
    inspected_on: date
    place: str
    participants: list[str] = Field(sa_type=JSON)
    evidence: list[dict[str, str]] = Field(sa_type=JSON)


class AttachmentRow(SQLModel, table=True):
    """A photograph or paper by the SHA-256 of its content, which its event names."""

    __tablename__ = "attachments"

    case_id: str = case_id(primary=True, index=False)
    sha256: str = Field(primary_key=True)
    name: str
    media_type: str
    content: bytes
    added_at: datetime = Field(sa_type=Instant)
    added_by: str


class ConversionRow(SQLModel, table=True):
    __tablename__ = "conversions"

    id: str = Field(primary_key=True)
    case_id: str = case_id()
    kind: str
    target: str
    by: str
    converted_on: date
    done_on: date | None


class CommitmentRow(SQLModel, table=True):
    __tablename__ = "commitments"

    id: str = Field(primary_key=True)
    case_id: str = case_id()
    assignment_id: str
    text: str
    state: str
    promised_on: date
    due_on: date
    rescheduled: int
    verified_on: date | None
    since: date | None


class SupervisionRow(SQLModel, table=True):
    __tablename__ = "supervisions"
    __table_args__ = (Index("ix_supervisions_state", "state", "level", "proposed_on", "id"),)

    id: str = Field(primary_key=True)
    case_id: str = case_id()
    level: str
    slot: str
    state: str
    proposed_on: date
    by: str
    decided_on: date | None
    since: date | None
    kind: str = Field(default=LADDER, sa_column_kwargs={"server_default": LADDER})
    holder: str = Field(default="", sa_column_kwargs={"server_default": ""})
