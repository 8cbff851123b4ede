"""Changes of power that wait: what they are, old beside new, and one decision a batch by somebody else."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Date

from states.reasons import Id, Label, Refused, ids
from storage.directory import CHAIN, STAFF, codes_of_places, new_codes, write_rows
from storage.errors import RefusedByRule
from storage.humans import people_behind, people_in
from storage.import_log import Line, apply_powers, decide_lines, stored, undecided
from storage.layout import Layout
from storage.powers import Directory, rings
from storage.register import Register
from storage.statements import Cursor, reading, transaction


class ChangeRefused(RefusedByRule):
    """A change of power cannot be decided so."""


@dataclass(frozen=True)
class Waiting:
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
    """The subjects whose rows were written, and those that somebody had changed since, which were not."""

    done: tuple[str, ...] = ()
    stale: tuple[str, ...] = ()


def waiting_changes(register: Register, id_: str = "") -> list[Waiting]:
    """All that waits, the oldest first; of one import where given."""
    layout = register.layout
    with reading(register.engine) as cursor:
        lines = undecided(layout, cursor, id_=id_)
        return [_waiting(layout, cursor, found, lines) for found in _imports(layout, cursor, lines)]


def confirm_changes(register: Register, id_: str, by: str, at: datetime, alone: bool = False) -> Decided:
    """Write what waits of one import, but for rows that changed meanwhile or name what is no longer there.

    Raises ChangeRefused when nothing of it waits, or `by` imported it or is named in it; `alone` is the console,
    which stands in where nobody has the duty.
    """
    layout = register.layout
    with transaction(register.engine) as cursor:
        batch = _batch(layout, cursor, id_)
        if not alone:
            _require_another(layout, cursor, batch, by)
        now = stored(layout, cursor, batch.kind, [line["subject"] for line in batch.lines])
        sound = [
            one
            for one in batch.lines
            if one["old"] == now.get(one["subject"]) and _known(layout, cursor, batch.kind, one)
        ]
        stale = [one for one in batch.lines if one not in sound]
        rows, links = _rows_of(layout, cursor, batch.kind, sound)
        write_rows(layout, cursor, batch.kind, rows, links)
        apply_powers(layout, cursor, batch.kind, sound, by, at)
        decide_lines(layout, cursor, sound, "confirmed", by, at)
        decide_lines(layout, cursor, stale, "stale", by, at)
    if batch.kind == "regions":
        register.follow_regions(at)
    return Decided(tuple(one["subject"] for one in sound), tuple(one["subject"] for one in stale))


def refuse_changes(register: Register, id_: str, by: str, at: datetime, why: str) -> Decided:
    """Leave everything as it is; the importer reads why. Raises ChangeRefused as `confirm_changes` does."""
    with transaction(register.engine) as cursor:
        batch = _batch(register.layout, cursor, id_)
        decide_lines(register.layout, cursor, batch.lines, "refused", by, at, why[:500])
    return Decided()


def _batch(layout: Layout, cursor: Cursor, id_: str) -> Waiting:
    if layout.sql.postgres:
        # Of two decisions at once the second finds nothing, and no import writes between the look and the writing.
        cursor.run("LOCK TABLE import_decisions, regions, units, people, places IN SHARE ROW EXCLUSIVE MODE")
    lines = undecided(layout, cursor, id_=id_)
    if not lines or not id_:
        raise ChangeRefused(Refused("changes_over", id=Label(id_)))
    return _waiting(layout, cursor, _imports(layout, cursor, lines)[0], lines)


def _imports(layout: Layout, cursor: Cursor, lines: Sequence[Line]) -> list[dict[str, Any]]:
    ids = layout.sql.many({line["import_id"] for line in lines})
    select = f"{layout.imports.select} WHERE id {layout.sql.any} ORDER BY at, id"
    return layout.imports.dicts(cursor.rows(select, [ids]))


def _waiting(layout: Layout, cursor: Cursor, found: dict[str, Any], lines: Sequence[Line]) -> Waiting:
    names = ("id", "at", "by", "source", "file", "kind")
    of_it = tuple(line for line in lines if line["import_id"] == found["id"])
    return Waiting(**{name: found[name] for name in names}, lines=of_it)


def _require_another(layout: Layout, cursor: Cursor, batch: Waiting, by: str) -> None:
    """Two people: not the importer, and nobody whose own row it is."""
    who = people_behind(cursor.session, by)
    if who & people_behind(cursor.session, batch.by):
        raise ChangeRefused(Refused("own_import", actor=Id(by), file=Label(batch.file or batch.id)))
    own = [one["subject"] for one in batch.lines if people_in(batch.kind, one) & who]
    if own:
        raise ChangeRefused(
            Refused("about_oneself", subjects=ids(own), file=Label(batch.file or batch.id), actor=Id(by))
        )


def _known(layout: Layout, cursor: Cursor, kind: str, line: Line) -> bool:
    """Whether what the row names is still there, and a region does not come to lie below itself."""
    new, mark = line["new"], layout.sql.mark
    if kind == "regions" and rings(Directory(layout.sql, cursor, kind, [new]), new["code"]):
        return False
    if kind == "places":
        roles = dict(cursor.rows("SELECT id, role FROM people"))
        if any(roles.get(one["person"]) != one["role"] for one in _staff(new)):
            return False
    region = new["parent_code"] if kind == "regions" else new["region"]
    named = (("regions", "code", region), ("units", "id", new.get("unit", "")))
    return all(
        not value or cursor.rows(f"SELECT 1 FROM {table} WHERE {key} = {mark}", [value])
        for table, key, value in named
    )


def _rows_of(
    layout: Layout, cursor: Cursor, kind: str, lines: Sequence[Line]
) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """The rows and the links of logged lines, as the tables take them."""
    table = layout.directory[kind].table
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
        kept = codes_of_places(cursor)
        rows = [row | kept.get(str(row["id"]), new_codes()) for row in rows]
        return rows, [link for line in lines for link in _staff(line["new"])]
    return rows, list(_chain(cursor, kind, lines))


def _staff(place: Mapping[str, Any]) -> list[dict[str, Any]]:
    return [
        {"place": place["id"], "person": person, "role": role.value}
        for column, role in STAFF.items()
        for person in place[column]
    ]


def _chain(cursor: Cursor, kind: str, lines: Sequence[Line]) -> Iterator[dict[str, Any]]:
    """The links of units; of people those that nobody is yet."""
    chains = [(line["subject"], line["new"].get("chain", {})) for line in lines]
    if kind == "people":
        chains = [(one["unit"], {one["role"]: one["id"]}) for line in lines if (one := line["new"])["unit"]]
        taken = {(unit, role) for unit, role in cursor.rows("SELECT unit, role FROM chain_links")}
        chains = [(unit, chain) for unit, chain in chains if not {(unit, role) for role in chain} & taken]
    for unit, chain in chains:
        for role in CHAIN:
            if role.value in chain:
                position = CHAIN.index(role) + 1
                yield {"unit": unit, "position": position, "role": role.value, "person": chain[role.value]}
