"""Tables as workbooks: every cell is text, a number or a day, never a formula or a link."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from io import BytesIO

import xlsxwriter

from flows.paper_lists import list_tables
from notifications.papers import Paper

Cell = str | float | Decimal | date | None
Sheet = tuple[str, Sequence[str], Iterable[Sequence[Cell]]]
"""Its name, the heads of its columns, and its rows."""

PLAIN = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
"""How a workbook is written in which every text stays a text."""


def workbook(title: str, columns: Sequence[str], rows: Iterable[Sequence[Cell]]) -> bytes:
    """One sheet with a bold head; every cell is text, a number or a day, never a formula or a link."""
    return workbooks([(title, columns, rows)])


def workbooks(sheets: Iterable[Sheet]) -> bytes:
    """Like `workbook`, of several sheets."""
    buffer = BytesIO()
    with xlsxwriter.Workbook(buffer, PLAIN) as book:
        bold, day = book.add_format({"bold": True}), book.add_format({"num_format": "yyyy-mm-dd"})
        for title, columns, rows in sheets:
            sheet = book.add_worksheet(title[:31])
            for number, name in enumerate(columns):
                sheet.write_string(0, number, name, bold)
            for line, row in enumerate(rows, start=1):
                for number, value in enumerate(row):
                    if isinstance(value, int | float | Decimal) and not isinstance(value, bool):
                        sheet.write_number(line, number, value)
                    elif isinstance(value, date) and not isinstance(value, datetime):
                        sheet.write_datetime(line, number, value, day)
                    else:
                        sheet.write_string(line, number, "" if value is None else str(value))
            sheet.freeze_panes(1, 0)
            sheet.set_column(0, max(len(columns) - 1, 0), 16)
    return buffer.getvalue()


def as_workbook(found: Paper) -> bytes:
    """The tables of a list or report, a sheet each."""
    return workbooks([(one.name, one.columns, one.rows) for one in list_tables(found)])
