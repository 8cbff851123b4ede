"""Pages of supervisors and leaders: the wall of late items, and the week."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from fastapi import Request, Response
from fastapi.responses import HTMLResponse

from portal.door.doors import router
from portal.door.guard import Form, Who, at_one_moment, need, seen_case, site_of
from portal.visitor.columns import Column, on_page
from portal.visitor.errors import DoorRefused
from portal.visitor.languages import say
from portal.visitor.late_owners import late_by_owner, names_of_owners, own_limits
from portal.visitor.list_columns import COMING, LATE, WEEK
from portal.visitor.owners import OWNERS, owner_name
from portal.visitor.refusals import sentence
from portal.visitor.rights import Judged, right_of, scope_of
from portal.visitor.site import Site
from portal.visitor.sorting import Sorting, order_of
from portal.web.rendering import Page, go, page
from portal.web.sheets import sheet
from portal.web.typed import action_key
from states import Action
from states.ladder import held_by
from states.reasons import Label, Refused
from states.supervision import STEPS
from states.texts import number_typed
from states.vocabulary import ExtensionStanding
from storage.accounts import Visitor
from storage.lists import late_limits
from storage.looking_up import rulebooks_of
from storage.orders import Order
from storage.waiting import Proposal, first_proposals
from storage.weeks import OwnersWeek, Week
from storage.weeks import week as week_of
from storage.who_stands import chain_people

routes = router()

WEEKS = ("1 周内", "2 周内", "4 周内", "8 周内", "8 周以上")
SHOWN = 100
DECIDERS = next(step.by for step in STEPS if step.action == "confirm_supervision")


@dataclass(frozen=True)
class WeekPage(Page):
    """`owners`: who has something in the week, the latest first; `next_last`: the end of the week after it."""

    template = "week.html"
    week: Week
    columns: Sequence[Column]
    owners: Sequence[OwnersWeek]
    coming: Sequence[Column]
    items: Sequence[Mapping[str, Any]]
    before: date
    after: date
    next_last: date


@routes.get("/wall")
@at_one_moment
def wall(request: Request, visitor: Who, who: str = "", week: str = "", done: str = "", sort: str = "") -> HTMLResponse:
    """What is late: who owes it × how many weeks, with the level of the ladder; one click to the items."""
    need(visitor, "wall")
    words = say({"confirm_supervision": "已确定督办", "decline_supervision": "已不予督办"}.get(done, ""))
    return _wall(request, visitor, who, week, words, order=order_of(LATE, sort))


@routes.post("/wall/decide")
def decide(request: Request, form: Form) -> Response:
    """Confirm or decline a proposed supervision from the wall; a refusal keeps the typed reason."""
    site, visitor = site_of(request), form.visitor
    need(visitor, "wall")
    do, row = form.text("do"), form.text("supervision")
    case_id = form.text("case")
    seen_case(request, visitor, case_id, do)
    if do not in ("confirm_supervision", "decline_supervision") or visitor.role not in DECIDERS:
        raise DoorRefused(403, Refused("supervision_of_leaders"))
    data = {"supervision": row}
    if form.text("reason"):
        data["reason"] = form.text("reason")
    action = Action(case_id, do, visitor.person, visitor.role, data, key=action_key(form.text("key")))
    (outcome,) = site.register.apply([action], site.now())
    if not outcome.done:
        typed = {"supervision": row, "reason": form.text("reason")}
        return _wall(request, visitor, bad=sentence(outcome.refused), typed=typed, status=409)
    return go(f"/wall?done={do}")


@routes.get("/wall.xlsx")
def wall_sheet(request: Request, visitor: Who, sort: str = "") -> Response:
    need(visitor, "wall")
    return sheet("wall", "逾期", LATE, _late(site_of(request), visitor, order=order_of(LATE, sort)))


@routes.get("/week")
@at_one_moment
def weekly(request: Request, visitor: Who, of: str = "") -> HTMLResponse:
    """Last week's figures by unit, and what falls due in the week after it; `of` is any day of the week wanted."""
    need(visitor, "week")
    site = site_of(request)
    week = _week(site, visitor, of)
    for row in week.items:
        row["owner"], row["lamp"] = owner_name(row), site.lamp(row["last_day"])
        row["limit"] = site.limit_name(row["key"])
    return page(request, WeekPage(
        week=week, columns=on_page(WEEK), owners=_owners(week), coming=on_page(COMING), items=week.items[:300],
        before=week.first - timedelta(days=7), after=week.first + timedelta(days=7),
        next_last=week.first + timedelta(days=13),
    ), visitor)  # fmt: skip


@routes.get("/week.xlsx")
def weekly_sheet(request: Request, visitor: Who, of: str = "") -> Response:
    need(visitor, "week")
    week = _week(site_of(request), visitor, of)
    return sheet(f"week-{week.first}", f"周报 {week.first}", WEEK, [*_owners(week), week.total])


# -- inside ------------------------------------------------------------------------------------------------------


def _wall(
    request: Request, visitor: Visitor, who: str = "", week: str = "", words: str = "", bad: str = "",
    typed: dict[str, str] | None = None, status: int = 200, order: Order | None = None,
) -> HTMLResponse:  # fmt: skip
    site, own = site_of(request), own_limits(visitor)
    ends, counted = late_by_owner(site, visitor)
    names = names_of_owners(site, counted)
    owners = sorted(counted, key=lambda owner: (-sum(counted[owner][0]), names[owner]))
    chosen = number_typed(week, len(ends))
    shown = [
        sum(counts) if chosen is None else counts[chosen]
        for owner, (counts, _) in counted.items()
        if not who or owner == who
    ]
    since = None if chosen is None or chosen == len(ends) else ends[chosen]
    until = None if not chosen else ends[chosen - 1]
    rows = _late(site, visitor, own or who, since, until, SHOWN, order) if sum(shown) else []
    for row in rows:
        row["lamp"] = site.lamp(row["last_day"])
    return page(
        request, "wall.html", visitor, status, columns=on_page(LATE), weeks=WEEKS, order=owners,
        table={owner: counts for owner, (counts, _) in counted.items()}, names=names,
        levels={owner: level for owner, (_, level) in counted.items()}, rows=rows, count=sum(shown),
        total=sum(sum(counts) for counts, _ in counted.values()), proposals=_proposals(site, visitor), who=who,
        week=week, words=words, bad=bad, typed=typed or {}, decides=visitor.role in DECIDERS,
        sorting=Sorting(order, "/wall", {"who": who, "week": week}),
    )  # fmt: skip


def _proposals(site: Site, visitor: Visitor) -> list[tuple[Proposal, date]]:
    """The supervisions that wait for a decision, with the day after which each lapses."""
    scope = scope_of(visitor)
    if right_of(visitor).judged == Judged.BY_RULEBOOK or scope is None:
        return []

    proposed = site.remembered(("proposals", scope), lambda: first_proposals(site.register, scope, SHOWN))
    calendar = site.register.workdays_of(proposal.region for proposal in proposed)
    idents = rulebooks_of(site.register, {proposal.case_id for proposal in proposed})
    within = {ident: site.register.texts.of(ident).proposals.decide_within for ident in set(idents.values())}
    return [
        (proposal, calendar[proposal.region].add(proposal.proposed_on, within[idents[proposal.case_id]]))
        for proposal in proposed
    ]


def _late(
    site: Site, visitor: Visitor, who: str = "", since: date | None = None, until: date | None = None,
    limit: int = 100_000, order: Order | None = None,
) -> list[dict[str, Any]]:  # fmt: skip
    """The late limits that the visitor sees, with the owner's name and the link of the chain that holds each."""
    scope = scope_of(visitor)
    if scope is None:
        return []
    late = late_limits(site.register, scope, site.today(), who or own_limits(visitor), since, until, limit, order)
    units = {row["owed_by"].partition(":")[2] for row in late if row["owed_by"].startswith("unit:")}
    links = chain_people(site.register, units)
    books = {ident: site.register.texts.of(ident) for ident in {row["rulebook_ident"] for row in late}}
    for row in late:
        row["days_late"] = (site.today() - row["last_day"]).days
        row["owner"], row["limit"] = owner_name(row), site.limit_name(row["key"])
        asking = row["extension"] == ExtensionStanding.REQUESTED
        role = held_by(books[row["rulebook_ident"]], row["owed_by"], row["part_state"] or "", asking)
        unit = row["owed_by"].partition(":")[2]
        owner = say(OWNERS.get(role, role))
        row["holder"] = " ".join(filter(None, (owner, links.get(unit, {}).get(role, ""))))
    return late


def _week(site: Site, visitor: Visitor, of: str) -> Week:
    try:
        day = date.fromisoformat(of) if of else site.today() - timedelta(days=7)
        first = day - timedelta(days=day.weekday())
        first + timedelta(days=14)
    except (ValueError, OverflowError):
        raise DoorRefused(404, Refused("no_day", text=Label(of))) from None
    scope = scope_of(visitor)
    return week_of(site.register, scope, first) if scope else Week(first)


def _owners(week: Week) -> list[OwnersWeek]:
    """Everybody with something in that week, the latest first."""
    rows = [
        replace(counts, name=owner_name({"owed_by": owner, "unit_name": counts.name}))
        for owner, counts in week.owners.items()
    ]
    return sorted(rows, key=lambda row: (-row.open - row.late, -row.due, row.name))
