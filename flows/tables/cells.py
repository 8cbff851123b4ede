"""The messages of a table's reader about a cell, a row or a file, sent through the pipe."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

Json: TypeAlias = "str | float | bool | Sequence[Json] | Mapping[str, Json] | None"

Fact = str | float | Sequence[str] | None
Fault = tuple[str, Mapping[str, Fact]]
"""(code, facts) of a fault; the sentences are in `words`."""


class Unreadable(Exception):
    """The table cannot be used at all."""

    def __init__(self, code: str, **facts: Fact) -> None:
        super().__init__(code)
        self.fault: Fault = (code, facts)


@dataclass(frozen=True)
class Number:
    """A number or a day: as Excel shows it (None: unknown), and its value.

    The value of a day is ISO text, that of a number its shortest decimals. `format` is Excel's code.
    """

    shown: str | None
    value: str
    format: str
    is_day: bool = False


Cell = str | Number | Fault


@dataclass
class CellRow:
    """A row with content, by its number in the sheet; cells by column from 0.

    `width`: how many a CSV record has. `hidden` is said where a sheet is read as it stands.
    """

    number: int
    cells: dict[int, Cell] = field(default_factory=dict)
    width: int | None = None
    fault: Fault | None = None
    hidden: bool = False


def packed(row: CellRow) -> list[Json]:
    """The row as JSON can carry it."""
    if row.fault:
        return ["bad", row.number, *row.fault]
    if row.width is not None:
        return ["fields", row.number, [_packed(row.cells.get(number, "")) for number in range(row.width)]]
    return ["cells", row.number, [[column, _packed(cell)] for column, cell in row.cells.items()], row.hidden]


def _packed(cell: Cell) -> Json:
    if isinstance(cell, Number):
        return [cell.shown, cell.value, cell.format, cell.is_day]
    return {"code": cell[0], "facts": cell[1]} if isinstance(cell, tuple) else cell


def unpacked(message: list[Any]) -> CellRow:
    """The row of a message of `packed`."""
    kind, number, content, *facts = message
    if kind == "bad":
        return CellRow(number, fault=(content, facts[0]))
    if kind == "fields":
        return CellRow(number, dict(enumerate(_unpacked(cell) for cell in content)), len(content))
    return CellRow(number, {column: _unpacked(cell) for column, cell in content}, hidden=facts[0])


def _unpacked(cell: Any) -> Cell:
    if isinstance(cell, list):
        return Number(*cell)
    return (cell["code"], cell["facts"]) if isinstance(cell, dict) else str(cell)
