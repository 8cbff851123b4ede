"""What an import would change of who may do what: where its importer may reach, and which rows wait.

Somebody's role, unit and region say what they see and do. So does the region of their unit, the name of their
committee (a case names its committee so), and where a region hangs.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from states.roles import Role
from storage.statements import Cursor, Sql

Row = Mapping[str, Any]
Source = Literal["console", "page", "folder"]

OF_PEOPLE = ("role", "unit", "region")
"""The columns of a person that say who they are."""

OVERSEEING = frozenset(
    (Role.REGISTRAR, Role.DISPATCHER, Role.COMMITTEE, Role.LEADER, Role.GOV_LEADER, Role.AUDITOR)
)
"""Roles that reach beyond their own cases and their own unit: the audit names whoever newly has one."""


@dataclass(frozen=True)
class Importer:
    """Who imports, from which file, and at which instant.

    `region` bounds a regional role to it and what lies below; '' is a regional role without one, which reaches
    nothing; None is the whole directory.
    """

    by: str
    at: datetime
    source: Source = "console"
    file: str = ""
    region: str | None = None


class Directory:
    """The directory as it is, with the rows of a file laid over it; what the questions of this module are asked of."""

    def __init__(self, sql: Sql, cursor: Cursor, kind: str, rows: Sequence[Row]) -> None:
        self.parents: dict[str, str] = dict(cursor.rows("SELECT code, parent_code FROM regions"))
        self.units: dict[str, str] = dict(cursor.rows("SELECT id, region FROM units"))
        self.people: dict[str, tuple[str, str]] = {
            person: (unit, region)
            for person, unit, region in cursor.rows("SELECT id, unit, region FROM people")
        }
        self.holders: dict[str, str] = dict(
            cursor.rows("SELECT p.id, p.role FROM accounts a JOIN people p ON p.id = a.person")
        )
        self.holders |= {
            person: ""
            for (person,) in cursor.rows("SELECT person FROM accounts WHERE person <> ''")
            if person not in self.holders
        }
        self.with_cases = _with_cases(sql, cursor, rows) if kind == "regions" else frozenset()
        self.moved = dict(self.parents)
        if kind == "regions":
            self.moved |= {row["code"]: row["parent_code"] for row in rows}

    def region_of(self, person: str) -> str:
        """Where somebody is, as the portal knows it; '' for whoever is nowhere or unknown."""
        unit, region = self.people.get(person, ("", ""))
        return region or self.units.get(unit, "")

    def above(self, region: str, parents: Mapping[str, str]) -> Iterator[str]:
        """The region and those above it; each once, should they hang in a ring."""
        passed = set()
        while region and region not in passed:
            passed.add(region)
            yield region
            region = parents.get(region, "")

    def holders_in(self, unit: str) -> list[str]:
        """Who of the unit has an account."""
        return [person for person in self.holders if self.people.get(person, ("", ""))[0] == unit]


def _with_cases(sql: Sql, cursor: Cursor, rows: Sequence[Row]) -> frozenset[str]:
    """Of the regions in the file those of which there are cases."""
    codes = sql.many(str(row["code"]) for row in rows)
    found = cursor.rows(f"SELECT DISTINCT region FROM cases WHERE region {sql.any}", [codes])
    return frozenset(code for (code,) in found)


# -- where an importer may reach -----------------------------------------------------------------------------


def beyond(directory: Directory, kind: str, importer: Importer, old: Row | None, new: Row) -> str:
    """Why this row lies outside what a regional importer may touch, before it or after; '' when it does not."""
    if importer.region is None:
        return ""
    for words, region in _OUTREACH[kind](directory, importer.region, old, new):
        if region is None or importer.region not in directory.above(
            region, directory.parents | _new_ones(directory)
        ):
            where = region or "no region"
            return f"{words} {where}, outside {importer.region or 'your region'}; its own office imports it"
    return ""


def _new_ones(directory: Directory) -> dict[str, str]:
    """Regions that only the file knows, with the region above each."""
    return {code: parent for code, parent in directory.moved.items() if code not in directory.parents}


Outreach = Iterator[tuple[str, str | None]]
"""(words, region) of all that a row touches; a region that must lie at or below the importer's."""


def _of_regions(directory: Directory, own: str, old: Row | None, new: Row) -> Outreach:
    if new["code"] == own:
        if old is None or old["parent_code"] != new["parent_code"]:
            yield f"{own} would hang under", new["parent_code"] or None
        return
    if old is not None:
        yield "this region is", new["code"]
    yield f"{new['code']} would hang under", new["parent_code"] or None


def _of_units(directory: Directory, own: str, old: Row | None, new: Row) -> Outreach:
    if old is not None:
        yield "the unit is in", old["region"] or None
    yield "the unit would be in", new["region"] or None
    for person in sorted(_linked(new) - _linked(old)):
        yield f"{person} of its chain is in", directory.region_of(person) or None


def _of_people(directory: Directory, own: str, old: Row | None, new: Row) -> Outreach:
    for words, row in (("the person is", old), ("the person would be", new)):
        if row is None:
            continue
        unit = directory.units.get(row["unit"], "")
        yield f"{words} in", row["region"] or unit or None
        if row["unit"]:
            yield f"{words} of {row['unit']} in", unit or None


def _of_places(directory: Directory, own: str, old: Row | None, new: Row) -> Outreach:
    if old is not None:
        yield "the place is in", old["region"] or None
    yield "the place would be in", new["region"] or None
    for person in sorted(_at_place(new) - _at_place(old)):
        yield f"{person} is in", directory.region_of(person) or None


_OUTREACH = {"regions": _of_regions, "units": _of_units, "people": _of_people, "places": _of_places}


def _linked(unit: Row | None) -> set[str]:
    return set(unit["chain"].values()) - {""} if unit else set()


def _at_place(place: Row | None) -> set[str]:
    return {*place["deputies"], *place["clerks"]} if place else set()


def rings(directory: Directory, code: str) -> bool:
    """Whether the region would lie below itself, by which everybody in the ring would reach all of it."""
    parent = directory.moved.get(code, "")
    return bool(parent) and code in directory.above(parent, directory.moved)


# -- what waits ------------------------------------------------------------------------------------------------


def powers(kind: str, old: Row | None, new: Row) -> tuple[str, ...]:
    """The columns of a row whose change is one of power, whoever has an account; those of a new row that give some."""
    if kind == "people":
        if old is None:
            return ("role",) if new["role"] in OVERSEEING else ()
        return tuple(column for column in OF_PEOPLE if old[column] != new[column])
    if kind == "units" and old is not None:
        return tuple(column for column in ("name", "region") if old[column] != new[column])
    if kind == "regions" and (old is None or old["parent_code"] != new["parent_code"]):
        return ("parent_code",) if new["parent_code"] or old else ()
    if kind == "places":
        before = {"deputies": [], "clerks": []} if old is None else old
        return tuple(column for column in ("deputies", "clerks") if before[column] != new[column])
    return ()


def waits(directory: Directory, kind: str, old: Row | None, new: Row) -> tuple[str, ...]:
    """The columns for which the row has to be confirmed, because they change what somebody with an account may do."""
    if kind == "people" and new["id"] in directory.holders:
        return powers(kind, old, new) if old is not None else OF_PEOPLE
    if kind == "units" and old is not None:
        holders = directory.holders_in(new["id"])
        committee = any(directory.holders[person] == Role.COMMITTEE for person in holders)
        reach = {"region": bool(holders), "name": committee}
        return tuple(column for column in powers(kind, old, new) if reach[column])
    if kind == "regions" and (old is not None or new["code"] in directory.with_cases):
        return powers(kind, old, new) if _reached(directory, new["code"]) else ()
    return ()


def _reached(directory: Directory, code: str) -> bool:
    """Whether somebody with an account is above the region, where it hangs or where it would."""
    above = {*directory.above(code, directory.parents), *directory.above(code, directory.moved)} - {code}
    return any(directory.region_of(person) in above for person in directory.holders)
