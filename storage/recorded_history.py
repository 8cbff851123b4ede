"""The recorded history of a register, for replaying it."""

from dataclasses import dataclass
from typing import Any, cast

from sqlmodel import Session, SQLModel, col, select

from states.roles import CHAIN_ROLES
from states.vocabulary import Subject
from storage.directory import COLUMNS
from storage.register import Register
from storage.statements import reading
from storage.stored import StoredEvent
from storage.tables.cases import CaseRow
from storage.tables.directory import ChainLinkRow
from storage.tables.events import DocumentRow
from storage.tables.judging import CommitmentRow
from storage.typed_rows import dictionaries

DIRECTORY = ("regions", "units", "people")


@dataclass(frozen=True)
class Recording:
    """The events of all suggestions in order of entry, their texts by id, and the directory of those who acted.

    `promises`: (id, part) of each promise. The directory is in the form of its import files; `chains` is separate.
    """

    events: list[StoredEvent]
    texts: dict[str, str]
    directory: dict[str, list[dict[str, str]]]
    promises: list[tuple[str, str]]


def record_of(register: Register) -> Recording:
    """The recording, of one database snapshot."""
    events = SQLModel.metadata.tables["events"]
    suggestions = select(CaseRow.id).where(CaseRow.machine == Subject.SUGGESTION)
    of_suggestions = events.select().where(events.columns["case_id"].in_(suggestions))
    with reading(register.engine) as cursor:
        session = cursor.session
        rows = session.execute(of_suggestions.order_by("entered_at", "case_id", "seq")).mappings()
        promises = session.exec(select(CommitmentRow.id, CommitmentRow.assignment_id))
        return Recording(
            [cast("StoredEvent", dict(event)) for event in rows],
            dict(session.exec(select(DocumentRow.id, DocumentRow.text)).all()),
            {kind: _directory(session, kind) for kind in DIRECTORY} | {"chains": _chains(session)},
            [(id_, part) for id_, part in promises],
        )


def _directory(session: Session, kind: str) -> list[dict[str, str]]:
    columns = [name for name in COLUMNS[kind] if kind != "units" or name not in _LINKS]
    rows = dictionaries(session, SQLModel.metadata.tables[kind])
    return [{name: _text(row[name]) for name in columns} for row in rows]


def _chains(session: Session) -> list[dict[str, str]]:
    units = {row["id"]: row for row in _directory(session, "units")}
    for link in session.exec(select(ChainLinkRow).order_by(col(ChainLinkRow.position))):
        if link.unit in units:
            units[link.unit].setdefault(link.role, link.person)
    return list(units.values())


def _text(value: Any) -> str:
    return "" if value is None else str(value)


_LINKS = frozenset(role.value for role in CHAIN_ROLES)
