"""Changes of rights that wait for a second person: old beside new, and one decision a batch."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Date
from sqlmodel import Session, SQLModel, col, select

from states.reasons import Id, Label, Refused, ids
from states.roles import CHAIN_ROLES
from storage.directory import (
    STAFF,
    codes_of_places,
    links_taken,
    new_codes,
    roles_of_people,
    write_rows,
)
from storage.errors import RefusedByRule
from storage.humans import people_behind, people_in
from storage.import_log import Line, apply_powers, decide_lines, stored, undecided_lines
from storage.powers import Directory, rings
from storage.register import Register
from storage.statements import reading, transaction
from storage.tables.directory import PersonRow, RegionRow, UnitRow
from storage.tables.imports import ImportDecisionRow, ImportRow
from storage.tables.places import PlaceRow
from storage.typed_rows import among, hold_tables


class ChangeRefused(RefusedByRule):
    """A change of rights cannot be decided this way."""


@dataclass(frozen=True)
class PendingBatch:
    """The rows of one import that wait, each with `old`, `new` and the `powers` that would change."""

    id: str
    at: datetime
    by: str
    source: str
    file: str
    kind: str
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class Decided:
    """The subjects whose rows were written, and those changed meanwhile, whose rows were not."""

    done: tuple[str, ...] = ()
    stale: tuple[str, ...] = ()


def waiting_changes(register: Register, id_: str = "") -> list[PendingBatch]:
    """All waiting changes, the oldest first; of one import where given."""
    with reading(register.engine) as cursor:
        lines = undecided_lines(cursor.session, id_=id_)
        return [_waiting(made, lines) for made in _imports(cursor.session, lines)]


def confirm_changes(register: Register, id_: str, by: str, at: datetime, alone: bool = False) -> Decided:
    """Write the waiting rows of one import, except those changed meanwhile or referring to deleted rows.

    Raises ChangeRefused when nothing of it waits, or when `by` imported it or is affected by it; `alone` is the
    console, which stands in where nobody holds the duty.
    """
    with transaction(register.engine) as cursor:
        session = cursor.session
        batch = _batch(session, id_)
        if not alone:
            _require_another(session, batch, by)
        now = stored(session, batch.kind, [line["subject"] for line in batch.lines])
        sound = [
            line
            for line in batch.lines
            if line["old"] == now.get(line["subject"]) and _refers_to_known(session, batch.kind, line)
        ]
        stale = [line for line in batch.lines if line not in sound]
        rows, links = _rows_of(session, batch.kind, sound)
        write_rows(register.layout, cursor, batch.kind, rows, links)
        apply_powers(session, batch.kind, sound, by, at)
        decide_lines(session, sound, "confirmed", by, at)
        decide_lines(session, stale, "stale", by, at)
    if batch.kind == "regions":
        register.follow_regions(at)
    return Decided(tuple(line["subject"] for line in sound), tuple(line["subject"] for line in stale))


def refuse_changes(register: Register, id_: str, by: str, at: datetime, why: str) -> Decided:
    """Drop the waiting rows and notify the importer why. Raises ChangeRefused as `confirm_changes` does."""
    with transaction(register.engine) as cursor:
        batch = _batch(cursor.session, id_)
        decide_lines(cursor.session, batch.lines, "refused", by, at, why[:500])
    return Decided()


def _batch(session: Session, id_: str) -> PendingBatch:
    # Of two decisions at once the second finds nothing, and no import writes between the look and the writing.
    hold_tables(session, "SHARE ROW EXCLUSIVE", ImportDecisionRow, RegionRow, UnitRow, PersonRow, PlaceRow)
    lines = undecided_lines(session, id_=id_)
    if not lines or not id_:
        raise ChangeRefused(Refused("changes_over", id=Label(id_)))
    return _waiting(_imports(session, lines)[0], lines)


def _imports(session: Session, lines: Sequence[Line]) -> Sequence[ImportRow]:
    theirs = among(session, ImportRow.id, [line["import_id"] for line in lines])
    return session.exec(select(ImportRow).where(theirs).order_by(col(ImportRow.at), ImportRow.id)).all()


def _waiting(made: ImportRow, lines: Sequence[Line]) -> PendingBatch:
    of_it = tuple(line for line in lines if line["import_id"] == made.id)
    return PendingBatch(made.id, made.at, made.by, made.source, made.file, made.kind, of_it)


def _require_another(session: Session, batch: PendingBatch, by: str) -> None:
    """Require a second person: neither the importer nor anybody whose own row it is."""
    who = people_behind(session, by)
    if who & people_behind(session, batch.by):
        raise ChangeRefused(Refused("own_import", actor=Id(by), file=Label(batch.file or batch.id)))
    own = [line["subject"] for line in batch.lines if people_in(batch.kind, line) & who]
    if own:
        raise ChangeRefused(
            Refused("about_oneself", subjects=ids(own), file=Label(batch.file or batch.id), actor=Id(by))
        )


def _refers_to_known(session: Session, kind: str, line: Line) -> bool:
    """Whether everything that the row refers to still exists, and no region would lie below itself."""
    new = line["new"]
    if kind == "regions" and rings(Directory(session, kind, [new]), new["code"]):
        return False
    if kind == "places":
        roles = roles_of_people(session)
        if any(roles.get(link["person"]) != link["role"] for link in _staff(new)):
            return False
    region = new["parent_code"] if kind == "regions" else new["region"]
    unit = new.get("unit", "")
    return (not region or session.get(RegionRow, region) is not None) and (
        not unit or session.get(UnitRow, unit) is not None
    )


def _rows_of(
    session: Session, kind: str, lines: Sequence[Line]
) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """The rows and links of logged lines, by table columns."""
    table = SQLModel.metadata.tables[kind]
    days = {column.name for column in table.columns if isinstance(column.type, Date)}
    rows = [
        {
            name: date.fromisoformat(value) if name in days and value else value
            for name, value in line["new"].items()
            if name in table.columns
        }
        for line in lines
    ]
    if kind == "places":
        kept = codes_of_places(session)
        rows = [row | kept.get(str(row["id"]), new_codes()) for row in rows]
        return rows, [link for line in lines for link in _staff(line["new"])]
    return rows, list(_chain(session, kind, lines))


def _staff(place: Mapping[str, Any]) -> list[dict[str, Any]]:
    return [
        {"place": place["id"], "person": person, "role": role.value}
        for column, role in STAFF.items()
        for person in place[column]
    ]


def _chain(session: Session, kind: str, lines: Sequence[Line]) -> Iterator[dict[str, Any]]:
    """The links of units; of people those that nobody is yet."""
    chains = [(line["subject"], line["new"].get("chain", {})) for line in lines]
    if kind == "people":
        chains = [
            (chain_link["unit"], {chain_link["role"]: chain_link["id"]})
            for line in lines
            if (chain_link := line["new"])["unit"]
        ]
        taken = links_taken(session)
        chains = [(unit, chain) for unit, chain in chains if not {(unit, role) for role in chain} & taken]
    for unit, chain in chains:
        for role in CHAIN_ROLES:
            if role.value in chain:
                position = CHAIN_ROLES.index(role) + 1
                yield {"unit": unit, "position": position, "role": role.value, "person": chain[role.value]}
