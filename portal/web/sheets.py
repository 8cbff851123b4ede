"""Lists as workbooks."""

from collections.abc import Iterable, Mapping, Sequence

from fastapi import Response

from portal.door.files import download
from portal.door.reads import with_row_count
from portal.visitor.columns import Column, sheet_of
from portal.visitor.import_templates import template
from portal.visitor.workbooks import Sheet, workbooks
from states.sheets import Sheet as Fields

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def sheet(name: str, title: str, columns: Sequence[Column], rows: Iterable[object]) -> Response:
    """The list as its page has it, as a download `duban-NAME.xlsx` of one sheet."""
    return workbook_download(name, [sheet_of(title, columns, rows)])


def table_download(name: str, fields: Fields, rows: Iterable[Mapping[str, object]] = ()) -> Response:
    """A table to fill in, or to correct, as a download `duban-NAME.xlsx`."""
    kept = list(rows)
    return with_row_count(_attached(name, template(fields, kept)), len(kept))


def workbook_download(name: str, sheets: Sequence[Sheet]) -> Response:
    """Several sheets as a download `duban-NAME.xlsx`."""
    return with_row_count(_attached(name, workbooks(sheets)), sum(len(each.rows) for each in sheets))


def _attached(name: str, content: bytes) -> Response:
    return download(f"duban-{name}.xlsx", XLSX, content)
