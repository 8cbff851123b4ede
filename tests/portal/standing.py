"""A clock that stands, so that a page of a test always shows the same day."""

from datetime import date, datetime

from flows.engine import Clock
from tests.builders import FIRST, noon


class Standing(Clock):
    """Noon of one day; a test that wants another day gives its site another clock."""

    def __init__(self, on: date = FIRST) -> None:
        super().__init__()
        self.on = on

    def now(self) -> datetime:
        return noon(self.on)
