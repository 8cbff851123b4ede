"""What engines share: the last run of each job, and leases on work that only one may do."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlmodel import col, delete, func, or_, select

from states.job_results import JobResult, in_english
from states.reasons import plain, result_from_plain
from storage.register import Register
from storage.statements import reading, transaction
from storage.tables.engine import JobRow, LeaseRow
from storage.typed_rows import insert_into, locked

SKEW = timedelta(minutes=10)
"""Tolerated difference between the clocks of two machines."""


@dataclass(frozen=True)
class Job:
    """The last run of a job: `due_at` is the scheduled moment that it served, None for an unscheduled run.

    `finished_at` None: it is running, or its engine died. `results` say what it did, or why it failed; a run that
    was recorded before there were any has only the English of `did` and `error`.
    """

    name: str
    due_at: datetime | None
    started_at: datetime
    finished_at: datetime | None
    by: str
    engine: str
    did: str
    error: str
    results: tuple[JobResult, ...]


@dataclass(frozen=True)
class Lease:
    """A lease: holder, name, and until when."""

    name: str
    holder: str
    until: datetime


def take_lease(register: Register, name: str, holder: str, at: datetime, lasts: timedelta) -> bool:
    """Take or renew the lease; False while somebody else holds it.

    A lease longer than any is given was taken by a clock that ran ahead and is ignored.
    """
    until = col(LeaseRow.until)
    free = or_(col(LeaseRow.holder) == holder, until <= at, until > at + lasts + SKEW)
    with transaction(register.engine) as cursor:
        lease = insert_into(cursor.session, LeaseRow).values(name=name, holder=holder, until=at + lasts)
        taken = lease.on_conflict_do_update(
            index_elements=["name"], set_={"holder": lease.excluded.holder, "until": lease.excluded.until}, where=free
        )
        return cursor.session.exec(taken.returning(col(LeaseRow.name))).first() is not None


def drop_leases(register: Register, holder: str) -> None:
    """Give up every lease of the holder."""
    with transaction(register.engine) as cursor:
        cursor.session.exec(delete(LeaseRow).where(col(LeaseRow.holder) == holder))


def leases(register: Register, at: datetime) -> list[Lease]:
    """The leases that run at `at`, by name."""
    running = select(LeaseRow).where(LeaseRow.until > at).order_by(LeaseRow.name)
    with reading(register.engine) as cursor:
        return [Lease(**row.model_dump()) for row in cursor.session.exec(running)]


def start_job(register: Register, name: str, engine: str, at: datetime, due_at: datetime | None) -> None:
    """Record that a job begins. An unscheduled run keeps the last scheduled moment."""
    begun: dict[str, Any] = {
        "started_at": at, "finished_at": None, "by": "", "engine": engine, "did": "", "error": "", "results": [],
    }  # fmt: skip
    with transaction(register.engine) as cursor:
        job = insert_into(cursor.session, JobRow).values(name=name, due_at=due_at, **begun)
        due = func.coalesce(job.excluded.due_at, JobRow.due_at)
        cursor.session.exec(job.on_conflict_do_update(index_elements=["name"], set_={**begun, "due_at": due}))


def finish_job(
    register: Register, name: str, at: datetime, by: str, results: Sequence[JobResult], error: str = ""
) -> None:
    """Record how a job ended: what it did; with an `error`, why it failed."""
    with transaction(register.engine) as cursor:
        job = locked(cursor.session, JobRow, name)
        if job is not None:
            job.finished_at, job.by, job.did, job.error = at, by, "" if error else in_english(results), error[:1000]
            job.results = [plain(result) for result in results]


def jobs(register: Register) -> dict[str, Job]:
    """The last run of every job that ever ran, by name."""
    with reading(register.engine) as cursor:
        rows = cursor.session.exec(select(JobRow).order_by(JobRow.name))
        return {row.name: Job(**row.model_dump() | {"results": _results(row)}) for row in rows}


def _results(row: JobRow) -> tuple[JobResult, ...]:
    return tuple(map(result_from_plain, row.results))
