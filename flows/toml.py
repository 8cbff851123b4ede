"""A small TOML file of an office: a notice, a printed table."""

from dataclasses import replace
from pathlib import Path

from flows.records import TableError, TableFault
from flows.tables.apart import messages_about
from flows.tables.cells import Unreadable
from flows.tables.resource_limits import IMPORT

LIMITS = replace(IMPORT, file=256 << 10, memory=256 << 20, seconds=5, wall=30)
"""Most bytes of such a file: a few hundred thousand dots keep a TOML parser busy for minutes."""


def read_toml(path: Path) -> dict[str, object]:
    """The file's data, from UTF-8 or GB18030, read apart, with days as ISO text. Raises TableError."""
    try:
        [(_, data)] = messages_about(path, ".toml", LIMITS)
    except Unreadable as refusal:
        raise TableError(path.name, TableFault(*refusal.fault)) from None
    return dict(data)
