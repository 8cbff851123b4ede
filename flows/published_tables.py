"""Reading the printed tables that an office wants checked."""

from collections.abc import Callable
from pathlib import Path

from loguru import logger

from flows.records import BadRecord, Columns, TableError, TableFault, read_table
from flows.toml import read_toml
from flows.unread import unreadable
from storage import ImportRefused
from storage.statistics.published import COLUMNS, PrintedTable, tables_of, tables_of_rows


def read_published(path: Path, note: Callable[[str], object] = logger.warning) -> list[PrintedTable]:
    """The tables of a TOML, CSV or XLSX file; `note` is told what of it was not read.

    Raises TableError, ImportRefused or StatisticsError.
    """
    if path.suffix.lower() == ".toml":
        return tables_of(read_toml(path))
    columns = Columns(numbers=[name for name in COLUMNS if name in ("件数", "基数")], names=COLUMNS)
    table = read_table(path, COLUMNS[:3], columns)
    records = list(table)
    for text in table.notes:
        note(text)
    faults = [unreadable(record) for record in records if isinstance(record, BadRecord)]
    if faults:
        raise ImportRefused(path.name, faults)
    if not records:
        raise TableError(path.name, TableFault("empty"))
    return tables_of_rows(record.values for record in records if not isinstance(record, BadRecord))
