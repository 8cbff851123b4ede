"""What the engines share: the last run of each job, and leases on what only one may do."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from storage.register import Register
from storage.statements import reading, transaction

SKEW = timedelta(minutes=10)
"""How far the clocks of two machines may be apart."""


@dataclass(frozen=True)
class Job:
    """The last run of a job: `due_at` is the moment of the timetable that it served, None for one that came by itself.

    `finished_at` None: it runs, or its engine died in it. `by` is prefect or direct.
    """

    name: str
    due_at: datetime | None
    started_at: datetime
    finished_at: datetime | None
    by: str
    engine: str
    did: str
    error: str


@dataclass(frozen=True)
class Lease:
    """Who holds what until when."""

    name: str
    holder: str
    until: datetime


def take_lease(register: Register, name: str, holder: str, at: datetime, lasts: timedelta) -> bool:
    """Take or renew the lease; False while somebody else holds it.

    One that would last longer than any does was taken by a clock that ran ahead, and holds nobody off.
    """
    sql, mark = register.layout.sql, register.layout.sql.mark
    until = sql.instant(at + lasts)
    with transaction(register.engine) as cursor:
        taken = cursor.run(
            f"INSERT INTO leases (name, holder, until) VALUES ({mark}, {mark}, {mark}) ON CONFLICT (name) DO UPDATE "
            "SET holder = excluded.holder, until = excluded.until "
            f"WHERE leases.holder = excluded.holder OR leases.until <= {mark} OR leases.until > {mark}",
            [name, holder, until, sql.instant(at), sql.instant(at + lasts + SKEW)],
        )
    return taken == 1


def drop_leases(register: Register, holder: str) -> None:
    """Give up every lease of the holder."""
    with transaction(register.engine) as cursor:
        cursor.run(f"DELETE FROM leases WHERE holder = {register.layout.sql.mark}", [holder])


def leases(register: Register, at: datetime) -> list[Lease]:
    """The leases that run at `at`, by name."""
    sql = register.layout.sql
    with reading(register.engine) as cursor:
        rows = cursor.rows(
            f"SELECT name, holder, until FROM leases WHERE until > {sql.mark} ORDER BY name",
            [sql.instant(at)],
        )
    return [Lease(name, holder, sql.read_instant(until)) for name, holder, until in rows]


def start_job(register: Register, name: str, engine: str, at: datetime, due_at: datetime | None) -> None:
    """Note that a job begins. A run outside the timetable keeps the moment that was served last."""
    sql, mark = register.layout.sql, register.layout.sql.mark
    due = sql.instant(due_at) if due_at else None
    with transaction(register.engine) as cursor:
        cursor.run(
            "INSERT INTO jobs (name, due_at, started_at, finished_at, by, engine, did, error) VALUES "
            f"({mark}, {mark}, {mark}, NULL, '', {mark}, '', '') ON CONFLICT (name) DO UPDATE SET "
            "due_at = coalesce(excluded.due_at, jobs.due_at), started_at = excluded.started_at, finished_at = NULL, "
            "by = '', engine = excluded.engine, did = '', error = ''",
            [name, due, sql.instant(at), engine],
        )


def finish_job(register: Register, name: str, at: datetime, by: str, did: str, error: str = "") -> None:
    """Note how a job ended: what it did, or why it failed."""
    sql, mark = register.layout.sql, register.layout.sql.mark
    with transaction(register.engine) as cursor:
        cursor.run(
            f"UPDATE jobs SET finished_at = {mark}, by = {mark}, did = {mark}, error = {mark} WHERE name = {mark}",
            [sql.instant(at), by, did, error[:1000], name],
        )


def jobs(register: Register) -> dict[str, Job]:
    """The last run of every job that ever ran, by name."""
    sql = register.layout.sql
    with reading(register.engine) as cursor:
        rows = cursor.rows(
            "SELECT name, due_at, started_at, finished_at, by, engine, did, error FROM jobs ORDER BY name"
        )

    def read(value: object) -> datetime | None:
        return None if value is None else sql.read_instant(value)

    return {
        name: Job(name, read(due), sql.read_instant(started), read(finished), by, engine, did, error)
        for name, due, started, finished, by, engine, did, error in rows
    }
