"""Import templates: a sheet with the column heads, and one that explains the columns."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from io import BytesIO

import xlsxwriter
from xlsxwriter.worksheet import Worksheet

from flows.mapping import Mapping as Columns
from flows.tables.resource_limits import IMPORT
from flows.tables.workbook import FILL, GUIDE
from portal.visitor.workbooks import PLAIN
from rulebooks import ZONE
from states.sheet_page import COLUMN_HEAD, column_row
from states.sheets import SHEETS, Field, Sheet, Type
from states.sheets.common import TITLE
from states.words import ACTIONS

MORNING = datetime(2025, 3, 20, 9, 30, tzinfo=ZONE)
"""The time that an example shows."""
WIDTHS = (24, 48, 36, 10, 24)


def template(fields: Sheet, rows: Iterable[Mapping[str, object]] = ()) -> bytes:
    """A workbook with a text column for each field, and with the existing `rows` by key."""
    buffer = BytesIO()
    with xlsxwriter.Workbook(buffer, PLAIN) as book:
        text, head = book.add_format({"num_format": "@"}), book.add_format({"bold": True})
        needed = book.add_format({"bold": True, "bg_color": "#ffe699"})
        sheet = book.add_worksheet(FILL)
        for at, field in enumerate(fields):
            sheet.set_column(at, at, 18, text)
            sheet.write_string(0, at, field.label[0], needed if field.required else head)
            sheet.data_validation(1, at, IMPORT.records, at, _validation(field))
        for line, row in enumerate(rows, start=1):
            for at, field in enumerate(fields):
                sheet.write_string(line, at, field.named(str(row.get(field.key) or "")))
        sheet.freeze_panes(1, 0)
        _guide(book.add_worksheet(GUIDE), fields, head, book.add_format({"text_wrap": True, "valign": "top"}))
    return buffer.getvalue()


def history_sheet(mapping: Columns) -> Sheet:
    """The columns of a history, each as the sheet of its action says of it."""
    fields = {
        mapping.id: Field(mapping.id, Type.LINE, (mapping.id, "Number"), required=True, example="1"),
        mapping.title: replace(TITLE, key=mapping.title, label=(mapping.title, TITLE.label[1])),
    }
    for fact in mapping.facts:
        words, needed = ACTIONS[fact.action], not fact.optional
        fields[fact.at] = Field(
            fact.at, Type.LINE, (fact.at, "Time"), (words.zh, words.en), required=needed,
            example=MORNING.strftime(mapping.formats[0]),
        )  # fmt: skip
        by_key = {field.key: field for field in SHEETS[fact.action]}
        for key, column in (fact.texts | fact.data).items():
            label, required = (column, by_key[key].label[1]), by_key[key].required and needed
            fields[column] = replace(by_key[key], key=column, label=label, required=required)
    return tuple(fields[column] for column in mapping.columns())


def _validation(field: Field) -> dict[str, object]:
    """The options and the hint of a cell; the import validates other input."""
    offered = {"validate": "list", "source": [choice.zh for choice in field.choices], "error_type": "warning"}
    hint = {"input_title": field.label[0], "input_message": "\n".join(field.hint)} if field.hint else {}
    return {**(offered if field.choices else {"validate": "any"}), **hint}


def _guide(sheet: Worksheet, fields: Sheet, head: object, wrapped: object) -> None:
    for at, (name, width) in enumerate(zip(COLUMN_HEAD, WIDTHS, strict=True)):
        sheet.set_column(at, at, width)
        sheet.write_string(0, at, name, head)
    for line, field in enumerate(fields, start=1):
        for at, words in enumerate(column_row(field)):
            sheet.write_string(line, at, words, wrapped)
    sheet.freeze_panes(1, 0)
