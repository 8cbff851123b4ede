"""The row of a sheet that names its columns, wherever it stands, and which column of the table each of them is."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from unicodedata import normalize

from flows.records import plain_head
from flows.sent_sheets import SentSheet
from flows.tables.cells import CellRow
from flows.tables.resource_limits import MAX_COLUMNS
from states.sheets import Sheet
from states.sheets.synonyms import HEADS_TOO

LOOKED_AT = 30
"""Rows with content among which the heads are looked for."""
LEAST = 2
"""Columns by which a row is known to be the heads, of a table that has several."""

_ASIDE = re.compile(r"[(（\[【<《].*?[)）\]】>》]")
_MARKS = "*＊:：.。、_-—/ "


@dataclass(frozen=True)
class ColumnHeads:
    """The rows of a sheet that name its columns: the names by column from 0, and the columns of the table by them."""

    first: int
    last: int
    names: Mapping[int, str]
    keys: Mapping[int, str]
    width: int | None = None

    @property
    def line(self) -> str:
        """The heads as one text, by which the same table is known again."""
        return "\t".join(plain_head(name) for _, name in sorted(self.names.items()))


def heads_of(sheet: SentSheet, kind: str, fields: Sheet) -> ColumnHeads | None:
    """The heads of the sheet if it is a table of this kind: the row, or the two rows, with the most of its columns."""
    by_name = _by_head(kind, fields)
    best: ColumnHeads | None = None
    for at, row in enumerate(sheet.rows[:LOOKED_AT]):
        if row.fault or row.hidden:
            continue
        upper = sheet.across(row)
        candidates = [ColumnHeads(row.number, row.number, upper, _matched(by_name, upper, {}), row.width)]
        below = sheet.rows[at + 1] if at + 1 < len(sheet.rows) else None
        if below and not below.fault and _belongs(sheet, row, below):
            lower = {column: text for column, text in sheet.across(below).items() if text != upper.get(column)}
            names = {column: _joined(upper.get(column, ""), lower.get(column, "")) for column in {*upper, *lower}}
            candidates.append(ColumnHeads(row.number, below.number, names, _matched(by_name, upper, lower), row.width))
        for candidate in candidates:
            if best is None or len(candidate.keys) > len(best.keys):
                best = candidate
    least = min(LEAST, sum(field.required for field in fields)) or 1
    return best if best and len(best.keys) >= least else None


def first_heads(sheet: SentSheet) -> ColumnHeads:
    """The first row that looks like heads, where none names a column of the table."""
    row = next((row for row in sheet.rows if len(row.cells) >= LEAST and not row.fault), sheet.rows[0])
    return ColumnHeads(row.number, row.number, sheet.across(row), {}, row.width)


def _belongs(sheet: SentSheet, row: CellRow, below: CellRow) -> bool:
    """Whether the row below goes on with the heads: it is empty under every head that is not merged over several."""
    if below.number != row.number + 1:
        return False
    single = [column for column in sheet.cells(row) if (row.number, column) not in sheet.wide]
    under = {column for column, cell in below.cells.items() if cell != ""}
    wide = len(sheet.cells(row)) - len(single)
    return bool(under) and (wide > 0 or sheet.name == "") and not under & {*single}


def _joined(upper: str, lower: str) -> str:
    return "/".join(filter(None, (upper, lower)))


def _by_head(kind: str, fields: Sheet) -> dict[str, str]:
    """The column of the table by each of the names that it has; its own names before those that are used too."""
    by_name: dict[str, str] = {}
    for field in fields:
        for name in (field.label[0], field.key, field.label[1]):
            by_name.setdefault(plain_head(name), field.key)
    for key, names in HEADS_TOO.get(kind, {}).items():
        for name in names:
            by_name.setdefault(plain_head(name), str(key))
    return by_name


def _matched(by_name: Mapping[str, str], upper: Mapping[int, str], lower: Mapping[int, str]) -> dict[int, str]:
    """The column of the table by that of the sheet; of two with one name the first."""
    keys: dict[int, str] = {}
    for column in sorted(column for column in {*upper, *lower} if column < MAX_COLUMNS):
        above, under = upper.get(column, ""), lower.get(column, "")
        names = [under, above + under] if under else [above]
        key = next((key for name in names if (key := _key(by_name, name))), "")
        if key and key not in keys.values():
            keys[column] = key
    return keys


def _key(by_name: Mapping[str, str], name: str) -> str:
    wide = normalize("NFKC", name).strip(_MARKS)
    return by_name.get(plain_head(wide)) or by_name.get(plain_head(_ASIDE.sub("", wide).strip(_MARKS))) or ""
