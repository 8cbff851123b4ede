"""What an import of the directory would do, row by row, found out by doing it in a transaction that is given up."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlmodel import SQLModel

from storage.directory import Records, checked_rows
from storage.errors import ImportRefused, RowFault
from storage.import_log import KEYS
from storage.powers import Importer
from storage.register import Register
from storage.statements import Cursor, reading, transaction
from storage.typed_rows import dictionaries

ROUNDS = 50
"""How often rows are left out whose faults appear only when others are out."""


@dataclass(frozen=True)
class ForecastLine:
    """What would become of a row: `new`, `changed`, `same` or `waits`, with its values before and after."""

    number: int
    subject: str
    outcome: str
    old: Mapping[str, Any] | None
    new: Mapping[str, Any]
    powers: tuple[str, ...] = ()


@dataclass(frozen=True)
class ImportForecast:
    """The sound rows of one kind, and the faults of the others."""

    kind: str
    lines: tuple[ForecastLine, ...] = ()
    faults: tuple[RowFault, ...] = ()
    sound: tuple[tuple[int, Mapping[str, str]], ...] = field(default=(), repr=False)


class _GivenUpError(Exception):
    """Ends the transaction without a trace."""


def forecast_imports(
    register: Register, parts: Sequence[tuple[str, Records]], importer: Importer
) -> list[ImportForecast]:
    """What an import of these parts, in this order, would do; later parts see the sound rows of earlier ones."""
    forecasts: list[ImportForecast] = []

    def looked_at(cursor: Cursor) -> None:
        forecasts.clear()
        for kind, records in parts:
            forecasts.append(_forecast(register, cursor, kind, records, importer))
        raise _GivenUpError

    try:
        with transaction(register.engine) as cursor:
            looked_at(cursor)
    except _GivenUpError:
        pass
    return forecasts


def _forecast(
    register: Register, cursor: Cursor, kind: str, records: Records, importer: Importer
) -> ImportForecast:
    faults: list[RowFault] = []
    left = list(records)
    for _ in range(ROUNDS):
        try:
            check = checked_rows(register.layout, cursor, kind, left, importer)
        except ImportRefused as refusal:
            faults += refusal.faults
            bad = {fault.number for fault in refusal.faults}
            left = [record for record in left if record[0] not in bad]
        else:
            break
    else:
        return ImportForecast(kind, (), tuple(faults))
    log = check.log
    lines = []
    for at, ((number, _), new) in enumerate(zip(left, log.new, strict=True)):
        old = log.old.get(new[log.key])
        outcome = "same" if old == new else "waits" if at in log.waiting else "changed" if old else "new"
        lines.append(ForecastLine(number, new[log.key], outcome, old, new, tuple(log.waiting.get(at, ()))))
    check.write(register.layout, cursor, kind)
    faults.sort(key=lambda fault: (fault.number, fault.column))
    return ImportForecast(kind, tuple(lines), tuple(faults), tuple(left))


def ids_taken(register: Register, kind: str) -> set[str]:
    """The ids of every row of a table of the directory."""
    with reading(register.engine) as cursor:
        table = SQLModel.metadata.tables[kind]
        return {row[KEYS[kind]] for row in dictionaries(cursor.session, table)}
