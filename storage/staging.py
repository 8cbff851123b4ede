"""The facts of a replayed table, on disk until they are read in order of time."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path

Fact = tuple[int, int, str, str, str, bytes]
"""(number of the record, position in it, instant in ISO 8601 and UTC, id, action, data as JSON)"""


class StagedFacts:
    """Written once, in any order, and then read once."""

    def __init__(self, path: Path) -> None:
        self._database = sqlite3.connect(path, isolation_level=None)
        self._database.executescript(
            "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;"
            "CREATE TABLE ids (id TEXT PRIMARY KEY, number INTEGER) WITHOUT ROWID;"
            "CREATE TABLE facts (at TEXT, number INTEGER, position INTEGER, id TEXT, action TEXT, data BLOB);"
            "BEGIN"
        )

    def given_before(self, id_: str, number: int) -> int | None:
        """The earlier record than `number` that gave this id; None where there is none."""
        try:
            self._database.execute("INSERT INTO ids VALUES (?, ?)", (id_, number))
        except sqlite3.IntegrityError:
            (first,) = self._database.execute("SELECT number FROM ids WHERE id = ?", (id_,)).fetchone()
            return int(first)
        return None

    def add(self, fact: Fact) -> None:
        number, position, at, *rest = fact
        self._database.execute("INSERT INTO facts VALUES (?, ?, ?, ?, ?, ?)", (at, number, position, *rest))

    def in_order(self) -> Iterator[Fact]:
        """All facts by instant, record and position; none may be added afterwards."""
        self._database.execute("COMMIT")
        self._database.execute("CREATE INDEX by_time ON facts (at, number, position)")
        yield from self._database.execute(
            "SELECT number, position, at, id, action, data FROM facts ORDER BY at, number, position"
        )

    def close(self) -> None:
        self._database.close()
