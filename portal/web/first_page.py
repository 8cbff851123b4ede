"""The first page of a role: what is theirs to do, the most urgent first, and who is late."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import NamedTuple
from urllib.parse import quote

from fastapi import Request, Response

from portal.door.doors import router
from portal.door.guard import Who, at_one_moment, site_of
from portal.visitor.case_lines import CaseLine, case_lines
from portal.visitor.errors import DoorRefused
from portal.visitor.languages import say
from portal.visitor.late_owners import late_by_owner, names_of_owners
from portal.visitor.rights import Reach, right_of, scope_of
from portal.visitor.site import COUNTED, Site
from portal.web.case_pages import SOON, counted_lists, groups_of
from portal.web.rendering import Page, go, page
from states.reasons import Refused
from storage.accounts import Visitor
from storage.form_drafts import BegunForm, begun_forms
from storage.lists import list_cases
from storage.orders import Order, SortKey

routes = router()

TASKS = 30
"""Tasks on the page; the others are in the list."""
LATEST = 6
"""Owners named beside them."""
WEEKDAYS = ("星期一", "星期二", "星期三", "星期四", "星期五", "星期六", "星期日")
ELSEWHERE = ("accounts", "directory", "access")
"""Where those come to who see no cases."""


class Tasks(NamedTuple):
    """Some of what is to do: `number` of them, of which the first are shown."""

    name: str
    number: int
    rows: Sequence[CaseLine]

    @property
    def others(self) -> int:
        """How many are not shown."""
        return self.number - len(self.rows)


class LateOwner(NamedTuple):
    """Somebody with late limits; `share` of the most that anybody has, in tenths."""

    name: str
    link: str
    number: int
    share: int


@dataclass(frozen=True)
class FirstPage(Page):
    """`counts`: of whole lists, none counted beyond `most`; `late`, `soon`: of what is to do."""

    template = "first_page.html"
    on: date
    counts: Mapping[str, int]
    late: int
    soon: int
    days: int
    most: int
    tasks: Sequence[Tasks]
    owners: Sequence[LateOwner]
    begun: Sequence[BegunForm]

    @property
    def weekday(self) -> str:
        return say(WEEKDAYS[self.on.weekday()])

    @property
    def week(self) -> int:
        return self.on.isocalendar().week


@routes.get("/")
@at_one_moment
def first_page(request: Request, visitor: Who) -> Response:
    """The first page; whoever sees no cases comes to their first list."""
    pages = right_of(visitor).pages
    if "cases" not in pages:
        for name in ELSEWHERE:
            if name in pages:
                return go(f"/{name}")
        raise DoorRefused(403, Refused("no_page_yet"))
    site, scope = site_of(request), scope_of(visitor)
    groups = groups_of(site, visitor)
    counts, late, soon = dict.fromkeys(groups, 0), 0, 0
    rows: list[CaseLine] = []
    if scope is not None:
        counts, late, soon = counted_lists(site, scope, groups)
        wanted = replace(groups["todo"][1], order=Order(SortKey.DUE))
        rows = case_lines(site, visitor, list_cases(site.register, scope, wanted, TASKS))
    return page(request, FirstPage(
        on=site.today(), counts=counts, late=late, soon=soon, days=SOON.days, most=COUNTED,
        tasks=_tasks(rows, counts["todo"], late, soon), owners=_owners(site, visitor),
        begun=begun_forms(site.register, visitor.account, site.real_now()),
    ), visitor)  # fmt: skip


# -- inside ------------------------------------------------------------------------------------------------------


def _tasks(rows: Sequence[CaseLine], count: int, late: int, soon: int) -> list[Tasks]:
    """The tasks by how urgent they are; only groups that have some."""
    lamps: dict[str, list[CaseLine]] = {"red": [], "yellow": [], "green": []}
    for row in rows:
        lamps[row.lamp.colour if row.lamp else "green"].append(row)
    groups = (
        Tasks(say("已逾期"), late, lamps["red"]),
        Tasks(say("%(days)d 天内到期", days=SOON.days), soon, lamps["yellow"]),
        Tasks(say("其他"), count - late - soon, lamps["green"]),
    )
    return [group for group in groups if group.number]


def _owners(site: Site, visitor: Visitor) -> list[LateOwner]:
    """Who has most that is late, for those who watch over others; as the wall counts it."""
    right = right_of(visitor)
    if "wall" not in right.pages or right.reach == Reach.UNIT:
        return []
    _, counted = late_by_owner(site, visitor)
    counts = {owner: sum(periods) for owner, (periods, _) in counted.items()}
    first = sorted(counts, key=lambda owner: (-counts[owner], owner))[:LATEST]
    names = names_of_owners(site, first)
    most = max(counts.values(), default=1)
    return [
        LateOwner(names[owner], f"/wall?who={quote(owner)}", counts[owner], -(-counts[owner] * 10 // most))
        for owner in first
    ]
