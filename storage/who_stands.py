"""Queries of pages about the people, units, regions and places of the directory."""

from collections.abc import Iterable
from datetime import date

from sqlmodel import case, col, func, not_, select

from states.roles import Role
from storage.away import is_away, outside_term
from storage.register import Register
from storage.rolls import codes_below, reachable, stands
from storage.statements import reading
from storage.tables.directory import PersonRow, RegionRow, UnitRow
from storage.tables.places import OpinionPlaceRow, PlaceRow
from storage.typed_rows import among


def chain_people(register: Register, units: Iterable[str]) -> dict[str, dict[str, str]]:
    """The names of the people in the units' chains, by unit and role. Runs for the page of a case: by the cursor."""
    sql, chains = register.layout.sql, dict[str, dict[str, str]]()
    links = f"SELECT l.unit, l.role, p.name FROM chain_links l JOIN people p ON p.id = l.person WHERE l.unit {sql.any}"
    with reading(register.engine) as cursor:
        for unit, role, name in cursor.rows(links, [sql.many(set(units))]):
            chains.setdefault(unit, {})[role] = name
    return chains


def people_in_words(register: Register, people: Iterable[str]) -> dict[str, str]:
    """Each person's name with the unit, or the delegation, in brackets."""
    row = PersonRow
    named = select(row.id, row.name, func.coalesce(UnitRow.name, row.delegation)).outerjoin(
        UnitRow, col(UnitRow.id) == row.unit
    )  # fmt: skip
    with reading(register.engine) as cursor:
        rows = cursor.session.exec(named.where(among(cursor.session, row.id, people))).all()
    return {id_: f"{name}（{where}）" if where else name for id_, name, where in rows}


def unit_names(register: Register) -> dict[str, str]:
    """The name of every unit by id."""
    with reading(register.engine) as cursor:
        return dict(cursor.session.exec(select(UnitRow.id, UnitRow.name)).all())


def units_standing(register: Register, region: str, on: date) -> list[tuple[str, str, str]]:
    """(id, name, kind) of the units that exist on the day: those of the region first, then those below and above it."""
    row = UnitRow
    own_first = case((col(row.region) == region, 0), else_=1)
    units = select(row.id, row.name, row.kind).where(stands(on), *reachable(region)).order_by(own_first, row.id)
    with reading(register.engine) as cursor:
        return [(id_, name, kind) for id_, name, kind in cursor.session.exec(units)]


def deputies_in_office(register: Register, on: date) -> list[tuple[str, str]]:
    """(id, name) of the deputies in office on the day, by id."""
    row = PersonRow
    deputies = select(row.id, row.name).where(row.role == Role.DEPUTY, not_(outside_term(on))).order_by(row.id)
    with reading(register.engine) as cursor:
        return [(id_, name) for id_, name in cursor.session.exec(deputies)]


def regions_of_people(register: Register, people: Iterable[str]) -> set[str]:
    """The regions recorded for these people."""
    with reading(register.engine) as cursor:
        return set(cursor.session.exec(select(PersonRow.region).where(among(cursor.session, PersonRow.id, people))))


def is_above_all(register: Register, region: str) -> bool:
    """Whether every region is this one or below it."""
    others = select(RegionRow.code).where(col(RegionRow.code).not_in(codes_below(region))).limit(1)
    with reading(register.engine) as cursor:
        return bool(region) and cursor.session.exec(others).first() is None


def first_auditor_region(register: Register, on: date) -> str:
    """The first region that has an auditor who is there on the day; '' where none has."""
    there = select(func.min(PersonRow.region)).where(PersonRow.role == Role.AUDITOR, not_(is_away(on)))
    with reading(register.engine) as cursor:
        return cursor.session.exec(there).one() or ""


def place_names(register: Register, opinions: Iterable[str]) -> dict[str, str]:
    """The name of the place at which each opinion came in."""
    row = OpinionPlaceRow
    named = select(row.case_id, PlaceRow.name).join(PlaceRow, col(PlaceRow.id) == row.place)
    with reading(register.engine) as cursor:
        return dict(cursor.session.exec(named.where(among(cursor.session, row.case_id, opinions))).all())


def opinions_by_place(register: Register, places: Iterable[str]) -> dict[str, int]:
    """How many opinions came in at each place that had any."""
    row = OpinionPlaceRow
    counts = select(row.place, func.count()).group_by(row.place)
    with reading(register.engine) as cursor:
        return dict(cursor.session.exec(counts.where(among(cursor.session, row.place, places))).all())


def region_of_place(register: Register, place: str) -> str | None:
    """The region of a place; None where there is no such place."""
    with reading(register.engine) as cursor:
        row = cursor.session.get(PlaceRow, place)
    return row.region if row else None
