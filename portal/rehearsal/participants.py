"""The people around one suggestion, as they share what they know of it."""

from dataclasses import dataclass, field
from datetime import date
from itertools import count
from random import Random

from portal.rehearsal.habits import Habits
from portal.rehearsal.matters import Matter
from portal.rehearsal.roster import REGISTRAR, Town
from portal.rehearsal.stage import Playhouse
from states import Action
from states.cases import Json
from states.roles import Role
from states.vocabulary import PartRole


@dataclass
class PlayedPart:
    """A unit's part in the running round."""

    id: str
    unit: str
    role: str
    what: str = ""


@dataclass
class Inhabitants:
    """Who has to do with a suggestion. What the register numbers (parts, contacts) is counted along here."""

    stage: Playhouse
    id: str
    title: str
    matter: Matter
    habits: Habits
    chance: Random
    submitted_on: date
    in_session: bool
    lead: str
    cosigners: tuple[str, ...] = ()
    parts: dict[str, PlayedPart] = field(default_factory=dict)
    """the parts of the running round that answer"""
    co_parts: dict[str, PlayedPart] = field(default_factory=dict)
    made: int = 0
    contacts: int = 0
    round: int = 1
    delivered: set[str] = field(default_factory=set)
    delivered_on: date = date.min
    opinions: set[str] = field(default_factory=set)
    given_up: set[str] = field(default_factory=set)
    named: set[str] = field(default_factory=set)
    """the units that a part to be returned was proposed for"""
    published: bool = False
    assigned_on: date = date.min
    ordered_on: date = date.min
    """when the running round was ordered"""

    def __post_init__(self) -> None:
        self._keys = count(1)

    @property
    def town(self) -> Town:
        return self.stage.town

    def deed(self, name: str, role: Role, by: str, **data: Json) -> Action:
        key = f"rehearsal/{self.id}/{next(self._keys)}"
        return Action(self.id, name, by, role.value, data, key=key)

    def deputy(self, name: str, **data: Json) -> Action:
        return self.deed(name, Role.DEPUTY, self.lead, **data)

    def office(self, name: str, **data: Json) -> Action:
        return self.deed(name, Role.REGISTRAR, REGISTRAR, **data)

    def unit(self, part: PlayedPart, name: str, role: Role = Role.HANDLER, /, **data: Json) -> Action:
        return self.deed(name, role, Town.of(part.unit, role), **{"assignment": part.id, **data})

    def committee(self, name: str, **data: Json) -> Action:
        unit = self.town.committees[self.matter.field]
        return self.deed(name, Role.COMMITTEE, Town.of(unit, Role.COMMITTEE), **data)

    def new_part(self, unit: str, role: str, what: str = "") -> PlayedPart:
        """The part that the register makes next."""
        self.made += 1
        part = PlayedPart(f"{self.id}/a{self.made}", unit, role, what)
        (self.co_parts if role == PartRole.CO else self.parts)[part.id] = part
        return part

    def another_unit(self) -> str:
        """A unit of the same field that has no part yet and is not named for one, else any."""
        taken = self.named | {part.unit for part in (*self.parts.values(), *self.co_parts.values())}
        near = [unit for unit in self.town.by_field[self.matter.field] if unit not in taken]
        other = self.chance.choice(near or [unit for unit in self.town.units if unit not in taken])
        self.named.add(other)
        return other

    def all_delivered(self) -> bool:
        return bool(self.parts) and self.delivered >= self.parts.keys()

    def opinions_in(self) -> bool:
        return self.opinions | self.given_up >= self.co_parts.keys()
