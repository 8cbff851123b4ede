"""The demonstration: a movable clock and a choice of people to sign in as; absent from a live portal."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from threading import Lock

from flows.channels import Channels
from flows.engine import Clock
from flows.passing import Passed, pass_time
from portal.visitor.errors import DoorRefused
from rulebooks import ZONE, civil_day
from states.reasons import Label, Refused
from storage import Register

LONGEST = 92
"""Most days that one move may advance the clock."""

MORNING = time(9, 5)


@dataclass(frozen=True)
class Member:
    """A person as whom a newcomer can sign in: `account`, and words about them."""

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
        """the result of the last move"""
        self._moving = Lock()

    def move(self, until: datetime) -> Passed:
        """Advance to `until`: limits climb, messages are sent, nights are audited. Raises DoorRefused."""
        if not self._moving.acquire(blocking=False):
            raise DoorRefused(409, Refused("clock_moving"))
        try:
            now = self.clock.now()
            if until <= now:
                moment = Label(f"{now.astimezone(ZONE):%Y-%m-%d %H:%M}")
                raise DoorRefused(409, Refused("clock_backwards", now=moment, command=Label("make run")))
            if until - now > timedelta(days=LONGEST):
                last = civil_day(now) + timedelta(days=LONGEST)
                raise DoorRefused(409, Refused("clock_too_far", days=LONGEST, last=last))
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
