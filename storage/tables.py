"""The tables of the register. The rows of a case mirror `states.cases`, column by field (a test compares them).

Rows are written by `storage.register` alone: a SQLModel table class checks no value.
"""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, Column, ForeignKey, Index, Integer, String, text
from sqlmodel import Field, SQLModel

from storage.columns import Instant


def case_id(*, primary: bool = False, index: bool = True) -> Any:
    """The column that hangs a row on its case."""
    return Field(
        sa_column=Column(String, ForeignKey("cases.id"), nullable=False, primary_key=primary, index=index)
    )


class CaseRow(SQLModel, table=True):
    """A case, and the head of its event chain: `seq` events, the last of them hashed as `head`.

    `sealed_seq` is how far the last nightly seal reached, `papered_seq` how far the papers were numbered.
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
    """A photograph or paper by the SHA-256 of its content, which the event that brings it names."""

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
    kind: str = Field(default="LADDER", sa_column_kwargs={"server_default": "LADDER"})
    holder: str = Field(default="", sa_column_kwargs={"server_default": ""})


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


class EventRow(SQLModel, table=True):
    """Append-only. `hash` covers every other column and `prev`, the hash of the case's event before.

    `at` and `on` date the fact, `entered_at` its entry. `rows` are digests of the rows as the event left them. In
    what order all events came in, each database numbers by itself (`Sql.entry`).
    """

    __tablename__ = "events"
    __table_args__ = (
        Index(
            "ix_events_key",
            "key",
            unique=True,
            sqlite_where=text("key IS NOT NULL"),
            postgresql_where=text("key IS NOT NULL"),
        ),
    )

    case_id: str = case_id(primary=True, index=False)
    seq: int = Field(primary_key=True)
    name: str
    subject: str
    subject_id: str
    round: int
    action: str
    at: datetime = Field(sa_type=Instant)
    on: date
    entered_at: datetime = Field(sa_type=Instant, index=True)
    by: str
    role: str
    unit: str
    key: str | None
    rulebook: str
    data: dict[str, Any] = Field(sa_type=JSON)
    rows: dict[str, str] = Field(sa_type=JSON)
    prev: str
    hash: str


class DocumentRow(SQLModel, table=True):
    """A text that came with an action; its digest stands in the event."""

    __tablename__ = "documents"

    id: str = Field(primary_key=True)
    case_id: str = case_id()
    seq: int
    kind: str
    text: str


class OutboxRow(SQLModel, table=True):
    """A notice to somebody, written with its event. `sent_at` is when it was put into messages, once for ever."""

    __tablename__ = "outbox"
    __table_args__ = (
        Index(
            "ix_outbox_unsent",
            "created_at",
            sqlite_where=text("sent_at IS NULL"),
            postgresql_where=text("sent_at IS NULL"),
        ),
    )

    id: str = Field(primary_key=True)
    case_id: str = case_id(index=False)
    seq: int
    recipient: str
    kind: str
    data: dict[str, Any] = Field(sa_type=JSON)
    urgent: bool
    created_at: datetime = Field(sa_type=Instant)
    sent_at: datetime | None = Field(sa_type=Instant)


class MessageRow(SQLModel, table=True):
    """What goes to one address over one channel: the notices that were waiting for it, in one text.

    `id` is the idempotency key of every attempt (the Message-ID of a mail). `next_try_at` is NULL when nothing more
    is to be done: sent, or dead. `resent` counts attempts after one that may have arrived.
    """

    __tablename__ = "messages"
    __table_args__ = (
        Index(
            "ix_messages_waiting",
            "next_try_at",
            sqlite_where=text("next_try_at IS NOT NULL"),
            postgresql_where=text("next_try_at IS NOT NULL"),
        ),
    )

    id: str = Field(primary_key=True)
    channel: str
    recipient: str = Field(index=True)
    address: str
    region: str
    subject: str
    body: str
    urgent: bool
    created_at: datetime = Field(sa_type=Instant)
    next_try_at: datetime | None = Field(sa_type=Instant)
    claimed_by: str
    claimed_until: datetime | None = Field(sa_type=Instant)
    attempts: int
    resent: int
    sent_at: datetime | None = Field(sa_type=Instant)
    dead_at: datetime | None = Field(sa_type=Instant)
    error: str
    read_at: datetime | None = Field(sa_type=Instant)


class MessageItemRow(SQLModel, table=True):
    """Which notices a message carries; no foreign key to the outbox, whose rows hang on their case."""

    __tablename__ = "message_items"

    message_id: str = Field(
        sa_column=Column(String, ForeignKey("messages.id"), nullable=False, primary_key=True)
    )
    outbox_id: str = Field(primary_key=True, index=True)


class FindingRow(SQLModel, table=True):
    """What a nightly audit found, once for however many nights: `code`, case and subject name it.

    `standing` is open, acknowledged, waived or gone; a finding that comes back after it was gone is open again.
    `why` and `todo` say in both languages what `facts` keeps of each as code and facts; a finding that nobody has found
    since 0.1.0 has the texts alone.
    """

    __tablename__ = "findings"

    code: str = Field(primary_key=True)
    case_id: str = Field(primary_key=True, index=True)
    subject_id: str = Field(primary_key=True)
    severity: str
    region: str = Field(index=True)
    why: str
    todo: str
    facts: dict[str, Any] = Field(sa_type=JSON, sa_column_kwargs={"server_default": "{}"})
    standing: str = Field(index=True)
    first_seen: date
    last_seen: date
    gone_on: date | None
    decided_by: str
    decided_on: date | None
    reason: str


class AuditRow(SQLModel, table=True):
    """A nightly audit: what it looked at, what it found, the seal it made, and its report."""

    __tablename__ = "audits"

    id: str = Field(primary_key=True)
    at: datetime = Field(sa_type=Instant)
    on: date = Field(index=True)
    region: str
    cases_open: int
    cases_looked_at: int
    found: int
    fresh: int
    gone: int
    seal_id: int | None
    root: str
    report: str


class JobRow(SQLModel, table=True):
    """The last run of each job of the engine. `by` is prefect or direct; `due_at` the moment of the timetable."""

    __tablename__ = "jobs"

    name: str = Field(primary_key=True)
    due_at: datetime | None = Field(sa_type=Instant)
    started_at: datetime = Field(sa_type=Instant)
    finished_at: datetime | None = Field(sa_type=Instant)
    by: str
    engine: str
    did: str
    error: str


class LeaseRow(SQLModel, table=True):
    """Who may do something alone, until when; whoever finds it run out takes it over."""

    __tablename__ = "leases"

    name: str = Field(primary_key=True)
    holder: str
    until: datetime = Field(sa_type=Instant)


class RuleTextRow(SQLModel, table=True):
    """A text of a rulebook that governs a case, whole and for ever; `gone` where it was lost before this table was.

    `text` is `Rulebook.text`, empty where it is gone; `digest` is taken from it.
    """

    __tablename__ = "rule_texts"

    ident: str = Field(primary_key=True)
    name: str
    version: date
    digest: str
    text: str
    state: str
    kept_at: datetime = Field(sa_type=Instant)


class RegisterMarkRow(SQLModel, table=True):
    """Whose time the database keeps: one row, id 1, in one that was made for rehearsals; none in a live one."""

    __tablename__ = "register_mark"

    id: int = Field(primary_key=True)
    kind: str
    marked_at: datetime = Field(sa_type=Instant)
    marked_by: str


class ClockAlarmRow(SQLModel, table=True):
    """The clock stepped, or ran behind the newest entry. Until it is accepted nothing happens by itself.

    `seconds` is how far it stepped, ahead or back, or how far the newest entry lay ahead of it. `entry` is the newest
    event that was there when the clock was accepted.
    """

    __tablename__ = "clock_alarms"

    id: int = Field(primary_key=True)
    raised_at: datetime = Field(sa_type=Instant)
    engine: str
    kind: str
    seconds: int = Field(sa_type=BigInteger)
    accepted_at: datetime | None = Field(sa_type=Instant)
    accepted_by: str
    reason: str
    entry: int | None = Field(sa_type=BigInteger)


class RegionRuleRow(SQLModel, table=True):
    """Which rulebook new cases of a region come under, by kind (suggestion, opinion) and from a day on."""

    __tablename__ = "region_rules"

    region: str = Field(primary_key=True)
    kind: str = Field(primary_key=True)
    from_day: date = Field(primary_key=True)
    rulebook: str
    by: str
    source: str
    confirmed: bool
    set_at: datetime = Field(sa_type=Instant)


class RulebookSwitchRow(SQLModel, table=True):
    """A rulebook that was deactivated: its limits still run, nobody is reminded or climbs by it."""

    __tablename__ = "rulebook_switches"

    name: str = Field(primary_key=True)
    off_since: date
    by: str
    reason: str


class SealRow(SQLModel, table=True):
    """A nightly seal: the Merkle root over the root before it, the head of every sealed chain, and the entries since.

    `entry` is the newest of `seal_entries` that it covers; 0 in seals that were made before there were any.
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
    """What a row of the table `kind` came to hold: append-only, in the order of `entry`, whatever any clock said.

    `row` is the key of the row, `digest` names its hash (`storage.seal_entries`) and is empty where the row was taken
    away. No foreign key: a deleted row must leave its entries behind.
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
    """The salt under which a living row was entered last; it is destroyed with what the row said."""

    __tablename__ = "row_salts"

    kind: str = Field(primary_key=True)
    row: str = Field(primary_key=True)
    salt: str


class NumberRow(SQLModel, table=True):
    """The last serial given out in a numbering series."""

    __tablename__ = "numbers"

    series: str = Field(primary_key=True)
    last: int


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


class CalendarNoticeRow(SQLModel, table=True):
    """Where calendar days come from: a State Council notice (`year` set) or an office's override."""

    __tablename__ = "calendar_notices"

    id: str = Field(primary_key=True)
    year: int | None
    title: str
    imported_at: datetime = Field(sa_type=Instant)
    imported_by: str
    region: str = Field(default="", sa_column_kwargs={"server_default": ""})
    issued_on: date | None
    seq: int = Field(default=0, sa_column_kwargs={"server_default": "0"})


class NoticeDayRow(SQLModel, table=True):
    """What one notice says of one day; every notice keeps all that it says."""

    __tablename__ = "notice_days"

    notice: str = Field(sa_column=Column(String, ForeignKey("calendar_notices.id"), nullable=False, primary_key=True))
    day: date = Field(primary_key=True)
    working: bool
    name: str


class CalendarDayRow(SQLModel, table=True):
    """The last word on each day as 0.1.0 kept it; `notice_days` took its place, nothing reads or writes it any more."""

    __tablename__ = "calendar_days"

    day: date = Field(primary_key=True)
    working: bool
    name: str
    notice: str = Field(sa_column=Column(String, ForeignKey("calendar_notices.id"), nullable=False))


class AccountRow(SQLModel, table=True):
    """Who may sign in: a `person` of the directory, or an administrator by `duty` who is none.

    `password` is an argon2 hash, empty until one is chosen by a one-time link. `holder` is the human who has a duty,
    as they call themselves or are called in the directory; `totp` the secret of their device, `totp_step` the last
    half minute whose code was used.
    """

    __tablename__ = "accounts"

    name: str = Field(primary_key=True)
    person: str = Field(index=True)
    duty: str
    password: str
    failures: int
    locked_until: datetime | None = Field(sa_type=Instant)
    created_at: datetime = Field(sa_type=Instant)
    created_by: str
    disabled_at: datetime | None = Field(sa_type=Instant)
    holder: str = Field(default="", sa_column_kwargs={"server_default": ""})
    totp: str = Field(default="", sa_column_kwargs={"server_default": ""})
    totp_step: int = Field(default=0, sa_column_kwargs={"server_default": "0"})


class SessionRow(SQLModel, table=True):
    """Somebody signed in. `token` is the digest of what the browser holds; `csrf` stands in every form.

    `standing` is empty, or what is still wanted: a `code` of the second factor, or to `enrol` the device that `secret`
    was shown to; until then the session lets nobody in.
    """

    __tablename__ = "sessions"

    token: str = Field(primary_key=True)
    account: str = Field(sa_column=Column(String, ForeignKey("accounts.name"), nullable=False, index=True))
    csrf: str
    created_at: datetime = Field(sa_type=Instant)
    seen_at: datetime = Field(sa_type=Instant)
    expires_at: datetime = Field(sa_type=Instant)
    ended_at: datetime | None = Field(sa_type=Instant)
    standing: str = Field(default="", sa_column_kwargs={"server_default": ""})
    secret: str = Field(default="", sa_column_kwargs={"server_default": ""})
    address: str = Field(default="", sa_column_kwargs={"server_default": ""})


class TokenRow(SQLModel, table=True):
    """A program that comes in for an account. `token` is the digest of what it holds, `id` names it to people.

    `scopes` are words with spaces between them.
    """

    __tablename__ = "tokens"

    token: str = Field(primary_key=True)
    id: str = Field(unique=True)
    account: str = Field(sa_column=Column(String, ForeignKey("accounts.name"), nullable=False, index=True))
    name: str
    scopes: str
    created_at: datetime = Field(sa_type=Instant)
    expires_at: datetime = Field(sa_type=Instant)
    used_at: datetime | None = Field(sa_type=Instant)
    revoked_at: datetime | None = Field(sa_type=Instant)
    revoked_by: str


class LinkRow(SQLModel, table=True):
    """A one-time link, by the digest of its token: to choose a password (`account`), or to evaluate one reply.

    An `evaluate` link is for a deputy, a case and the handling round in which it was made. `code` is the digest of what
    must be typed besides, `failures` how often it was typed wrongly.
    """

    __tablename__ = "links"

    token: str = Field(primary_key=True)
    purpose: str
    account: str
    case_id: str = Field(index=True)
    deputy: str
    round: int
    created_at: datetime = Field(sa_type=Instant)
    created_by: str
    expires_at: datetime = Field(sa_type=Instant)
    used_at: datetime | None = Field(sa_type=Instant)
    revoked_at: datetime | None = Field(sa_type=Instant)
    code: str = Field(default="", sa_column_kwargs={"server_default": ""})
    failures: int = Field(default=0, sa_column_kwargs={"server_default": "0"})


class MandateRow(SQLModel, table=True):
    """A deputy lets an assistant act on his behalf, from a day to a day, both inclusive."""

    __tablename__ = "mandates"

    proxy: str = Field(primary_key=True)
    deputy: str = Field(primary_key=True)
    since: date
    until: date | None
    granted_by: str


class AccessRow(SQLModel, table=True):
    """The access log: who signed in, looked at a case or at a list, or was refused; append-only.

    `row_count` and `filter` are those of a list; `region` is that of whoever looked.
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
    """A file in which entries wait until they are in the table: how many of its lines are, and the last one's hash.

    `fault` says how it was changed by somebody else.
    """

    __tablename__ = "access_files"

    name: str = Field(primary_key=True)
    folder: str
    moved: int
    head: str
    closed_at: datetime | None = Field(sa_type=Instant)
    fault: str


class PlaceRow(SQLModel, table=True):
    """A reception place (家站点). `code` is on the wall for everybody; `secret` signs its forms and leaves never."""

    __tablename__ = "places"

    id: str = Field(primary_key=True)
    name: str
    region: str = Field(index=True)
    kind: str
    address: str
    schedule: str
    closed_on: date | None
    code: str = Field(index=True, unique=True)
    secret: str


class PlacePersonRow(SQLModel, table=True):
    """A deputy who receives at a place, or a clerk who works there."""

    __tablename__ = "place_people"

    place: str = Field(primary_key=True)
    person: str = Field(primary_key=True, index=True)
    role: str


class OpinionPlaceRow(SQLModel, table=True):
    """Where an opinion came in, as its first event says; an index of it."""

    __tablename__ = "opinion_places"

    case_id: str = case_id(primary=True, index=False)
    place: str = Field(index=True)


class CitizenRow(SQLModel, table=True):
    """Who said an opinion, apart from its events so that it can be forgotten.

    `tracking` is the digest of the code by which the citizen follows it.
    """

    __tablename__ = "citizens"

    case_id: str = case_id(primary=True, index=False)
    name: str
    phone: str
    tracking: str | None = Field(index=True, unique=True)
    forgotten_at: datetime | None = Field(sa_type=Instant)


class SearchRow(SQLModel, table=True):
    """What is searched in of a case, in normal form. Its grams lie in `search_index`, which each database keeps its
    own way: an FTS5 table by `id` on SQLite, arrays with a GIN index by `case_id` on PostgreSQL.
    """

    __tablename__ = "search_texts"

    id: int = Field(primary_key=True)
    case_id: str = Field(
        sa_column=Column(String, ForeignKey("cases.id", ondelete="CASCADE"), nullable=False, unique=True, index=True)
    )
    title: str
    number: str
    facts: str
    proposal: str


class SecretStubRow(SQLModel, table=True):
    """That a suggestion concerning state secrets was received: its number and day, nothing of its content."""

    __tablename__ = "secret_stubs"

    region: str = Field(primary_key=True)
    number: str = Field(primary_key=True)
    received_on: date
    entered_at: datetime = Field(sa_type=Instant)
    entered_by: str


class PaperRow(SQLModel, table=True):
    """A paper (文书) that has its number. `case_id` and `seq` are the case and the event that occasioned it.

    `addressees` are kind:id as recipients of notices are, `issuer` too; `digest` is that of the file, once it was made.
    `figures` is what a report said, by line, and {} for every other paper.
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


class ImportRow(SQLModel, table=True):
    """An import into the directory: who, when, from where, which file, how many rows it named; append-only.

    `by` is the account, or `console` or `folder`; `region` bounds a regional one, empty: the whole directory.
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
    """What an import made of one row of its file: `new`, `changed` or `waits`; append-only. `powers` are the columns
    whose change is one of power, with spaces between them.
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


class ImportDecisionRow(SQLModel, table=True):
    """What became of a row that waited: `confirmed`, `refused`, `stale` or `superseded`; append-only."""

    __tablename__ = "import_decisions"

    import_id: str = Field(sa_column=Column(String, ForeignKey("imports.id"), nullable=False, primary_key=True))
    line: int = Field(primary_key=True)
    at: datetime = Field(sa_type=Instant)
    by: str
    outcome: str
    why: str


class PowerChangeRow(SQLModel, table=True):
    """That somebody may do more, less or other than before: accounts, roles, mandates, duties; append-only.

    `subject` is the account, person, unit or region, `region` whose auditors read of it.
    """

    __tablename__ = "power_changes"

    id: str = Field(primary_key=True)
    at: datetime = Field(sa_type=Instant, index=True)
    by: str
    what: str
    subject: str
    region: str
    old: str
    new: str


class DutyRequestRow(SQLModel, table=True):
    """What one administrator asks another to confirm: `create`, `link`, `enable`, `disable` or `device` of an account.

    `code` is the digest of what the requester hands to the account's holder, `outcome` empty until it was decided.
    """

    __tablename__ = "duty_requests"

    id: str = Field(primary_key=True)
    at: datetime = Field(sa_type=Instant)
    by: str
    what: str
    account: str
    duty: str
    holder: str
    code: str
    outcome: str
    decided_at: datetime | None = Field(sa_type=Instant)
    decided_by: str


class RecoveryCodeRow(SQLModel, table=True):
    """A code that stands in for a lost device once, by its digest."""

    __tablename__ = "recovery_codes"

    account: str = Field(sa_column=Column(String, ForeignKey("accounts.name"), nullable=False, primary_key=True))
    code: str = Field(primary_key=True)
    used_at: datetime | None = Field(sa_type=Instant)
