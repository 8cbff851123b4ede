"""May the clock be trusted? Alarms about it, and what an accepted one makes of what was written while it was wrong.

While an alarm is open nothing happens by itself: no sweep, no sending, no seal. Reading and acting go on.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from storage.errors import StorageError
from storage.register import Register
from storage.settling import settle
from storage.statements import Cursor, Sql, reading, transaction

TOLERATED = timedelta(minutes=10)
"""What a clock may be off: a larger step, or a newest entry farther ahead, stops what happens by itself."""


class AlarmKind(StrEnum):
    """The clock moved against the time that passed, lies behind the newest entry, or behind another engine's."""

    STEP = "step"
    AHEAD = "ahead"
    APART = "apart"


class ClockRefused(StorageError):
    """There is nothing to accept, or nobody who accepts it; the message says what would work."""


class ClockHeld(StorageError):
    """Nothing happens by itself until the clock is accepted; the message says how."""


@dataclass(frozen=True)
class Alarm:
    """An alarm that is open: `seconds` is the step, or how far the newest entry lay ahead of the clock."""

    id: int
    raised_at: datetime
    engine: str
    kind: AlarmKind
    seconds: int


@dataclass(frozen=True)
class Accepted:
    """An alarm that somebody ended: who, when and why."""

    alarm: Alarm
    accepted_at: datetime
    accepted_by: str
    reason: str


def accepted(register: Register) -> list[Accepted]:
    """The alarms that were accepted, the newest first."""
    sql = register.layout.sql
    with reading(register.engine) as cursor:
        rows = cursor.rows(
            "SELECT id, raised_at, engine, kind, seconds, accepted_at, accepted_by, reason FROM clock_alarms "
            "WHERE accepted_at IS NOT NULL ORDER BY id DESC"
        )
    return [Accepted(_alarm(sql, row[:5]), sql.read_instant(row[5]), *row[6:]) for row in rows]


def open_alarm(register: Register) -> Alarm | None:
    """The alarm that nobody accepted yet."""
    with reading(register.engine) as cursor:
        return _open(cursor, register.layout.sql)


def entry_ahead(register: Register, at: datetime) -> timedelta | None:
    """How far the newest entry lies ahead of `at` beyond what is tolerated; entries that were accepted do not count."""
    with reading(register.engine) as cursor:
        return _ahead(cursor, register.layout.sql, at)


def engine_ahead(register: Register, at: datetime, engine: str, lasts: timedelta) -> timedelta | None:
    """How far another engine's clock lies ahead of `at` beyond what is tolerated, by its lease, which lasts so long.

    The one that is behind sees it, before the other one writes anything: which of the two is wrong, somebody says.
    """
    sql = register.layout.sql
    with reading(register.engine) as cursor:
        ((until,),) = cursor.rows(
            f"SELECT max(until) FROM leases WHERE name LIKE {sql.mark} AND holder <> {sql.mark} AND until > {sql.mark}",
            ["engine:%", engine, sql.instant(at + lasts + TOLERATED)],
        )
    return None if until is None else sql.read_instant(until) - lasts - at


def raise_alarm(register: Register, at: datetime, engine: str, kind: AlarmKind, off: timedelta) -> bool:
    """Keep an alarm; False when one is open already, which stays the only one."""
    with transaction(register.engine) as cursor:
        sql = register.layout.sql
        _alone(cursor, sql)
        if _open(cursor, sql) is not None:
            return False
        _insert(cursor, sql, at, engine, kind, off)
    return True


def standing(register: Register, at: datetime) -> Alarm | None:
    """Why nothing may happen by itself at `at`: the open alarm, or that entries lie ahead, not yet raised.

    A register for rehearsals keeps no real time, and has no such alarm.
    """
    if register.rehearsal:
        return None
    alarm = open_alarm(register)
    if alarm is None and (off := entry_ahead(register, at)) is not None:
        return Alarm(0, at, "", AlarmKind.AHEAD, round(off.total_seconds()))
    return alarm


def require_trusted(register: Register, at: datetime) -> None:
    """Raises ClockHeld while nothing may happen by itself."""
    alarm = standing(register, at)
    if alarm is not None:
        raise ClockHeld(
            f"{in_words(alarm)}: no sweep, sending or seal until somebody has looked at the machine's clock and says "
            "`duban clock accept --by WHO --reason WHY`"
        )


def in_words(alarm: Alarm) -> str:
    """What the alarm is about, for console and log."""
    off = timedelta(seconds=abs(alarm.seconds))
    if alarm.kind == AlarmKind.AHEAD:
        return f"the newest entry lies {off} ahead of the clock"
    if alarm.kind == AlarmKind.APART:
        return f"another engine's clock lies {off} ahead of this one"
    return f"the clock stepped {'ahead' if alarm.seconds > 0 else 'back'} by {off}"


def accept(register: Register, at: datetime, by: str, reason: str) -> Alarm:
    """The clock, which shows `at`, is right: everything goes on. Kept with who, when and why; raises ClockRefused.

    Entries that lie ahead of it raise no later ones from now on, and what a clock that ran ahead put off comes due
    as if it were written now.
    """
    if not by.strip() or not reason.strip():
        raise ClockRefused("who accepts the clock, and why, is kept: --by WHO --reason WHY")
    sql = register.layout.sql
    with transaction(register.engine) as cursor:
        _alone(cursor, sql)
        off = _ahead(cursor, sql, at)
        if _open(cursor, sql) is None:
            if off is None:
                raise ClockRefused("there is no alarm about the clock, and no entry lies ahead of it")
            _insert(cursor, sql, at, "console", AlarmKind.AHEAD, off)
        alarm = _open(cursor, sql)
        assert alarm is not None
        cursor.run(
            f"UPDATE clock_alarms SET accepted_at = {sql.mark}, accepted_by = {sql.mark}, reason = {sql.mark}, "
            f"entry = (SELECT coalesce(max({sql.entry}), 0) FROM events) WHERE accepted_at IS NULL",
            [sql.instant(at), by.strip(), reason.strip()],
        )
        settle(cursor, sql, at)
    return alarm


def _open(cursor: Cursor, sql: Sql) -> Alarm | None:
    rows = cursor.rows("SELECT id, raised_at, engine, kind, seconds FROM clock_alarms WHERE accepted_at IS NULL")
    return _alarm(sql, rows[0]) if rows else None


def _alarm(sql: Sql, row: Sequence[Any]) -> Alarm:
    number, raised_at, engine, kind, seconds = row
    return Alarm(int(number), sql.read_instant(raised_at), engine, AlarmKind(kind), int(seconds))


def _ahead(cursor: Cursor, sql: Sql, at: datetime) -> timedelta | None:
    """As `entry_ahead`; one look at an index as long as no entry lies ahead at all."""
    limit = sql.instant(at + TOLERATED)
    newest = cursor.rows("SELECT max(entered_at) FROM events")[0][0]
    if newest is None or newest <= limit:
        return None
    (newest,) = cursor.rows(
        f"SELECT max(entered_at) FROM events WHERE entered_at > {sql.mark} "
        f"AND {sql.entry} > (SELECT coalesce(max(entry), 0) FROM clock_alarms)",
        [limit],
    )[0]
    return None if newest is None else sql.read_instant(newest) - at


def _insert(cursor: Cursor, sql: Sql, at: datetime, engine: str, kind: AlarmKind, off: timedelta) -> None:
    cursor.run(
        "INSERT INTO clock_alarms (id, raised_at, engine, kind, seconds, accepted_at, accepted_by, reason, entry) "
        f"SELECT coalesce(max(id), 0) + 1, {', '.join([sql.mark] * 4)}, NULL, '', '', NULL FROM clock_alarms",
        [sql.instant(at), engine, kind.value, round(off.total_seconds())],
    )


def _alone(cursor: Cursor, sql: Sql) -> None:
    """Of two engines that see the same step one raises the alarm."""
    if sql.postgres:
        cursor.run("LOCK TABLE clock_alarms IN EXCLUSIVE MODE")
