"""Do the numbers of a published table fit together? A table that contradicts itself is refused, number by number."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from states.reasons import Given, Label, Refused
from states.texts import number_typed
from storage.statistics.figures import percent
from storage.statistics.rules import StatisticsError

COLUMNS = ("表", "项目", "件数", "百分比", "基数")
MOST = 10**15
"""The largest count of a printed table."""
_PERCENT = re.compile(r"^\d+(?:\.(\d+))?$")


@dataclass(frozen=True)
class Printed:
    """A number as it was printed: so many of the table's base, and the percentage beside it or ''."""

    name: str
    count: int
    percent: str = ""


@dataclass(frozen=True)
class PrintedTable:
    """`whole`: the rows are the parts of the base and must add up to it."""

    name: str
    base: int
    rows: tuple[Printed, ...]
    whole: bool = True


@dataclass(frozen=True)
class Contradiction:
    """Two numbers that cannot both be right."""

    table: str
    words: str
    english: str


def contradictions_in(tables: Iterable[PrintedTable]) -> list[Contradiction]:
    """Everything in which the tables contradict themselves; percentages are compared with the decimals printed."""
    return [figure for table in tables for figure in (*_sums(table), *_rows(table))]


def _sums(table: PrintedTable) -> Iterable[Contradiction]:
    total = sum(row.count for row in table.rows)
    if table.whole and total != table.base:
        terms = " + ".join(f"{row.name} {row.count}" for row in table.rows)
        yield Contradiction(
            table.name,
            f"{terms} = {total}，与合计 {table.base} 不符，差 {abs(total - table.base)}",
            f"{terms} = {total}, but the total is {table.base}: they differ by {abs(total - table.base)}",
        )


def _rows(table: PrintedTable) -> Iterable[Contradiction]:
    for row in table.rows:
        if row.count > table.base:
            yield Contradiction(
                table.name,
                f"{row.name} {row.count} 大于基数 {table.base}",
                f"{row.name} {row.count} is more than the base {table.base}",
            )
        elif row.percent:
            places = len((_PERCENT.match(row.percent) or [""])[1] or "")
            right = percent(row.count, table.base, places)
            if right == "–" or Decimal(right) != Decimal(row.percent):
                yield Contradiction(
                    table.name,
                    f"{row.name} {row.count} ÷ {table.base} = {right}%，印的是 {row.percent}%",
                    f"{row.name} {row.count} / {table.base} = {right}%, but {row.percent}% is printed",
                )


def tables_of(document: Mapping[str, Any]) -> list[PrintedTable]:
    """The tables of a TOML file's data; raises StatisticsError with what is wrong in it."""
    return [_table(table) for table in _listed(document.get("table"), "table")]


def _table(table: dict[str, Any]) -> PrintedTable:
    name = str(table.get("name") or "")
    rows = [
        Printed(
            str(row.get("name") or ""), _whole(row.get("count"), name), _printed(row.get("percent"), name)
        )
        for row in _listed(table.get("rows"), f"table {name}: rows")
    ]
    return PrintedTable(name, _whole(table.get("base"), name), tuple(rows), bool(table.get("whole", True)))


def tables_of_rows(rows: Iterable[Mapping[str, str]]) -> list[PrintedTable]:
    """The tables of rows with the columns of COLUMNS, the last two of which may be absent; raises StatisticsError.

    Rows without a base of their own take the sum; a 基数 that not all rows share makes rates, not parts.
    """
    by_table: dict[str, list[Mapping[str, str]]] = {}
    for row in rows:
        by_table.setdefault(row["表"], []).append(row)
    tables = []
    for name, rows in by_table.items():
        printed = [
            Printed(row["项目"], _whole(row["件数"], name), _printed(row.get("百分比"), name)) for row in rows
        ]
        bases = [row["基数"] for row in rows if row.get("基数")]
        if len(set(bases)) > 1:
            tables += [
                PrintedTable(name, _whole(row["基数"], name), (figure,), whole=False)
                for row, figure in zip(rows, printed, strict=True)
            ]
        else:
            base = _whole(bases[0], name) if bases else sum(figure.count for figure in printed)
            tables.append(PrintedTable(name, base, tuple(printed)))
    return tables


def _listed(value: Any, what: str) -> Sequence[dict[str, Any]]:
    if not isinstance(value, list) or not value or not all(isinstance(entry, dict) for entry in value):
        raise StatisticsError(Refused("no_tables", key=Label(what), given=Given(value)))
    return value


def _whole(value: Any, table: str) -> int:
    number = None if isinstance(value, bool) else number_typed(str(value).strip(), MOST)
    if number is None:
        raise StatisticsError(Refused("no_count_of_items", table=Label(table), given=Given(value)))
    return number


def _printed(value: Any, table: str) -> str:
    """A percentage as it stands on the page, with its decimals; in TOML as text, or 97.60 would lose its nought."""
    text = "" if value is None else str(value).strip().removesuffix("%").strip()
    if text and not _PERCENT.match(text):
        raise StatisticsError(Refused("no_percentage", table=Label(table), given=Given(value)))
    return text
