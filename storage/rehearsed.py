"""Counts of a register for the report of a rehearsed year."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal, cast

from sqlalchemy import and_, literal_column
from sqlmodel import SQLModel, col, func, select

from states.stages import CLOSED
from states.vocabulary import A, ConsultStanding, Level, LimitKey, PartRole, Role, S, Satisfaction, Subject, V
from storage.levels import level_of, ranked
from storage.register import Register
from storage.statements import reading
from storage.stored import StoredNotice
from storage.tables.audits import FindingRow
from storage.tables.cases import AssignmentRow, CaseRow
from storage.tables.deadlines import DeadlineRow
from storage.tables.events import EventRow
from storage.tables.judging import EvaluationRow, SupervisionRow
from storage.tables.messages import MessageRow, OutboxRow
from storage.typed_rows import among

Counted = Literal["evaluations.value", "supervisions.state", "events.name", "outbox.recipient", "outbox.kind"]
"""A countable column of a table."""


def counts_of(register: Register, what: Counted) -> dict[str, int]:
    """How many rows have each value, by value."""
    table, _, name = what.partition(".")
    column = SQLModel.metadata.tables[table].columns[name]
    with reading(register.engine) as cursor:
        return dict(cursor.session.execute(select(column, func.count()).group_by(column).order_by(column)).all())


def limit_events(register: Register) -> list[dict[str, Any]]:
    """The events of reminders, overdue limits and steps of the ladder."""
    named = col(EventRow.name).in_(("limit.reminded", "limit.overdue", "limit.escalated"))
    with reading(register.engine) as cursor:
        return [event.model_dump() for event in cursor.session.exec(select(EventRow).where(named))]


def open_suggestions(register: Register) -> list[tuple[str, Level | None, date | None]]:
    """(state, highest level reached, nearest last day) of each suggestion that is not closed, by its open duties."""
    case, limit = CaseRow, DeadlineRow
    highest: Any = func.max(literal_column(ranked("deadlines.level")))
    open_duty = col(limit.duty), col(limit.met_on).is_(None), col(limit.void_on).is_(None)
    each = (
        select(case.state, highest, func.min(limit.last_day))
        .outerjoin(limit, and_(col(limit.case_id) == case.id, *open_duty))
        .where(case.machine == Subject.SUGGESTION, col(case.state).not_in([str(state) for state in CLOSED]))
        .group_by(col(case.id), case.state)
    )
    with reading(register.engine) as cursor:
        return [(state, Level.of(level_of(rank)), last) for state, rank, last in cursor.session.exec(each)]


@dataclass(frozen=True)
class OwedLimit:
    """A limit that is owed; void ones are included only on request."""

    case_id: str
    subject_id: str
    key: str
    round: int
    started_on: date
    last_day: date
    met_on: date | None
    void: bool
    missed: int
    source: str
    owed_by: str
    level: str


def owed_limits(register: Register, case_id: str = "") -> list[OwedLimit]:
    """All valid limits, by last day, key, subject and round; with `case_id` those of that case, including void ones."""
    row = DeadlineRow
    owed = select(row).where(row.duty).order_by(col(row.last_day), row.key, row.subject_id, col(row.round))
    wanted = owed.where(row.case_id == case_id) if case_id else owed.where(col(row.void_on).is_(None))
    with reading(register.engine) as cursor:
        return [
            OwedLimit(
                stored.case_id, stored.subject_id, stored.key, stored.round, stored.started_on, stored.last_day,
                stored.met_on,
                stored.void_on is not None, stored.missed, stored.source, stored.owed_by, stored.level,
            )
            for stored in cursor.session.exec(wanted)
        ]  # fmt: skip


def notices_of(register: Register, case_id: str) -> list[StoredNotice]:
    """The rows of the outbox of a case, in the order of its events."""
    row = OutboxRow
    of_case = select(row).where(row.case_id == case_id).order_by(col(row.seq), row.id)
    with reading(register.engine) as cursor:
        return [cast("StoredNotice", notice.model_dump()) for notice in cursor.session.exec(of_case)]


def judgement_counts(register: Register) -> tuple[int, int]:
    """(suggestions that were assigned, judgements that were given)."""
    assigned = select(func.count(col(CaseRow.assigned_on)))
    given_values = select(func.count()).where(EvaluationRow.value != Satisfaction.NO_RESPONSE)
    with reading(register.engine) as cursor:
        return cursor.session.exec(assigned).one(), cursor.session.exec(given_values).one()


def finding_counts(register: Register, codes: tuple[str, ...]) -> dict[str, int]:
    """How many findings have each of these codes."""
    row = FindingRow
    with reading(register.engine) as cursor:
        of_codes = select(row.code, func.count()).where(among(cursor.session, row.code, codes)).group_by(row.code)
        return dict(cursor.session.exec(of_codes).all())


@dataclass(frozen=True)
class Standing:
    """What the people of a case see of it: its state, its round and the drafts sent to the deputy."""

    state: str = ""
    round: int = 1
    drafts: frozenset[str] = frozenset()


def standings(register: Register, cases: list[str]) -> dict[str, Standing]:
    """The standing of each of the cases that exist."""
    if not cases:
        return {}
    case, part = CaseRow, AssignmentRow
    drafts: dict[str, set[str]] = {}
    with reading(register.engine) as cursor:
        session = cursor.session
        states = session.exec(select(case.id, case.state, case.round).where(among(session, case.id, cases))).all()
        with_deputy = among(session, part.case_id, cases), part.consult == ConsultStanding.OPEN
        before_deputy = select(part.case_id, part.id).where(*with_deputy)
        for case_id, part_id in session.exec(before_deputy):
            drafts.setdefault(case_id, set()).add(part_id)
    return {id_: Standing(state, round_, frozenset(drafts.get(id_, ()))) for id_, state, round_ in states}


def first_judging(register: Register, but: str = "") -> list[tuple[str, str]]:
    """(case, lead) of the first suggestion that waits for its first evaluation and is not led by `but`."""
    row = CaseRow
    waiting = select(row.id, row.lead).where(row.state == S.EVALUATING).order_by(row.id).limit(1)
    if but:
        waiting = waiting.where(row.round == 1, row.lead != but)
    with reading(register.engine) as cursor:
        return [*cursor.session.exec(waiting)]


def first_received(register: Register) -> list[tuple[str, str, str, str]]:
    """(case, part, unit, state) of the first part that its lead unit has just received, or has yet to receive."""
    row = AssignmentRow
    first = (
        select(row.case_id, row.id, row.unit, row.state)
        .where(col(row.state).in_((A.PENDING_RECEIPT, A.RECEIVED)), col(row.role).in_((PartRole.SOLE, PartRole.LEAD)))
        .order_by(col(row.state).desc(), row.id)
        .limit(1)
    )
    with reading(register.engine) as cursor:
        return [*cursor.session.exec(first)]


def latest_unit(register: Register) -> str:
    """The unit whose replies are overdue at the highest level, and most often."""
    row, unit = DeadlineRow, func.substr(DeadlineRow.owed_by, 6)
    overdue = (
        select(unit)
        .where(col(row.met_on).is_(None), col(row.void_on).is_(None), row.duty)
        .where(row.key == LimitKey.REPLY_BY, row.level != "")
        .group_by(unit)
        .order_by(func.max(literal_column(ranked("level"))).desc(), func.count().desc(), unit)
    )
    with reading(register.engine) as cursor:
        return str(cursor.session.exec(overdue.limit(1)).one())


def busiest_committee(register: Register) -> str:
    """The committee with most supervisions that run."""
    case, supervision = CaseRow, SupervisionRow
    running = (
        select(case.committee)
        .join(supervision, col(supervision.case_id) == case.id)
        .where(col(supervision.state).in_((V.ACTIVE, V.CONFIRMED)))
        .group_by(case.committee)
        .order_by(func.count().desc(), case.committee)
    )
    with reading(register.engine) as cursor:
        return cursor.session.exec(running.limit(1)).one()


@dataclass(frozen=True)
class SystemActs:
    """Automatic acts in a period: steps of limits by (event, level), proposals, other acts, messages."""

    steps: dict[tuple[str, str], int]
    proposed: int
    others: int
    messages: int


def acts_between(register: Register, since: datetime, until: datetime) -> SystemActs:
    """What was entered after `since` and not after `until`."""
    event, message = EventRow, MessageRow
    entered = col(event.entered_at) > since, col(event.entered_at) <= until
    level = func.coalesce(col(event.data)["level"].as_string(), "").label("level")
    steps = select(event.name, level, func.count()).where(event.subject == Subject.LIMIT, *entered)
    proposed = (col(event.name) == "supervision.proposed").label("proposed")
    acts = select(proposed, func.count()).where(event.role == Role.SYSTEM, event.subject != Subject.LIMIT, *entered)
    written = select(func.count()).where(col(message.created_at) > since, col(message.created_at) <= until)
    with reading(register.engine) as cursor:
        session = cursor.session
        by_step = session.exec(steps.group_by(event.name, literal_column("level"))).all()
        by_system = dict(session.exec(acts.group_by(literal_column("proposed"))).all())
        messages = session.exec(written).one()
    return SystemActs(
        {(name, reached): count for name, reached, count in by_step},
        by_system.get(True, 0), by_system.get(False, 0), messages,
    )  # fmt: skip
