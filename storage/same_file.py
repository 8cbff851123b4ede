"""Check that the file of an SQLite database is still the one that was opened."""

import sqlite3
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, event


class FileMoved(sqlite3.OperationalError):
    """The file was moved, removed or replaced: what is written now would be lost."""

    sqlite_errorcode = sqlite3.SQLITE_CANTOPEN


class SameFile:
    """Refuses every use of the engine once its path no longer leads to the file that was opened first."""

    def __init__(self, engine: Engine, path: str) -> None:
        self.path = Path(path)
        self.known: tuple[int, int] | None = None
        event.listen(engine, "do_connect", self._check)
        event.listen(engine, "connect", self._remember)
        event.listen(engine, "checkout", self._check)

    def _check(self, *_: Any) -> None:
        if self.known is not None and self._there() != self.known:
            raise FileMoved(f"{self.path} was moved or replaced while it was open; start the program again")

    def _remember(self, *_: Any) -> None:
        self.known = self.known or self._there()

    def _there(self) -> tuple[int, int] | None:
        try:
            status = self.path.stat()
        except OSError:
            return None
        return status.st_dev, status.st_ino
