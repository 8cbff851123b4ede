"""Several queries in one reading transaction."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from contextvars import ContextVar
from typing import Any, TypeVar

from sqlalchemy import Engine

C = TypeVar("C")


class Moment:
    """A reading transaction that begins with the first query."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self._open = ExitStack()
        self._cursor: Any = None

    def cursor(self, look: Callable[[Engine], AbstractContextManager[C]]) -> C:
        """The cursor of the moment; `look` opens it if there is none yet."""
        if self._cursor is None:
            self._cursor = self._open.enter_context(look(self.engine))
        cursor: C = self._cursor
        return cursor

    def end(self) -> None:
        self._cursor = None
        self._open.close()


@contextmanager
def one_moment(engine: Engine) -> Iterator[None]:
    """Within it everything that this thread reads is read in one transaction: a page of twenty queries begins once.

    A write through `transaction` ends the moment, and the next query begins another. Nested for the same database
    it changes nothing.
    """
    here = _MOMENT.get()
    if here is not None and here.engine is engine:
        yield
        return
    moment = Moment(engine)
    token = _MOMENT.set(moment)
    try:
        yield
    finally:
        _MOMENT.reset(token)
        moment.end()


def moment_here() -> Moment | None:
    """The moment of this context, None outside `one_moment`."""
    return _MOMENT.get()


_MOMENT: ContextVar[Moment | None] = ContextVar("_MOMENT", default=None)
