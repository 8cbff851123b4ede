"""Tables as workbooks: every cell is text, a number or a day, never a formula or a link."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from io import BytesIO
from typing import NamedTuple

import xlsxwriter

from flows.paper_lists import list_tables
from notifications.papers import Paper

Cell = str | float | Decimal | date | None
WIDTH = 16

PLAIN = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
"""How a workbook is written in which every text stays a text."""


class Sheet(NamedTuple):
    """A sheet: its name, the heads of its columns, its rows, and how wide its columns are in characters."""

    title: str
    heads: Sequence[str]
    rows: Sequence[Sequence[Cell]]
    widths: Sequence[int] = ()


def workbooks(sheets: Iterable[Sheet]) -> bytes:
    """The sheets as one workbook, each with bold heads that stay."""
    buffer = BytesIO()
    with xlsxwriter.Workbook(buffer, PLAIN) as book:
        bold, day = book.add_format({"bold": True}), book.add_format({"num_format": "yyyy-mm-dd"})
        for title, heads, rows, widths in sheets:
            sheet = book.add_worksheet(title[:31])
            for number, (head, width) in enumerate(zip(heads, widths or [WIDTH] * len(heads), strict=True)):
                sheet.write_string(0, number, head, bold)
                sheet.set_column(number, number, width)
            for line, row in enumerate(rows, start=1):
                for number, value in enumerate(row):
                    if isinstance(value, int | float | Decimal) and not isinstance(value, bool):
                        sheet.write_number(line, number, value)
                    elif isinstance(value, date) and not isinstance(value, datetime):
                        sheet.write_datetime(line, number, value, day)
                    else:
                        sheet.write_string(line, number, "" if value is None else str(value))
            sheet.freeze_panes(1, 0)
    return buffer.getvalue()


def as_workbook(found: Paper) -> bytes:
    """The tables of a list or report, a sheet each."""
    return workbooks(Sheet(one.name, one.columns, one.rows) for one in list_tables(found))
