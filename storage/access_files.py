"""One append-only file of access log entries: each line is chained to the one before and synced when `append` returns.

A line is the SHA-256 of (hash of the line before ‖ text), a space, and the text, which is JSON. The first line names
the file and its database. An incomplete last line was being written when the program died; nothing was shown for it.
"""

import fcntl
import hashlib
import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any, BinaryIO

import orjson

from states.reasons import Refused

SUFFIX = ".log"
ASIDE = ".altered"


@dataclass(frozen=True)
class LogLine:
    """A line with a valid hash: its number from 0, its hash, its text, and the offset of the next line."""

    number: int
    head: str
    entry: dict[str, Any]
    end: int


BEFORE = LogLine(-1, "0" * 64, {}, 0)
"""The hash to which the first line is chained."""


class Altered(Exception):
    """A line was changed after it was written; `why` says which."""

    def __init__(self, why: Refused) -> None:
        super().__init__(str(why))
        self.why = why


class AccessFile:
    """A file that this process writes and keeps locked. Raises OSError when it cannot be written.

    It is read through the same descriptor, so unlinking it loses nothing while it is open.
    """

    def __init__(self, folder: Path, name: str, database: str) -> None:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.path = folder / f"{name}{SUFFIX}"
        begun = folder / f"{name}.new"
        self._file = os.open(begun, os.O_RDWR | os.O_APPEND | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
        fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        begun.rename(self.path)  # under this name nobody finds it unlocked
        self.last = BEFORE
        """The last line that is on the disk."""
        self.moved = BEFORE
        """The last line that is in the table."""
        self.append([{"file": name, "database": database}])
        _sync_folder(folder)

    @property
    def waiting(self) -> bool:
        """Whether there are lines not yet in the table."""
        return self.last.end > self.moved.end

    def append(self, entries: Sequence[Mapping[str, Any]]) -> None:
        """Write these lines and sync once for all of them."""
        last, raws = self.last, []
        for entry in entries:
            text = orjson.dumps(entry, option=orjson.OPT_SORT_KEYS)
            head = chained(last.head, text)
            raws.append(head.encode() + b" " + text + b"\n")
            last = LogLine(last.number + 1, head, {}, last.end + len(raws[-1]))
        rest = memoryview(b"".join(raws))
        while rest:
            rest = rest[os.write(self._file, rest) :]
        os.fsync(self._file)
        self.last = last

    def after(self, last: LogLine, most: int) -> list[LogLine]:
        """Up to so many bytes of whole lines after `last`, as far as they are synced. Raises Altered."""
        end = self.last.end
        block = os.pread(self._file, min(most, end - last.end), last.end)
        if not block:
            raise Altered(Refused("file_shortened"))
        return list(log_lines(BytesIO(block), last))

    def close(self, remove: bool) -> None:
        """Close the file; `remove` deletes it, once all its entries are in the table."""
        if remove:
            self.path.unlink(missing_ok=True)
        os.close(self._file)


def claimed(path: Path) -> BinaryIO | None:
    """The file of a process that has ended, now locked; None while that process lives or another one has taken it."""
    try:
        file = path.open("r+b")
    except FileNotFoundError:
        return None
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        file.close()
        return None
    return file


def log_lines(file: BinaryIO, last: LogLine = BEFORE) -> Iterator[LogLine]:
    """The lines that follow `last`, where `file` stands. Raises Altered."""
    for raw in file:
        if not raw.endswith(b"\n"):
            return  # torn: the program died while it wrote
        head, text = raw[:64].decode("ascii", "replace"), raw[65:-1]
        if raw[64:65] != b" " or chained(last.head, text) != head:
            raise Altered(Refused("line_not_as_written", line=last.number + 2))
        last = LogLine(last.number + 1, head, orjson.loads(text), last.end + len(raw))
        yield last


def chained(head: str, text: bytes) -> str:
    return hashlib.sha256(head.encode() + text).hexdigest()


def _sync_folder(folder: Path) -> None:
    """Sync the folder, so that a new file survives a power cut."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)

