"""Lists as workbooks: what an office keeps on its screen it can take along."""

from collections.abc import Iterable, Sequence
from typing import Any

from fastapi import Response

from portal.door.reads import counted
from portal.visitor.columns import Column, table
from portal.visitor.workbooks import Cell, Sheet, workbooks

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def xlsx(name: str, title: str, columns: Sequence[str], rows: Iterable[Sequence[Cell]]) -> Response:
    """One sheet as a download `duban-NAME.xlsx`."""
    return download(name, [(title, columns, rows)])


def sheet(name: str, title: str, columns: Sequence[Column], rows: Iterable[Any]) -> Response:
    """The list as its page has it, under the heads of its columns."""
    return xlsx(name, title, *table(columns, rows))


def download(name: str, sheets: Iterable[Sheet]) -> Response:
    """Several sheets as a download `duban-NAME.xlsx`."""
    headers = {"content-disposition": f'attachment; filename="duban-{name}.xlsx"'}
    kept = [(title, columns, list(rows)) for title, columns, rows in sheets]
    answer = Response(workbooks(kept), media_type=XLSX, headers=headers)
    return counted(answer, sum(len(rows) for _, _, rows in kept))
