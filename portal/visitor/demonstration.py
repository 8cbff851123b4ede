"""A demonstration: its clock can be moved, its people can be changed; nothing of it exists where duban is at work."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from threading import Lock

from flows.channels import Channels
from flows.engine import Clock
from flows.passing import Passed, pass_time
from portal.visitor.languages import say
from rulebooks import ZONE, civil_day
from storage import Register

LONGEST = 92
"""Days that one move may take the clock on."""

MORNING = time(9, 5)


class CannotMove(ValueError):
    """The clock does not move so; the message says why, for the page."""


@dataclass(frozen=True)
class Member:
    """One of the people whom a newcomer can be: `account` signs in, the words say who it is."""

    account: str
    role: str
    who: str


class Demo:
    """The demonstration of one process: its register, the clock that engine and portal share, and its cast."""

    def __init__(
        self, register: Register, clock: Clock, channels: Channels, cast: Mapping[str, Member]
    ) -> None:
        self.register, self.clock, self.channels = register, clock, channels
        self.cast = cast
        self.passed: Passed | None = None
        """what the last move brought"""
        self._moving = Lock()

    def move(self, until: datetime) -> Passed:
        """Live up to `until`: limits climb, messages go out, nights are audited. Raises CannotMove."""
        if not self._moving.acquire(blocking=False):
            raise CannotMove(say("时钟正在走，请等它走完"))
        try:
            now = self.clock.now()
            if until <= now:
                words = (
                    "时钟只能向前：现在是 %(now)s，已经发生的事不能倒回去；"
                    "想从头来，停下以后再运行一次 make run"
                )
                raise CannotMove(say(words, now=f"{now.astimezone(ZONE):%Y-%m-%d %H:%M}"))
            if until - now > timedelta(days=LONGEST):
                last = civil_day(now) + timedelta(days=LONGEST)
                raise CannotMove(say("一次最多走 %(n)d 天，请选 %(last)s 以前的日期，再接着走", n=LONGEST, last=last))
            self.clock.held = True
            self.passed = pass_time(self.register, now, until, self.channels, self._reach)
            self._reach(until)
            return self.passed
        finally:
            self.clock.held = False
            self._moving.release()

    def ahead(self, days: int) -> datetime:
        return self.clock.now() + timedelta(days=days)

    def morning_of(self, day: date) -> datetime:
        return datetime.combine(day, MORNING, ZONE)

    def _reach(self, moment: datetime) -> None:
        if moment > self.clock.now():
            self.clock.move_to(moment)
