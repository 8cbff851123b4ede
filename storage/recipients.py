"""The people meant by a recipient (kind:id), and their addresses, from the directory."""

from datetime import date
from typing import NamedTuple

from sqlalchemy import select as columns
from sqlmodel import Session, col, select

from states.ladder import OF_THE_UNIT
from states.roles import Role
from storage.away import people_away
from storage.register import Register
from storage.statements import reading
from storage.tables.directory import ChainLinkRow, PersonRow, RegionRow, UnitRow
from storage.tables.places import PlacePersonRow, PlaceRow

CHAIN = tuple(recipient for recipient in OF_THE_UNIT.values() if recipient != "unit")
"""The links of a unit's chain, the lowest first: the next one stands in for a person who is away."""


class Person(NamedTuple):
    """The columns that delivery needs: reading 10,000 people takes a sixth of the time of their whole rows."""

    id: str
    name: str
    role: str
    unit: str
    region: str
    email: str
    phone: str


class People:
    """The directory as delivery needs it, read once, on the day `on`.

    Whoever is away (`storage.away`) is left out wherever somebody else can be told instead.
    """

    def __init__(self, session: Session, on: date) -> None:
        row = PersonRow
        self.away = people_away(session, on)
        everybody = columns(
            col(row.id), col(row.name), col(row.role), col(row.unit), col(row.region), col(row.email), col(row.phone)
        )
        self.people = {stored[0]: Person(*stored) for stored in session.execute(everybody.order_by(col(row.id)))}
        self.units = {row.id: row for row in session.exec(select(UnitRow).order_by(UnitRow.id))}
        self.parent = dict(session.exec(select(RegionRow.code, RegionRow.parent_code)).all())
        self.links: dict[tuple[str, str], str] = {}
        self.left: set[tuple[str, str]] = set()
        for link in session.exec(select(ChainLinkRow).order_by(col(ChainLinkRow.position))):
            if link.person in self.away:
                self.left.add((link.unit, link.role))
            elif link.person in self.people:
                self.links.setdefault((link.unit, link.role), link.person)
        staff = select(PlacePersonRow).where(PlacePersonRow.role == Role.CLERK).order_by(col(PlacePersonRow.person))
        self.clerks: dict[str, list[str]] = {}
        for clerk in session.exec(staff):
            self.clerks.setdefault(clerk.place, []).append(clerk.person)
        self.region_of_place = dict(session.exec(select(PlaceRow.id, PlaceRow.region)).all())
        self.by_role: dict[tuple[str, str], list[str]] = {}
        self.of_unit: dict[str, str] = {}
        for person in self.people.values():
            if person.id in self.away:
                continue
            place = person.region or (self.units[person.unit].region if person.unit in self.units else "")
            self.by_role.setdefault((person.role, place), []).append(person.id)
            self.of_unit.setdefault(person.unit, person.id)
        self._found: dict[tuple[str, str], list[str]] = {}

    def behind(self, recipient: str, region: str = "") -> list[str]:
        """`person:ID` or `unit:ID` of everybody meant by the recipient (kind:id); empty when there is nobody.

        `region` is that of the case: committees of several regions may have one name.
        """
        if (recipient, region) not in self._found:
            kind, _, name = recipient.partition(":")
            committee = kind == Role.COMMITTEE
            self._found[recipient, region] = self._committee(name, region) if committee else self._behind(kind, name)
        return self._found[recipient, region]

    def reach(self, who: str) -> tuple[str, str, str]:
        """(name, e-mail, phone) of `person:ID` or `unit:ID`."""
        kind, _, id_ = who.partition(":")
        reached = self.units[id_] if kind == "unit" else self.people[id_]
        return reached.name, reached.email, reached.phone

    def _behind(self, kind: str, name: str = "") -> list[str]:
        if kind in (Role.DEPUTY, "person"):
            return self._person(self.people[name]) if name in self.people else []
        if kind in CHAIN:
            return self._link(name, kind)
        if kind == "unit":
            return self._unit(name)
        if kind == "place":
            return self._place(name)
        if kind in ("chair_meeting", "standing_committee"):
            return list(dict.fromkeys((*self._role("leader", name), *self._role("registrar", name))))
        return self._role(kind, name)

    def _person(self, person: Person) -> list[str]:
        """The person; while they are away also those who can act in their place."""
        who = [f"person:{person.id}"]
        if person.id in self.away:
            who += self._unit(person.unit) if person.unit else self._role(Role.REGISTRAR, person.region)
        return who

    def _link(self, unit: str, role: str) -> list[str]:
        """The person of this link of the chain; while they are away the next one up; else the unit."""
        up = CHAIN[CHAIN.index(role) :] if (unit, role) in self.left else (role,)
        person = next((self.links[unit, link] for link in up if (unit, link) in self.links), None)
        return [f"person:{person}"] if person else self._unit(unit)

    def _committee(self, name: str, region: str) -> list[str]:
        """The members of a committee who are there, by its id or name; else the congress office of the region.

        Of several of one name it is that of the case's region, else the nearest above; of a case without one the first.
        """
        for place in self._upwards(region) if region else dict.fromkeys(place for _, place in self.by_role):
            members = self.by_role.get((Role.COMMITTEE, place), ())
            if ours := [f"person:{person}" for person in members if name in self._unit_of(person)]:
                return ours
        return self._role(Role.REGISTRAR, region)

    def _unit_of(self, person: str) -> tuple[str, str]:
        """Id and name of a person's unit."""
        unit = self.people[person].unit
        return unit, self.units[unit].name if unit in self.units else ""

    def _upwards(self, region: str) -> list[str]:
        """The region and those above it, the nearest first, at last the place of whoever has none."""
        way: list[str] = []
        while region not in way:
            way.append(region)
            region = self.parent.get(region, "")
        return way

    def _place(self, place: str) -> list[str]:
        """The clerks of a reception place; where none is there, the congress office of its region."""
        clerks = [f"person:{person}" for person in self.clerks.get(place, ()) if person not in self.away]
        return clerks or self._role(Role.REGISTRAR, self.region_of_place.get(place, ""))

    def _unit(self, unit: str) -> list[str]:
        """The unit's own office where it has an address, else its handler, else anybody of the unit."""
        if unit in self.units and (self.units[unit].email or self.units[unit].phone):
            return [f"unit:{unit}"]
        person = self.links.get((unit, Role.HANDLER)) or (self.of_unit.get(unit) if unit else None)
        if person:
            return [f"person:{person}"]
        return [f"unit:{unit}"] if unit in self.units else []

    def _role(self, role: str, region: str) -> list[str]:
        """The people of a role in the region, or in the nearest region above that has any."""
        near = next((place for place in self._upwards(region) if (role, place) in self.by_role), "")
        return [f"person:{person}" for person in self.by_role.get((role, near), [])]


def everybody_with(register: Register, role: str, on: date) -> list[str]:
    """Ids of all people of a role, in any region, who are not away on the day."""
    holders = select(PersonRow.id).where(PersonRow.role == role).order_by(PersonRow.id)
    with reading(register.engine) as cursor:
        away = people_away(cursor.session, on)
        return [person for person in cursor.session.exec(holders) if person not in away]


def people_by_role(register: Register, role: str, region: str, on: date) -> list[str]:
    """Ids of the people of a role who are not away on the day, in the region or in the nearest one above."""
    with reading(register.engine) as cursor:
        return [ident.partition(":")[2] for ident in People(cursor.session, on).behind(f"{role}:{region}")]
