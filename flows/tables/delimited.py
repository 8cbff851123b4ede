"""The records of a comma-separated file in UTF-8 or GB18030, in bounded memory however large it or a field is."""

import codecs
import csv
import re
from collections.abc import Iterable, Iterator
from enum import Enum, auto
from typing import IO, NamedTuple

from flows.tables.cells import Cell, CellRow, Fault, Unreadable
from flows.tables.resource_limits import MAX_RECORD

_PIECE = 1 << 16  # bytes read at once
_ENCODINGS = {codecs.BOM_UTF8: "utf-8", b"\x84\x31\x95\x33": "gb18030"}  # by byte order mark
_UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_ZIP = b"PK\x03\x04"

ERRORS = ("#N/A", "#VALUE!", "#REF!", "#DIV/0!", "#NAME?", "#NUM!", "#NULL!", "#SPILL!", "#CALC!", "#GETTING_DATA")
"""What Excel writes into a CSV for a cell that has no value."""

_AS_TEXT = re.compile(r'="((?:[^"]|"")*)"', re.DOTALL)

# The csv module's limit, 128 Ki characters a field, is less than a record may hold.
csv.field_size_limit(MAX_RECORD)


class _Place(Enum):
    """A state of the CSV grammar between two bytes."""

    START = auto()  # before a field's first byte
    PLAIN = auto()  # in a field without quotes, where a quote is a letter like any other
    QUOTED = auto()  # inside quotes, where line breaks belong to the text
    CLOSING = auto()  # after a quote inside quotes: the end of the text, or the first of a doubled quote


class _Raw(NamedTuple):
    content: bytes
    fault: Fault | None = None


def read_delimited(file: IO[bytes]) -> Iterator[CellRow]:
    """The records with content, numbered as Excel numbers its rows. Raises Unreadable for what is no text."""
    opening = file.read(4)
    if opening.startswith(_UTF16):
        raise Unreadable("utf16")
    if opening.startswith(_ZIP):
        raise Unreadable("workbook_as_csv")
    mark = next((mark for mark in _ENCODINGS if opening.startswith(mark)), b"")
    encoding = _ENCODINGS.get(mark) or _encoding(file)
    for number, raw in enumerate(_split(file, skip=len(mark)), start=1):
        table = raw.fault or _parse(raw.content, encoding)
        if isinstance(table, tuple):
            yield CellRow(number, fault=table)
        elif any(field.strip() for field in table):
            yield CellRow(number, dict(enumerate(map(_cell, table))), len(table))


def _cell(text: str) -> Cell:
    """A field as Excel shows it: ="007" is how Excel keeps a text in a CSV."""
    text = quoted[1].replace('""', '"') if (quoted := _AS_TEXT.fullmatch(text.strip())) else text
    return ("error", {"shown": text.strip()}) if text.strip() in ERRORS else text


def _encoding(file: IO[bytes]) -> str:
    """The encoding of the file: UTF-8 if its header or most of its non-ASCII records are, else GB18030.

    One broken record does not change the encoding of a UTF-8 file. Only what reads as U+0800 or above is proof of
    UTF-8: a short word in GB18030 may pass for its two-byte letters (模 for ģ). Where nothing else is there and
    either reading makes sense, or neither does, the file is refused.
    """
    header = next((raw.content for raw in _split(file) if raw.content.strip()), b"")
    if _is_wide(_utf8(header)):
        return "utf-8"
    wide = narrow = broken = 0
    chinese, private = True, False
    for raw in _split(file):
        if raw.content.isascii():
            continue
        text = _utf8(raw.content)
        if text is None:
            broken += 1
            private = private or _is_private(raw.content)
        elif _is_wide(text):
            wide += 1
        else:
            narrow += 1
            chinese = chinese and _is_chinese(raw.content)
    if narrow and chinese and not wide and not broken:
        raise Unreadable("encoding_unclear")
    if private and wide < broken:
        raise Unreadable("encoding_unclear")
    return "utf-8" if wide >= broken else "gb18030"


def _utf8(content: bytes) -> str | None:
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        return None


def _is_wide(text: str | None) -> bool:
    """Whether it has a letter of three bytes or more, so that it is UTF-8 and nothing else."""
    return any(letter >= "\u0800" for letter in text or "")


def _is_private(content: bytes) -> bool:
    """Whether it is GB18030 with letters that nobody types: another encoding, as Big5, has them by chance."""
    try:
        text = content.decode("gb18030")
    except UnicodeDecodeError:
        return False
    return any("\ue000" <= letter <= "\uf8ff" for letter in text)


def _is_chinese(content: bytes) -> bool:
    try:
        text = content.decode("gb18030")
    except UnicodeDecodeError:
        return False
    return all(letter < "\x80" or "\u4e00" <= letter <= "\u9fff" for letter in text)


def _split(file: IO[bytes], skip: int = 0) -> Iterator[_Raw]:
    """The file's records as bytes, from byte `skip` on, whatever their encoding.

    Quotes, commas and line ends can be told before decoding: in UTF-8 every byte of a character beyond ASCII
    is 0x80 or more; in GB18030 the bytes after the first are 0x30-0x39, 0x40-0x7E or 0x80-0xFE, so never
    0x22, 0x2C, 0x0A or 0x0D.
    """
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
        yield _Raw(b"", ("quote_open", {"line": opened}))
    elif size:
        yield _raw(pieces, size)


def _raw(pieces: Iterable[bytes], size: int) -> _Raw:
    if size > MAX_RECORD:
        return _Raw(b"", ("record_large", {"size": size, "most": MAX_RECORD}))
    return _Raw(b"".join(pieces))


def _after(piece: bytes, place: _Place) -> _Place:
    """The state of the grammar after `piece`, which begins in `place`; only its last byte may end a line."""
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


def _parse(content: bytes, encoding: str) -> list[str] | Fault:
    if b"\0" in content:
        return "nul", {}  # and no database keeps one in a text
    if encoding == "gb18030" and _is_wide(_utf8(content)):
        return "other_encoding", {"encoding": "GB18030"}
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError as error:
        octets = content[error.start : error.end].hex(" ")
        return "undecodable", {"encoding": encoding.upper(), "bytes": octets, "at": error.start + 1}
    try:
        return next(csv.reader([text], strict=True), [])
    except csv.Error as error:
        return _fault(str(error))


def _fault(why: str) -> Fault:
    """The fault for an error of the csv module: one of two that an office can mend."""
    if "expected after" in why:
        return "quote_single", {}
    return ("carriage_return", {}) if "new-line character" in why else ("no_csv", {"why": why})
