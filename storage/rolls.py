"""Lists of the directory's people and units, as far as somebody may see them."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from storage.directory import COLUMNS
from storage.register import Register
from storage.statements import Cursor, Sql, reading

_BELOW = (
    "(WITH RECURSIVE below(code) AS (SELECT CAST({mark} AS {text}) UNION SELECT r.code FROM regions r "
    "JOIN below ON r.parent_code = below.code AND below.code <> '') "
    "SELECT code FROM below WHERE code <> '')"
)
"""A region and everything below it; no region is nowhere, and nothing is in it."""

_ABOVE = (
    "(WITH RECURSIVE above(code) AS (SELECT CAST({mark} AS {text}) UNION SELECT r.parent_code FROM regions r "
    "JOIN above ON r.code = above.code AND above.code <> '') "
    "SELECT code FROM above WHERE code <> '')"
)

_REGION_OF = {
    "regions": "code", "units": "region", "places": "region",
    "people": "coalesce(nullif(region, ''), (SELECT u.region FROM units u WHERE u.id = people.unit), '')",
}  # fmt: skip
"""The region of a row of each table of the directory."""


@dataclass(frozen=True)
class Roll:
    """Which people somebody may list: everything that is set must hold; without `contacts` not how to reach them."""

    region: str | None = None
    unit: str = ""
    role: str = ""
    contacts: bool = False


def list_people(register: Register, roll: Roll, text: str, after: str, limit: int) -> list[dict[str, Any]]:
    """At most `limit` people by id, after the id `after`; `text` is found in the name, or is the id."""
    sql = register.layout.sql
    mark = sql.mark
    parts, values = [f"p.id > {mark}"], [after]
    if roll.region is not None:
        parts.append(f"coalesce(nullif(p.region, ''), u.region, '') IN {below(sql)}")
        values.append(roll.region)
    for column, value in (("p.unit", roll.unit), ("p.role", roll.role)):
        if value:
            parts.append(f"{column} = {mark}")
            values.append(value)
    _add_text(sql, "p", text, parts, values)
    names = ("id", "name", "role", "unit", "region", "delegation", "term_from", "term_to", "email", "phone")
    with reading(register.engine) as cursor:
        rows = cursor.rows(
            f"SELECT {', '.join(f'p.{name}' for name in names)} FROM people p LEFT JOIN units u ON u.id = p.unit "
            f"WHERE {' AND '.join(parts)} ORDER BY p.id LIMIT {int(limit)}",
            values,
        )
    found = [dict(zip(names, row, strict=True)) for row in rows]
    for row in found:
        for day in ("term_from", "term_to"):
            row[day] = row[day] and sql.read_day(row[day])
        if not roll.contacts:
            row |= {"email": "", "phone": ""}
    return found


def reachable(sql: Sql, region: str | None, column: str) -> tuple[str, list[Any]]:
    """That a unit may be chosen in a region: of that region, below or above it, or of none; with None every one.

    House rule: a part may go to a unit of the city or province whose matter it is; to a region beside it only an
    office that lies above both can give one.
    """
    if region is None:
        return "1 = 1", []
    above = _ABOVE.format(mark=sql.mark, text="text" if sql.postgres else "TEXT")
    return f"({column} = '' OR {column} IN {below(sql)} OR {column} IN {above})", [region, region]


def list_units(
    register: Register, on: date, text: str, after: str, limit: int, region: str | None = None
) -> list[dict[str, Any]]:
    """At most `limit` units that stand on the day, by id, after the id `after`; those that `region` may choose."""
    sql = register.layout.sql
    mark = sql.mark
    parts = [f"p.id > {mark}", f"(p.abolished_on IS NULL OR p.abolished_on > {mark})"]
    values: list[Any] = [after, sql.day(on)]
    where, more = reachable(sql, region, "p.region")
    parts.append(where)
    values += more
    _add_text(sql, "p", text, parts, values)
    names = ("id", "name", "region", "kind")
    with reading(register.engine) as cursor:
        rows = cursor.rows(
            f"SELECT {', '.join(f'p.{name}' for name in names)} FROM units p "
            f"WHERE {' AND '.join(parts)} ORDER BY p.id LIMIT {int(limit)}",
            values,
        )
    return [dict(zip(names, row, strict=True)) for row in rows]


def deputies_called(register: Register, text: str, region: str | None) -> list[tuple[str, str]]:
    """(id, delegation) of the deputies of the region and below, or of all, who have this id or exactly this name."""
    sql = register.layout.sql
    where, values = f"p.role = 'deputy' AND (p.id = {sql.mark} OR p.name = {sql.mark})", [text, text]
    if region is not None:
        where += f" AND coalesce(nullif(p.region, ''), u.region, '') IN {below(sql)}"
        values.append(region)
    with reading(register.engine) as cursor:
        return cursor.rows(
            f"SELECT p.id, p.delegation FROM people p LEFT JOIN units u ON u.id = p.unit WHERE {where} ORDER BY p.id",
            values,
        )


def directory_rows(register: Register, kind: str, roll: Roll) -> list[dict[str, Any]]:
    """The rows of a table of the directory that lie in the roll's region, by id, under the columns of its file."""
    table, sql = register.layout.directory[kind], register.layout.sql
    where, values = ("", []) if roll.region is None else (f" WHERE {_REGION_OF[kind]} IN {below(sql)}", [roll.region])
    order = "code" if kind == "regions" else "id"
    with reading(register.engine) as cursor:
        rows = table.dicts(cursor.rows(f"{table.select}{where} ORDER BY {order}", values))
        more = _BESIDE.get(kind, _nothing)(cursor)
    found = [row | more.get(str(row.get("id")), {}) for row in rows]
    return [{name: row.get(name) or "" for name in COLUMNS[kind]} for row in found]


def _nothing(_cursor: Cursor) -> dict[str, dict[str, str]]:
    return {}


def _chains(cursor: Cursor) -> dict[str, dict[str, str]]:
    """Who stands in the chain of each unit, by role."""
    found: dict[str, dict[str, str]] = {}
    for unit, role, person in cursor.rows("SELECT unit, role, person FROM chain_links"):
        found.setdefault(unit, {})[role] = person
    return found


def _place_people(cursor: Cursor) -> dict[str, dict[str, str]]:
    """Who receives and works at each place, as one cell of its file names them."""
    found: dict[str, dict[str, str]] = {}
    for place, person, role in cursor.rows("SELECT place, person, role FROM place_people ORDER BY person"):
        cells = found.setdefault(place, {})
        column = "deputies" if role == "deputy" else "clerks"
        cells[column] = f"{cells[column]}、{person}" if column in cells else person
    return found


_BESIDE = {"units": _chains, "places": _place_people}


def below(sql: Sql) -> str:
    """SELECT of a region's code, which is its one value, and of everything below it."""
    return _BELOW.format(mark=sql.mark, text="text" if sql.postgres else "TEXT")


def of_office(sql: Sql) -> str:
    """SELECT of the regions whose cases the office of a region has, by its code twice: it and everything below it.

    The topmost region has the cases without a region, too (0.1.0 made some): else nobody would.
    """
    inside = below(sql).removeprefix("(").removesuffix(")")
    return f"({inside} UNION ALL SELECT '' FROM regions WHERE code = {sql.mark} AND parent_code = '')"


def regions_below(register: Register, region: str) -> frozenset[str]:
    """A region and everything below it."""
    with reading(register.engine) as cursor:
        where = f"code IN {below(register.layout.sql)}"
        return frozenset(code for (code,) in cursor.rows(f"SELECT code FROM regions WHERE {where}", [region]))


def unit_regions(register: Register) -> dict[str, str]:
    """The region of each unit."""
    with reading(register.engine) as cursor:
        return dict(cursor.rows("SELECT id, region FROM units"))


def _add_text(sql: Sql, table: str, text: str, parts: list[str], values: list[Any]) -> None:
    if text:
        pattern = text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
        parts.append(f"({table}.name LIKE {sql.mark} ESCAPE '\\' OR {table}.id = {sql.mark})")
        values += [f"%{pattern}%", text]


def region_names(register: Register, region: str) -> dict[str, str]:
    """The names of a region and of everything below it, by code."""
    with reading(register.engine) as cursor:
        where = f"code IN {below(register.layout.sql)}"
        return dict(cursor.rows(f"SELECT code, name FROM regions WHERE {where} ORDER BY code", [region]))
