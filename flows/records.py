"""What do the records of a table say that an office sent, and which of them cannot be read?

A broken record is named by its number and passed over; a table that is broken as a whole raises `TableError`.
Memory stays bounded for CSV, however large a file or a field is.
"""

import codecs
import csv
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from difflib import get_close_matches
from enum import Enum, auto
from pathlib import Path
from typing import NamedTuple

from python_calamine import CalamineError, CalamineWorkbook

MAX_RECORD = 1 << 20  # bytes of one record

_PIECE = 1 << 16  # bytes read at once
_ENCODINGS = {codecs.BOM_UTF8: "utf-8", b"\x84\x31\x95\x33": "gb18030"}  # by byte order mark
_UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)

# The csv module's limit, 128 Ki characters a field for the whole process, is less than a record may hold.
csv.field_size_limit(max(csv.field_size_limit(), MAX_RECORD))


@dataclass(frozen=True)
class Record:
    """A data record, numbered from 1 (blank ones are not counted), with its text by column name."""

    number: int
    values: dict[str, str]


@dataclass(frozen=True)
class BadRecord:
    """A data record that cannot be read, and why."""

    number: int
    reason: str


class TableError(ValueError):
    """A table of which no record can be used; the message says what was asked and what was found."""


_Row = list[str] | str  # the fields of a row, or why it cannot be read


def read_table(path: Path, required: Sequence[str] = ()) -> Iterator[Record | BadRecord]:
    """The data records of a .csv file or of the first sheet of an .xlsx file.

    Dates of Excel cells come as ISO text, whole numbers without a fraction. Raises `TableError` at once, as
    `read_csv` does.
    """
    match path.suffix.lower():
        case ".csv":
            return read_csv(path, required)
        case ".xlsx":
            return _records(path, _xlsx_rows(path), required)
        case other:
            raise TableError(f"{path}: it ends in {other or 'nothing'}, a table is a .csv or .xlsx file")


def read_csv(path: Path, required: Sequence[str] = ()) -> Iterator[Record | BadRecord]:
    """The data records of a comma-separated file in UTF-8 or GB18030.

    A record of more than `MAX_RECORD` bytes is reported, not held. Raises `TableError` at once, before the
    first record, for an unreadable or empty file, a broken header, or a column of `required` that is missing.
    """
    return _records(path, _csv_rows(path), required)


def _records(path: Path, rows: Iterator[_Row], required: Sequence[str]) -> Iterator[Record | BadRecord]:
    written = (row for row in rows if isinstance(row, str) or any(field.strip() for field in row))
    try:
        header = next(written, None)
    except (OSError, CalamineError) as error:
        raise TableError(f"{path}: cannot be read: {error}") from error
    if header is None:
        raise TableError(f"{path}: the table is empty; its first record must name the columns")
    if isinstance(header, str):
        raise TableError(f"{path}: the header {header}")
    names = [name.strip() for name in header]
    _check_names(path, names, required)
    return (_record(number, names, row) for number, row in enumerate(written, start=1))


def _check_names(path: Path, names: Sequence[str], required: Sequence[str]) -> None:
    named = [name for name in names if name]
    if twice := sorted({name for name in named if named.count(name) > 1}):
        raise TableError(f"{path}: the header names a column twice: {', '.join(twice)}")
    missing = [_missing(name, named) for name in required if name not in named]
    if missing:
        raise TableError(f"{path}: missing column {'; '.join(missing)}; found: {', '.join(named)}")


def _missing(name: str, found: Sequence[str]) -> str:
    close = get_close_matches(name, found, n=1)
    return f'"{name}" (did you mean "{close[0]}"?)' if close else f'"{name}"'


def _record(number: int, names: Sequence[str], row: _Row) -> Record | BadRecord:
    if isinstance(row, str):
        return BadRecord(number, row)
    if len(row) != len(names):
        return BadRecord(number, f"has {len(row)} columns, the header has {len(names)}")
    for position, (name, field) in enumerate(zip(names, row, strict=True), start=1):
        if not name and field.strip():
            return BadRecord(number, f"has a value in column {position}, which the header does not name")
    return Record(number, {name: field for name, field in zip(names, row, strict=True) if name})


# --- CSV -------------------------------------------------------------------------------------------------


class _Place(Enum):
    """Where the CSV grammar stands between two bytes."""

    START = auto()  # before a field's first byte
    PLAIN = auto()  # in a field without quotes, where a quote is a letter like any other
    QUOTED = auto()  # inside quotes, where line breaks belong to the text
    CLOSING = auto()  # after a quote inside quotes: the end of the text, or the first of a doubled quote


class _Raw(NamedTuple):
    content: bytes
    fault: str = ""


def _csv_rows(path: Path) -> Iterator[_Row]:
    with path.open("rb") as file:
        opening = file.read(4)
    if opening.startswith(_UTF16):
        yield "is UTF-16 text; save the table as CSV UTF-8"
        return
    mark = next((mark for mark in _ENCODINGS if opening.startswith(mark)), b"")
    encoding = _ENCODINGS.get(mark) or _encoding(path)
    for raw in _split(path, skip=len(mark)):
        yield raw.fault or _parse(raw.content, encoding)


def _encoding(path: Path) -> str:
    """UTF-8 if the header has Chinese that reads as UTF-8, or most records beyond ASCII do; else GB18030.

    So one broken record does not turn a UTF-8 file into another one. Chinese means U+0800 or above: a short
    word in GB18030 may pass for two-byte UTF-8, hardly a whole header for three-byte UTF-8.
    """
    header = next((raw.content for raw in _split(path) if raw.content.strip()), b"")
    if any(character >= "\u0800" for character in _utf8(header) or ""):
        return "utf-8"
    beyond_ascii = (raw.content for raw in _split(path) if not raw.content.isascii())
    surplus = sum(1 if _utf8(content) is not None else -1 for content in beyond_ascii)
    return "utf-8" if surplus >= 0 else "gb18030"


def _utf8(content: bytes) -> str | None:
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        return None


def _split(path: Path, skip: int = 0) -> Iterator[_Raw]:
    """The file's records as bytes, from byte `skip` on, whatever their encoding.

    Quotes, commas and line ends can be told before decoding: in UTF-8 every byte of a character beyond ASCII
    is 0x80 or more; in GB18030 the bytes after the first are 0x30-0x39, 0x40-0x7E or 0x80-0xFE, so never
    0x22, 0x2C, 0x0A or 0x0D.
    """
    with path.open("rb") as file:
        file.seek(skip)
        pieces: list[bytes] = []
        size, place = 0, _Place.START
        line = opened = 1  # physical lines: of the next piece, and of the record's beginning
        while piece := file.readline(_PIECE):
            place = _after(piece, place)
            size += len(piece)
            if size <= MAX_RECORD:
                pieces.append(piece)
            else:
                pieces.clear()
            line += piece.endswith(b"\n")
            if piece.endswith(b"\n") and place is not _Place.QUOTED:
                yield _raw(pieces, size)
                pieces, size, place, opened = [], 0, _Place.START, line
        if place is _Place.QUOTED:
            yield _Raw(b"", f"opens a quote that is never closed: from line {opened} on the file is lost")
        elif size:
            yield _raw(pieces, size)


def _raw(pieces: Iterable[bytes], size: int) -> _Raw:
    if size > MAX_RECORD:
        return _Raw(b"", f"has {size:,} bytes; one record may have {MAX_RECORD:,}")
    return _Raw(b"".join(pieces))


def _after(piece: bytes, place: _Place) -> _Place:
    """Where the grammar stands after `piece`, which begins at `place`; only its last byte may end a line."""
    position = 0
    while position < len(piece):
        match place:
            case _Place.START | _Place.CLOSING if piece.startswith(b'"', position):
                place, position = _Place.QUOTED, position + 1
            case _Place.START | _Place.CLOSING:
                place = _Place.PLAIN
                if piece.startswith(b",", position):
                    place, position = _Place.START, position + 1
            case _Place.QUOTED:
                quote = piece.find(b'"', position)
                if quote < 0:
                    return place
                place, position = _Place.CLOSING, quote + 1
            case _Place.PLAIN:
                quote = piece.find(b',"', position)
                if quote < 0:
                    return _Place.START if piece.endswith((b",", b"\n")) else place
                place, position = _Place.QUOTED, quote + 2
    return place


def _parse(content: bytes, encoding: str) -> _Row:
    if b"\0" in content:
        return "holds a NUL byte, so it is not text"  # and no database keeps one in a text
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError as error:
        found = content[error.start : error.end].hex(" ")
        return f"is not {encoding.upper()}: {found} at byte {error.start + 1} of the record"
    try:
        return next(csv.reader([text], strict=True), [])
    except csv.Error as error:
        return _fault(error)


def _fault(error: csv.Error) -> str:
    """The csv module speaks to programmers; these two are what an office can mend."""
    said = str(error)
    if "expected after" in said:
        return "has a quote inside a quoted field that is not doubled"
    if "new-line character" in said:
        return "has a carriage return outside quotes"
    return f"is not CSV: {said}"


# --- Excel -----------------------------------------------------------------------------------------------


def _xlsx_rows(path: Path) -> Iterator[_Row]:
    with path.open("rb") as file, CalamineWorkbook.from_filelike(file) as book:
        for row in book.get_sheet_by_index(0).iter_rows():
            yield [_text(cell) for cell in row]


def _text(cell: object) -> str:
    match cell:
        case datetime():
            # A cell holds a fraction of a day; written with few digits, 9:32:09 comes as 9:32:08.992.
            return (cell + timedelta(milliseconds=500)).replace(microsecond=0).isoformat(" ")
        case date():
            return cell.isoformat()
        case float() if cell.is_integer():
            return str(int(cell))
        case _:
            # Excel's way to write a carriage return
            return str(cell).replace("_x000D_\n", "\n").replace("_x000D_", "\n")
