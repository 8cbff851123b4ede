"""The figures that a visitor may see."""

from datetime import date
from typing import Any

from portal.visitor.errors import DoorRefused
from portal.visitor.rights import scope_of
from portal.visitor.site import Site
from states.reasons import Label, Refused, labels
from storage.accounts import Visitor
from storage.statistics import GROUPINGS, Table, count
from storage.visible import Scope


def figures_seen(site: Site, visitor: Visitor, by: str, on: str) -> Table:
    """The table as the visitor may see it: the suggestions of their region, or of their committee's field."""
    if by not in GROUPINGS:
        raise DoorRefused(404, Refused("no_such_grouping", given=Label(by), known=labels(GROUPINGS)))
    day = _day(site, on)
    scope = scope_of(visitor)
    if scope is None:
        raise DoorRefused(403, Refused("no_such_page"))
    wanted = Scope(
        region=scope.region, committee=scope.committee, since="registered", machines=("suggestion",)
    )
    return site.remembered(
        ("figures", wanted, day, by), lambda: count(site.register, day, by, wanted, at=site.now())
    )


def _day(site: Site, text: Any) -> date:
    try:
        day = date.fromisoformat(text) if text else site.today()
    except ValueError:
        raise DoorRefused(404, Refused("no_day", text=Label(text))) from None
    if day > site.today():
        raise DoorRefused(404, Refused("day_ahead", day=day))
    return day
