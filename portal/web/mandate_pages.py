"""Mandates: a deputy lets an assistant act for them, entered by the congress office or the security administrator."""

from datetime import date

from fastapi import Request, Response
from fastapi.responses import HTMLResponse

from portal.door.doors import router
from portal.door.guard import Form, Posted, Who, address_of, need, site_of
from portal.visitor.errors import DoorRefused
from portal.visitor.filled import Typed
from portal.visitor.languages import say
from portal.visitor.refusals import sentence
from portal.visitor.rights import reading_region
from portal.visitor.rows_shown import carried, was_shown
from portal.web.rendering import go, page
from portal.web.typed import deputy_typed
from states.reasons import Label, Refused
from states.roles import Role
from storage.accounts import Visitor
from storage.errors import AccountRefused
from storage.rolls import PeopleFilter, list_people
from storage.who_stands import regions_of_people

routes = router()
MOST = 5_000
"""Assistants that the form proposes."""


@routes.get("/mandates")
def mandates(request: Request, visitor: Who, proxy: str = "", deputy: str = "") -> HTMLResponse:
    """The list; with `proxy` and `deputy` the form is filled with what is stored of them."""
    need(visitor, "mandates")
    return _page(request, visitor, typed=_stored(request, visitor, proxy, deputy))


@routes.post("/mandates")
def give(request: Request, form: Form) -> Response:
    """Enter a mandate, or end one with today."""
    site, visitor = site_of(request), form.visitor
    need(visitor, "mandates")
    proxy = form.text("proxy")
    try:
        deputy = deputy_typed(site, form.text("deputy"), reading_region(visitor))
        since, until = _days(request, visitor, form, proxy, deputy)
        _own_region(request, visitor, (proxy, deputy))
        if form.text("do") != "end" and (stored := _changed(request, visitor, form, proxy, deputy)):
            return _page(request, visitor, stored, 409, _typed(form))
        site.accounts.mandate(proxy, deputy, min(since, until or since), until, visitor.account, site.real_now())
    except Typed as fault:
        return _page(request, visitor, sentence(fault.refused), 422, _typed(form))
    except AccountRefused:
        words = "没有记下：助理要在人员表里是“代表助理”，代表要是“代表”，到期那天不能早于开始那天"
        return _page(request, visitor, words, 409, _typed(form))
    site.accounts.note(
        site.real_now(), visitor.account, visitor.role or visitor.duty, f"mandate {proxy} {deputy}"[:200],
        address=address_of(request),
    )  # fmt: skip
    return go("/mandates")


FIELDS = ("proxy", "deputy", "since", "until", "of")


def _typed(form: Posted) -> dict[str, str]:
    return {name: form.text(name) for name in FIELDS}


def _stored(request: Request, visitor: Visitor, proxy: str, deputy: str) -> dict[str, str]:
    """A mandate as its form has it; nothing where there is none. `of` says for whom the form was opened."""
    row = _rows(request, visitor).get(f"{proxy} {deputy}")
    if row is None:
        return {}
    since, until, _ = row
    return {
        "proxy": proxy, "deputy": deputy, "since": str(since), "until": str(until or ""), "of": f"{proxy} {deputy}",
    }  # fmt: skip


def _days(
    request: Request, visitor: Visitor, form: Posted, proxy: str, deputy: str
) -> tuple[date, date | None]:
    """From when to when: of a mandate that holds a day left blank stays, unless the form was opened for it."""
    stored, today = _stored(request, visitor, proxy, deputy), site_of(request).today()
    if "" < stored.get("until", "") < str(today):
        stored = {}
    since = _day(form.text("since")) or _day(stored.get("since", "")) or today
    if form.text("do") == "end":
        return since, today
    until = form.text("until")
    return since, _day(until if until or form.text("of") == f"{proxy} {deputy}" else stored.get("until", ""))


def _changed(request: Request, visitor: Visitor, form: Posted, proxy: str, deputy: str) -> str:
    """What is stored of this mandate, in words, where the form was not made from it; else ''."""
    row = _rows(request, visitor).get(f"{proxy} {deputy}")
    if row is None or was_shown(form.text("shown"), f"{proxy} {deputy}", row):
        return ""
    since, until, by = row
    return say(
        "您打开这一页以后，这项委托已经记下：%(since)s 到 %(until)s，%(by)s 经办。您填的还在下面，要改就再提交一次",
        since=since, until=until or say("长期"), by=by,
    )  # fmt: skip


def _rows(request: Request, visitor: Visitor) -> dict[str, tuple[object, object, str]]:
    """(from, until, by whom) of each mandate that the page shows, by assistant and deputy."""
    mandates_given = site_of(request).accounts.mandates_listed(reading_region(visitor))
    return {
        f"{row['proxy']} {row['deputy']}": (row["since"], row["until"], row["granted_by"]) for row in mandates_given
    }


def _own_region(request: Request, visitor: Visitor, people: tuple[str, ...]) -> None:
    """Refuse whoever keeps the mandates of one region to touch another's."""
    own = reading_region(visitor)
    if own is None:
        return
    if not own or regions_of_people(site_of(request).register, people) - {own}:
        raise DoorRefused(403, Refused("mandates_of_own_region"))


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise Typed(Refused("no_day", text=Label(text))) from None


def _page(
    request: Request, visitor: Visitor, words: str = "", status: int = 200, typed: dict[str, str] | None = None
) -> HTMLResponse:
    site = site_of(request)
    roll = PeopleFilter(region=reading_region(visitor), role=Role.PROXY.value)
    proxies = {row["id"]: row["name"] for row in list_people(site.register, roll, "", "", MOST)}
    rows = [
        row | {"runs": not row["until"] or row["until"] > site.today()}
        for row in site.accounts.mandates_listed(reading_region(visitor))
    ]
    return page(
        request, "mandates.html", visitor, status, rows=rows, proxies=proxies, words=words,
        shown=carried(_rows(request, visitor)), typed=dict.fromkeys(FIELDS, "") | (typed or {}),
    )  # fmt: skip
