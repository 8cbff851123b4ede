"""Queries over many cases, answered from the stored rows as of the end of a civil day.

Whole tables are counted: statements of the cursor (figures in `storage.statements`).
"""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlmodel import Session, col, func, select

from rulebooks import midnight
from storage.register import Register
from storage.statements import reading
from storage.tables.cases import CaseRow
from storage.tables.deadlines import DeadlineRow
from storage.tables.events import EventRow
from storage.tables.messages import OutboxRow

IN_TIME = "met_on IS NOT NULL AND met_on <= last_day AND missed = 0"
LATE = "met_on IS NOT NULL AND (met_on > last_day OR missed > 0)"
OPEN = "met_on IS NULL AND void_on IS NULL"


@dataclass(frozen=True)
class OverdueLimit:
    """A limit that was overdue at the end of a day; `unit_name`: of the unit that owes it, if one does."""

    case_id: str
    subject_id: str
    key: str
    round: int
    owed_by: str
    last_day: date
    provisional: bool
    days_late: int
    number: str
    title: str
    unit_name: str | None


def by_limit(register: Register) -> dict[str, dict[str, int]]:
    """For each key: limits met in time, met late and still open; void ones do not count."""
    with reading(register.engine) as cursor:
        rows = cursor.rows(
            f"SELECT key, "
            f"sum(CASE WHEN {IN_TIME} THEN 1 ELSE 0 END), sum(CASE WHEN {LATE} THEN 1 ELSE 0 END), "
            f"sum(CASE WHEN {OPEN} THEN 1 ELSE 0 END) FROM deadlines WHERE duty GROUP BY 1 ORDER BY 1"
        )
    return {
        key: {"in_time": int(met), "late": int(late), "open": int(open_)} for key, met, late, open_ in rows
    }


def audit_on(register: Register, on: date) -> dict[str, Any]:
    """Cases open and duties overdue at the end of the civil day `on`: a reply on that day is no longer open.

    Shape: {"open": n, "overdue": {key: n}}; every key that ever ran as a duty is listed, also with 0.
    """
    sql = register.layout.sql
    with reading(register.engine) as cursor:
        keys = cursor.session.exec(select(DeadlineRow.key).where(col(DeadlineRow.duty)).distinct()).all()
        rows = cursor.rows(
            f"SELECT key, count(*) FROM deadlines WHERE {_overdue(sql.mark)} GROUP BY 1",
            [sql.day(on)] * 4,
        )
        open_ = _open_cases(cursor.session, on)
    counted = {key: int(count) for key, count in rows}
    return {"open": open_, "overdue": {key: counted.get(key, 0) for key in sorted(keys)}}


def overdue_on(register: Register, on: date) -> list[OverdueLimit]:
    """Every duty overdue at the end of `on`, the longest overdue first."""
    sql = register.layout.sql
    columns = "d.case_id, d.subject_id, d.key, d.round, d.owed_by, d.last_day, d.provisional, c.number, c.title, u.name"
    with reading(register.engine) as cursor:
        rows = cursor.rows(
            f"SELECT {columns} FROM deadlines d JOIN cases c ON c.id = d.case_id "
            f"LEFT JOIN units u ON d.owed_by = 'unit:' || u.id WHERE {_overdue(sql.mark)} "
            f"ORDER BY d.last_day, d.case_id, d.key, d.subject_id",
            [sql.day(on)] * 4,
        )
    return [_limit(values, on) for values in rows]


def counts(register: Register) -> dict[str, int]:
    """How many cases, events, deadlines and notices are stored."""
    tables = {"cases": CaseRow, "events": EventRow, "deadlines": DeadlineRow, "notices": OutboxRow}
    with reading(register.engine) as cursor:
        return {
            name: cursor.session.exec(select(func.count()).select_from(table)).one() for name, table in tables.items()
        }


def _overdue(mark: str) -> str:
    return (
        f"duty AND started_on <= {mark} AND last_day < {mark} AND (met_on IS NULL OR met_on > {mark}) "
        f"AND (void_on IS NULL OR void_on > {mark})"
    )


def _open_cases(session: Session, on: date) -> int:
    row, after = CaseRow, on + timedelta(days=1)
    open_ = select(func.count()).where(
        row.opened_at < midnight(after), func.coalesce(row.answered_on, after) > on,
        func.coalesce(row.ended_on, after) > on,
    )  # fmt: skip
    return session.exec(open_).one()


def _limit(values: tuple[Any, ...], on: date) -> OverdueLimit:
    case_id, subject_id, key, round_, owed_by, last, provisional, *words = values
    last_day = date.fromisoformat(last) if isinstance(last, str) else last
    return OverdueLimit(
        case_id, subject_id, key, int(round_), owed_by, last_day, bool(provisional), (on - last_day).days,
        *words,
    )  # fmt: skip
