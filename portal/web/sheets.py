"""Lists as workbooks: what an office keeps on its screen it can take along."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from fastapi import Response

from portal.door.reads import counted
from portal.visitor.columns import Column, table
from portal.visitor.import_templates import template
from portal.visitor.workbooks import Cell, Sheet, workbooks
from states.sheets import Sheet as Fields

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def xlsx(name: str, title: str, columns: Sequence[str], rows: Iterable[Sequence[Cell]]) -> Response:
    """One sheet as a download `duban-NAME.xlsx`."""
    return download(name, [(title, columns, rows)])


def sheet(name: str, title: str, columns: Sequence[Column], rows: Iterable[Any]) -> Response:
    """The list as its page has it, under the heads of its columns."""
    return xlsx(name, title, *table(columns, rows))


def filled_in(name: str, fields: Fields, rows: Iterable[Mapping[str, Any]] = ()) -> Response:
    """A table to fill in, or to correct, as a download `duban-NAME.xlsx`."""
    kept = list(rows)
    return counted(_attached(name, template(fields, kept)), len(kept))


def download(name: str, sheets: Iterable[Sheet]) -> Response:
    """Several sheets as a download `duban-NAME.xlsx`."""
    kept = [(title, columns, list(rows)) for title, columns, rows in sheets]
    return counted(_attached(name, workbooks(kept)), sum(len(rows) for _, _, rows in kept))


def _attached(name: str, content: bytes) -> Response:
    headers = {"content-disposition": f'attachment; filename="duban-{name}.xlsx"'}
    return Response(content, media_type=XLSX, headers=headers)
