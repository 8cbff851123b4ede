"""A file as a table of one or several kinds: which sheet holds which, its rows, and what became of every cell."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from flows.cell_values import value_of
from flows.head_rows import ColumnHeads, first_heads, heads_of
from flows.records import BESIDE, TableError, plain_head
from flows.sent_sheets import SentSheet, cell_text, read_sheets
from flows.tables.cells import Cell, CellRow
from flows.tables.fault_texts import CellPlace, TableFault
from flows.tables.resource_limits import IMPORT, Limits
from flows.tables.workbook import GUIDE
from flows.tables.worksheet import letters
from states.reasons import Refused, Worded
from states.sheets.tables import TABLES, TITLES
from storage.errors import RowFault

NOT_READ = "-"
"""The kind of a sheet, and the column of the table, of what a person chose not to read."""
BARE = ("calendar", "reception")
"""Tables of so few columns that one without those that must be there is another table."""
_SECTION = re.compile(r"[(（]?[一二三四五六七八九十]+[)）]?[、.．].*|第[一二三四五六七八九十]+[章节部]分?.*")
_FOOT = re.compile(r"(合\s*计|总\s*计|小\s*计|共\s*计|备?\s*注|说\s*明|填表|填报|制表|审核|联系人|附注).*")


@dataclass
class FileChoices:
    """What a person decided of a file: the kind of a sheet, the column of the table by that of the sheet, other values.

    `kinds` and `columns` are by the sheet's name; `values` by sheet, Excel's row and column of the table; `constants`
    hold in every row of a sheet that has no such column; `left` are rows that are left out. `hidden_rows`: they are
    read like any other.
    """

    kinds: dict[str, str] = field(default_factory=dict)
    columns: dict[str, dict[int, str]] = field(default_factory=dict)
    values: dict[tuple[str, int, str], str] = field(default_factory=dict)
    constants: dict[str, dict[str, str]] = field(default_factory=dict)
    left: set[tuple[str, int]] = field(default_factory=set)
    hidden_rows: bool = False

    def packed(self) -> dict[str, Any]:
        """As JSON keeps it."""
        return {
            "kinds": self.kinds, "constants": self.constants, "hidden_rows": self.hidden_rows,
            "columns": {sheet: {str(at): key for at, key in keys.items()} for sheet, keys in self.columns.items()},
            "values": [[*where, value] for where, value in self.values.items()], "left": [[*row] for row in self.left],
        }  # fmt: skip

    @classmethod
    def unpacked(cls, kept: Mapping[str, Any]) -> "FileChoices":
        """From what `packed` made."""
        columns = kept.get("columns", {})
        return cls(
            dict(kept.get("kinds", {})),
            {sheet: {int(at): key for at, key in keys.items()} for sheet, keys in columns.items()},
            {(sheet, row, key): value for sheet, row, key, value in kept.get("values", ())},
            dict(kept.get("constants", {})), {(sheet, row) for sheet, row in kept.get("left", ())},
            bool(kept.get("hidden_rows")),
        )  # fmt: skip


@dataclass
class SentRow:
    """A row of data: its values by column of the table, and what of it cannot be read, by column (-1: the row)."""

    sheet: str
    number: int
    values: dict[str, str] = field(default_factory=dict)
    faults: dict[int, TableFault] = field(default_factory=dict)


@dataclass
class SheetReading:
    """How a sheet was read (`kind` "" and `why`: it was not); the rows of data, and by number those left out."""

    sheet: SentSheet
    kind: str = ""
    why: TableFault | None = None
    heads: ColumnHeads | None = None
    rows: list[SentRow] = field(default_factory=list)
    aside: dict[int, TableFault] = field(default_factory=dict)

    def column(self, key: str) -> int:
        """The column of the sheet that is this one of the table; -1 for none."""
        keys = self.heads.keys if self.heads else {}
        return next((column for column, key_ in keys.items() if key_ == key), -1)

    def place(self, row: int, column: int) -> CellPlace:
        heading = self.heads.names.get(column, "") if self.heads else ""
        return CellPlace(self.sheet.name, row, column, heading)


@dataclass(frozen=True)
class CellAccount:
    """A cell with content and what became of it: read, or why not. `refused`: nothing is taken over of its row."""

    place: CellPlace
    text: str
    why: TableFault | None = None
    refused: bool = False


@dataclass
class SentFile:
    """A file of tables, sheet by sheet."""

    name: str
    sheets: list[SheetReading]

    def of_kind(self, kind: str) -> list[SheetReading]:
        return [reading for reading in self.sheets if reading.kind == kind]

    def rows(self, kind: str) -> list[SentRow]:
        return [row for reading in self.of_kind(kind) for row in reading.rows]

    def reading(self, sheet: str) -> SheetReading:
        return next(reading for reading in self.sheets if reading.sheet.name == sheet)

    def place_of(self, row: SentRow, key: str) -> CellPlace:
        """Where a column of the table stands in a row; the row alone where the sheet does not have it."""
        reading = self.reading(row.sheet)
        return reading.place(row.number, reading.column(key))

    def keys_of(self, row: SentRow) -> Mapping[int, str]:
        """The columns of the table by those of the row's sheet."""
        heads = self.reading(row.sheet).heads
        return heads.keys if heads else {}

    def cells(self) -> Iterator[CellAccount]:
        """Every cell with content, in order, and what became of it."""
        for reading in self.sheets:
            yield from _cells(reading)

    @property
    def notes(self) -> tuple[str, ...]:
        """What was not read, by sheet and column, as far as it is worth telling."""
        notes: list[str] = []
        for reading in self.sheets:
            notes += _notes(reading)
        return tuple(dict.fromkeys(notes))


def unread_rows(rows: Sequence[SentRow]) -> list[RowFault]:
    """What cannot be read of rows, by their number from 1."""
    return [
        RowFault(number, Refused("record_unreadable", why=Worded(why.english, why.chinese)))
        for number, row in enumerate(rows, start=1)
        for why in row.faults.values()
    ]


def read_sent(
    path: Path, kinds: Sequence[str], name: str = "", choices: FileChoices | None = None, limits: Limits = IMPORT
) -> SentFile:
    """Read every sheet that is a table of one of these kinds, with what a person chose. Raises TableError."""
    chosen = choices or FileChoices()
    named = name or path.name
    readings = [_reading(sheet, kinds, named, chosen) for sheet in read_sheets(path, named, limits)]
    bad = sum(bool(row.faults) for reading in readings for row in reading.rows)
    if bad > limits.faults and choices is None:
        raise TableError(named, TableFault("many_faults", {"most": limits.faults}))
    return SentFile(named, readings)


def require_table(file: SentFile, kind: str) -> None:
    """Refuse a file with no such table, and one that lacks a required column or has one under two of its names."""
    readings = file.of_kind(kind)
    if not readings:
        heads = next((first_heads(reading.sheet) for reading in file.sheets if not reading.sheet.hidden), None)
        raise TableError(file.name, _lacking(kind, heads))
    names = {field.key: field.label[0] for field in TABLES[kind]}
    own = {plain_head(name): column for column, chinese in names.items() for name in (column, chinese)}
    for reading in readings:
        heads = reading.heads
        assert heads is not None
        if any(field.required and reading.column(field.key) < 0 for field in TABLES[kind]):
            raise TableError(file.name, _lacking(kind, heads))
        times = Counter(own[head] for name in heads.names.values() if (head := plain_head(name)) in own)
        twice = [f"{names[column]} ({column})" for column, count in times.items() if count > 1]
        if twice:
            raise TableError(file.name, TableFault("header_twice", {"names": ", ".join(twice)}))


def _lacking(kind: str, heads: ColumnHeads | None) -> TableFault:
    wanted = "、".join(f"{field.label[0]} ({field.key})" for field in TABLES[kind] if field.required)
    present = ", ".join(name for name in heads.names.values() if name) if heads else ""
    return TableFault("columns_needed", {"names": wanted, "found": present})


def _reading(sheet: SentSheet, kinds: Sequence[str], file: str, choices: FileChoices) -> SheetReading:
    chosen = choices.kinds.get(sheet.name, "")
    if chosen == NOT_READ or (not chosen and (sheet.hidden or (sheet.name == GUIDE and len(kinds) >= 1))):
        code = "left_sheet" if chosen else "hidden_sheet" if sheet.hidden else "guide_sheet"
        return SheetReading(sheet, why=TableFault(code))
    kind, heads = _recognised(sheet, (chosen,) if chosen else kinds, file)
    if heads is None:
        if not chosen:
            return SheetReading(sheet, why=TableFault("other_sheet"))
        kind, heads = chosen, first_heads(sheet)
    columns = choices.columns.get(sheet.name)
    if columns is not None:
        keys = {column: key for column, key in columns.items() if key and key != NOT_READ}
        heads = ColumnHeads(heads.first, heads.last, heads.names, keys, heads.width)
    reading = SheetReading(sheet, kind, heads=heads)
    _read_rows(reading, choices)
    return reading


def _recognised(sheet: SentSheet, kinds: Sequence[str], file: str) -> tuple[str, ColumnHeads | None]:
    """The kind of which the sheet names the most columns; of several that for which sheet or file is named."""

    def rank(of_kind: tuple[str, ColumnHeads]) -> tuple[int, int, int]:
        kind, heads = of_kind
        called = any(word in f"{sheet.name} {file}".lower() for word in (kind, TITLES[kind][0]))
        return -_lacks(kind, heads), len(heads.keys), called

    candidates = [
        (kind, heads)
        for kind in kinds
        if (heads := heads_of(sheet, kind, TABLES[kind]))
        and not (len(kinds) > 1 and kind in BARE and _lacks(kind, heads))
    ]
    return max(candidates, key=rank) if candidates else ("", None)


def _lacks(kind: str, heads: ColumnHeads) -> int:
    """How many columns are lacking that must be there; of an opinion its title or its content."""
    keys = {*heads.keys.values()}
    if kind == "reception":
        return int(not keys & {"title", "body"})
    return sum(field.required and field.key not in keys for field in TABLES[kind])


def _read_rows(reading: SheetReading, choices: FileChoices) -> None:
    sheet, heads = reading.sheet, reading.heads
    assert heads is not None
    fields = {field.key: field for field in TABLES[reading.kind]}
    required = {key for key, field in fields.items() if field.required} & {*heads.keys.values()}
    for row in sheet.rows:
        if row.number <= heads.last:
            continue
        cells = sheet.cells(row)
        if why := _aside(sheet, row, cells, heads, required):
            reading.aside[row.number] = why
        elif (sheet.name, row.number) in choices.left:
            reading.aside[row.number] = TableFault("left_row")
        else:
            reading.rows.append(_row(reading, row, cells, choices))


def _row(reading: SheetReading, row: CellRow, cells: Mapping[int, Cell], choices: FileChoices) -> SentRow:
    sheet, heads = reading.sheet, reading.heads
    assert heads is not None
    fields = {field.key: field for field in TABLES[reading.kind]}
    sent = SentRow(sheet.name, row.number)
    if row.fault:
        sent.faults[-1] = TableFault(*row.fault, reading.place(row.number, -1))
    elif row.width != heads.width and any(column >= (heads.width or 0) for column in cells):
        facts = {"columns": row.width, "header": heads.width}
        sent.faults[-1] = TableFault("width", facts, reading.place(row.number, -1))
    elif row.hidden and not choices.hidden_rows:
        sent.faults[-1] = TableFault("hidden_row", {}, reading.place(row.number, -1))
    for column, key in heads.keys.items():
        other = choices.values.get((sheet.name, row.number, key))
        value = value_of(cells.get(column, "") if other is None else other, fields[key])
        if isinstance(value, TableFault):
            place = reading.place(row.number, column)
            sent.faults[column] = TableFault(value.code, value.facts, place)
        else:
            sent.values[key] = value
    for key in fields.keys() - heads.keys.values():
        other = choices.values.get((sheet.name, row.number, key), choices.constants.get(sheet.name, {}).get(key))
        value = "" if other is None else value_of(other, fields[key])
        if other is not None and isinstance(value, str):
            sent.values[key] = value
    return sent


def _aside(
    sheet: SentSheet, row: CellRow, cells: Mapping[int, Cell], heads: ColumnHeads, required: set[str]
) -> TableFault | None:
    """Why a row below the heads is no row of data."""
    if row.fault:
        return None
    texts = {column: cell_text(cell).strip() for column, cell in cells.items()}
    matched = {heads.keys[column]: text for column, text in texts.items() if column in heads.keys}
    if not matched:
        return TableFault("nothing_read")
    if len(matched) > 1 and all(texts.get(column) == heads.names.get(column) for column in heads.keys):
        return TableFault("head_again")
    first = next(iter(dict(sorted(texts.items())).items()))
    if len(texts) == 1 and ((row.number, first[0]) in sheet.wide or _SECTION.fullmatch(first[1])):
        return TableFault("foot_row" if _FOOT.fullmatch(first[1]) else "section_row")
    if not required <= matched.keys() and _FOOT.fullmatch(first[1]):
        return TableFault("foot_row")
    return None


def _cells(reading: SheetReading) -> Iterator[CellAccount]:
    heads = reading.heads
    rows = {row.number: row for row in reading.rows}
    for row in reading.sheet.rows:
        sent = rows.get(row.number)
        cells: Mapping[int, Cell] = reading.sheet.cells(row) or {-1: ""}
        for column, cell in sorted(cells.items()):
            place = reading.place(row.number, column)
            text, why, refused = cell_text(cell), reading.why, False
            if why is None and heads and row.number <= heads.last:
                why = TableFault("head" if row.number >= heads.first else "above_head")
            elif why is None and sent is None:
                why = reading.aside.get(row.number)
            elif why is None and sent is not None:
                why = sent.faults.get(-1) or sent.faults.get(column)
                refused = why is not None
                if why is None and heads and column not in heads.keys:
                    why = TableFault("other_column")
            yield CellAccount(place, text, why, refused)


def _notes(reading: SheetReading) -> Iterator[str]:
    sheet = reading.sheet
    if reading.why:
        if reading.why.code != "guide_sheet":
            yield _both("没有读工作表“{name}”：{why}", "sheet {name} not read: {why}", sheet.name, reading.why)
        return
    heads = reading.heads
    if heads is None:
        return
    below = [row for row in sheet.rows if row.number > heads.last and row.number not in reading.aside]
    aside = {column for row in below for column in sheet.cells(row) if column not in heads.keys}
    names = "、".join(f"{letters(at)} {heads.names.get(at, '')[:40]}".strip() for at in sorted(aside))
    if names:
        yield f"没有读这几列 columns not read: {names}"
    hidden = "、".join(letters(column) for column in heads.keys if sheet.is_hidden(column))
    if hidden:
        yield f"隐藏的列也读了 hidden columns that were read: {hidden}"
    for number, why in reading.aside.items():
        if why.code in ("section_row", "foot_row", "head_again"):
            yield _both("没有读第 {name} 行：{why}", "row {name} not read: {why}", str(number), why)
    for gap in dict.fromkeys(sheet.beside):
        yield f"没有读{BESIDE[gap]} not read"


def _both(chinese: str, english: str, name: str, why: TableFault) -> str:
    return f"{chinese.format(name=name, why=why.chinese)} {english.format(name=name, why=why.english)}"

