"""Who owes what is late: the counts of the wall and of the first page."""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta

from portal.visitor.languages import say
from portal.visitor.owners import owner_name
from portal.visitor.rights import Reach, right_of, scope_of
from portal.visitor.site import Site
from storage.accounts import Visitor
from storage.lists import late_counts
from storage.visible import names_of

_UNTIL = (7, 14, 28, 56)
"""The last days of the periods, counted back from today; what ended before the last of them is one more."""

Late = Mapping[str, tuple[list[int], str]]
"""By who owes it: how many limits ended in each period, and the highest level of the ladder."""


def own_limits(visitor: Visitor) -> str:
    """The only owner whose limits a visitor sees among the late: for people of a unit their unit; '' for all."""
    return f"unit:{visitor.unit}" if visitor.unit and right_of(visitor).reach == Reach.UNIT else ""


def late_by_owner(site: Site, visitor: Visitor) -> tuple[list[date], Late]:
    """The first days of the periods, and what is late; as of the last change of the register."""
    scope, today, own = scope_of(visitor), site.today(), own_limits(visitor)
    ends = [today - timedelta(days=days) for days in _UNTIL]
    if scope is None:
        return ends, {}
    key = ("late", scope, today, own)
    return ends, site.remembered(key, lambda: late_counts(site.register, scope, today, ends, own))


def names_of_owners(site: Site, owners: Iterable[str]) -> dict[str, str]:
    units = [owner.partition(":")[2] for owner in owners if owner.startswith("unit:")]
    names = names_of(site.register, (), units)
    return {
        owner: say(owner_name({"owed_by": owner, "unit_name": names.get(owner.partition(":")[2])}))
        for owner in owners
    }
