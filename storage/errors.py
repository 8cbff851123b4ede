"""What `storage` refuses.

StorageError
├── DatabaseError   the database cannot be used as it is, and what would help
├── RefusedByRule   an account, a region's rule, a file, the clock
├── ImportRefused   a file of rows has faults; nothing of it was taken over
└── UnknownCase     there is no case of that name

Busy                another writer holds the database: nothing is wrong, trying again helps
NotKept             the access log cannot be written, so nothing may be shown
"""

from collections.abc import Sequence
from dataclasses import dataclass

from states.reasons import Id, Refused, Worded


class StorageError(Exception):
    """The base of everything this package raises on purpose."""


class Explained(StorageError):
    """`refused` says why in both languages, the message in English."""

    def __init__(self, refused: Refused) -> None:
        self.refused = refused
        super().__init__(str(refused))

    @property
    def chinese(self) -> str:
        return self.refused.chinese()


class DatabaseError(Explained):
    """The database cannot be used as it is, and what would help."""


class RefusedByRule(Explained):
    """A rule forbids it."""


TOLD_ROWS = 1_000
"""Bad rows that one message names; the rest are named after those are mended."""


def told_rows(lines: Sequence[str]) -> list[str]:
    """The lines of a message about rows, at most `TOLD_ROWS` of them."""
    left = len(lines) - TOLD_ROWS
    return [*lines[:TOLD_ROWS], *([f"  还有 and {left} more"] if left > 0 else [])]


@dataclass(frozen=True)
class RowFault:
    """What is wrong with a record (from 1; 0: with the file), in which column ("": the whole row)."""

    number: int
    why: Refused
    column: str = ""


class ImportRefused(StorageError):
    """Rows with faults, each named; nothing was taken over."""

    def __init__(self, what: str | Worded, faults: Sequence[RowFault]) -> None:
        self.what, self.faults = what, list(faults)
        lines = [f"  record {fault.number}: {fault.why}" for fault in self.faults]
        count = f"{len(lines)} bad row{'s' if len(lines) > 1 else ''}"
        super().__init__("\n".join((f"{what}: {count}, nothing was imported", *told_rows(lines))))

    @property
    def chinese(self) -> str:
        lines = [f"{_record(fault.number)}{fault.why.chinese()}" for fault in self.faults]
        what = self.what.zh if isinstance(self.what, Worded) else self.what
        return "\n".join((f"{what}：{len(lines)} 处有错，没有导入", *told_rows(lines)))


def _record(number: int) -> str:
    return f"第 {number} 条：" if number else ""


class UnknownCase(Explained):
    """No case has this id."""

    def __init__(self, case_id: str) -> None:
        super().__init__(Refused("no_case", case=Id(case_id)))


class Busy(Exception):
    """Another writer held the database longer than this one waits; nothing was written, and nothing is wrong."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self.refused = Refused("database_written_elsewhere", seconds=round(seconds))
        super().__init__(str(self.refused))

    @property
    def chinese(self) -> str:
        return self.refused.chinese()


class NotKept(Exception):
    """An access log entry could not be written to disk; its subject must not be shown. `why` says what is wrong."""

    def __init__(self, why: Refused) -> None:
        super().__init__(str(why))
        self.why = why


class AccountRefused(RefusedByRule):
    """An account cannot be made or changed this way."""
