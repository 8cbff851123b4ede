"""How long a context waits for its turn to write, and for an answer of the database."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from time import monotonic

BUSY_SECONDS = 60
"""So long a writer waits for its turn on SQLite, unless `waiting_at_most` says less."""
POOL_SECONDS = 5
"""So long anybody waits for a connection when all of them are in use."""
LOCKED = 1.0
"""So long a reader whose patience is bounded waits for a table of PostgreSQL that somebody changes or packs."""


@dataclass(frozen=True)
class Patience:
    """How long the writers of a context wait: together to a moment of the monotonic clock, each at least a while.

    `statement`: seconds that PostgreSQL works on one statement; None has no end.
    """

    seconds: float
    until: float
    least: float
    statement: float | None = None

    @property
    def left(self) -> float:
        return max(self.until - monotonic(), self.least)


@contextmanager
def waiting_at_most(seconds: float, least: float = 0.0, statement: float | None = None) -> Iterator[None]:
    """All transactions in this context wait so long for other writers, and each `least` whatever the ones before took.

    Whose turn does not come raises Busy; with 0 nobody waits. On PostgreSQL a reader waits `LOCKED` seconds for a table
    that is being changed, and a statement that takes longer than `statement` ends as Busy; where that is not said, it
    is as in the context around.
    """
    around = _PATIENCE.get()
    if statement is None and around is not None:
        statement = around.statement
    token = _PATIENCE.set(Patience(seconds, monotonic() + seconds, least, statement))
    try:
        yield
    finally:
        _PATIENCE.reset(token)


_PATIENCE: ContextVar[Patience | None] = ContextVar("_PATIENCE", default=None)


def patience_here() -> Patience | None:
    """What `waiting_at_most` said of this context; None where it said nothing."""
    return _PATIENCE.get()


def settings_of(patience: Patience, lock: float) -> list[str]:
    """What PostgreSQL is told of how long a transaction's statements wait and work."""
    bounds = {"lock_timeout": lock, "statement_timeout": patience.statement}
    return [
        f"SET LOCAL {name} = {max(1, round(seconds * 1000))}"
        for name, seconds in bounds.items()
        if seconds is not None
    ]
