"""Who read what: an entry is on disk before the answer is sent, in the table soon after; no reader waits for a writer.

Each process appends to a file of its own in one folder, moves what it wrote into the table `accesses`, and removes the
file when it ends. The next process to start moves what a dead one left there: each entry once, by its id.
"""

import os
import socket
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from secrets import token_hex
from threading import Lock, Thread
from time import sleep
from typing import Any, BinaryIO
from weakref import ref

from loguru import logger
from sqlalchemy import Engine
from sqlmodel import SQLModel, col, select

from rulebooks.file_faults import system_fault
from states.reasons import Label, Refused
from storage.access_files import ASIDE, BEFORE, SUFFIX, AccessFile, Altered, LogLine, claimed, log_lines
from storage.errors import Busy, NotKept
from storage.kept_reasons import NONE, kept_as
from storage.patience import waiting_at_most
from storage.seal_entries import SealedRows
from storage.statements import Cursor, Sql, reading, transaction
from storage.tables.accesses import AccessFileRow
from storage.typed_rows import locked

CHUNK = 1_000
"""Entries of an abandoned file that one transaction moves."""
SOON = 0.25
"""Seconds between moves, so that many entries go together."""
LATER = 30.0
"""At most so many seconds until the next try when the database refused them."""
LARGEST = 16 << 20
"""Bytes of a file after which, once it is moved, the next one is begun."""
AT_ONCE = 1 << 20
"""Bytes of entries read for one transaction."""


def folder_of(engine: Engine) -> Path:
    """The default folder of the files: beside a SQLite database, else the working folder."""
    database = engine.url.database or "duban"
    if engine.dialect.name == "sqlite":
        return Path(f"{database}.access")
    return Path("var/access") / Path(database).name


class _Group:
    """Entries of one caller, and whether they were written."""

    def __init__(self, entries: Sequence[Mapping[str, Any]]) -> None:
        self.entries = entries
        self.written = False
        self.error: OSError | None = None


class AccessLog:
    """The entries of this process; `folder` outlives it."""

    def __init__(self, engine: Engine, sql: Sql, folder: Path) -> None:
        self.engine, self.sql, self.folder = engine, sql, folder
        self.rows = SealedRows(sql, SQLModel.metadata.tables["accesses"])
        self.database = Path(engine.url.database or "").name
        self._queue: list[_Group] = []
        self._guard, self._writing, self._moving = Lock(), Lock(), Lock()
        self._file: AccessFile | None = None
        self._mover: Thread | None = None
        self._left = False
        """Whether the folder has files left by a dead process, or by this one after an error."""

    # -- keeping -------------------------------------------------------------------------------------------------

    def keep(self, entries: Sequence[Mapping[str, Any]]) -> None:
        """Write entries; they are synced when this returns. Concurrent callers share one sync.

        Raises NotKept when they cannot be written: then nothing may be shown.
        """
        mine = _Group(entries)
        with self._guard:
            self._queue.append(mine)
        while not mine.written:
            with self._writing:
                if not mine.written:
                    with self._guard:
                        groups, self._queue = self._queue, []
                    self._append(groups)
        if mine.error is not None:
            folder, why = Label(self.folder), system_fault(mine.error)
            raise NotKept(Refused("access_log_unwritten", folder=folder, why=why))
        self._move_soon()

    def _append(self, groups: Sequence[_Group]) -> None:
        file = self._file
        try:
            if file is None:
                name = f"{socket.gethostname()}-{os.getpid()}-{token_hex(8)}"
                file = self._file = AccessFile(self.folder, name, self.database)
            file.append([entry for group in groups for entry in group.entries])
        except OSError as error:
            logger.error("the access log cannot be written: {}", error)
            for written in groups:
                written.error = error
            if file is not None:  # its last line may be torn, so nothing may follow there
                file.close(remove=False)
                self._file, self._left = None, True
        for written in groups:
            written.written = True

    # -- moving --------------------------------------------------------------------------------------------------

    def move(self, wait: bool = True) -> int:
        """Move this process's entries into the table and return how many. A second call moves nothing.

        Without `wait` nothing is done while another thread is moving.
        """
        count = 0
        if not self._moving.acquire(blocking=wait):
            return 0
        try:
            file = self._file
            while file is not None and file is self._file and file.waiting:
                try:
                    reached = file.after(file.moved, AT_ONCE)
                except Altered as altered:
                    self._leave(file, altered.why)
                    return count
                count += self._take(file.path, reached)
                file.moved = reached[-1]
            if file is not None and file.last.end > LARGEST:
                self._end(file)
        finally:
            self._moving.release()
        return count

    def _end(self, file: AccessFile) -> None:
        """Close a file that is wholly moved; the next entries begin another. Called with `_moving` held."""
        with self._writing:
            if file is not self._file or file.waiting:
                return
            self._file = None
        try:
            self._take(file.path, [], closed=True)
        except Exception:
            file.close(remove=False)  # the next start ends it
            self._left = True
            raise
        file.close(remove=True)

    def _leave(self, file: AccessFile, why: Refused) -> None:
        """Begin another file, and have this one adopted like an abandoned one."""
        logger.error("{} was changed: {}", file.path, why)
        with self._writing:
            if file is self._file:
                self._file = None
        self._left = True
        file.close(remove=False)

    def _take(self, path: Path, group: Sequence[LogLine], fault: Refused | None = None, closed: bool = False) -> int:
        """The entries of these lines into the table, and how far the file is moved, in one transaction."""
        entries = [_row(line) for line in group if "id" in line.entry]
        with transaction(self.engine) as cursor:
            self.rows.insert_new(cursor, entries)
            self._note(cursor, path, group, fault, closed)
        return len(entries)

    def _note(self, cursor: Cursor, path: Path, group: Sequence[LogLine], fault: Refused | None, closed: bool) -> None:
        file = locked(cursor.session, AccessFileRow, path.stem) or AccessFileRow(
            name=path.stem, folder=self._place(), moved=0, head=BEFORE.head, closed_at=None, fault="", facts=NONE
        )
        cursor.session.add(file)
        if group:
            file.moved, file.head = group[-1].number + 1, group[-1].head
        if closed:
            file.closed_at, file.fault, file.facts = datetime.now(UTC), str(fault or ""), kept_as(fault)

    def _place(self) -> str:
        return f"{socket.gethostname()}:{self.folder.resolve()}"

    # -- what others left ----------------------------------------------------------------------------------------

    def adopt(self) -> int:
        """Move what dead processes left in the folder and return how many entries.

        A tampered file is put aside, the entries before the change are moved, and the audit names it.
        """
        count = 0
        for path in sorted(self.folder.glob(f"*{SUFFIX}")):
            file = None if self._file is not None and path == self._file.path else claimed(path)
            if file is not None:
                with file:
                    count += self._adopt(path, file)
        self._miss()
        return count

    def _adopt(self, path: Path, file: BinaryIO) -> int:
        with reading(self.engine) as cursor:
            row = cursor.session.get(AccessFileRow, path.stem)
        moved, head = (row.moved, row.head) if row else (0, BEFORE.head)
        count, last, group = 0, BEFORE, []
        fault: Refused | None = None
        try:
            for last in log_lines(file):
                if last.number == 0 and last.entry.get("database") != self.database:
                    logger.warning("{} is of another database, {}", path, last.entry.get("database"))
                    return 0
                if last.number == moved - 1 and last.head != head:
                    raise Altered(Refused("line_not_as_moved", line=moved))
                if last.number >= moved:
                    group.append(last)
                if len(group) == CHUNK:
                    count, group = count + self._take(path, group), []
            if last.number < moved - 1:
                raise Altered(Refused("file_ends_early", line=last.number + 1, moved=moved))
        except Altered as altered:
            fault = altered.why
        count += self._take(path, group, fault, closed=True)
        if fault:
            path.rename(path.with_suffix(ASIDE))
            logger.error("{} was changed, it is put aside: {}", path, fault)
        else:
            path.unlink()
        return count

    def _miss(self) -> None:
        """Report the files that were begun in this folder and not ended, but are missing."""
        row = AccessFileRow
        begun = select(row.name).where(row.folder == self._place(), col(row.closed_at).is_(None))
        with reading(self.engine) as cursor:
            names = cursor.session.exec(begun).all()
        own = self._file.path.stem if self._file is not None else ""
        gone = [name for name in names if name != own and not (self.folder / f"{name}{SUFFIX}").exists()]
        for name in gone:
            self._take(self.folder / name, [], Refused("file_gone"), closed=True)

    # -- by itself -----------------------------------------------------------------------------------------------

    def begin(self) -> None:
        """Move what earlier processes left, in the background; returns at once."""
        self._left = True
        self._move_soon()

    def close(self) -> None:
        """Move the rest and remove the file; what the database refuses now stays for the next start."""
        try:
            with waiting_at_most(5):
                self.move()
                with self._moving:
                    if self._file is not None:
                        self._end(self._file)
        except (Busy, OSError, self.engine.dialect.loaded_dbapi.Error) as error:
            logger.warning("entries of reading stay in {}: {}", self.folder, error)

    def _move_soon(self) -> None:
        with self._guard:
            if self._mover is None:
                self._mover = Thread(target=_mover, args=(ref(self),), name="access-log", daemon=True)
                self._mover.start()

    def _look_after(self) -> None:
        if self._left:
            self.adopt()
            self._left = False
        self.move()

    def _idle(self) -> bool:
        """Whether nothing is left to move; if so, the calling thread is no longer the mover."""
        with self._guard:
            file = self._file
            if self._left or (file is not None and file.waiting):
                return False
            self._mover = None
            return True


def _row(line: LogLine) -> dict[str, Any]:
    return {**line.entry, "at": datetime.fromisoformat(line.entry["at"])}


def _mover(of: "ref[AccessLog]") -> None:
    """Move until nothing is left; a database that refuses entries is tried again later."""
    pause = SOON
    while True:
        sleep(pause)
        log = of()
        if log is None:
            return
        try:
            log._look_after()
            pause = SOON
        except Exception as error:  # the entries are on the disk: whatever it is, they are moved later
            logger.warning("entries of reading are not in the table yet: {}", error)
            pause = min(max(pause * 2, 1.0), LATER)
        if log._idle():
            return
        del log
