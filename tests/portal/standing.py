"""A clock that stands, so that a page of a test always shows the same day."""

from dataclasses import dataclass
from datetime import date, datetime

from flows.engine import Clock
from tests.builders import FIRST, noon


@dataclass(frozen=True)
class Standing(Clock):
    """Noon of one day; a test that wants another day gives its site another clock."""

    on: date = FIRST

    def now(self) -> datetime:
        return noon(self.on)
