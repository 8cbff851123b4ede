"""Lists as workbooks: what an office keeps on its screen it can take along."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from io import BytesIO
from typing import Any

import xlsxwriter
from fastapi import Response

from portal.web.reads import counted

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


Sheet = tuple[str, Sequence[str], Iterable[Sequence[Any]]]
"""Its name, the heads of its columns, and its rows."""


def workbook(title: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> bytes:
    """One sheet with a bold head; every cell is text, a number or a day, never a formula or a link."""
    return workbooks([(title, columns, rows)])


def workbooks(sheets: Iterable[Sheet]) -> bytes:
    """Like `workbook`, of several sheets."""
    buffer = BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(buffer, options) as book:
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


def xlsx(name: str, title: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> Response:
    """One sheet as a download `duban-NAME.xlsx`."""
    return download(name, [(title, columns, rows)])


def download(name: str, sheets: Iterable[Sheet]) -> Response:
    """Several sheets as a download `duban-NAME.xlsx`."""
    headers = {"content-disposition": f'attachment; filename="duban-{name}.xlsx"'}
    kept = [(title, columns, list(rows)) for title, columns, rows in sheets]
    answer = Response(workbooks(kept), media_type=XLSX, headers=headers)
    return counted(answer, sum(len(rows) for _, _, rows in kept))
