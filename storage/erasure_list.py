"""The erasures in a file outside the database, by which a restored backup is struck again.

A line is an erasure as JSON: where the words stood and the digest of what remains, never the words.
"""

import fcntl
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import orjson
from sqlmodel import col, select

from states.reasons import Label, Refused
from storage.erased import linked_cases
from storage.erasing import LOCK, next_number
from storage.errors import RefusedByRule
from storage.register import Register
from storage.statements import Cursor, reading, transaction
from storage.struck import overwrite_deleted, renew_search, strike_again
from storage.tables.erasures import ErasureRow
from storage.typed_rows import hold, put

INSTANTS = ("at", "decided_at")
OUTSIDE = ("number", "words", "reason")
"""Columns that are not in the file: the first depends on the database, the others may have words."""


@dataclass(frozen=True)
class Repeated:
    """The erasures carried out again, and the names of rows that are not as they were, which stay as they are."""

    erasures: tuple[str, ...]
    differing: tuple[str, ...]


class ErasureList:
    """The file of a register's erasures, beside the folder of its access log; mode 0600, only ever appended to."""

    def __init__(self, register: Register, access_folder: Path) -> None:
        self.register = register
        self.path = Path(f"{access_folder}.erasures")

    def write(self) -> int:
        """Append the erasures that are not in the file yet, and return how many. Raises OSError."""
        row = ErasureRow
        with reading(self.register.engine) as cursor:
            done = cursor.session.exec(select(row).where(row.number > 0).order_by(col(row.number))).all()
        if not done:
            return 0
        with self._opened() as file:
            listed = {line["id"] for line in self._lines(file)}
            lines = [erasure.model_dump(exclude={*OUTSIDE}) for erasure in done if erasure.id not in listed]
            os.write(file, b"".join(orjson.dumps(line) + b"\n" for line in lines))
            os.fsync(file)
        return len(lines)

    def repeat(self) -> Repeated:
        """Carry out the erasures of the file that the database does not know; a second call does nothing.

        Raises RefusedByRule where a line cannot be read: nothing of the file is done then.
        """
        if not self.path.exists():
            return Repeated((), ())
        with self._opened() as file:
            lines = list(self._lines(file))
        repeated, differing = [], list[str]()
        with transaction(self.register.engine) as cursor:
            hold(cursor.session, LOCK)
            in_database = {*cursor.session.exec(select(ErasureRow.id).where(ErasureRow.number > 0))}
            for line in lines:
                if line["id"] not in in_database:
                    differing += self._again(cursor, line)
                    repeated.append(str(line["id"]))
        return Repeated(tuple(repeated), tuple(differing))

    def _again(self, cursor: Cursor, line: Mapping[str, Any]) -> list[str]:
        instants = {name: datetime.fromisoformat(line[name]) for name in INSTANTS}
        overwrite_deleted(cursor, self.register.layout.sql)
        differing = strike_again(cursor.session, line["spans"], line["remaining"], instants["decided_at"])
        renew_search(self.register.layout.search, cursor, linked_cases(cursor.session, line["case_id"], lock=True))
        number = next_number(cursor.session)
        put(cursor.session, ErasureRow(**{**line, **instants}, words=[], reason="", number=number))
        return differing

    @contextmanager
    def _opened(self) -> Iterator[int]:
        """The file, made where it is not there, locked against other processes."""
        self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        file = os.open(self.path, os.O_RDWR | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield file
        finally:
            os.close(file)

    def _lines(self, file: int) -> Iterator[Mapping[str, Any]]:
        """The erasures in the file; a last line that was torn when the program died is cut off."""
        content = os.pread(file, os.fstat(file).st_size, 0)
        whole = content[: content.rfind(b"\n") + 1]
        if len(whole) < len(content):
            os.ftruncate(file, len(whole))
        for number, line in enumerate(whole.splitlines(), start=1):
            try:
                erasure = orjson.loads(line)
            except ValueError:
                raise RefusedByRule(Refused("erasure_list", file=Label(str(self.path)), line=number)) from None
            yield erasure
