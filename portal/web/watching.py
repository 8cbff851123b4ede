"""What is late and what was found: wall, inbox, findings, seals, the access log, the engine's state."""

from collections import defaultdict
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse

from flows.status import status as engine_status
from portal.rights import Judged, Reach, right_of, scope_of
from portal.web.guard import Form, Refused, Who, go, need, page, site_of
from portal.web.languages import say
from storage import StorageError
from storage.accounts import Visitor
from storage.findings import decide_finding, findings
from storage.messages import listed, read_all
from storage.sealing import verify
from storage.visible import late_limits, sees
from storage.waiting import proposals

routes = APIRouter()

WEEKS = ("1 周内", "2 周内", "4 周内", "8 周内", "8 周以上")
_UNTIL = (7, 14, 28, 56)
SEVERITY_NAMES = {"critical": "危急", "serious": "严重", "warning": "警告", "info": "提示"}
STANDING_NAMES = {"open": "待处理", "acknowledged": "已知悉", "waived": "已豁免", "gone": "已消失"}


@routes.get("/wall")
def wall(request: Request, visitor: Who, who: str = "", week: str = "") -> HTMLResponse:
    """What is late: who owes it × how many weeks, with the level of the ladder; one click to the items."""
    need(visitor, "wall")
    site = site_of(request)
    scope = scope_of(visitor)
    late = late_limits(site.register, scope, site.today()) if scope else []
    if visitor.unit and right_of(visitor).reach == Reach.UNIT:
        late = [row for row in late if row["owed_by"] == f"unit:{visitor.unit}"]
    table: dict[str, list[int]] = defaultdict(lambda: [0] * len(WEEKS))
    names: dict[str, str] = {}
    levels: dict[str, str] = {}
    for row in late:
        owner = row["owed_by"]
        names[owner] = row["unit_name"] or say({"office": "代表工委"}.get(owner.partition(":")[0], owner))
        row["week"] = _week((site.today() - row["last_day"]).days)
        row["lamp"] = site.lamp(row["last_day"])
        table[owner][row["week"]] += 1
        levels[owner] = max(levels.get(owner, ""), row["level"])
    order = sorted(table, key=lambda owner: (-sum(table[owner]), names[owner]))
    shown = [
        row for row in late if (not who or row["owed_by"] == who) and (not week or str(row["week"]) == week)
    ]
    waiting = []
    if right_of(visitor).judged != Judged.BY_RULEBOOK and scope is not None:
        waiting = [one for one in proposals(site.register) if sees(site.register, scope, one.case_id)]
    return page(
        request, "wall.html", visitor, weeks=WEEKS, order=order, table=table, names=names, levels=levels,
        rows=shown[:200], count=len(shown), total=len(late), proposals=waiting[:100], who=who, week=week,
    )  # fmt: skip


@routes.get("/inbox")
def inbox(request: Request, visitor: Who) -> HTMLResponse:
    need(visitor, "inbox")
    found = []
    for who in _recipients(visitor):
        found += [
            one for one in listed(site_of(request).register, recipient=who) if one["channel"] == "inbox"
        ]
    found.sort(key=lambda one: one["created_at"], reverse=True)
    return page(request, "inbox.html", visitor, messages=found[:200])


@routes.post("/inbox/read")
def read_inbox(request: Request, form: Form) -> Response:
    """Mark every message as read."""
    site = site_of(request)
    need(form.visitor, "inbox")
    for who in _recipients(form.visitor):
        read_all(site.register, who, site.now())
    return go("/inbox")


@routes.get("/findings")
def findings_page(request: Request, visitor: Who, words: str = "") -> HTMLResponse:
    need(visitor, "findings")
    site, scope = site_of(request), scope_of(visitor)
    found = [
        row for row in findings(site.register)
        if not row["case_id"] or (scope is not None and sees(site.register, scope, row["case_id"]))
    ]  # fmt: skip
    return page(
        request, "findings.html", visitor, findings=found, severities=SEVERITY_NAMES, standings=STANDING_NAMES,
        words=words,
    )  # fmt: skip


@routes.post("/findings")
def decide(request: Request, form: Form) -> Response:
    """Acknowledge or waive a finding, with a reason."""
    site, visitor = site_of(request), form.visitor
    need(visitor, "findings")
    key = (form.text("code"), form.text("case_id"), form.text("subject_id"))
    scope = scope_of(visitor)
    if key[1] and (scope is None or not sees(site.register, scope, key[1])):
        raise Refused(404, "没有这条，或者不在您能看到的范围内")
    try:
        decide_finding(
            site.register, key, form.text("standing"), visitor.person, form.text("reason"), site.today()
        )
    except StorageError as error:
        return findings_page(request, visitor, say("没有记下：请写理由（%(why)s）", why=error))
    return go("/findings")


@routes.get("/seals")
def seals(request: Request, visitor: Who) -> HTMLResponse:
    need(visitor, "seals")
    site = site_of(request)
    job = site.jobs.get("seals")
    seconds = (site.real_now() - job.started_at).seconds if job else 0
    return page(request, "seals.html", visitor, job=job, seconds=seconds)


@routes.post("/seals")
def check_seals(request: Request, form: Form) -> Response:
    """Walk every chain and seal now: a short walk is waited for, a long one is looked at from the page."""
    need(form.visitor, "seals")
    site = site_of(request)
    job = site.jobs.start("seals", lambda: verify(site.register), site.real_now())
    job.ended.wait(1)
    return go("/seals")


@routes.get("/access")
def access(request: Request, visitor: Who, account: str = "", case: str = "") -> HTMLResponse:
    need(visitor, "access")
    found = site_of(request).accounts.noted(account, case)
    return page(request, "access.html", visitor, entries=found, account=account, case=case)


@routes.get("/status")
def status(request: Request, visitor: Who) -> HTMLResponse:
    need(visitor, "status")
    site = site_of(request)
    found: dict[str, Any] = engine_status(site.register, site.now())
    return page(request, "status.html", visitor, found=found)


def _recipients(visitor: Visitor) -> list[str]:
    """Whose inboxes are the visitor's: his own, and his unit's."""
    found = [f"person:{visitor.person}"] if visitor.person else []
    return [*found, f"unit:{visitor.unit}"] if visitor.unit else found


def _week(days: int) -> int:
    return next((number for number, until in enumerate(_UNTIL) if days <= until), len(_UNTIL))
