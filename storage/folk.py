"""The names that stand in papers: of people, units and regions, and whom to ask at a unit."""

from collections.abc import Iterable

from sqlmodel import col, select

from states.roles import Role
from storage.register import Register
from storage.statements import reading
from storage.tables import ChainLinkRow, PersonRow, RegionRow, UnitRow
from storage.typed_rows import among


class Folk:
    """The directory by id, of these people and units and of all regions; who is not in it is called by the id."""

    def __init__(self, register: Register, people: Iterable[str], units: Iterable[str]) -> None:
        wanted, named, link = set(units), set(people), ChainLinkRow
        handlers = select(link.unit, PersonRow).join(PersonRow, col(PersonRow.id) == link.person)
        with reading(register.engine) as cursor:
            session, rows = cursor.session, cursor.session.exec
            of_units = handlers.where(link.role == Role.HANDLER, among(session, link.unit, wanted))
            self._regions = dict(rows(select(RegionRow.code, RegionRow.name)).all())
            self._units = {row.id: row for row in rows(select(UnitRow).where(among(session, UnitRow.id, wanted)))}
            self._people = {row.id: row for row in rows(select(PersonRow).where(among(session, PersonRow.id, named)))}
            self._handlers = dict(rows(of_units.order_by(col(link.position).desc())).all())

    def person(self, id_: str) -> str:
        return self._people[id_].name if id_ in self._people else id_

    def unit(self, id_: str) -> str:
        return self._units[id_].name if id_ in self._units else id_

    def kind(self, unit: str) -> str:
        return self._units[unit].kind if unit in self._units else "other"

    def phone(self, unit: str) -> str:
        return self._units[unit].phone if unit in self._units else ""

    def region(self, code: str) -> str:
        return self._regions.get(code, "")

    def contact(self, unit: str) -> tuple[str, str]:
        """Who handles at the unit, and the phone of that person, else the unit's."""
        handler = self._handlers.get(unit)
        return (handler.name, handler.phone or self.phone(unit)) if handler else ("", self.phone(unit))
