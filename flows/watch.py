"""Whether the machine's clock can be trusted: it is compared with monotonic time and with the newest entry."""

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from loguru import logger

from rulebooks import ZONE, civil_day
from states.roles import Role
from storage import Register
from storage.clock import (
    TOLERATED,
    Alarm,
    AlarmKind,
    alarm_facts,
    clock_held,
    engine_ahead,
    entry_ahead,
    open_alarm,
    raise_alarm,
)
from storage.composing import note_for
from storage.recipients import everybody_with

LEASE = timedelta(seconds=30)
"""How long an engine's leases last; it keeps renewing them."""

ANEW = timedelta(hours=1)
"""The comparison restarts after this long, because a clock that is gradually adjusted makes no step."""


def passed() -> timedelta:
    """How long the machine has been on, including suspension, which is no step of its clock."""
    return timedelta(seconds=time.clock_gettime(getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)))


def wall() -> datetime:
    return datetime.now(UTC)


class Steps:
    """The steps of this machine's clock since the last look."""

    def __init__(self, wall: Callable[[], datetime] = wall, passed: Callable[[], timedelta] = passed) -> None:
        self._wall, self._passed = wall, passed
        self._begin = (wall(), passed())

    def look(self) -> timedelta:
        """How far the clock stepped beyond the tolerance, else nothing; a step is reported once."""
        now = (self._wall(), self._passed())
        step = (now[0] - self._begin[0]) - (now[1] - self._begin[1])
        stepped = abs(step) > TOLERATED
        if stepped or now[1] - self._begin[1] > ANEW:
            self._begin = now
        return step if stepped else timedelta()


class Watch:
    """An engine's watch over its clock; unused for a register for rehearsals, which has no real time."""

    def __init__(self, register: Register, engine: str, steps: Steps | None = None) -> None:
        self.register, self.engine = register, engine
        self.steps = steps or Steps()
        self._told = 0

    def trusts(self, at: datetime) -> bool:
        """Whether due work may run at `at`; if not, raises the alarm and notifies once."""
        if self.register.rehearsal:
            return True
        if step := self.steps.look():
            logger.error("the clock stepped by {} s", round(step.total_seconds()))
            raise_alarm(self.register, at, self.engine, AlarmKind.STEP, step)
        alarm = open_alarm(self.register)
        if alarm is None and (off := entry_ahead(self.register, at)) is not None:
            raise_alarm(self.register, at, self.engine, AlarmKind.AHEAD, off)
            alarm = open_alarm(self.register)
        if alarm is None and (off := engine_ahead(self.register, at, self.engine, LEASE)) is not None:
            raise_alarm(self.register, at, self.engine, AlarmKind.APART, off)
            alarm = open_alarm(self.register)
        if alarm is not None and alarm.id != self._told:
            self._told = alarm.id
            _tell(self.register, alarm, at)
        return alarm is None


def _tell(register: Register, alarm: Alarm, at: datetime) -> None:
    """One line in the log of each engine, one message to every auditor."""
    why = clock_held(alarm)
    logger.error("{}", why)
    body = (
        f"{alarm.raised_at.astimezone(ZONE):%Y-%m-%d %H:%M:%S}，引擎 {alarm.engine}：{why.chinese()}。\n"
        f"查看和办理照常。\n\n{why}"
    )
    title = f"【时钟告警】{alarm_facts(alarm).chinese()}"
    note_for(register, everybody_with(register, Role.AUDITOR, civil_day(at)), title, body, "", at, f"clock/{alarm.id}")
