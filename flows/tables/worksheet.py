"""The cells of a sheet, each as Excel shows it or with the reason why that is unknown."""

import math
import re
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from decimal import Decimal, InvalidOperation

from flows.tables.cells import Cell, CellRow, Number, Unreadable
from flows.tables.formats import (
    EXACT,
    GENERAL,
    format_sections,
    is_day,
    plain_digits,
    serial_moment,
    shows_day,
    shows_number,
    shows_text,
)
from flows.tables.package import Package
from flows.tables.resource_limits import MAX_COLUMNS, MAX_RECORD, MAX_TEXT

LAST_ROW, LAST_COLUMN = 1_048_576, 16_384
MOST_MERGED = 10_000
MACHINES_OWN = "m/d/yyyy"
Range = tuple[int, int, int, int]
"""Top, left, bottom, right, from 0."""

_PLACE = re.compile(r"\$?([A-Za-z]{1,3})\$?([1-9]\d{0,6})")
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")


@dataclass(frozen=True)
class Formats:
    """The code of each style (None: a day in the machine's own way), and whether days count from 1904."""

    codes: list[str | None]
    since_1904: bool

    def code(self, style: str | None) -> str | None:
        number = int(style) if style and style.isdecimal() else 0
        return self.codes[number] if number < len(self.codes) else GENERAL


@dataclass
class Outline:
    """The facts of a sheet besides its cells: hidden columns from 0, and merged ranges from the top.

    `beside`: comments and drawings; `counted_anew`: Excel counts formulas when it opens the book; `without_noughts`: a
    nought is shown as an empty cell. `as_stands`: hidden rows and merged cells are read, not refused.
    """

    hidden: list[tuple[int, int]] = field(default_factory=list)
    merged: deque[Range] = field(default_factory=deque)
    beside: list[str] = field(default_factory=list)
    counted_anew: bool = False
    without_noughts: bool = False
    as_stands: bool = False


def letters(column: int) -> str:
    """A column's name: 0 is A, 27 is AB."""
    name, number = "", column + 1
    while number:
        number, rest = divmod(number - 1, 26)
        name = chr(65 + rest) + name
    return name


def position(text: str) -> tuple[int, int]:
    """(row, column) of a cell's name, both from 0; raises Unreadable for what lies outside a sheet."""
    place = _PLACE.fullmatch(text)
    if place is None:
        raise Unreadable("broken_cell", part=text[:20])
    column = 0
    for letter in place[1].upper():
        column = column * 26 + ord(letter) - 64
    if column > LAST_COLUMN or int(place[2]) > LAST_ROW:
        raise Unreadable("broken_cell", part=text[:20])
    return int(place[2]) - 1, column - 1


def has_content(package: Package, part: str) -> bool:
    """Whether any cell holds a value, a formula or a text."""
    has_value = inside = False

    def start(tag: str, _attributes: dict[str, str]) -> None:
        nonlocal has_value, inside
        inside = inside or tag == "c"
        has_value = has_value or (inside and tag in ("v", "f", "is"))

    def end(tag: str) -> None:
        nonlocal inside
        inside = inside and tag != "c"

    for _ in package.walk(part, start, end):
        if has_value:
            return True
    return has_value


def outline(package: Package, part: str) -> Outline:
    """Read the parts of the XML before and after the cells; merged ranges come after, so this is an extra pass."""
    outline = Outline()

    def start(tag: str, attributes: dict[str, str]) -> None:
        if tag == "col" and (_true(attributes.get("hidden")) or _nought(attributes.get("width"))):
            outline.hidden.append((int(attributes["min"]) - 1, int(attributes["max"]) - 1))
        elif tag == "sheetView" and attributes.get("showZeros", "1") in ("0", "false"):
            outline.without_noughts = True
        elif tag == "mergeCell":
            first, _, last = attributes.get("ref", "").partition(":")
            if position(first) != position(last or first):
                outline.merged.append((*position(first), *position(last)))
            if len(outline.merged) > MOST_MERGED:
                raise Unreadable("many_merged", most=MOST_MERGED)

    try:
        package.read(part, start)
    except (ValueError, KeyError):
        raise Unreadable("broken", part=part) from None
    outline.merged = deque(sorted(outline.merged))
    return outline


def rows(
    package: Package, part: str, texts: list[str | None], formats: Formats, looked: Outline
) -> Iterator[CellRow]:
    """The rows with content, in order."""
    reader = _Reader(texts, formats, looked)
    for _ in package.walk(part, reader.start, reader.end, reader.text):
        yield from reader.done
        reader.done.clear()
    yield from reader.done


class _Reader:
    """The rows of a sheet, put together from its XML; `done` are those that are complete."""

    def __init__(self, texts: list[str | None], formats: Formats, looked: Outline) -> None:
        self.texts, self.formats, self.looked = texts, formats, looked
        self.done: list[CellRow] = []
        self.merged: list[Range] = []
        self.row, self.hidden, self.at = CellRow(0), False, -1
        self.cell: dict[str, str] = {}
        self.value: list[str] | None = None
        self.size, self.has_value, self.has_formula, self.phonetic = 0, False, False, 0
        self.reading = self.inside = False

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        if tag == "c":
            self._open_cell(attributes)
        elif tag == "row":
            self._open_row(attributes)
        elif tag == "v":
            self.reading = self.has_value = True
        elif tag == "t":
            self.reading, self.has_value = not self.phonetic, True
        elif tag == "f":
            self.has_formula = True
        elif tag == "rPh":
            self.phonetic += 1

    def end(self, tag: str) -> None:
        if tag in ("v", "t"):
            self.reading = False
        elif tag == "rPh":
            self.phonetic -= 1
        elif tag == "c":
            self._close_cell()
        elif tag == "row":
            self._close_row()

    def text(self, more: str) -> None:
        if self.reading and self.value is not None:
            self.size += len(more)
            if self.size <= MAX_TEXT:
                self.value.append(more)

    def _open_row(self, attributes: dict[str, str]) -> None:
        last = self.row.number
        try:
            number = int(attributes.get("r", last + 1))
        except ValueError:
            number = 0
        if not last < number <= LAST_ROW:
            raise Unreadable("broken_row", part=attributes.get("r", "")[:20])
        self.row, self.at = CellRow(number), -1
        self.hidden = _true(attributes.get("hidden")) or _nought(attributes.get("ht"))

    def _open_cell(self, attributes: dict[str, str]) -> None:
        if "r" in attributes:
            row, column = position(attributes["r"])
            if row + 1 != self.row.number or column <= self.at:
                raise Unreadable("broken_cell", part=attributes["r"][:20])
            self.at = column
        else:
            self.at += 1
        self.cell, self.value = attributes, []
        self.size, self.has_value, self.has_formula = 0, False, False

    def _close_cell(self) -> None:
        value = self._read("".join(self.value or ()))
        if value != "":
            self.row.cells[self.at] = value
        self.value = None

    def _close_row(self) -> None:
        row = self.row
        if any(map(_holds, row.cells.values())):
            self._mark(row)
            size = sum(_size(cell) for cell in row.cells.values())
            if size > MAX_RECORD:
                row = CellRow(row.number, fault=("record_large", {"size": size, "most": MAX_RECORD}))
            self.done.append(row)

    def _mark(self, row: CellRow) -> None:
        """Mark cells that the row's viewer did not see as they are."""
        if self.looked.as_stands:
            row.hidden = self.hidden
            return
        if self.hidden:
            row.fault = ("hidden_row", {})
        merged, at = self.looked.merged, row.number - 1
        while merged and merged[0][0] <= at:
            range_ = merged.popleft()
            if range_[0] == at and _holds(row.cells.get(range_[1], "")):
                self.merged.append(range_)
        self.merged = [area for area in self.merged if area[2] >= at]
        for top, left, bottom, right in self.merged:
            name = f"{letters(left)}{top + 1}:{letters(right)}{bottom + 1}"
            for column in range(left, min(right, left + MAX_COLUMNS) + 1):
                row.cells[column] = ("merged", {"range": name})

    def _read(self, text: str) -> Cell:
        """The cell that ends here; "" for an empty one."""
        kind = self.cell.get("t", "n")
        if not self.has_value:
            return ("formula_without_value", {}) if self.has_formula else ""
        if kind == "e":
            return "error", {"shown": text[:40]}
        if self.size > MAX_TEXT:
            return "text_long", {"most": MAX_TEXT}
        code = self.formats.code(self.cell.get("s"))
        if kind == "s":
            return self._shared(text, code)
        if kind in ("str", "inlineStr"):
            return _worded(text, code)
        if kind == "b":
            return "TRUE" if text.strip() == "1" else "FALSE"
        if kind == "d":
            return Number(
                None, text.strip().replace("T", " ").removesuffix(" 00:00:00"), code or MACHINES_OWN, True
            )
        if self.has_formula and self.looked.counted_anew and text.strip() == "0":
            return "formula_without_value", {}
        value = _number(text.strip(), code, self.formats.since_1904, self.has_formula)
        if self.looked.without_noughts and isinstance(value, Number) and value.value == "0":
            return replace(value, shown=None)
        return value

    def _shared(self, text: str, code: str | None) -> Cell:
        number = int(text) if text.strip().isdecimal() else -1
        if not 0 <= number < len(self.texts):
            raise Unreadable("broken_text", part=text[:20])
        shared = self.texts[number]
        return ("text_long", {"most": MAX_TEXT}) if shared is None else _worded(shared, code)


def _worded(text: str, code: str | None) -> Cell:
    """A text cell: Excel's escapes undone, line ends as one kind; "" stays empty."""
    text = _ESCAPED.sub(lambda match: chr(int(match[1], 16)), text)
    # other programs write Excel's name of a carriage return as a text
    text = text.replace("_x000D_", "\r").replace("\r\n", "\n").replace("\r", "\n")
    if any(letter == "\0" or "\ud800" <= letter <= "\udfff" for letter in text):
        return "no_text", {}
    displayed = shows_text(code or GENERAL, text) if text.strip() else text
    return ("shown_otherwise", {"format": code, "value": text[:40]}) if displayed is None else displayed


def _number(text: str, code: str | None, since_1904: bool, is_formula: bool) -> Cell:
    if not text:
        return ("formula_without_value", {}) if is_formula else ""
    try:
        value = float(text)
    except ValueError:
        raise Unreadable("broken_number", part=text[:20]) from None
    if not math.isfinite(value):
        raise Unreadable("broken_number", part=text[:20])
    if code is None or is_day(code):
        return _day(value, code, since_1904)
    try:
        exact = Decimal(format(value, ".15g"))
        if abs(exact) >= EXACT:
            return "too_many_digits", {"value": format(exact, "f")[:40]}
        return Number(shows_number(code, exact), plain_digits(exact), code)
    except InvalidOperation:
        return "too_many_digits", {"value": text[:40]}


def _day(value: float, code: str | None, since_1904: bool) -> Cell:
    day = serial_moment(value, since_1904)
    if day is None:
        return "no_day", {"value": plain_digits(Decimal(format(value, ".15g")))[:40]}
    displayed = None if code is None else shows_day(code, day)
    only_time = value < 1 and not since_1904
    if only_time and not (
        code and all(token[0] != "day" or token[1][0] in "hms" for token in format_sections(code)[0].tokens)
    ):
        return "no_day", {"value": str(value)[:40]}
    text = day.time().isoformat() if only_time else day.isoformat(" ").removesuffix(" 00:00:00")
    return Number(displayed, text, code or MACHINES_OWN, True)


def _holds(cell: Cell) -> bool:
    return not isinstance(cell, str) or bool(cell.strip())


def _size(cell: Cell) -> int:
    return len(cell.encode()) if isinstance(cell, str) else 64


def _nought(text: str | None) -> bool:
    """Whether a height or width is none, however it is written."""
    try:
        return text is not None and float(text) == 0
    except ValueError:
        return False


def _true(text: str | None) -> bool:
    return text in ("1", "true")
