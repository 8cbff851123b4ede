"""Who stands behind a recipient (kind:id), and where they can be reached, as the directory says."""

from storage.register import Register
from storage.statements import Cursor, reading


class People:
    """The directory as delivery needs it, read once."""

    def __init__(self, cursor: Cursor) -> None:
        self.people = {
            row[0]: row
            for row in cursor.rows(
                "SELECT id, name, role, unit, region, email, phone FROM people ORDER BY id"
            )
        }
        self.units = {
            row[0]: row for row in cursor.rows("SELECT id, name, region, email, phone FROM units ORDER BY id")
        }
        self.parent = dict(cursor.rows("SELECT code, parent_code FROM regions"))
        self.links: dict[tuple[str, str], str] = {}
        for unit, role, person in cursor.rows("SELECT unit, role, person FROM chain_links ORDER BY position"):
            self.links.setdefault((unit, role), person)
        self.by_role: dict[tuple[str, str], list[str]] = {}
        self.of_unit: dict[str, str] = {}
        for person, _, role, unit, region, *_ in self.people.values():
            place = region or (self.units[unit][2] if unit in self.units else "")
            self.by_role.setdefault((role, place), []).append(person)
            self.of_unit.setdefault(unit, person)
        self._found: dict[str, list[str]] = {}

    def behind(self, recipient: str) -> list[str]:
        """`person:ID` or `unit:ID` of everybody whom the recipient (kind:id) means; empty when there is nobody."""
        if recipient not in self._found:
            self._found[recipient] = self._behind(*recipient.split(":", 1))
        return self._found[recipient]

    def reach(self, who: str) -> tuple[str, str, str]:
        """(name, e-mail, phone) of `person:ID` or `unit:ID`."""
        kind, _, name = who.partition(":")
        if kind == "unit":
            _, title, _, email, phone = self.units[name]
            return title, email, phone
        _, title, _, _, _, email, phone = self.people[name]
        return title, email, phone

    def _behind(self, kind: str, name: str = "") -> list[str]:
        if kind in ("deputy", "person"):
            return [f"person:{name}"] if name in self.people else []
        if kind in ("handler", "section_head", "unit_leader", "unit_head"):
            person = self.links.get((name, kind))
            return [f"person:{person}"] if person in self.people else self._unit(name)
        if kind == "unit":
            return self._unit(name)
        if kind == "committee":
            return [
                f"person:{person}"
                for person, _, role, unit, *_ in self.people.values()
                if role == "committee"
                and (unit == name or (unit in self.units and self.units[unit][1] == name))
            ]
        if kind in ("chair_meeting", "standing_committee"):
            return list(dict.fromkeys((*self._role("leader", name), *self._role("registrar", name))))
        return self._role(kind, name)

    def _unit(self, unit: str) -> list[str]:
        """The unit's own office where it has an address, else its handler, else whoever is known of it."""
        if unit in self.units and (self.units[unit][3] or self.units[unit][4]):
            return [f"unit:{unit}"]
        person = self.links.get((unit, "handler"))
        if person not in self.people:
            person = self.of_unit.get(unit) if unit else None
        if person is not None:
            return [f"person:{person}"]
        return [f"unit:{unit}"] if unit in self.units else []

    def _role(self, role: str, region: str) -> list[str]:
        """The people of a role in the region, or in the nearest region above that has any."""
        seen = set()
        while region not in seen:
            found = self.by_role.get((role, region))
            if found:
                return [f"person:{one}" for one in found]
            seen.add(region)
            region = self.parent.get(region, "")
        return []


def everybody_with(register: Register, role: str) -> list[str]:
    """Ids of all people of a role, wherever they are."""
    mark = register.layout.sql.mark
    with reading(register.engine) as cursor:
        return [str(id_) for (id_,) in cursor.rows(f"SELECT id FROM people WHERE role = {mark} ORDER BY id", [role])]


def people_by_role(register: Register, role: str, region: str) -> list[str]:
    """Ids of the people of a role in the region, or in the nearest one above."""
    with reading(register.engine) as cursor:
        return [one.partition(":")[2] for one in People(cursor).behind(f"{role}:{region}")]
