"""What a file would do to the directory before anything is stored: what is new, what changes, what is refused and how
that can be mended."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from typing import Any

from flows.sent_tables import SentFile, SentRow
from flows.tables.fault_texts import CellPlace
from rulebooks.sentences import Reason
from states.reasons import Refused, Worded
from states.roles import CHAIN_ROLES
from states.sheets import Field
from states.sheets.synonyms import VALUES_TOO
from states.sheets.tables import DIRECTORY, TABLES
from storage.errors import RowFault
from storage.import_forecast import ForecastLine, forecast_imports, ids_taken
from storage.powers import Importer
from storage.register import Register

Listed = Mapping[str, Sequence[Mapping[str, Any]]]
"""The rows of the directory that the importer may list, by table."""

REFERENCES: Mapping[str, Mapping[str, str]] = {
    "regions": {"parent_code": "regions"},
    "units": {"region": "regions", **{role.value: "people" for role in CHAIN_ROLES}},
    "people": {"unit": "units", "region": "regions"},
    "places": {"region": "regions", "deputies": "people", "clerks": "people"},
}
"""The table whose rows a column names; a file may name them by name."""
KEYS = {"regions": "code", "units": "id", "people": "id", "places": "id"}
NUMBERED = {"units": "U", "people": "P", "places": "S"}
"""What a new number begins with, where a file has no column of numbers."""
OFFERED = 3
"""Values that are offered for one that is refused."""

_BETWEEN = re.compile(r"([、，,;；\s]+)")


@dataclass(frozen=True)
class Mend:
    """A value that may be meant; `label` is what it is called, `same` how many rows have the refused one."""

    value: str
    label: str
    same: int = 1


@dataclass(frozen=True)
class PreviewFault:
    """Why a row is refused: the column of the table ("": the row), its place, what stands there, what may be meant.

    `optional`: the cell may stay empty.
    """

    key: str
    place: CellPlace
    given: str
    why: Reason
    mends: tuple[Mend, ...] = ()
    optional: bool = False


@dataclass(frozen=True)
class PreviewRow:
    """A row of the file and what would become of it; `refused` where it has faults."""

    kind: str
    sheet: str
    number: int
    outcome: str
    subject: str
    name: str
    old: Mapping[str, Any] | None = None
    new: Mapping[str, Any] = field(default_factory=dict)
    powers: tuple[str, ...] = ()
    faults: tuple[PreviewFault, ...] = ()


@dataclass
class ImportPreview:
    """What a file would do, kind by kind in order of reference; `parts` are its sound rows as they are imported."""

    rows: list[PreviewRow] = field(default_factory=list)
    parts: list[tuple[str, list[tuple[int, Mapping[str, str]]]]] = field(default_factory=list)

    def of(self, outcome: str) -> list[PreviewRow]:
        return [row for row in self.rows if row.outcome == outcome]

    def count(self) -> Mapping[str, int]:
        return Counter(row.outcome for row in self.rows)


def preview_of(register: Register, file: SentFile, listed: Listed, importer: Importer) -> ImportPreview:
    """What an import of the file's tables of the directory would do."""
    preview = ImportPreview()
    rows = {kind: file.rows(kind) for kind in DIRECTORY if file.rows(kind)}
    names = _Names(register, listed)
    parts = []
    for kind, of_kind in rows.items():
        sound = [(number, row) for number, row in enumerate(of_kind, start=1) if not row.faults]
        parts.append((kind, [(number, names.meant(kind, row.values)) for number, row in sound]))
    for forecast in forecast_imports(register, parts, importer):
        kind, of_kind = forecast.kind, rows[forecast.kind]
        preview.parts.append((kind, list(forecast.sound)))
        lines = {line.number: line for line in forecast.lines}
        faults: dict[int, list[RowFault]] = {}
        for fault in forecast.faults:
            faults.setdefault(fault.number, []).append(fault)
        given = Counter((key, value) for row in of_kind for key, value in row.values.items())
        for number, row in enumerate(of_kind, start=1):
            if line := lines.get(number):
                preview.rows.append(_sound(kind, row, line))
            else:
                here = [_by_row(fault, of_kind) for fault in faults.get(number, ())]
                why = (*unread_cells(file, kind, row), *_faults(file, kind, row, here, names, given))
                name, subject = row.values.get("name", ""), row.values.get(KEYS[kind], "")
                preview.rows.append(PreviewRow(kind, row.sheet, row.number, "refused", subject, name, faults=why))
    return preview


def _sound(kind: str, row: SentRow, line: ForecastLine) -> PreviewRow:
    return PreviewRow(
        kind, row.sheet, row.number, line.outcome, line.subject, str(line.new["name"]), line.old, line.new, line.powers
    )


def _by_row(fault: RowFault, rows: Sequence[SentRow]) -> RowFault:
    """The fault, with Excel's row where it says which record had the value first."""
    first = fault.why.facts.get("first")
    if fault.why.code != "row_twice" or not isinstance(first, int):
        return fault
    column, value = fault.why.facts["column"], fault.why.facts["value"]
    return replace(fault, why=Refused("row_twice_in_file", row=rows[first - 1].number, column=column, value=value))


def unread_cells(file: SentFile, kind: str, row: SentRow) -> Iterator[PreviewFault]:
    keys = file.keys_of(row)
    fields = {field.key: field for field in TABLES[kind]}
    for column, why in row.faults.items():
        reason = Refused("record_unreadable", why=Worded(why.fault_only.english, why.fault_only.chinese))
        key = keys.get(column, "")
        yield PreviewFault(key, why.place, "", reason, optional=bool(key) and not fields[key].required)


def _faults(
    file: SentFile, kind: str, row: SentRow, faults: Sequence[RowFault], names: "_Names",
    given: Mapping[tuple[str, str], int],
) -> Iterator[PreviewFault]:  # fmt: skip
    fields = {field.key: field for field in DIRECTORY[kind]}
    for fault in faults:
        text = row.values.get(fault.column, "")
        column = fields.get(fault.column)
        mends = names.offered(kind, column, text, given[fault.column, text]) if column else ()
        yield PreviewFault(
            fault.column, file.place_of(row, fault.column), text, fault.why, mends,
            bool(text and column and not column.required),
        )  # fmt: skip


class _Names:
    """The rows that a file may name: those that the importer may list, and those of the file itself."""

    def __init__(self, register: Register, listed: Listed) -> None:
        self.register = register
        self.names: dict[str, dict[str, str]] = {}
        self.rows = listed
        self.ids: dict[str, dict[str, list[str]]] = {}
        for kind, rows in listed.items():
            self.names[kind] = {str(row[KEYS[kind]]): str(row["name"]) for row in rows}
            self.ids[kind] = {}
            for id_, name in self.names[kind].items():
                self.ids[kind].setdefault(name, []).append(id_)
        self.taken: dict[str, set[str]] = {}

    def meant(self, kind: str, values: Mapping[str, str]) -> dict[str, str]:
        """The values of a row with ids where names stand, and a number where the file has none."""
        row = dict(values)
        for key, table in REFERENCES[kind].items():
            if row.get(key):
                row[key] = self._ids(table, row[key])
        if kind in NUMBERED and "id" not in row and row.get("name"):
            row["id"] = self._same(kind, row) or self._next(kind)
        key, name = row.get(KEYS[kind], ""), row.get("name", "")
        if key and name and key not in self.names.setdefault(kind, {}):
            self.names[kind][key] = name
            self.ids.setdefault(kind, {}).setdefault(name, []).append(key)
        return row

    def _ids(self, table: str, text: str) -> str:
        pieces = _BETWEEN.split(text) if table == "people" else [text]
        return "".join(self._id(table, piece) for piece in pieces)

    def _id(self, table: str, text: str) -> str:
        """The id of the only row of this name; the text itself for an id, and for a name that is unknown or shared."""
        if text in self.names.get(table, {}):
            return text
        ids = self.ids.get(table, {}).get(text, ())
        return ids[0] if len(ids) == 1 else text

    def _same(self, kind: str, row: Mapping[str, str]) -> str:
        """The id of the only row of this name, whose unit or region is no other one."""
        called = [old for old in self.rows.get(kind, ()) if old["name"] == row["name"]]
        for key in ("unit", "region"):
            called = [old for old in called if not row.get(key) or old.get(key) in (None, "", row[key])]
        return str(called[0]["id"]) if len(called) == 1 else ""

    def _next(self, kind: str) -> str:
        if kind not in self.taken:
            self.taken[kind] = ids_taken(self.register, kind)
        taken, number = self.taken[kind], len(self.taken[kind]) + 1
        while (id_ := f"{NUMBERED[kind]}{number:04d}") in taken:
            number += 1
        taken.add(id_)
        return id_

    def offered(self, kind: str, column: Field, text: str, same: int) -> tuple[Mend, ...]:
        """Values near to one that is refused."""
        if column.among:
            return near_values(kind, column, text, same)
        table = REFERENCES[kind].get(column.key, "")
        if not table or not text or _BETWEEN.search(text):
            return ()
        names, ids = self.names.get(table, {}), self.ids.get(table, {})
        shared = ids.get(text, ()) or [id_ for name in get_close_matches(text, ids, OFFERED, 0.5) for id_ in ids[name]]
        near = [*shared, *get_close_matches(text, names, OFFERED, 0.7)]
        return tuple(Mend(id_, f"{names[id_]}（{id_}）", same) for id_ in dict.fromkeys(near[:OFFERED]))


def near_values(kind: str, column: Field, text: str, same: int) -> tuple[Mend, ...]:
    """The values of a closed set that are near to what was written."""
    also = VALUES_TOO.get(kind, {}).get(column.key, {})
    names = {value.zh: value.zh for value in column.among} | {name: value.zh for name, value in also.items()}
    near = [names[name] for name in get_close_matches(text, names, n=OFFERED, cutoff=0.4)]
    return tuple(Mend(name, name, same) for name in dict.fromkeys(near))


def other_rows(
    file: SentFile, kind: str, faults: Sequence[RowFault], outcomes: Mapping[int, str]
) -> Iterator[PreviewRow]:
    """The rows of a table beside the directory: those with faults, and the others with what becomes of them."""
    fields = {field.key: field for field in TABLES[kind]}
    rows = file.rows(kind)
    given = Counter((key, value) for row in rows for key, value in row.values.items())
    by_number: dict[int, list[RowFault]] = {}
    for fault in faults:
        by_number.setdefault(fault.number, []).append(fault)
    for number, row in enumerate(rows, start=1):
        why = list(unread_cells(file, kind, row))
        for fault in by_number.get(number, ()):
            text, column = row.values.get(fault.column, ""), fields.get(fault.column)
            mends = near_values(kind, column, text, given[fault.column, text]) if column and column.among else ()
            optional = bool(text and column and not column.required)
            why.append(PreviewFault(fault.column, file.place_of(row, fault.column), text, fault.why, mends, optional))
        outcome = "refused" if why else outcomes.get(number, "same")
        name = row.values.get("day") or row.values.get("title") or row.values.get("body", "")
        yield PreviewRow(kind, row.sheet, row.number, outcome, "", name[:40], None, row.values, (), tuple(why))
