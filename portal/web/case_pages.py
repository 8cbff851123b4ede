"""The work itself: home, lists, a case, its actions, and writing a new suggestion."""

from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse

from portal.rights import right_of, scope_of, sees_names, shown_state
from portal.web.fields import FIELDS, ROLE_OPTIONS, Asked, Choices, Typed, asked, read
from portal.web.guard import Form, Refused, Who, go, need, page, seen_case, site_of
from portal.web.languages import say
from portal.web.offers import Offer, data_for, offers
from portal.web.refusals import told
from portal.web.site import Site
from portal.web.view import PROTECTED, view
from rulebooks import RulebookError
from states import Action, Dossier
from states.decide import LIFECYCLES
from states.roles import Role
from states.words import ACTION_NAMES
from storage.accounts import Visitor
from storage.statements import reading
from storage.visible import Listed, Wanted, count_cases, list_cases, named

routes = APIRouter()
PAGE = 50

GROUPS = {
    "doing": ("在办", Wanted(ended=False)),
    "done": ("已办", Wanted(ended=True)),
    "supervised": ("督办", Wanted(supervised=True)),
    "all": ("全部", Wanted()),
}
"""The lists of everybody; 逾期 is counted by the day and stands beside them."""


@dataclass
class Row:
    """A case in a list, as the visitor may see it."""

    id: str
    number: str
    title: str
    state: str
    lead: str
    units: str
    limit: str
    lamp: Any
    level: str


@routes.get("/")
def home(request: Request, visitor: Who) -> Response:
    pages = right_of(visitor).pages
    for name, path in (
        ("cases", "/cases"),
        ("accounts", "/accounts"),
        ("directory", "/directory"),
        ("access", "/access"),
    ):
        if name in pages:
            return go(path + (f"?{request.url.query}" if request.url.query else ""))
    raise Refused(403, "您的账号还没有页面，请找安全管理员")


@routes.get("/cases")
def cases(
    request: Request, visitor: Who, group: str = "doing", q: str = "", after: str = "", done: str = ""
) -> HTMLResponse:
    need(visitor, "cases")
    site = site_of(request)
    scope = scope_of(visitor)
    groups = _groups(site)
    if group not in groups:
        raise Refused(404, say("没有这个列表：%(name)s；有 %(all)s", name=group, all=say("、").join(groups)))
    rows: list[Listed] = []
    counts = dict.fromkeys(groups, 0)
    if scope is not None:
        wanted = _with(groups[group][1], q[:100], after)
        rows = list_cases(site.register, scope, wanted, PAGE + 1)
        counts = {name: count_cases(site.register, scope, one) for name, (_, one) in groups.items()}
    more = ""
    if len(rows) > PAGE:
        rows = rows[:PAGE]
        more = f"{rows[-1].case['number']}~{rows[-1].case['id']}"
    return page(
        request, "cases.html", visitor, rows=_rows(site, visitor, rows), groups=groups, group=group, counts=counts,
        q=q, more=more, done=say(ACTION_NAMES.get(done, ""), "action"),
    )  # fmt: skip


@routes.get("/case/{case_id:path}")
def case_page(request: Request, visitor: Who, case_id: str, done: str = "") -> HTMLResponse:
    site = site_of(request)
    dossier = seen_case(request, visitor, case_id, "case")
    found = [(offer, told(offer.refused)) for offer in offers(site, visitor, dossier)]
    links = _evaluators(site, visitor, dossier)
    return page(
        request, "case.html", visitor, case=view(site, visitor, dossier), offers=found,
        done=say(ACTION_NAMES.get(done, ""), "action"), evaluators=links,
    )  # fmt: skip


@routes.get("/act/{case_id:path}")
def act_page(request: Request, visitor: Who, case_id: str, do: str, on: str = "") -> HTMLResponse:
    dossier = seen_case(request, visitor, case_id, "act")
    return _form(request, visitor, dossier, _offer(request, visitor, dossier, do, on))


@routes.post("/act/{case_id:path}")
def act(request: Request, form: Form, case_id: str, do: str, on: str = "") -> Response:
    """Take an action; what is refused comes back with the reason and all that was typed."""
    site, visitor = site_of(request), form.visitor
    dossier = seen_case(request, visitor, case_id, do)
    offer = _offer(request, visitor, dossier, do, on)
    fields = _fields(site, visitor, dossier, do)
    try:
        data = read(fields, form.fields, lambda name: _deputy(site, name, dossier.case.region))
    except Typed as fault:
        return _form(request, visitor, dossier, offer, str(fault), form.fields, 422)
    if do == "evaluate":
        data["channel"] = "portal"
    action = Action(
        case_id,
        do,
        visitor.person,
        offer.role,
        data | data_for(offer, visitor, dossier),
        key=_key(form.text("key")),
    )
    (outcome,) = site.register.apply([action], site.now())
    if not outcome.done:
        return _form(request, visitor, dossier, offer, told(outcome.reason), form.fields, 409)
    return go(f"/case/{case_id}?done={do}")


@routes.get("/write")
def write_page(request: Request, visitor: Who) -> HTMLResponse:
    need(visitor, "write")
    return _write_form(request, visitor)


@routes.post("/write")
def write(request: Request, form: Form) -> Response:
    """Keep a new suggestion as a draft of the deputy, who goes on from its page."""
    site, visitor = site_of(request), form.visitor
    need(visitor, "write")
    region = visitor.region
    rulebook = form.text("rulebook")
    fields = [Asked(key, FIELDS[key], FIELDS[key].options or {}) for key in _WRITTEN]
    try:
        data = read(fields, form.fields, lambda name: _deputy(site, name, region))
    except Typed as fault:
        return _write_form(request, visitor, str(fault), form, 422)
    data |= {"region": region, "rulebook": rulebook}
    if visitor.role == Role.PROXY:
        data["on_behalf_of"] = form.text("on_behalf_of")
        if data["on_behalf_of"] not in visitor.deputies:
            return _write_form(request, visitor, say("请选为哪位代表起草"), form, 422)
    key = _key(form.text("key"))
    case_id = f"J{key.removeprefix('portal/')[:12]}"
    (outcome,) = site.register.apply(
        [Action(case_id, "draft", visitor.person, visitor.role, data, key=key)], site.now()
    )
    if not outcome.done:
        return _write_form(request, visitor, told(outcome.reason), form, 409)
    return go(f"/case/{case_id}?done=draft")


# -- inside ------------------------------------------------------------------------------------------------------

_WRITTEN = ("title", "facts", "proposal", "points", "secrecy")


def _key(text: str) -> str:
    """The key of the form, so that sending it twice acts once; anything else gets one of its own."""
    ours = len(text) == 32 and all(one in "0123456789abcdef" for one in text)
    return f"portal/{text if ours else uuid4().hex}"


def _groups(site: Site) -> dict[str, tuple[str, Wanted]]:
    late = {"late": ("逾期", Wanted(late_on=site.today()))}
    return {"doing": GROUPS["doing"], **late, **GROUPS}


def _with(wanted: Wanted, text: str, after: str) -> Wanted:
    return Wanted(wanted.states, wanted.ended, wanted.late_on, wanted.supervised, text, after)


def _rows(site: Site, visitor: Visitor, found: list[Listed]) -> list[Row]:
    names = named(site.register, [one.case["lead"] for one in found])
    rows = []
    for one in found:
        case, limit = one.case, one.next_limit
        open_ = sees_names(visitor, case, frozenset((case["lead"],)))
        state = shown_state(visitor, case["state"], _unit_sees(site, case["rulebook"]))
        rows.append(
            Row(
                case["id"], case["number"], case["title"], say(LIFECYCLES[case["machine"]].names[state], "state"),
                names.get(case["lead"], case["lead"]) if open_ else say(PROTECTED),
                say("、").join(part["name"] for part in one.parts), limit["key"] if limit else "",
                site.lamp(limit["last_day"]) if limit else None,
                max((row["level"] for row in one.limits), default=""),
            )
        )  # fmt: skip
    return rows


def _unit_sees(site: Site, rulebook: str) -> str:
    try:
        rules = site.register.library.get(rulebook).evaluation
    except RulebookError:
        return "never"
    return rules.unit_sees if rules else "after_decision"


def _offer(request: Request, visitor: Visitor, dossier: Dossier, do: str, on: str) -> Offer:
    for offer in offers(site_of(request), visitor, dossier):
        if (offer.action, offer.row) == (do, on):
            return offer
    name = say(ACTION_NAMES.get(do, do), "action")
    raise Refused(409, say("现在不能“%(name)s”：这一件已经往前走了，或者不是您的事", name=name))


def _fields(site: Site, visitor: Visitor, dossier: Dossier, do: str) -> list[Asked]:
    deputies = [row.deputy for row in dossier.parties.values()]
    names = dict(named(site.register, deputies))
    if not sees_names(visitor, dossier.case, frozenset(dossier.parties)):
        names = {one: say("代表%(n)d", n=number) for number, one in enumerate(deputies, start=1)}
    choices: Choices = site.choices(dossier.case.region, names)
    return asked(do, dossier, site.rulebook(dossier.case), choices)


def _form(
    request: Request, visitor: Visitor, dossier: Dossier, offer: Offer, words: str = "",
    typed: Any = None, status: int = 200,
) -> HTMLResponse:  # fmt: skip
    site = site_of(request)
    key = next(iter((typed or {}).get("key", ())), "") or uuid4().hex
    return page(
        request, "act.html", visitor, status, case=view(site, visitor, dossier), offer=offer,
        fields=_fields(site, visitor, dossier, offer.action), words=words or told(offer.refused),
        typed=typed or {}, key=key, roles=ROLE_OPTIONS,
    )  # fmt: skip


def _write_form(
    request: Request, visitor: Visitor, words: str = "", form: Form | None = None, status: int = 200
) -> HTMLResponse:
    site = site_of(request)
    fields = [
        Asked(key, FIELDS[key], FIELDS[key].options or {}, "1" if key == "points" else "") for key in _WRITTEN
    ]
    deputies = named(site.register, visitor.deputies)
    return page(
        request, "write.html", visitor, status, fields=fields, words=words, typed=form.fields if form else {},
        key=(form.text("key") if form else "") or uuid4().hex, rulebooks=_rulebooks(site, visitor.region),
        deputies=deputies, roles=ROLE_OPTIONS,
    )  # fmt: skip


def _rulebooks(site: Site, region: str) -> dict[str, str]:
    """The rulebooks by name, first the one under which the region's newest case was written."""
    sql = site.register.layout.sql
    with reading(site.register.engine) as cursor:
        rows = cursor.rows(
            f"SELECT rulebook FROM cases WHERE region = {sql.mark} AND machine = 'suggestion' "
            "ORDER BY opened_at DESC LIMIT 1",
            [region],
        )
    usual = rows[0][0] if rows else ""
    library = site.register.library
    names = sorted(library.names(), key=lambda name: (name != usual, name))
    return {name: library.get(name).title for name in names if name != "message-board"}


def _deputy(site: Site, name: str, region: str) -> str:
    """The id of a deputy by id or name; raises Typed when there is none or more than one."""
    sql = site.register.layout.sql
    with reading(site.register.engine) as cursor:
        rows = cursor.rows(
            f"SELECT id, name, delegation FROM people WHERE role = 'deputy' AND (id = {sql.mark} OR name = {sql.mark}) "
            "ORDER BY id",
            [name, name],
        )
    if not rows:
        raise Typed(say("名册里没有代表“%(name)s”，请核对姓名，或者写编号", name=name))
    if len(rows) > 1:
        which = say("、").join(id_ + say("（%(what)s）", what=delegation or "–") for id_, _, delegation in rows)
        raise Typed(say("叫“%(name)s”的代表不止一位，请写编号：%(which)s", name=name, which=which))
    return str(rows[0][0])


def _evaluators(site: Site, visitor: Visitor, dossier: Dossier) -> dict[str, str]:
    """The deputies to whom the registrar may give a link to evaluate: silent ones, while it is being evaluated."""
    if visitor.role != Role.REGISTRAR or dossier.case.state != "EVALUATING":
        return {}
    heard = {row.deputy for row in dossier.evaluations.values() if row.round == dossier.case.round}
    rules = site.rulebook(dossier.case).evaluation
    each = rules is not None and rules.joint == "each"
    silent = [
        row.deputy
        for row in dossier.parties.values()
        if row.dropped_on is None and row.confirmed_on and row.deputy not in heard and (each or row.lead)
    ]
    return dict(named(site.register, silent))
