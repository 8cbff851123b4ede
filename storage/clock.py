"""Whether the clock can be trusted: alarms about it, and what accepting one does to what was written meanwhile.

While an alarm is open nothing runs automatically: no sweep, no sending, no seal. Reading and acting go on.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlmodel import Session, col, func, select

from states.reasons import Label, Refused
from storage.errors import RefusedByRule
from storage.register import Register
from storage.settling import settle
from storage.statements import Cursor, Sql, reading, transaction
from storage.tables.engine import ClockAlarmRow, LeaseRow
from storage.typed_rows import hold_tables

TOLERATED = timedelta(minutes=10)
"""Tolerance of the clock: a larger step, or a newest entry farther ahead, stops automatic work."""


class AlarmKind(StrEnum):
    """The clock moved against the time that passed, lies behind the newest entry, or behind another engine's."""

    STEP = "step"
    AHEAD = "ahead"
    APART = "apart"


class ClockHeld(RefusedByRule):
    """Automatic work is stopped until the clock is accepted; the message says how."""


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
    """An alarm that a person accepted: who, when and why."""

    alarm: Alarm
    accepted_at: datetime
    accepted_by: str
    reason: str


def accepted(register: Register) -> list[Accepted]:
    """The alarms that were accepted, the newest first."""
    newest = select(ClockAlarmRow).order_by(col(ClockAlarmRow.id).desc())
    with reading(register.engine) as cursor:
        return [
            Accepted(_alarm(row), row.accepted_at, row.accepted_by, row.reason)
            for row in cursor.session.exec(newest)
            if row.accepted_at is not None
        ]


def open_alarm(register: Register) -> Alarm | None:
    """The alarm not accepted yet."""
    with reading(register.engine) as cursor:
        row = _open(cursor.session)
        return _alarm(row) if row else None


def entry_ahead(register: Register, at: datetime) -> timedelta | None:
    """How far the newest entry lies ahead of `at` beyond what is tolerated; entries that were accepted do not count."""
    with reading(register.engine) as cursor:
        return _ahead(cursor, register.layout.sql, at)


def engine_ahead(register: Register, at: datetime, engine: str, lasts: timedelta) -> timedelta | None:
    """How far another engine's clock is ahead of `at` beyond the tolerance, judged by its lease of this duration.

    The engine that is behind notices it, before the other writes anything; a person decides which of the two is wrong.
    """
    row, limit = LeaseRow, at + lasts + TOLERATED
    ahead = select(row).where(col(row.name).like("engine:%"), row.holder != engine, row.until > limit)
    with reading(register.engine) as cursor:
        farthest = cursor.session.exec(ahead.order_by(col(row.until).desc())).first()
    return farthest.until - lasts - at if farthest else None


def raise_alarm(register: Register, at: datetime, engine: str, kind: AlarmKind, off: timedelta) -> bool:
    """Store an alarm; False when one is already open, which stays the only one."""
    with transaction(register.engine) as cursor:
        hold_tables(cursor.session, "EXCLUSIVE", ClockAlarmRow)  # of two engines that see the same step one raises it
        if _open(cursor.session) is not None:
            return False
        _raise(cursor.session, at, engine, kind, off)
    return True


def standing(register: Register, at: datetime) -> Alarm | None:
    """Why automatic work is stopped at `at`: the open alarm, or entries ahead of the clock without an alarm yet.

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
        raise ClockHeld(clock_held(alarm))


def clock_held(alarm: Alarm) -> Refused:
    """Why automatic work is stopped, and what to do."""
    return Refused("clock_held", alarm=alarm_facts(alarm))


def alarm_facts(alarm: Alarm) -> Refused:
    """What the alarm is about."""
    off = Label(timedelta(seconds=abs(alarm.seconds)))
    if alarm.kind == AlarmKind.AHEAD:
        return Refused("clock_behind_entries", off=off)
    if alarm.kind == AlarmKind.APART:
        return Refused("clock_behind_engine", off=off)
    return Refused("clock_stepped_ahead", off=off) if alarm.seconds > 0 else Refused("clock_stepped_back", off=off)


def accept(register: Register, at: datetime, by: str, reason: str) -> Alarm:
    """Accept the clock, which shows `at`, as right; stores who, when and why. Raises RefusedByRule.

    Entries that lie ahead of it raise no later ones from now on, and what a clock that ran ahead put off comes due
    as if it were written now.
    """
    if not by.strip() or not reason.strip():
        raise RefusedByRule(Refused("clock_unexplained"))
    sql = register.layout.sql
    with transaction(register.engine) as cursor:
        hold_tables(cursor.session, "EXCLUSIVE", ClockAlarmRow)
        off = _ahead(cursor, sql, at)
        row = _open(cursor.session)
        if row is None:
            if off is None:
                raise RefusedByRule(Refused("no_clock_alarm"))
            row = _raise(cursor.session, at, "console", AlarmKind.AHEAD, off)
        row.accepted_at, row.accepted_by, row.reason = at, by.strip(), reason.strip()
        row.entry = int(cursor.rows(f"SELECT coalesce(max({sql.entry}), 0) FROM events")[0][0])
        settle(cursor.session, at)
        return _alarm(row)


def _open(session: Session) -> ClockAlarmRow | None:
    return session.exec(select(ClockAlarmRow).where(col(ClockAlarmRow.accepted_at).is_(None))).first()


def _alarm(row: ClockAlarmRow) -> Alarm:
    return Alarm(row.id, row.raised_at, row.engine, AlarmKind(row.kind), row.seconds)


def _ahead(cursor: Cursor, sql: Sql, at: datetime) -> timedelta | None:
    """As `entry_ahead`; a single index lookup as long as no entry is ahead.

    The order of entry is a column that each database numbers by itself: statements of the cursor.
    """
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


def _raise(session: Session, at: datetime, engine: str, kind: AlarmKind, off: timedelta) -> ClockAlarmRow:
    last = session.exec(select(func.max(ClockAlarmRow.id))).one()
    row = ClockAlarmRow(
        id=(last or 0) + 1, raised_at=at, engine=engine, kind=kind.value, seconds=round(off.total_seconds()),
        accepted_at=None, accepted_by="", reason="", entry=None,
    )  # fmt: skip
    session.add(row)
    return row
