"""Who stands behind a recipient (kind:id), and where they can be reached, as the directory says."""

from typing import NamedTuple

from sqlalchemy import select as columns
from sqlmodel import Session, col, select

from storage.register import Register
from storage.statements import reading
from storage.tables import ChainLinkRow, PersonRow, RegionRow, UnitRow


class Person(NamedTuple):
    """What delivery needs of somebody: of 10,000 people a sixth of the time that their whole rows take."""

    id: str
    name: str
    role: str
    unit: str
    region: str
    email: str
    phone: str


class People:
    """The directory as delivery needs it, read once."""

    def __init__(self, session: Session) -> None:
        row = PersonRow
        everybody = columns(
            col(row.id), col(row.name), col(row.role), col(row.unit), col(row.region), col(row.email), col(row.phone)
        )
        self.people = {stored[0]: Person(*stored) for stored in session.execute(everybody.order_by(col(row.id)))}
        self.units = {row.id: row for row in session.exec(select(UnitRow).order_by(UnitRow.id))}
        self.parent = dict(session.exec(select(RegionRow.code, RegionRow.parent_code)).all())
        self.links: dict[tuple[str, str], str] = {}
        for link in session.exec(select(ChainLinkRow).order_by(col(ChainLinkRow.position))):
            self.links.setdefault((link.unit, link.role), link.person)
        self.by_role: dict[tuple[str, str], list[str]] = {}
        self.of_unit: dict[str, str] = {}
        for person in self.people.values():
            place = person.region or (self.units[person.unit].region if person.unit in self.units else "")
            self.by_role.setdefault((person.role, place), []).append(person.id)
            self.of_unit.setdefault(person.unit, person.id)
        self._found: dict[str, list[str]] = {}

    def behind(self, recipient: str) -> list[str]:
        """`person:ID` or `unit:ID` of everybody whom the recipient (kind:id) means; empty when there is nobody."""
        if recipient not in self._found:
            self._found[recipient] = self._behind(*recipient.split(":", 1))
        return self._found[recipient]

    def reach(self, who: str) -> tuple[str, str, str]:
        """(name, e-mail, phone) of `person:ID` or `unit:ID`."""
        kind, _, id_ = who.partition(":")
        reached = self.units[id_] if kind == "unit" else self.people[id_]
        return reached.name, reached.email, reached.phone

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
                f"person:{holder.id}"
                for holder in self.people.values()
                if holder.role == "committee"
                and (holder.unit == name or (holder.unit in self.units and self.units[holder.unit].name == name))
            ]
        if kind in ("chair_meeting", "standing_committee"):
            return list(dict.fromkeys((*self._role("leader", name), *self._role("registrar", name))))
        return self._role(kind, name)

    def _unit(self, unit: str) -> list[str]:
        """The unit's own office where it has an address, else its handler, else whoever is known of it."""
        if unit in self.units and (self.units[unit].email or self.units[unit].phone):
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
            holders = self.by_role.get((role, region))
            if holders:
                return [f"person:{person}" for person in holders]
            seen.add(region)
            region = self.parent.get(region, "")
        return []


def everybody_with(register: Register, role: str) -> list[str]:
    """Ids of all people of a role, wherever they are."""
    with reading(register.engine) as cursor:
        return [*cursor.session.exec(select(PersonRow.id).where(PersonRow.role == role).order_by(PersonRow.id))]


def people_by_role(register: Register, role: str, region: str) -> list[str]:
    """Ids of the people of a role in the region, or in the nearest one above."""
    with reading(register.engine) as cursor:
        return [ident.partition(":")[2] for ident in People(cursor.session).behind(f"{role}:{region}")]
