"""Rows copied out of a sheet: cells apart by tabs, as Excel, WPS and LibreOffice put them on the clipboard."""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace

from flows.records import PASTED, TableError, TableFault, read_pasted
from flows.tables.delimited import ERRORS
from flows.tables.resource_limits import IMPORT
from flows.tables.worksheet import letters
from portal.visitor.languages import say


@dataclass
class Pasted:
    """The rows by column, with why one cannot be taken; `aside`: the columns that nobody asked for with text."""

    rows: list[dict[str, str]] = field(default_factory=list)
    aside: dict[int, str] = field(default_factory=dict)


def pasted(text: str, columns: Mapping[str, str], heads: Collection[str], most: int) -> Pasted:
    """What was pasted, under `columns` (name by column); a first row with one of `heads`, or of names alone, is they.

    It is read apart, as every table. A row with an error of Excel, or with more cells than there are columns, has its
    `fault`. Raises TableError when a column is named twice, or there are far more than `most` rows.
    """
    rows = read_pasted(text, replace(IMPORT, records=most)) if text.strip() else []
    if not rows:
        return Pasted()
    columns_named = {
        **{column: column for column in columns},
        **{name: column for column, name in columns.items()},
    }
    first = [cell.strip() for cell in rows[0]]
    names = list(columns)
    if {*first} & {*heads} or ({*first} - {""} <= {*columns_named}):
        names, rows = _named(first, columns_named), rows[1:]
    table = Pasted()
    for row in rows:
        table.rows.append(_by_name(row, names, columns, table.aside, first))
    return table


def _named(first: Sequence[str], columns_named: Mapping[str, str]) -> list[str]:
    names = [columns_named.get(cell, "") for cell in first]
    twice = sorted({cell for cell, name in zip(first, names, strict=True) if name and names.count(name) > 1})
    if twice:
        raise TableError(PASTED, TableFault("header_twice", {"names": ", ".join(twice)}))
    return names


def _by_name(
    row: Sequence[str],
    names: Sequence[str],
    columns: Mapping[str, str],
    aside: dict[int, str],
    first: Sequence[str],
) -> dict[str, str]:
    cells: dict[str, str] = {}
    for at, cell in enumerate(row):
        if at >= len(names):
            if cell.strip():
                cells["fault"] = say("有 %(n)d 格，最多 %(most)d 格", n=len(row), most=len(names))
        elif names[at]:
            cells[names[at]] = cell.strip()
            if cell.strip() in ERRORS:
                cells["fault"] = say(
                    "%(column)s是错误值 %(shown)s", column=columns[names[at]], shown=cell.strip()
                )
        elif cell.strip():
            aside[at] = f"{letters(at)} {first[at]}".strip()
    return cells


def as_pasted(rows: Sequence[Sequence[str]]) -> str:
    """Rows as `cells` reads them; a tab within a cell becomes a blank."""
    return "".join("\t".join(map(_quoted, row)) + "\n" for row in rows)


def _quoted(cell: str) -> str:
    cell = cell.replace("\t", " ")
    return '"' + cell.replace('"', '""') + '"' if re.search(r'[\r\n]|\A"', cell) else cell
