"""Resource limits for reading a table: what is refused before reading, and where the process is killed."""

import resource
from dataclasses import dataclass

MIB = 1 << 20
MAX_RECORD = MIB
"""Bytes of one record."""
MAX_COLUMNS = 256
"""Columns that a table may name."""
MAX_TEXT = 32_767
"""Characters of a cell: Excel keeps no more."""

MAX_FORMAT = 255
"""Characters of a number's format: Excel keeps no more, and refusals name it."""


@dataclass(frozen=True)
class Limits:
    """Bytes of the file, of what it unpacks to and of the answer; parts of a workbook; memory and time of its reader.

    `ratio`: a workbook of more than `small` unpacked bytes is at most so many times its packed size.
    `seconds` are of computing, `wall` of waiting. `records` and `faults`: after so many the reading ends.
    """

    file: int = 64 * MIB
    unpacked: int = 256 * MIB
    small: int = 32 * MIB
    ratio: int = 200
    parts: int = 2_000
    memory: int = 512 * MIB
    seconds: int = 60
    wall: int = 120
    answer: int = 128 * MIB
    records: int = 100_000
    faults: int = 100


IMPORT = Limits()
"""An upload, or a file of the import folder."""

REPLAY = Limits(
    file=1 << 40, unpacked=1 << 34, ratio=1 << 20, memory=4 << 30, seconds=24 * 3600, wall=7 * 24 * 3600,
    answer=1 << 40, records=1 << 40, faults=1 << 40,
)  # fmt: skip
"""A file replayed at the console: without a limit of size, but with one of memory."""


def confine(limits: Limits) -> None:
    """Limit this process from here on: it is killed when it exceeds them, and cannot write files."""
    for kind, most in (
        (resource.RLIMIT_AS, limits.memory),
        (resource.RLIMIT_CPU, limits.seconds),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_NOFILE, 32),
    ):
        _, hard = resource.getrlimit(kind)
        most = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(kind, (most, most))
