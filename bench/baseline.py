"""The baseline: what the register sent in each transaction, recorded once and sent again through the driver alone."""

import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from sqlalchemy import event
from sqlmodel import Session

from bench.databases import Database, Raw
from storage import statements

Call = tuple[str, str, Sequence[Any]]
"""(method of the cursor, statement, parameters)."""

RETURNS_ROWS = re.compile(r"\s*(SELECT|WITH)\b|.*\bRETURNING\b", re.IGNORECASE | re.DOTALL)

Tape = list[list[Call]]
"""The calls of every transaction, in order."""


@contextmanager
def recording() -> Iterator[Tape]:
    """Everything that a register sends while the block runs."""
    tape: Tape = []
    plain = statements.Cursor

    class RecordingCursor(plain):  # type: ignore[misc, valid-type]  # the class is a variable here
        def __init__(self, raw: Any, *further: Any) -> None:
            super().__init__(raw, *further)
            self.calls: list[Call] = []
            tape.append(self.calls)

        def rows(self, sql: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
            self.calls.append(("rows", sql, values))
            return super().rows(sql, values)  # type: ignore[no-any-return]

        def run(self, sql: str, values: Sequence[Any] = ()) -> int:
            self.calls.append(("run", sql, values))
            return super().run(sql, values)  # type: ignore[no-any-return]

        def run_many(self, sql: str, rows: Sequence[Sequence[Any]]) -> None:
            if rows:
                self.calls.append(("run_many", sql, rows))
            super().run_many(sql, rows)

        @property
        def session(self) -> Session:
            new = self._session is None
            session: Session = super().session
            if new:
                event.listen(session.get_bind(), "before_cursor_execute", self._of_session)
            return session

        def _of_session(self, _connection: Any, _raw: Any, sql: str, values: Any, _context: Any, many: bool) -> None:
            method = "run_many" if many else "rows" if RETURNS_ROWS.match(sql) else "run"
            self.calls.append((method, sql, values))

    statements.Cursor = RecordingCursor  # type: ignore[assignment, misc]
    try:
        yield tape
    finally:
        statements.Cursor = plain  # type: ignore[misc]


def replaying(database: Database, connection: Raw, tape: Tape) -> Callable[[], None]:
    """A run of the tape: the same statements, the same transactions, nothing between them.

    A transaction whose own beginning was left out of the tape is begun as one that writes.
    """
    begin = database.begin()

    def run() -> None:
        for calls in tape:
            raw = connection.cursor()
            if begin and not any(sql.startswith("BEGIN") for _, sql, _ in calls):
                raw.execute(begin)
            cursor = statements.Cursor(raw)
            for method, sql, values in calls:
                getattr(cursor, method)(sql, values)
            raw.close()
            connection.commit()

    return run
