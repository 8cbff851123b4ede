"""Mandates: who may act for a deputy as an assistant, from which day to which."""

from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import aliased
from sqlmodel import col, select

from states.reasons import Id, Refused
from states.roles import Role
from storage.errors import AccountRefused
from storage.power_log import home_region, power_change
from storage.register import Register
from storage.statements import reading, transaction
from storage.tables.directory import PersonRow
from storage.tables.powers import MandateRow
from storage.typed_rows import put


class Mandates:
    """The mandates of a register; every call is one transaction."""

    register: Register

    def mandate(self, proxy: str, deputy: str, since: date, until: date | None, by: str, at: datetime) -> None:
        """Let an assistant act for a deputy from `since` to `until`, both inclusive; a second call replaces it.

        `at` is the instant of entry. Raises AccountRefused for the wrong roles, or an end before the start.
        """
        with transaction(self.register.engine) as cursor:
            session = cursor.session
            for person, role in ((proxy, Role.PROXY), (deputy, Role.DEPUTY)):
                row = session.get(PersonRow, person)
                if row is None or row.role != role:
                    raise AccountRefused(Refused("not_of_role", person=Id(person), role=role))
            if until is not None and until < since:
                raise AccountRefused(Refused("mandate_ends_first", end=until, start=since))
            sentence = f"{deputy} {since} – {until or ''}".strip()
            put(session, MandateRow(proxy=proxy, deputy=deputy, since=since, until=until, granted_by=by))
            session.add(power_change(at, by, "mandate.given", proxy, home_region(session, deputy), "", sentence))

    def mandates_listed(self, region: str | None = None) -> list[dict[str, Any]]:
        """Every mandate with both names, by assistant; only of deputies of `region` where given, none for ''."""
        proxy, deputy = aliased(PersonRow), aliased(PersonRow)
        mandates = (
            select(MandateRow, proxy.name, deputy.name)
            .outerjoin(proxy, col(proxy.id) == MandateRow.proxy)
            .outerjoin(deputy, col(deputy.id) == MandateRow.deputy)
            .order_by(MandateRow.proxy, MandateRow.deputy)
        )
        if region is not None:
            mandates = mandates.where(deputy.region == region, deputy.region != "")
        with reading(self.register.engine) as cursor:
            return [
                mandate.model_dump() | {"proxy_name": proxy_name, "deputy_name": deputy_name}
                for mandate, proxy_name, deputy_name in cursor.session.exec(mandates)
            ]
