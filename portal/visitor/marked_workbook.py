"""A file as it was sent, with what would become of each row behind it and what is refused marked, to be sent back."""

from collections.abc import Mapping
from io import BytesIO

import xlsxwriter

from flows.import_preview import ImportPreview, PreviewRow
from flows.sent_sheets import cell_text
from flows.sent_tables import SentFile, SheetReading
from portal.visitor.languages import say
from portal.visitor.refusals import fault_words, sentence
from portal.visitor.workbooks import MOST, PLAIN

RESULT, WHY, NOT_READ = "导入结果", "说明", "没有读"
OUTCOMES = {"refused": "不收", "changed": "有改动", "waits": "等确认", "new": "新增", "same": "没有变"}
"""What would become of a row, in the order in which people look at it."""


def marked_workbook(file: SentFile, preview: ImportPreview) -> bytes:
    """The workbook: every cell where it stood, two columns behind them, a mark and a note at each refused cell."""
    buffer = BytesIO()
    with xlsxwriter.Workbook(buffer, PLAIN) as book:
        red, bold = book.add_format({"bg_color": "#ffd9d6"}), book.add_format({"bold": True})
        text = book.add_format({"num_format": "@"})
        for at, reading in enumerate(file.sheets, start=1):
            sheet = book.add_worksheet((reading.sheet.name or str(at))[:31])
            rows = {row.number: row for row in preview.rows if row.sheet == reading.sheet.name}
            behind = 1 + max((column for row in reading.sheet.rows for column in row.cells), default=0)
            sheet.set_column(0, behind - 1, 14, text)
            sheet.set_column(behind + 1, behind + 1, 60)
            for row in reading.sheet.rows:
                faulty = _faulty(rows.get(row.number))
                for column, cell in row.cells.items():
                    mark = red if column in faulty else text
                    sheet.write_string(row.number - 1, column, cell_text(cell)[:MOST], mark)
                for column, words in faulty.items():
                    if column >= 0:
                        sheet.write_comment(row.number - 1, column, words[:MOST])
                outcome, why = _said_of(reading, row.number, rows.get(row.number))
                sheet.write_string(row.number - 1, behind, outcome, red if faulty else text)
                sheet.write_string(row.number - 1, behind + 1, why[:MOST])
            if reading.heads:
                sheet.write_string(reading.heads.last - 1, behind, say(RESULT), bold)
                sheet.write_string(reading.heads.last - 1, behind + 1, say(WHY), bold)
    return buffer.getvalue()


def _faulty(row: PreviewRow | None) -> Mapping[int, str]:
    """The words of each fault of a row by the column where it stands."""
    words: dict[int, str] = {}
    for fault in row.faults if row else ():
        text = sentence(fault.why)
        words[fault.place.column] = f"{words[fault.place.column]}\n{text}" if fault.place.column in words else text
    return words


def _said_of(reading: SheetReading, number: int, row: PreviewRow | None) -> tuple[str, str]:
    if row is not None:
        faults = [
            say("%(who)s：%(what)s", who=fault.place.heading or fault.key, what=sentence(fault.why))
            for fault in row.faults
        ]
        return say(OUTCOMES[row.outcome]), "\n".join(faults)
    why = reading.why or reading.aside.get(number)
    if why is None:
        return "", ""
    return say(NOT_READ), fault_words(why)
