"""The meeting at which a session's suggestions are assigned (交办会), its list, and what waits for the office."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any
from uuid import uuid4

from fastapi import Request, Response
from fastapi.responses import HTMLResponse

from portal.door.doors import router
from portal.door.guard import Form, Posted, Who, need, site_of
from portal.visitor.columns import on_page
from portal.visitor.errors import DoorRefused
from portal.visitor.filled import Typed
from portal.visitor.languages import say
from portal.visitor.list_columns import ASSIGNED
from portal.visitor.refusals import sentence
from portal.visitor.rights import Judged, right_of, scope_of
from portal.visitor.rows_shown import carried, was_shown
from portal.visitor.site import Site
from portal.web.rendering import Page, page
from portal.web.sheets import sheet
from portal.web.typed import action_key
from rulebooks import ZONE
from states import Action
from states.reasons import Label, Refused
from states.vocabulary import PartRole, S, Track
from storage.accounts import Visitor
from storage.desk import Assigned, assigned_on, days_assigned, pending
from storage.lists import Listed, Wanted, list_cases
from storage.looking_up import dossiers_of
from storage.visible import names_of
from storage.who_stands import unit_names

routes = router()
MOST_ASSIGNED = 1_000

WHAT_NAMES = {
    "return": "申请退办", "extension": "申请延期", "study": "重办研判", "mediation": "再次不满意的处置",
    "coordination": "提请协调", "denial": "代表否认的沟通", "consult": "提前沟通",
}  # fmt: skip
DECISIONS = {
    "return": (("grant_return", "同意退回"), ("refuse_return", "不同意退回")),
    "extension": (("grant_extension", "批准延期"), ("refuse_extension", "不批准延期")),
    "study": (("order_rehandle", "责成重新办理"), ("decline_rehandle", "不予重新办理")),
    "mediation": (("decide_mediation", "处置决定"),),
    "coordination": (("settle_coordination", "协调一致"),),
    "denial": (),
    "consult": (("answer_consult", "答复沟通"),),
}


@dataclass(frozen=True)
class MeetingPage(Page):
    """`refused`: number and reason of each that was not assigned; `days`: days of assignment, with how many."""

    template = "meeting.html"
    rows: Sequence[Mapping[str, Any]]
    key: str
    refused: Sequence[tuple[str, str]]
    count: int
    words: str
    tracks: Mapping[str, str]
    days: Sequence[tuple[date, int]]
    done_on: date | None
    shown: str
    on: date | str
    reply_on: str


@routes.get("/desk")
def desk(request: Request, visitor: Who) -> HTMLResponse:
    """What waits for the office's decision, with the reasons given and the days left."""
    need(visitor, "desk")
    site, scope = site_of(request), scope_of(visitor)
    judges = right_of(visitor).judged == Judged.ALL
    pending_items = pending(site.register, scope, judges) if scope else []
    people = names_of(site.register, [who for item in pending_items for who, _ in item.reasons])
    if not right_of(visitor).names:  # whoever speaks behind an identity-protected suggestion stays unnamed
        speakers = [who for item in pending_items if item.what in ("denial", "consult") for who, _ in item.reasons]
        people = {**people, **dict.fromkeys(speakers, say("代表"))}
    groups = {
        what: [
            {
                "one": item,
                "lamp": site.lamp(item.last_day) if item.last_day else None,
                "reasons": [(people.get(who, who), text) for who, text in item.reasons],
            }
            for item in pending_items
            if item.what == what
        ]
        for what in WHAT_NAMES
        if judges or what not in ("study", "mediation")
    }
    return page(request, "desk.html", visitor, groups=groups, names=WHAT_NAMES, decisions=DECISIONS)


@routes.get("/meeting")
def meeting(request: Request, visitor: Who) -> HTMLResponse:
    need(visitor, "meeting")
    return _meeting(request, visitor)


@routes.post("/meeting")
def assign_all(request: Request, form: Form) -> Response:
    """Assign the ticked suggestions to the proposed units, in one transaction; refused ones come with the reason."""
    site, visitor = site_of(request), form.visitor
    need(visitor, "meeting")
    ticked = list(dict.fromkeys(form.fields.get("case", ())))
    seen = {row.case["id"]: row.case["title"] or row.case["id"] for row in _waiting(site, visitor)}
    strange = [case_id for case_id in ticked if case_id not in seen]
    if strange:
        raise DoorRefused(409, Refused("moved_on", count=len(strange)))
    try:
        on = _day(form.text("on")) or site.today()
        reply_on = _day(form.text("reply_on"))
    except Typed as fault:
        return _meeting(request, visitor, form, sentence(fault.refused), status=422)
    if on > site.today():
        return _meeting(request, visitor, form, say("交办日 %(day)s 还没有到", day=on), status=422)
    rows = {row["id"]: row["units"] for row in _proposed(site, _waiting(site, visitor))}
    changed = [case_id for case_id in ticked if not was_shown(form.text("shown"), case_id, rows.get(case_id))]
    if changed:
        sentences = "；".join(
            say("%(who)s：%(what)s", who=seen[case_id], what=rows.get(case_id, "–")) for case_id in changed
        )
        words = say("您打开这一页以后，拟定的承办单位变了，一件也没有交办。现在是：%(what)s", what=sentences)
        return _meeting(request, visitor, form, words, status=409)
    at = None if on == site.today() else datetime.combine(on, time(12), ZONE)
    key = action_key(form.text("key"))
    actions = []
    for case in ticked:
        data: dict[str, object] = {"track": form.text(f"track-{case}") or Track.NORMAL.value}
        if reply_on:
            data["reply_on"] = reply_on.isoformat()
        actions.append(
            Action(case, "assign", visitor.person, visitor.role, data, at=at, key=f"{key}/{case}")
        )
    outcomes = site.register.apply(actions, site.now())
    refused = [(seen[outcome.action.case], sentence(outcome.refused, seen)) for outcome in outcomes if not outcome.done]
    return _meeting(request, visitor, None, "", refused, len(outcomes) - len(refused), on)


@routes.get("/meeting/list")
def assigned_list(request: Request, visitor: Who, on: str = "") -> HTMLResponse:
    """The list that goes to the units (交办清单), one table a unit, to be printed."""
    need(visitor, "meeting")
    day, parts = _list(request, visitor, on)
    units: dict[str, list[Assigned]] = {}
    for part in parts:
        units.setdefault(part.unit, []).append(part)
    return page(
        request, "assigned.html", visitor, on=day, units=units, count=len({other.case_id for other in parts}),
        columns=on_page(ASSIGNED),
    )  # fmt: skip


@routes.get("/meeting/list.xlsx")
def assigned_sheet(request: Request, visitor: Who, on: str = "") -> Response:
    need(visitor, "meeting")
    day, parts = _list(request, visitor, on)
    return sheet(f"assigned-{day}", f"交办清单 {day}", ASSIGNED, parts)


# -- inside ------------------------------------------------------------------------------------------------------


def _waiting(site: Site, visitor: Visitor) -> list[Listed]:
    scope = scope_of(visitor)
    return list_cases(site.register, scope, Wanted(states=(S.ASSIGNING,)), MOST_ASSIGNED) if scope else []


def _meeting(
    request: Request, visitor: Visitor, form: Posted | None = None, words: str = "",
    refused: list[tuple[str, str]] | None = None, count: int = 0, on: date | None = None, status: int = 200,
) -> HTMLResponse:  # fmt: skip
    site, scope = site_of(request), scope_of(visitor)
    rows = _proposed(site, _waiting(site, visitor))
    typed: Mapping[str, Sequence[str]] = form.fields if form else {}
    ticked = set(typed.get("case", ())) if form else {row["id"] for row in rows}
    for row in rows:
        row["ticked"] = row["id"] in ticked
        row["track"] = next(iter(typed.get(f"track-{row['id']}", ())), row["track"])
    return page(request, MeetingPage(
        rows=rows, key=uuid4().hex, refused=refused or [], count=count,
        words=words, tracks=Track.names(), days=days_assigned(site.register, scope) if scope else [], done_on=on,
        shown=carried({row["id"]: row["units"] for row in rows}),
        on=form.text("on") if form else site.today(), reply_on=form.text("reply_on") if form else "",
    ), visitor, status)  # fmt: skip


def _proposed(site: Site, listed: list[Listed]) -> list[dict[str, Any]]:
    """The suggestions that wait for the meeting, with the units proposed for each and why."""
    names = unit_names(site.register)
    dossiers = dossiers_of(site.register, [stored.case["id"] for stored in listed])
    rows = []
    for listed_case in listed:
        case = dossiers[listed_case.case["id"]].case
        units = say("、").join(names.get(unit["unit"], unit["unit"]) + _as(unit) for unit in case.proposed)
        row = {"id": case.id, "number": case.number, "title": case.title, "units": units, "track": case.track}
        rows.append(row)
    return sorted(rows, key=lambda row: (row["number"], row["id"]))


def _as(unit: Mapping[str, str]) -> str:
    """The role and the part of a unit."""
    role, part = say(PartRole.name_of(unit.get("role", ""))), unit.get("part")
    return say("（%(what)s）", what=say("%(who)s：%(what)s", who=role, what=part) if part else role)


def _list(request: Request, visitor: Visitor, on: str) -> tuple[date, list[Assigned]]:
    site, scope = site_of(request), scope_of(visitor)
    try:
        day = _day(on)
    except Typed as fault:
        raise DoorRefused(404, fault.refused) from None
    if day is None and scope:
        day = next((day for day, _ in days_assigned(site.register, scope, 1)), None)
    day = day or site.today()
    return day, assigned_on(site.register, scope, day) if scope else []


def _day(text: str) -> date | None:
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Typed(Refused("no_day", text=Label(text))) from None
