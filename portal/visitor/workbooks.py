"""Tables as workbooks: every cell is text, a number or a day, never a formula or a link."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from io import BytesIO
from typing import NamedTuple

import xlsxwriter

from flows.paper_lists import list_tables
from notifications.papers import Paper
from portal.visitor.languages import say

Cell = str | float | Decimal | date | None
WIDTH = 16
MOST = 32_767 - 40
"""Most UTF-16 units of a text in one cell; Excel holds 32,767 and silently cuts off the rest."""
REST, REST_HEADS = "续文", ("表", "行", "列", "续文")
"""The sheet with the text that did not fit into a cell, with its sheet, line and column."""

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
        longer: list[tuple[Cell, ...]] = []

        def write(title: str, heads: Sequence[str], rows: Sequence[Sequence[Cell]], widths: Sequence[int]) -> None:
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
                        text, *rest = pieces("" if value is None else str(value))
                        longer.extend((title, line + 1, heads[number], piece) for piece in rest)
                        where = len(longer) - len(rest) + 2
                        note = say("……（未完，见“%(sheet)s”表第 %(n)d 行）", sheet=say(REST), n=where) if rest else ""
                        sheet.write_string(line, number, text + note)
            sheet.freeze_panes(1, 0)

        for sheet in sheets:
            write(*sheet)
        if longer:
            write(say(REST), [say(head) for head in REST_HEADS], [*longer], ())
    return buffer.getvalue()


def pieces(text: str) -> list[str]:
    """The text in pieces that fit into a cell; Excel counts characters beyond U+FFFF as two."""
    if 2 * len(text) <= MOST:
        return [text]
    units = text.encode("utf-16-le")
    parts, start = [], 0
    while start < len(units):
        end = min(start + 2 * MOST, len(units))
        if end < len(units) and 0xDC <= units[end + 1] <= 0xDF:  # between the two halves of a character
            end -= 2
        parts.append(units[start:end].decode("utf-16-le"))
        start = end
    return parts


def as_workbook(paper: Paper) -> bytes:
    """The tables of a list or report, a sheet each."""
    return workbooks(Sheet(table.name, table.columns, table.rows) for table in list_tables(paper))
