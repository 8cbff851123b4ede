"""Questions about the people, units, regions and places of the directory that pages ask."""

from collections.abc import Iterable
from datetime import date

from storage.register import Register
from storage.rolls import below, reachable
from storage.statements import reading


def chain_people(register: Register, units: Iterable[str]) -> dict[str, dict[str, str]]:
    """The names of the people of the units' chains, by unit and role."""
    sql, found = register.layout.sql, dict[str, dict[str, str]]()
    wanted = set(units)
    if not wanted:
        return found
    with reading(register.engine) as cursor:
        rows = cursor.rows(
            "SELECT l.unit, l.role, p.name FROM chain_links l JOIN people p ON p.id = l.person "
            f"WHERE l.unit {sql.any}",
            [sql.many(wanted)],
        )
    for unit, role, name in rows:
        found.setdefault(unit, {})[role] = name
    return found


def people_in_words(register: Register, people: Iterable[str]) -> dict[str, str]:
    """Each person's name with the unit, or the delegation, in brackets."""
    sql = register.layout.sql
    with reading(register.engine) as cursor:
        rows = cursor.rows(
            "SELECT p.id, p.name, coalesce(u.name, p.delegation) FROM people p LEFT JOIN units u ON u.id = p.unit "
            f"WHERE p.id {sql.any}",
            [sql.many(people)],
        )
    return {id_: f"{name}（{where}）" if where else str(name) for id_, name, where in rows}


def unit_names(register: Register) -> dict[str, str]:
    """The name of every unit by id."""
    with reading(register.engine) as cursor:
        return dict(cursor.rows("SELECT id, name FROM units"))


def units_standing(register: Register, region: str, on: date) -> list[tuple[str, str, str]]:
    """(id, name, kind) of the units that stand on the day in the region, those first, below and above it."""
    sql = register.layout.sql
    here, values = reachable(sql, region, "region")
    with reading(register.engine) as cursor:
        rows = cursor.rows(
            f"SELECT id, name, kind FROM units WHERE (abolished_on IS NULL OR abolished_on > {sql.mark}) "
            f"AND {here} ORDER BY CASE WHEN region = {sql.mark} THEN 0 ELSE 1 END, id",
            [sql.day(on), *values, region],
        )
    return [(id_, name, kind) for id_, name, kind in rows]


def deputies_in_office(register: Register, on: date) -> list[tuple[str, str]]:
    """(id, name) of the deputies whose term the day lies in, by id."""
    sql = register.layout.sql
    with reading(register.engine) as cursor:
        rows = cursor.rows(
            "SELECT id, name FROM people WHERE role = 'deputy' AND (term_from IS NULL OR "
            f"term_from <= {sql.mark}) AND (term_to IS NULL OR term_to >= {sql.mark}) ORDER BY id",
            [sql.day(on)] * 2,
        )
    return [(id_, name) for id_, name in rows]


def regions_of_people(register: Register, people: Iterable[str]) -> set[str]:
    """The regions that stand beside these people."""
    sql = register.layout.sql
    with reading(register.engine) as cursor:
        rows = cursor.rows(f"SELECT region FROM people WHERE id {sql.any}", [sql.many(people)])
    return {region for (region,) in rows}


def is_above_all(register: Register, region: str) -> bool:
    """Whether every region is this one or lies below it."""
    sql = register.layout.sql
    with reading(register.engine) as cursor:
        others = cursor.rows(f"SELECT 1 FROM regions WHERE code NOT IN {below(sql)} LIMIT 1", [region])
    return bool(region) and not others


def first_auditor_region(register: Register) -> str:
    """The first region that has an auditor; '' where none has."""
    with reading(register.engine) as cursor:
        ((found,),) = cursor.rows("SELECT min(region) FROM people WHERE role = 'auditor'")
    return str(found or "")


def place_names(register: Register, opinions: Iterable[str]) -> dict[str, str]:
    """The name of the place at which each opinion came in."""
    sql = register.layout.sql
    with reading(register.engine) as cursor:
        return dict(
            cursor.rows(
                "SELECT o.case_id, p.name FROM opinion_places o JOIN places p ON p.id = o.place "
                f"WHERE o.case_id {sql.any}",
                [sql.many(opinions)],
            )
        )


def opinions_by_place(register: Register, places: Iterable[str]) -> dict[str, int]:
    """How many opinions came in at each place that had any."""
    sql = register.layout.sql
    with reading(register.engine) as cursor:
        return dict(
            cursor.rows(
                f"SELECT place, count(*) FROM opinion_places WHERE place {sql.any} GROUP BY place",
                [sql.many(places)],
            )
        )


def region_of_place(register: Register, place: str) -> str | None:
    """Where a place lies; None where there is no such place."""
    with reading(register.engine) as cursor:
        rows = cursor.rows(f"SELECT region FROM places WHERE id = {register.layout.sql.mark}", [place])
    return str(rows[0][0]) if rows else None
