"""本地规则集: the rulebook of a region's new cases, set by its office."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date

from fastapi import Request, Response
from fastapi.responses import HTMLResponse

from portal.door.doors import router
from portal.door.guard import Form, Posted, Who, address_of, need, site_of
from portal.visitor.errors import DoorRefused
from portal.visitor.languages import say
from portal.visitor.refusals import sentence
from portal.visitor.rows_shown import carried, was_shown
from portal.web.rendering import Page, go, page
from rulebooks import RulebookError
from states.reasons import Label, Refused
from states.vocabulary import Subject
from storage.accounts import Visitor
from storage.errors import RefusedByRule
from storage.region_rules import HOUSE, RegionRule
from storage.rolls import region_names
from storage.rulebook_texts import no_text

routes = router()
KINDS = {kind.value: kind.zh for kind in (Subject.SUGGESTION, Subject.OPINION)}


@dataclass(frozen=True)
class RegionRulesPage(Page):
    """`now`: by kind, the rulebook in force and the rule that says so; `titles`: by machine, of each rulebook."""

    template = "region_rules.html"
    rows: Collection[RegionRule]
    shown: str
    places: Mapping[str, str]
    now: Mapping[str, tuple[str, RegionRule | None]]
    kinds: Mapping[str, str]
    titles: Mapping[str, Mapping[str, str]]
    words: str


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
        raise DoorRefused(403, Refused("rules_of_own_region"))
    stored = _changed(request, visitor, form)
    if stored:
        return _page(request, visitor, stored, 409)
    start, kind, name = _day(form.text("from_day")) or site.today(), form.text("kind"), form.text("rulebook")
    try:
        rule = RegionRule(region, kind, start, name, visitor.person, form.text("source"))
        site.register.set_region_rule(rule, site.now())
    except (RulebookError, RefusedByRule) as error:
        why = sentence(error.refused if isinstance(error, RefusedByRule) else no_text(error))
        return _page(request, visitor, say("没有记下：%(why)s", why=why), 422)
    site.accounts.note(
        site.real_now(), visitor.account, visitor.role, f"region-rules {region} {kind} {name}"[:200],
        address=address_of(request),
    )  # fmt: skip
    return go("/region-rules")


def _changed(request: Request, visitor: Visitor, form: Posted) -> str:
    """What is stored of this region, kind and day, in words, where the form was not made from it; else ''."""
    key = f"{form.text('region')} {form.text('kind')} {_day(form.text('from_day')) or site_of(request).today()}"
    row = _rows(request, visitor).get(key)
    if row is None or was_shown(form.text("shown"), key, row):
        return ""
    return say(
        "您打开这一页以后，这一项已经记下：%(name)s，依据%(source)s，%(by)s。您填的是%(mine)s，依据%(why)s，要改就再提交一次",
        name=row.rulebook, source=row.source, by=row.by, mine=form.text("rulebook"), why=form.text("source"),
    )  # fmt: skip


def _rows(request: Request, visitor: Visitor) -> dict[str, RegionRule]:
    """What the page shows, by region, kind and day."""
    register = site_of(request).register
    places = region_names(register, visitor.region)
    rules = register.region_rules()
    return {f"{rule.region} {rule.kind} {rule.from_day}": rule for rule in rules if rule.region in places}


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise DoorRefused(422, Refused("no_day", text=Label(text))) from None


def _page(request: Request, visitor: Visitor, words: str = "", status: int = 200) -> HTMLResponse:
    site = site_of(request)
    places = region_names(site.register, visitor.region)
    today = site.today()
    holding = {kind: site.register.region_rule(visitor.region, kind, today) for kind in HOUSE}
    rows = _rows(request, visitor)
    now = {kind: (rule.rulebook if rule else HOUSE[kind], rule) for kind, rule in holding.items()}
    return page(request, RegionRulesPage(
        rows=rows.values(), shown=carried(rows), places=places,
        now=now, kinds=KINDS, titles=site.titles(), words=words,
    ), visitor, status)  # fmt: skip
