"""Mandates: a deputy lets an assistant act for him; the congress's office or the security administrator notes them."""

from datetime import date

from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse

from portal.rights import region_of
from portal.web.case_pages import _deputy
from portal.web.fields import Typed
from portal.web.guard import Form, Refused, Who, address_of, go, need, page, site_of
from portal.web.languages import say
from states.roles import Role
from storage.accounts import AccountRefused, Visitor
from storage.rolls import Roll, list_people
from storage.statements import reading

routes = APIRouter()
MOST = 5_000
"""Assistants that the form proposes."""


@routes.get("/mandates")
def mandates(request: Request, visitor: Who) -> HTMLResponse:
    need(visitor, "mandates")
    return _page(request, visitor)


@routes.post("/mandates")
def give(request: Request, form: Form) -> Response:
    """Note a mandate, or let one end with today."""
    site, visitor = site_of(request), form.visitor
    need(visitor, "mandates")
    proxy = form.text("proxy")
    try:
        deputy = _deputy(site, form.text("deputy"), region_of(visitor))
        since = _day(form.text("since")) or site.today()
        until = site.today() if form.text("do") == "end" else _day(form.text("until"))
        _own_region(request, visitor, (proxy, deputy))
        site.accounts.mandate(proxy, deputy, min(since, until or since), until, visitor.account)
    except Typed as fault:
        return _page(request, visitor, str(fault), 422)
    except AccountRefused:
        words = "没有记下：助理要在人员表里是“代表助理”，代表要是“代表”，到期那天不能早于开始那天"
        return _page(request, visitor, words, 409)
    site.accounts.note(
        site.real_now(), visitor.account, visitor.role or visitor.duty, f"mandate {proxy} {deputy}"[:200],
        address=address_of(request),
    )  # fmt: skip
    return go("/mandates")


def _own_region(request: Request, visitor: Visitor, people: tuple[str, ...]) -> None:
    """Refuse whoever keeps the mandates of one region to touch another's."""
    if not visitor.region:
        return
    register = site_of(request).register
    with reading(register.engine) as cursor:
        sql = register.layout.sql
        rows = cursor.rows(f"SELECT region FROM people WHERE id {sql.any}", [sql.many(people)])
    if any(region != visitor.region for (region,) in rows):
        raise Refused(403, "只能记本区划的代表和助理")


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise Typed(say("“%(text)s”不是日期，请按 2026-03-05 的样子填", text=text)) from None


def _page(request: Request, visitor: Visitor, words: str = "", status: int = 200) -> HTMLResponse:
    site = site_of(request)
    roll = Roll(region=region_of(visitor), role=Role.PROXY.value)
    proxies = {row["id"]: row["name"] for row in list_people(site.register, roll, "", "", MOST)}
    return page(
        request, "mandates.html", visitor, status, rows=site.accounts.mandates_listed(visitor.region),
        proxies=proxies, words=words,
    )  # fmt: skip
