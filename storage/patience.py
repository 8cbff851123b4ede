"""How long a context waits to write, and for an answer of the database."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from time import monotonic

BUSY_SECONDS = 60
"""How long a writer waits for others on SQLite, unless `waiting_at_most` says less."""
POOL_SECONDS = 5
"""How long a caller waits for a connection when all are in use."""
LOCKED = 1.0
"""How long a reader with a bounded wait waits for a PostgreSQL table that is being altered or vacuumed."""


@dataclass(frozen=True)
class Patience:
    """How long the writers of a context wait: all until one moment of the monotonic clock, each at least a minimum.

    `statement`: seconds that PostgreSQL may spend on one statement; None: unlimited.
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
    """All transactions in this context together wait so long for other writers, but each at least `least`.

    Raises Busy after that; 0 does not wait. On PostgreSQL a reader waits `LOCKED` seconds for a table that is being
    altered, and a statement that takes longer than `statement` raises Busy; by default as in the enclosing
    context.
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
    """The patience set by `waiting_at_most` in this context; None outside it."""
    return _PATIENCE.get()


def settings_of(patience: Patience, lock: float) -> list[str]:
    """The PostgreSQL settings for the time-outs of a transaction."""
    bounds = {"lock_timeout": lock, "statement_timeout": patience.statement}
    return [
        f"SET LOCAL {name} = {max(1, round(seconds * 1000))}"
        for name, seconds in bounds.items()
        if seconds is not None
    ]
