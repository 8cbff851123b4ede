"""The process that reads one table: `python -I -m flows.tables ENDING LIMITS [every]`, with the file as standard input.

It answers on its standard output, one JSON array a line: the sheet, the rows with content, and how it ended; of a
TOML file its data. With `every` it answers each sheet as it stands. It imports nothing but the readers.
"""

import json
import os
import sys
from collections.abc import Iterator
from typing import IO

from flows.tables.cells import CellRow, Json, Unreadable, packed
from flows.tables.delimited import read_delimited
from flows.tables.notice import read_toml
from flows.tables.pasted import read_pasted
from flows.tables.resource_limits import Limits, confine
from flows.tables.workbook import every_sheet, read_workbook

_NO_MEMORY = b'["refused","memory",{}]\n'  # put together beforehand: there may be none left for it


def main() -> None:
    ending, limits = sys.argv[1], Limits(**json.loads(sys.argv[2]))
    confine(limits)
    try:
        with open(0, "rb", closefd=False) as file:
            for message in _every(file, limits) if "every" in sys.argv else _messages(file, ending, limits):
                _say(message)
        _say(["end"])
    except Unreadable as refusal:
        _say(["refused", *refusal.fault])
    except (MemoryError, RecursionError):
        os.write(1, _NO_MEMORY)
    except BrokenPipeError:  # nobody reads on
        os._exit(0)


def _messages(file: IO[bytes], ending: str, limits: Limits) -> Iterator[list[Json]]:
    size = _size(limits)
    if ending == ".toml":
        yield ["toml", read_toml(file)]
        return
    if ending == ".csv":
        rows: Iterator[CellRow] = read_delimited(file)
    elif ending == ".pasted":
        rows = read_pasted(file)
    else:
        name, hidden, looked, rows = read_workbook(file, size, limits)
        yield ["sheet", name, hidden, looked.hidden, looked.beside]
    for records, row in enumerate(rows):  # the header is the record 0
        if records > limits.records:
            raise Unreadable("many_records", most=limits.records)
        yield packed(row)


def _every(file: IO[bytes], limits: Limits) -> Iterator[list[Json]]:
    records = 0
    for name, hidden, looked, rows in every_sheet(file, _size(limits), limits):
        yield ["sheet", name, hidden, looked.hidden, looked.beside, list(looked.merged)]
        for row in rows:
            records += 1
            if records > limits.records:
                raise Unreadable("many_records", most=limits.records)
            yield packed(row)


def _size(limits: Limits) -> int:
    size = os.fstat(0).st_size
    if size > limits.file:
        raise Unreadable("file_large", size=size, most=limits.file)
    return size


def _say(message: list[Json]) -> None:
    line = memoryview(json.dumps(message, ensure_ascii=False, default=str).encode() + b"\n")
    while line:
        line = line[os.write(1, line) :]


if __name__ == "__main__":
    main()
