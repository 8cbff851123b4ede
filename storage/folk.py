"""The names printed in papers: people, units and regions, and the contact at a unit.

The page of a case needs mostly regions and units: statements of the cursor, each run when first needed.
"""

from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import Any

from states.roles import Role
from storage.register import Register
from storage.statements import reading
from storage.visible import names_of


class Folk:
    """The names by id of these people and units and of all regions; an unknown id is its own name."""

    def __init__(self, register: Register, people: Iterable[str], units: Iterable[str]) -> None:
        self._register, self._named, self._wanted = register, sorted(set(people)), sorted(set(units))

    def person(self, id_: str) -> str:
        return self._people.get(id_, id_)

    def unit(self, id_: str) -> str:
        return self._units[id_][0] if id_ in self._units else id_

    def kind(self, unit: str) -> str:
        return self._units[unit][1] if unit in self._units else "other"

    def phone(self, unit: str) -> str:
        return self._units[unit][2] if unit in self._units else ""

    def region(self, code: str) -> str:
        return self._regions.get(code, "")

    def contact(self, unit: str) -> tuple[str, str]:
        """The unit's handler, and that person's phone, else the unit's."""
        name, phone = self._handlers.get(unit, ("", ""))
        return name, phone or self.phone(unit)

    # -- inside ------------------------------------------------------------------------------------------------------

    @cached_property
    def _people(self) -> Mapping[str, str]:
        return names_of(self._register, self._named)

    @cached_property
    def _regions(self) -> dict[str, str]:
        return dict(self._rows("SELECT code, name FROM regions"))

    @cached_property
    def _units(self) -> dict[str, tuple[str, str, str]]:
        sql = self._register.layout.sql
        rows = self._rows(f"SELECT id, name, kind, phone FROM units WHERE id {sql.any}", sql.many(self._wanted))
        return {id_: (name, kind, phone) for id_, name, kind, phone in rows}

    @cached_property
    def _handlers(self) -> dict[str, tuple[str, str]]:
        """Name and phone of the first handler of each unit's chain."""
        sql = self._register.layout.sql
        rows = self._rows(
            "SELECT l.unit, p.name, p.phone FROM chain_links l JOIN people p ON p.id = l.person "
            f"WHERE l.role = {sql.mark} AND l.unit {sql.any} ORDER BY l.position DESC",
            Role.HANDLER.value, sql.many(self._wanted),
        )  # fmt: skip
        return {unit: (name, phone) for unit, name, phone in rows}

    def _rows(self, statement: str, *values: Any) -> list[tuple[Any, ...]]:
        with reading(self._register.engine) as cursor:
            return cursor.rows(statement, values)
