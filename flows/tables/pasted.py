"""Rows copied out of a sheet: cells apart by tabs, as Excel, WPS and LibreOffice put them on the clipboard."""

import re
from collections.abc import Iterator
from typing import IO

from flows.tables.cells import CellRow

_BROKEN = re.compile(r'"((?:[^"\t]|"")*)"(?=[\t\r\n]|\Z)')
"""A cell with line breaks stands in quotes, its own doubled; in any other a quote that is not doubled is a letter."""
_PLAIN = re.compile(r"[^\t\r\n]*")
_END = re.compile(r"\t|\r\n|\r|\n")


def read_pasted(file: IO[bytes]) -> Iterator[CellRow]:
    """The rows with content."""
    for number, row in enumerate(cells(file.read().decode("utf-8", "replace")), start=1):
        if any(cell.strip() for cell in row):
            yield CellRow(number, dict(enumerate(row)), len(row))


def cells(text: str) -> Iterator[list[str]]:
    """The cells of each row."""
    row: list[str] = []
    at = 0
    while True:
        broken = _BROKEN.match(text, at)
        if broken and re.search(r'[\r\n]|""', broken[1]):
            row.append(broken[1].replace('""', '"'))
            at = broken.end()
        else:
            plain = _PLAIN.match(text, at)
            assert plain is not None
            row.append(plain[0])
            at = plain.end()
        end = _END.match(text, at)
        if end is None or end[0] != "\t":
            yield row
            row = []
        if end is None:
            return
        at = end.end()
