"""What a register recorded, as it is read to be played again."""

from dataclasses import dataclass
from typing import Any

from storage.directory import CHAIN, COLUMNS
from storage.register import Register
from storage.statements import Cursor, reading

DIRECTORY = ("regions", "units", "people")


@dataclass(frozen=True)
class Record:
    """The events of all suggestions by entry, the texts they name by id, and the directory of those who acted.

    `promises`: (id, part) of each promise. The directory is as its files would give it; `chains` comes apart.
    """

    events: list[dict[str, Any]]
    texts: dict[str, str]
    directory: dict[str, list[dict[str, str]]]
    promises: list[tuple[str, str]]


def record_of(register: Register) -> Record:
    """All of one moment."""
    events = register.layout.events
    with reading(register.engine) as cursor:
        rows = cursor.rows(
            f"{events.select} WHERE case_id IN (SELECT id FROM cases WHERE machine = 'suggestion') "
            "ORDER BY entered_at, case_id, seq"
        )
        directory = {kind: _directory(cursor, kind) for kind in DIRECTORY}
        return Record(
            events.dicts(rows),
            dict(cursor.rows("SELECT id, text FROM documents")),
            directory | {"chains": _chains(cursor)},
            [(str(id_), str(part)) for id_, part in cursor.rows("SELECT id, assignment_id FROM commitments")],
        )


def _directory(cursor: Cursor, kind: str) -> list[dict[str, str]]:
    columns = [name for name in COLUMNS[kind] if kind != "units" or name not in _LINKS]
    rows = cursor.rows(f"SELECT {', '.join(columns)} FROM {kind} ORDER BY 1")
    return [{name: _text(value) for name, value in zip(columns, row, strict=True)} for row in rows]


def _chains(cursor: Cursor) -> list[dict[str, str]]:
    units = {row["id"]: row for row in _directory(cursor, "units")}
    for unit, role, person in cursor.rows("SELECT unit, role, person FROM chain_links ORDER BY position"):
        if unit in units:
            units[unit].setdefault(role, person)
    return list(units.values())


def _text(value: Any) -> str:
    return "" if value is None else str(value)


_LINKS = frozenset(role.value for role in CHAIN)
