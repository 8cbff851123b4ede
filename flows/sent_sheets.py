"""The sheets of a workbook or CSV as they were sent, each cell where it stands."""

from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from flows.records import TableError, TableFault, ending_of
from flows.tables.apart import messages_about
from flows.tables.cells import Cell, CellRow, Number, Unreadable, unpacked
from flows.tables.resource_limits import IMPORT, MAX_COLUMNS, Limits
from flows.tables.worksheet import Range

MOST_SPREAD = 200_000
"""Cells that merged ones may fill."""


@dataclass
class SentSheet:
    """A sheet: its rows with content, and what Excel shows beside them. `name`: "" for CSV."""

    name: str = ""
    hidden: bool = False
    hidden_columns: list[tuple[int, int]] = field(default_factory=list)
    beside: list[str] = field(default_factory=list)
    merged: list[Range] = field(default_factory=list)
    rows: list[CellRow] = field(default_factory=list)

    @cached_property
    def spread(self) -> dict[int, dict[int, Cell]]:
        """What is merged into each row from above: by Excel's row, the cell by the first column of its range.

        Raises Unreadable.
        """
        numbers = [row.number for row in self.rows]
        by_number = dict(zip(numbers, self.rows, strict=True))
        filled: dict[int, dict[int, Cell]] = {}
        count = 0
        for top, left, bottom, _ in self.merged:
            first = by_number.get(top + 1)
            cell = first.cells.get(left, "") if first else ""
            if not holds(cell) or left >= MAX_COLUMNS:
                continue
            at = bisect_left(numbers, top + 2)
            while at < len(numbers) and numbers[at] <= bottom + 1:
                filled.setdefault(numbers[at], {})[left] = cell
                at, count = at + 1, count + 1
                if count > MOST_SPREAD:
                    raise Unreadable("many_merged", most=MOST_SPREAD)
        return filled

    @cached_property
    def wide(self) -> set[tuple[int, int]]:
        """Excel's row and column of each cell that is merged with those to its right."""
        return {(top + 1, left) for top, left, _, right in self.merged if right > left}

    def cells(self, row: CellRow) -> dict[int, Cell]:
        """The row's cells that hold something, with those that are merged into it from above."""
        own = {column: cell for column, cell in row.cells.items() if holds(cell)}
        return {**self.spread[row.number], **own} if row.number in self.spread else own

    def is_hidden(self, column: int) -> bool:
        return any(first <= column <= last for first, last in self.hidden_columns)

    def across(self, row: CellRow) -> dict[int, str]:
        """The texts of a row, each in every column over which it is merged."""
        texts = {column: cell_text(cell).strip() for column, cell in self.cells(row).items()}
        for top, left, bottom, right in self.merged:
            if top < row.number <= bottom + 1 and left in texts:
                for column in range(left + 1, min(right, left + MAX_COLUMNS) + 1):
                    texts.setdefault(column, texts[left])
        return texts


def read_sheets(path: Path, name: str = "", limits: Limits = IMPORT) -> list[SentSheet]:
    """Every sheet with content. `name` is what the file is called in refusals; raises TableError."""
    named = name or path.name
    ending = ending_of(named)
    try:
        filled = [sheet for sheet in _sheets(path, ending, limits) if sheet.rows]
        for sheet in filled:
            sheet.spread  # noqa: B018 - refused here, not where it is first asked for
    except Unreadable as refusal:
        raise TableError(named, TableFault(*refusal.fault)) from None
    if not filled:
        raise TableError(named, TableFault("empty"))
    return filled


def _sheets(path: Path, ending: str, limits: Limits) -> Iterator[SentSheet]:
    sheet = SentSheet()
    for message in messages_about(path, ending, limits, every=ending != ".csv"):
        if message[0] == "sheet":
            yield sheet
            _, name, hidden, columns, beside, merged = message
            sheet = SentSheet(name, hidden, columns, beside, [(*area,) for area in merged])
        else:
            sheet.rows.append(unpacked(message))
    yield sheet


def cell_text(cell: Cell) -> str:
    """What a cell says; '' for one that cannot be read."""
    if isinstance(cell, str):
        return cell
    return (cell.value if cell.shown is None else cell.shown) if isinstance(cell, Number) else ""


def holds(cell: Cell) -> bool:
    return not isinstance(cell, str) or bool(cell.strip())
