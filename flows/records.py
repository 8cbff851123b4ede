"""The records of a table that an office sent, and those that cannot be read.

A broken record is named by its number and passed over; a table that is broken as a whole raises `TableError`. Every
table is read in a process of its own (`flows.tables`), whose memory and time are bounded.
"""

from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any
from unicodedata import category, normalize

from flows.tables.apart import messages_about
from flows.tables.cells import Cell, CellRow, Number, Unreadable, unpacked
from flows.tables.fault_texts import CellPlace, TableFault
from flows.tables.resource_limits import IMPORT, MAX_COLUMNS, MAX_RECORD, Limits
from flows.tables.worksheet import letters
from states.reasons import Label, Refused, Worded

__all__ = [
    "MAX_RECORD",
    "PASTED",
    "BadRecord",
    "CellPlace",
    "Columns",
    "Record",
    "RecordTable",
    "TableError",
    "TableFault",
    "read_pasted",
    "read_table",
]  # fmt: skip

ENDINGS = (".csv", ".xlsx", ".xlsm")
OLD_ENDINGS = (".xls", ".xlsb", ".ods", ".et", ".numbers", ".tsv")
"""Tables of other programs, which are refused with what to save them as."""
BESIDE = {
    "comments": "批注 comments",
    "threadedComment": "批注 comments",
    "drawing": "图片和文本框 pictures and text boxes",
}
"""What a sheet shows besides its cells, by the kind of its part."""
PASTED = Worded("pasted rows", "粘贴的行")
"""What a text that was copied out of a sheet is called in refusals."""
_SHORT = 40  # characters of a name of a column, where all of them are told


@dataclass(frozen=True)
class Record:
    """A data record, numbered from 1 (blank ones are not counted), with its text by column name.

    `row` is its number in Excel.
    """

    number: int
    values: dict[str, str]
    row: int = field(default=0, compare=False)


@dataclass(frozen=True)
class BadRecord:
    """A data record that cannot be read, and why."""

    number: int
    faults: tuple[TableFault, ...]

    @property
    def reason(self) -> str:
        return "; ".join(fault.english for fault in self.faults)

    @property
    def chinese(self) -> str:
        return "；".join(fault.chinese for fault in self.faults)


class TableError(ValueError):
    """A table of which no record can be used: `refused` says why in both languages, the message in English."""

    def __init__(self, table: str | Worded, fault: TableFault | Refused) -> None:
        self.refused = Refused(
            "table_unusable",
            table=Label(table) if isinstance(table, str) else table,
            why=Worded(fault.english, fault.chinese) if isinstance(fault, TableFault) else fault,
        )
        super().__init__(str(self.refused))

    @property
    def chinese(self) -> str:
        return self.refused.chinese()


@dataclass(frozen=True)
class Columns:
    """How columns are read: those of `days` and `numbers` by their value, all others as Excel shows them.

    `names`: the only ones that are looked at (None: every one), found by their name whatever blanks, invisible,
    wide or capital letters it was typed with; others that hold something are left aside and noted.
    """

    days: Collection[str] = ()
    numbers: Collection[str] = ()
    names: Collection[str] | None = None


class RecordTable(Iterator[Record | BadRecord]):
    """The records of a table, read as they are asked for. `sheet`: "" for CSV; `hidden_sheets` are not read."""

    def __init__(self, path: Path, columns: Columns, limits: Limits, name: str = "") -> None:
        self.name, self._columns, self._limits = name or path.name, columns, limits
        self.sheet, self.hidden_sheets = "", list[str]()
        self.heads: dict[int, str] = {}
        self._aside: dict[int, str] = {}
        self._beside: list[str] = []
        self._hidden: list[list[int]] = []
        self._width: int | None = None
        self._number = self._bad = 0
        self._answers = messages_about(path, ending_of(self.name), limits)
        self._open()

    @property
    def names(self) -> list[str]:
        """The names of the columns, as the header has them."""
        return [name for name in self.heads.values() if name]

    @property
    def notes(self) -> tuple[str, ...]:
        """The parts of the file that are not read, as far as it was processed."""
        hidden = "、".join(self.hidden_sheets)
        aside = "、".join(f"{letters(at)} {_short(name)}" for at, name in sorted(self._aside.items()))
        notes = [f"没有读隐藏的工作表 hidden sheets not read: {hidden}"] if hidden else []
        notes += [f"没有读这几列 columns not read: {aside}"] if aside else []
        notes += [f"没有读{words} not read" for words in dict.fromkeys(BESIDE[gap] for gap in self._beside)]
        return tuple(notes)

    def place(self, row: int, name: str = "") -> CellPlace:
        """Where in the file the column of this name is; the row alone where there is no such column."""
        column = next((at for at, head in self.heads.items() if name and head == name), -1)
        return CellPlace(self.sheet, row, column, name if column >= 0 else "")

    def __next__(self) -> Record | BadRecord:
        if self._bad > self._limits.faults:
            self._answers.close()  # type: ignore[attr-defined]  # a generator: its process ends with it
            raise StopIteration
        row = self._next()
        if row is None:
            raise StopIteration
        self._number += 1
        if self._number > self._limits.records:
            raise TableError(self.name, TableFault("many_records", {"most": self._limits.records}))
        record = self._record(row)
        self._bad += isinstance(record, BadRecord)
        if self._bad > self._limits.faults:
            return BadRecord(self._number, (TableFault("many_faults", {"most": self._limits.faults}),))
        return record

    def _next(self) -> CellRow | None:
        try:
            message: list[Any] | None = next(self._answers, None)
        except Unreadable as refusal:
            raise TableError(self.name, TableFault(*refusal.fault)) from None
        if message and message[0] == "sheet":
            _, self.sheet, self.hidden_sheets, self._hidden, self._beside = message
            return self._next()
        return unpacked(message) if message else None

    def _open(self) -> None:
        row = self._next()
        if row is None:
            raise TableError(self.name, TableFault("empty"))
        if row.fault:
            raise TableError(self.name, TableFault("header", {"why": TableFault(*row.fault)}))
        if len(row.cells) > MAX_COLUMNS:
            why = TableFault("many_columns", {"columns": len(row.cells), "most": MAX_COLUMNS})
            raise TableError(self.name, TableFault("header", {"why": why}))
        self._width = row.width
        for column, cell in row.cells.items():
            self.heads[column] = self._head(row, column, cell)
        twice = sorted(name for name, times in Counter(self.names).items() if times > 1)
        if twice:
            raise TableError(self.name, TableFault("header_twice", {"names": ", ".join(map(_short, twice))}))

    def _head(self, row: CellRow, column: int, cell: Cell) -> str:
        title = self._text("", cell)
        if isinstance(title, TableFault):
            raise TableError(
                self.name, TableFault("header", {"why": title}, CellPlace(self.sheet, row.number, column))
            )
        name, columns = title.strip(), self._columns.names
        if columns is None or name in columns:
            return name
        return next((column for column in columns if plain_head(column) == plain_head(name)), name)

    def _record(self, row: CellRow) -> Record | BadRecord:
        at = CellPlace(self.sheet, row.number)
        if row.fault:
            return BadRecord(self._number, (TableFault(*row.fault, at),))
        if row.width != self._width:
            facts = {"columns": row.width, "header": self._width}
            return BadRecord(self._number, (TableFault("width", facts, at),))
        values = dict.fromkeys(self.names, "")
        faults = []
        for column, cell in row.cells.items():
            name = self.heads.get(column, "")
            value = self._cell(name, column, cell)
            if isinstance(value, TableFault):
                faults.append(TableFault(value.code, value.facts, CellPlace(self.sheet, row.number, column, name)))
            elif name:
                values[name] = value
        return BadRecord(self._number, tuple(faults)) if faults else Record(self._number, values, row.number)

    def _cell(self, name: str, column: int, cell: Cell) -> str | TableFault:
        if not name:
            empty = isinstance(cell, str) and not cell.strip()
            return "" if empty else TableFault("nameless", {"column": column + 1})
        if self._columns.names is not None and name not in self._columns.names:
            if not isinstance(cell, str) or cell.strip():
                self._aside[column] = name
            return ""
        if cell != "" and any(first <= column <= last for first, last in self._hidden):
            return TableFault("hidden_column")
        return self._text(name, cell)

    def _text(self, name: str, cell: Cell) -> str | TableFault:
        if isinstance(cell, str):
            return cell
        if not isinstance(cell, Number):
            return TableFault(*cell)
        if name in (self._columns.days if cell.is_day else self._columns.numbers):
            return cell.value
        if cell.shown is None:
            return TableFault("shown_otherwise", {"format": cell.format, "value": cell.value})
        return cell.shown


def read_table(
    path: Path,
    required: Sequence[str] = (),
    columns: Columns = Columns(),
    limits: Limits = IMPORT,
    name: str = "",
) -> RecordTable:
    """The data records of a .csv file (UTF-8 or GB18030), or of the one sheet with content of an .xlsx file.

    Texts come as Excel shows them, days as ISO text; `name` is what the file is called in refusals. Raises
    `TableError` at once for an unreadable or empty file, a broken header, or a column of `required` that is missing;
    and while it is read, for what is found too large only then.
    """
    table = RecordTable(path, columns, limits, name)
    missing = [_missing(name, table.names) for name in required if name not in table.names]
    if missing:
        names = ", ".join(map(_short, table.names))
        raise TableError(table.name, TableFault("columns_missing", {"names": "; ".join(missing), "found": names}))
    return table


def read_pasted(text: str, limits: Limits) -> list[list[str]]:
    """The rows of a text that was copied out of a sheet, with or without a header. Raises TableError."""
    with NamedTemporaryFile() as file:
        file.write(text.encode("utf-8", "replace"))
        file.flush()
        try:
            rows = [unpacked(message) for message in messages_about(Path(file.name), ".pasted", limits)]
        except Unreadable as refusal:
            raise TableError(PASTED, TableFault(*refusal.fault)) from None
    return [[str(cell) for cell in row.cells.values()] for row in rows]


def ending_of(name: str) -> str:
    """The ending of a table's name; raises TableError for one that is no table's."""
    ending = Path(name).suffix.lower()
    if ending not in ENDINGS:
        raise TableError(name, TableFault("ending", {"ending": ending or "–"}))
    return ending


def _missing(name: str, names: Sequence[str]) -> str:
    close = get_close_matches(name, names, n=1)
    return f'"{name}" (did you mean "{close[0]}"?)' if close else f'"{name}"'


def plain_head(name: str) -> str:
    """The normal form of a column's name: without blanks and invisible letters, width and case ignored."""
    return "".join(char for char in normalize("NFKC", name).casefold() if category(char)[0] not in "CZ")


def _short(name: str) -> str:
    return name if len(name) <= _SHORT else f"{name[:_SHORT]}…"
