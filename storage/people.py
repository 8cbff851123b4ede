"""Who acts: the directory's people and units, looked up for the actions of one batch.

Part of the commit path: statements of the cursor (figures in `storage.statements`).
"""

from collections.abc import Sequence
from datetime import date
from typing import Any

from states import Action, NotAllowed
from states.reasons import NO_REGION, Id, Refused
from states.roles import UNIT_ROLES, Role
from storage.away import in_term
from storage.layout import StatementSet
from storage.statements import Cursor, Sql

_OF_PEOPLE = frozenset(Role) - {Role.SYSTEM, Role.CITIZEN}
"""Roles that a person of the directory holds; citizens are not kept there."""

PLACING = ("draft", "record", "set_region")
"""Actions whose data.region sets the region of a case."""


class Roster:
    """The people and units that a batch names; one query each, none when there are none."""

    def __init__(self, layout: StatementSet, cursor: Cursor, actions: Sequence[Action]) -> None:
        people = {action.by for action in actions if action.role in _OF_PEOPLE}
        units: set[str] = set()
        regions: set[str] = set()
        for action in actions:
            people.update(_named_deputies(action))
            people.update(_named_leaders(action))
            units.update(_named_units(action))
            if action.name in PLACING and action.data.get("region"):
                regions.add(str(action.data["region"]))
        places = {str(a.data["place"]) for a in actions if a.name == "record" and a.data.get("place")}
        founding = any(action.name in ("draft", "record") and not action.data.get("region") for action in actions)
        sql = layout.sql
        self.mandates = _mandates(sql, cursor, actions)
        self.people: dict[str, dict[str, Any]] = {}
        self.region_of_unit: dict[str, str] = {}
        self.units: dict[str, date | None] = {}
        self.regions: set[str] = set()
        self.places: dict[str, date | None] = {}
        self.region_of_place: dict[str, str] = {}
        if places:
            table = layout.directory["places"]
            for place in table.dicts(cursor.rows(f"{table.select} WHERE id {sql.any}", [sql.many(places)])):
                self.places[place["id"]] = place["closed_on"]
                self.region_of_place[place["id"]] = place["region"]
        if people:
            table = layout.directory["people"]
            among, values = sql.among("id", people)
            for row in table.dicts(cursor.rows(f"{table.select} WHERE {among}", values)):
                self.people[row["id"]] = row
        if founding:
            homes = sql.many({row["unit"] for row in self.people.values() if row["unit"] and not row["region"]})
            self.region_of_unit = dict(cursor.rows(f"SELECT id, region FROM units WHERE id {sql.any}", [homes]))
        if units:
            table = layout.directory["units"]
            for unit in table.dicts(cursor.rows(f"{table.select} WHERE id {sql.any}", [sql.many(units)])):
                self.units[unit["id"]] = unit["abolished_on"]
        self.parents: dict[str, str] = {}
        if any(action.name == "set_region" for action in actions):
            self.parents = dict(cursor.rows("SELECT code, parent_code FROM regions"))
        if regions:
            rows = cursor.rows(f"SELECT code FROM regions WHERE code {sql.any}", [sql.many(regions)])
            self.regions = {code for (code,) in rows}

    def unit_of(self, action: Action) -> str:
        """The unit for which the actor acts according to the directory; any other unit is refused."""
        person = self._person(action.by)
        if not person["unit"]:
            raise NotAllowed(Refused("person_without_unit", actor=Id(action.by)))
        if action.unit and action.unit != person["unit"]:
            raise NotAllowed(
                Refused(
                    "person_of_other_unit",
                    actor=Id(action.by),
                    unit=Id(person["unit"]),
                    claimed=Id(action.unit),
                )
            )
        return str(person["unit"])

    def region_of(self, action: Action) -> str:
        """The region of a case that the action opens: that of its place, else of the deputy, else of the writer.

        A person without a region of their own has their unit's.
        """
        place = self.region_of_place.get(str(action.data.get("place") or ""))
        author = action.data.get("lead") or action.data.get("on_behalf_of") or action.by
        person = self.people.get(str(author)) or self.people.get(action.by) or {}
        return str(place or person.get("region") or self.region_of_unit.get(person.get("unit", "")) or "")

    def check(self, action: Action, on: date) -> None:
        """Refuse people in a role that is not theirs, and units and regions unknown or ended before the day."""
        if action.role in _OF_PEOPLE:
            self._check_role(action)
        if action.role == Role.PROXY:
            self._check_mandate(action, on)
        for deputy in _named_deputies(action):
            person = self._person(deputy)
            if person["role"] != Role.DEPUTY:
                raise NotAllowed(Refused("not_a_deputy", person=Id(deputy), role=Role(person["role"])))
            _check_term(person, on)
        for leader in _named_leaders(action):
            person = self._person(leader)
            if person["role"] != Role.GOV_LEADER:
                raise NotAllowed(Refused("not_a_gov_leader", person=Id(leader), role=Role(person["role"])))
            _check_term(person, on)
        for unit in _named_units(action):
            if unit not in self.units:
                raise NotAllowed(Refused("unknown_unit", unit=Id(unit)))
            abolished = self.units[unit]
            if abolished and abolished <= on:
                raise NotAllowed(Refused("unit_abolished", unit=Id(unit), day=abolished))
        region = action.data.get("region") if action.name in PLACING else None
        if region and str(region) not in self.regions:
            raise NotAllowed(Refused("unknown_region", region=Id(region)))
        if region and action.name == "set_region":
            self._check_reach(action, str(region))

        if action.name == "record" and action.data.get("place"):
            self._check_place(str(action.data["place"]), on)

    def _check_reach(self, action: Action, region: str) -> None:
        """Refuse a case outside the office's own region and those below it."""
        own = str(self._person(action.by)["region"])
        above, passed = region, set[str]()
        while above and above != own and above not in passed:
            passed.add(above)
            above = self.parents.get(above, "")
        if not own or above != own:
            reach = Id(own) if own else NO_REGION
            raise NotAllowed(Refused("region_out_of_reach", region=Id(region), own=reach, actor=Id(action.by)))

    def _check_place(self, place: str, on: date) -> None:
        if place not in self.places:
            raise NotAllowed(Refused("unknown_place", place=Id(place)))
        closed = self.places[place]
        if closed and closed <= on:
            raise NotAllowed(Refused("place_closed", place=Id(place), day=closed))

    def _check_role(self, action: Action) -> None:
        """Refuse any role but that of the directory and, within a unit, those below it."""
        role = self._person(action.by)["role"]
        below = UNIT_ROLES[: UNIT_ROLES.index(Role(role)) + 1] if role in UNIT_ROLES else (role,)
        if action.role not in below:
            raise NotAllowed(
                Refused(
                    "person_of_other_role", actor=Id(action.by), role=Role(role), claimed=Role(action.role)
                )
            )

    def _check_mandate(self, action: Action, on: date) -> None:
        """Refuse an assistant without a mandate of the deputy that holds on the day of the fact."""
        deputy = str(action.data.get("on_behalf_of") or "")
        if any(in_term(first, last, on) for first, last in self.mandates.get((action.by, deputy), ())):
            return
        if deputy:
            raise NotAllowed(Refused("no_mandate", actor=Id(action.by), deputy=Id(deputy), day=on))

    def _person(self, person_id: str) -> dict[str, Any]:
        person = self.people.get(person_id)
        if person is None:
            raise NotAllowed(Refused("unknown_person", person=Id(person_id)))
        return person


def _mandates(
    sql: Sql, cursor: Cursor, actions: Sequence[Action]
) -> dict[tuple[str, str], list[tuple[date, date | None]]]:
    """The mandates of the assistants who act in a batch, by (assistant, deputy); they hold within the deputy's term."""
    proxies = {action.by for action in actions if action.role == Role.PROXY}
    days_by_pair: dict[tuple[str, str], list[tuple[date, date | None]]] = {}
    if proxies:
        for proxy, deputy, *days in cursor.rows(
            "SELECT m.proxy, m.deputy, m.since, d.term_from, m.until, d.term_to FROM mandates m "
            f"JOIN people d ON d.id = m.deputy WHERE m.proxy {sql.any}",
            [sql.many(proxies)],
        ):
            since, begun, *ends = (day and sql.read_day(day) for day in days)
            first, last = max(since, begun or since), min(filter(None, ends), default=None)
            days_by_pair.setdefault((proxy, deputy), []).append((first, last))
    return days_by_pair


def _check_term(person: dict[str, Any], on: date) -> None:
    """Refuse to name somebody on a day outside their term."""
    first, last = person["term_from"], person["term_to"]
    if not in_term(first, last, on):
        raise NotAllowed(Refused("outside_term", deputy=Id(person["id"]), start=first, end=last, day=on))


def _named_deputies(action: Action) -> list[str]:
    """Deputies who must hold office: the author of a draft or submission, and invited co-signers."""
    named: list[str] = []
    if action.name in ("draft", "submit"):
        lead = action.data.get("lead") or action.data.get("on_behalf_of")
        named.append(str(lead or action.by))
    if action.name == "invite_cosign":
        value = action.data.get("cosigners")
        named += [str(name) for name in value] if isinstance(value, list) else [str(value)] if value else []
    return named


def _named_leaders(action: Action) -> list[str]:
    """The government leader who is to lead a key item."""
    named = action.data.get("leader") if action.name in ("determine_key", "confirm_supervision") else None
    return [str(named)] if named else []


def _named_units(action: Action) -> list[str]:
    if action.name in ("propose_units", "assign"):
        units = action.data.get("units")
        return (
            [str(unit.get("unit")) for unit in units if isinstance(unit, dict)]
            if isinstance(units, list)
            else []
        )
    if action.name in ("reassign", "route", "order_rehandle", "request_consult") and action.data.get("unit"):
        return [str(action.data["unit"])]
    return []
