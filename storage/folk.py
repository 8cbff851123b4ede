"""The names that stand in papers: of people, units and regions, and whom to ask at a unit."""

from collections.abc import Iterable

from storage.register import Register
from storage.statements import reading


class Folk:
    """The directory by id, of these people and units and of all regions; who is not in it is called by the id."""

    def __init__(self, register: Register, people: Iterable[str], units: Iterable[str]) -> None:
        sql = register.layout.sql
        wanted = sql.many(sorted(set(units)))
        with reading(register.engine) as cursor:
            self._regions = dict(cursor.rows("SELECT code, name FROM regions"))
            self._units = {
                row[0]: row[1:]
                for row in cursor.rows(f"SELECT id, name, kind, phone FROM units WHERE id {sql.any}", [wanted])
            }
            self._people = dict(
                cursor.rows(f"SELECT id, name FROM people WHERE id {sql.any}", [sql.many(sorted(set(people)))])
            )
            self._contacts = {
                unit: (name, phone)
                for unit, name, phone in cursor.rows(
                    "SELECT l.unit, p.name, p.phone FROM chain_links l JOIN people p ON p.id = l.person "
                    f"WHERE l.role = 'handler' AND l.unit {sql.any} ORDER BY l.position DESC",
                    [wanted],
                )
            }

    def person(self, id_: str) -> str:
        return str(self._people.get(id_, id_))

    def unit(self, id_: str) -> str:
        return str(self._units[id_][0]) if id_ in self._units else id_

    def kind(self, unit: str) -> str:
        return str(self._units[unit][1]) if unit in self._units else "other"

    def phone(self, unit: str) -> str:
        return str(self._units[unit][2]) if unit in self._units else ""

    def region(self, code: str) -> str:
        return str(self._regions.get(code, ""))

    def contact(self, unit: str) -> tuple[str, str]:
        """Who handles at the unit, and the phone of that person, else the unit's."""
        name, phone = self._contacts.get(unit, ("", ""))
        return str(name), str(phone) or self.phone(unit)
