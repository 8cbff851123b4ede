"""本地规则集: which rulebook a region's new cases come under; the office sets it, nobody else is asked."""

from datetime import date

from fastapi import Request, Response
from fastapi.responses import HTMLResponse

from portal.web.doors import router
from portal.web.guard import Form, Refused, Who, address_of, go, need, page, site_of
from portal.web.languages import say
from rulebooks import RulebookError
from storage.accounts import Visitor
from storage.region_rules import HOUSE, RegionRule, rule_for, rules_of
from storage.rolls import region_names
from storage.statements import reading

routes = router()
KINDS = {"suggestion": "建议", "opinion": "群众意见"}


@routes.get("/region-rules")
def region_rules(request: Request, visitor: Who) -> HTMLResponse:
    need(visitor, "region-rules")
    return _page(request, visitor)


@routes.post("/region-rules")
def set_region_rule(request: Request, form: Form) -> Response:
    """Set what a region uses from a day on, or confirm what was taken over; open cases keep theirs."""
    site, visitor = site_of(request), form.visitor
    need(visitor, "region-rules")
    region = form.text("region")
    if region not in region_names(site.register, visitor.region):
        raise Refused(403, "只能定本区划和下级区划用的规则集")
    start, kind, name = _day(form.text("from_day")) or site.today(), form.text("kind"), form.text("rulebook")
    try:
        rule = RegionRule(region, kind, start, name, visitor.person, form.text("source"))
        site.register.set_region_rule(rule, site.now())
    except RulebookError:
        return _page(request, visitor, "没有记下：请选规则集，并写明依据（如哪次主任会议、哪个办法）", 422)
    site.accounts.note(
        site.real_now(), visitor.account, visitor.role, f"region-rules {region} {kind} {name}"[:200],
        address=address_of(request),
    )  # fmt: skip
    return go("/region-rules")


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise Refused(422, say("“%(text)s”不是日期，请按 2026-03-05 的样子填", text=text)) from None


def _page(request: Request, visitor: Visitor, words: str = "", status: int = 200) -> HTMLResponse:
    site = site_of(request)
    places = region_names(site.register, visitor.region)
    sql, today = site.register.layout.sql, site.today()
    with reading(site.register.engine) as cursor:
        told = [one for one in rules_of(cursor, sql) if one.region in places]
        holding = {kind: rule_for(cursor, sql, visitor.region, kind, today) for kind in HOUSE}
    now = {kind: (rule.rulebook if rule else HOUSE[kind], rule) for kind, rule in holding.items()}
    return page(
        request, "region_rules.html", visitor, status, rows=told, places=places, now=now, kinds=KINDS,
        titles=site.titles(), words=words,
    )  # fmt: skip
