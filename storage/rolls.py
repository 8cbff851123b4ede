"""Lists of the directory's people and units, as far as a viewer may see them, and the tree of regions."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, String
from sqlalchemy import select as sql_select
from sqlmodel import Session, and_, cast, col, func, or_, select

from states.roles import Role
from storage.directory import COLUMNS
from storage.register import Register
from storage.statements import Sql, reading
from storage.tables.directory import ChainLinkRow, PersonRow, RegionRow, UnitRow
from storage.tables.places import PlacePersonRow, PlaceRow


@dataclass(frozen=True)
class PeopleFilter:
    """The filter of a list of people: every field that is set must match; `contacts`: include their addresses."""

    region: str | None = None
    unit: str = ""
    role: str = ""
    contacts: bool = False


def list_people(register: Register, roll: PeopleFilter, text: str, after: str, limit: int) -> list[dict[str, Any]]:
    """At most `limit` people by id, after the id `after`; `text` is found in the name, or is the id."""
    row = PersonRow
    people = _with_unit(select(row)).where(row.id > after, *_named(row, text)).order_by(row.id).limit(limit)
    if roll.region is not None:
        people = people.where(_HOME.in_(codes_below(roll.region)))
    if roll.unit:
        people = people.where(row.unit == roll.unit)
    if roll.role:
        people = people.where(row.role == roll.role)
    hidden = {} if roll.contacts else {"email": "", "phone": ""}
    with reading(register.engine) as cursor:
        return [person.model_dump() | hidden for person in cursor.session.exec(people)]


def reachable(region: str | None) -> tuple[ColumnElement[bool], ...]:
    """SQL: a unit that may be chosen in a region: of that region, below or above it, or of none; with None any.

    House rule: a part may go to a competent unit of the city or province above; to a sibling region only the office
    above both can assign one.
    """
    if region is None:
        return ()
    home = col(UnitRow.region)
    return (or_(home == "", home.in_(codes_below(region)), home.in_(_codes_above(region))),)


def stands(on: date) -> ColumnElement[bool]:
    return or_(col(UnitRow.abolished_on).is_(None), col(UnitRow.abolished_on) > on)


def list_units(
    register: Register, on: date, text: str, after: str, limit: int, region: str | None = None
) -> list[dict[str, Any]]:
    """At most `limit` units that stand on the day, by id, after the id `after`; those that `region` may choose."""
    row = UnitRow
    units = select(row).where(row.id > after, stands(on), *reachable(region), *_named(row, text))
    with reading(register.engine) as cursor:
        rows = cursor.session.exec(units.order_by(row.id).limit(limit))
        return [unit.model_dump(include={"id", "name", "region", "kind"}) for unit in rows]


def deputies_called(register: Register, text: str, region: str | None) -> list[tuple[str, str]]:
    """(id, delegation) of the deputies of the region and below, or of all, who have this id or exactly this name."""
    row = PersonRow
    deputies = _with_unit(select(row.id, row.delegation)).where(row.role == Role.DEPUTY)
    called = deputies.where(or_(col(row.id) == text, col(row.name) == text)).order_by(row.id)
    if region is not None:
        called = called.where(_HOME.in_(codes_below(region)))
    with reading(register.engine) as cursor:
        return [(id_, delegation) for id_, delegation in cursor.session.exec(called)]


def directory_rows(register: Register, kind: str, roll: PeopleFilter) -> list[dict[str, Any]]:
    """The rows of a table of the directory that lie in the roll's region, by id, under the columns of its file."""
    table, region = _TABLES[kind]
    rows = _with_unit(select(table)) if kind == "people" else select(table)
    if roll.region is not None:
        rows = rows.where(region.in_(codes_below(roll.region)))
    order = "code" if kind == "regions" else "id"
    with reading(register.engine) as cursor:
        records = [row.model_dump() for row in cursor.session.exec(rows.order_by(getattr(table, order)))]
        more = _BESIDE.get(kind, _nothing)(cursor.session)
    whole = [row | more.get(str(row.get("id")), {}) for row in records]
    return [{name: row.get(name) or "" for name in COLUMNS[kind]} for row in whole]


def _nothing(_session: Session) -> dict[str, dict[str, str]]:
    return {}


def _chains(session: Session) -> dict[str, dict[str, str]]:
    """The people in the chain of each unit, by role."""
    chains: dict[str, dict[str, str]] = {}
    for link in session.exec(select(ChainLinkRow)):
        chains.setdefault(link.unit, {})[link.role] = link.person
    return chains


def _place_people(session: Session) -> dict[str, dict[str, str]]:
    """The people who receive and work at each place, in the form of one cell of its file."""
    links: dict[str, dict[str, str]] = {}
    for link in session.exec(select(PlacePersonRow).order_by(PlacePersonRow.person)):
        cells = links.setdefault(link.place, {})
        column = "deputies" if link.role == Role.DEPUTY else "clerks"
        cells[column] = f"{cells[column]}、{link.person}" if column in cells else link.person
    return links


_BESIDE = {"units": _chains, "places": _place_people}


def regions_below(register: Register, region: str) -> frozenset[str]:
    """A region and everything below it."""
    return frozenset(region_names(register, region))


def region_names(register: Register, region: str) -> dict[str, str]:
    """The names of a region and of everything below it, by code."""
    row = RegionRow
    regions = select(row.code, row.name).where(col(row.code).in_(codes_below(region))).order_by(row.code)
    with reading(register.engine) as cursor:
        return dict(cursor.session.exec(regions).all())


def office_region(register: Register) -> str:
    """The region of the registrars that no other registrars' region lies above; '' where there is none or several."""
    row = PersonRow
    people = select(_HOME).select_from(row).outerjoin(UnitRow, col(UnitRow.id) == col(row.unit))
    homes = people.where(row.role == Role.REGISTRAR).distinct()
    with reading(register.engine) as cursor:
        regions = {region for region in cursor.session.exec(homes).all() if region}
        above = {region: {*cursor.session.scalars(_codes_above(region))} - {region} for region in regions}
    topmost = [region for region in regions if not above[region] & regions]
    return topmost[0] if len(topmost) == 1 else ""


def unit_regions(register: Register) -> dict[str, str]:
    """The region of each unit."""
    with reading(register.engine) as cursor:
        return dict(cursor.session.exec(select(UnitRow.id, UnitRow.region)).all())


_HOME = func.coalesce(func.nullif(PersonRow.region, ""), UnitRow.region, "")
"""The region of a person, or of their unit."""

_TABLES: dict[str, tuple[Any, Any]] = {
    "regions": (RegionRow, col(RegionRow.code)), "units": (UnitRow, col(UnitRow.region)),
    "places": (PlaceRow, col(PlaceRow.region)), "people": (PersonRow, _HOME),
}  # fmt: skip
"""By kind of file: the table of the directory, and the SQL for the region of its rows."""


def _with_unit(people: Any) -> Any:
    return people.outerjoin(UnitRow, col(UnitRow.id) == PersonRow.unit)


def _named(table: type[PersonRow] | type[UnitRow], text: str) -> tuple[ColumnElement[bool], ...]:
    return (or_(col(table.name).contains(text, autoescape=True), col(table.id) == text),) if text else ()


# -- the tree of regions -------------------------------------------------------------------------------------------


def codes_below(region: str) -> Select[tuple[str]]:
    """The code of a region and of everything below it; none for ''."""
    tree = select(cast(region, String).label("code")).cte("below", recursive=True)
    further = col(RegionRow.parent_code) == tree.c.code
    tree = tree.union(select(RegionRow.code).join(tree, and_(further, tree.c.code != "")))
    return sql_select(tree.c.code).where(tree.c.code != "")


def _codes_above(region: str) -> Select[tuple[str]]:
    """The code of a region and of those above it."""
    tree = select(cast(region, String).label("code")).cte("above", recursive=True)
    further = col(RegionRow.code) == tree.c.code
    tree = tree.union(select(RegionRow.parent_code).join(tree, and_(further, tree.c.code != "")))
    return sql_select(tree.c.code).where(tree.c.code != "")


_BELOW = (
    "(WITH RECURSIVE below(code) AS (SELECT CAST({mark} AS {text}) UNION SELECT r.code FROM regions r "
    "JOIN below ON r.parent_code = below.code AND below.code <> '') "
    "SELECT code FROM below WHERE code <> '')"
)
"""`codes_below` for the statements of the cursor."""


def below(sql: Sql) -> str:
    """SELECT of a region's code, which is its one value, and of everything below it."""
    return _BELOW.format(mark=sql.mark, text="text" if sql.postgres else "TEXT")


def of_office(sql: Sql) -> str:
    """SELECT of the regions whose cases a region's office has (takes its code twice): it and everything below it.

    The topmost region also has the cases without a region (0.1.0 made some), which otherwise nobody would.
    """
    inside = below(sql).removeprefix("(").removesuffix(")")
    return f"({inside} UNION ALL SELECT '' FROM regions WHERE code = {sql.mark} AND parent_code = '')"
