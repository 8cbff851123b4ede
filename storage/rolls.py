"""Lists of the directory's people and units, as far as somebody may see them."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from storage.register import Register
from storage.statements import Sql, reading

_BELOW = (
    "(WITH RECURSIVE below(code) AS (SELECT CAST({mark} AS {text}) UNION SELECT r.code FROM regions r "
    "JOIN below ON r.parent_code = below.code) SELECT code FROM below)"
)
"""A region and everything below it."""


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
        parts.append(f"coalesce(nullif(p.region, ''), u.region, '') IN {_below(sql)}")
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


def list_units(register: Register, on: date, text: str, after: str, limit: int) -> list[dict[str, Any]]:
    """At most `limit` units that stand on the day, by id, after the id `after`."""
    sql = register.layout.sql
    mark = sql.mark
    parts = [f"p.id > {mark}", f"(p.abolished_on IS NULL OR p.abolished_on > {mark})"]
    values: list[Any] = [after, sql.day(on)]
    _add_text(sql, "p", text, parts, values)
    names = ("id", "name", "region", "kind")
    with reading(register.engine) as cursor:
        rows = cursor.rows(
            f"SELECT {', '.join(f'p.{name}' for name in names)} FROM units p "
            f"WHERE {' AND '.join(parts)} ORDER BY p.id LIMIT {int(limit)}",
            values,
        )
    return [dict(zip(names, row, strict=True)) for row in rows]


def _below(sql: Sql) -> str:
    return _BELOW.format(mark=sql.mark, text="text" if sql.postgres else "TEXT")


def _add_text(sql: Sql, table: str, text: str, parts: list[str], values: list[Any]) -> None:
    if text:
        pattern = text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
        parts.append(f"({table}.name LIKE {sql.mark} ESCAPE '\\' OR {table}.id = {sql.mark})")
        values += [f"%{pattern}%", text]
