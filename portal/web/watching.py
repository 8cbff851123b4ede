"""Messages and checks: inbox, findings, reports, seals, the access log, the engine's state."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from fastapi import Request, Response
from fastapi.responses import HTMLResponse

from flows.status import status as engine_status
from portal.door.doors import router
from portal.door.guard import Form, Who, need, site_of
from portal.visitor.errors import DoorRefused
from portal.visitor.findings_seen import faults_seen, findings_seen
from portal.visitor.inbox import recipients_of
from portal.visitor.job_outcomes import outcome
from portal.visitor.languages import say
from portal.visitor.refusals import sentence
from portal.visitor.rights import reading_region, right_of, scope_of
from portal.visitor.rows_shown import carried, was_shown
from portal.visitor.sight import PROTECTED
from portal.visitor.site import Site
from portal.web.rendering import Page, go, page
from states.reasons import Label, Refused
from states.vocabulary import Duty, FindingCode, FindingStanding, JobName, Role, RunBy, Severity
from states.words import ACTION_NAMES
from storage.accounts import Visitor
from storage.auditing import audits
from storage.errors import RefusedByRule
from storage.findings import decide_finding
from storage.messages import cases_of, list_messages, read_all
from storage.sealing import Proof, verify
from storage.visible import seen_of
from storage.who_stands import is_above_all

routes = router()

ENTRIES = 200


@dataclass(frozen=True)
class JobLine:
    """The last run of a job, as the page of the engines shows it; `by` and `outcome` may be ''."""

    name: str
    started_at: datetime | None
    by: str
    outcome: str
    next_at: datetime | None


@dataclass(frozen=True)
class SealsPage(Page):
    """How the walk stands that was begun last; `elsewhere`: faults in cases that the visitor does not see."""

    template = "seals.html"
    running: bool
    failed: bool
    proof: Proof | None
    started_at: datetime | None
    seconds: int
    faults: Sequence[tuple[str, str]]
    elsewhere: int


@routes.get("/inbox")
def inbox(request: Request, visitor: Who) -> HTMLResponse:
    """The messages of the visitor and their unit, with links to the cases that they still see."""
    need(visitor, "inbox")
    site, scope = site_of(request), scope_of(visitor)
    messages = []
    for who in recipients_of(visitor):
        messages += [row for row in list_messages(site.register, recipient=who) if row["channel"] == "inbox"]
    messages.sort(key=lambda message: message["created_at"], reverse=True)
    messages = messages[:200]
    about = cases_of(site.register, [message["id"] for message in messages])
    seen = seen_of(site.register, scope, {case for cases in about.values() for case in cases}) if scope else {}
    for entry in messages:
        entry["cases"] = [(case, *seen[case]) for case in about.get(entry["id"], ()) if case in seen]
    return page(request, "inbox.html", visitor, messages=messages)


@routes.post("/inbox/read")
def read_inbox(request: Request, form: Form) -> Response:
    """Mark every message as read."""
    site = site_of(request)
    need(form.visitor, "inbox")
    for who in recipients_of(form.visitor):
        read_all(site.register, who, site.now())
    return go("/inbox")


@routes.get("/findings")
def of_findings(request: Request, visitor: Who) -> HTMLResponse:
    return findings_page(request, visitor)


def findings_page(request: Request, visitor: Visitor, words: str = "", status: int = 200) -> HTMLResponse:
    need(visitor, "findings")
    seen = seen_findings(site_of(request), visitor)
    return page(
        request, "findings.html", visitor, status,
        findings=[row | {"undecided": row["standing"] == FindingStanding.OPEN} for row in seen],
        severities=Severity.names(), standings=FindingStanding.names(), codes=FindingCode.names(), words=words,
    )  # fmt: skip


def seen_findings(site: Site, visitor: Visitor) -> list[dict[str, Any]]:
    """The findings that stand, of what the visitor sees, with their words in one language, old ones in both."""
    return [
        row | {name: sentence(value) for name, value in row["facts"].items()} | {"shown": carried({"": _decision(row)})}
        for _, row in findings_seen(site, visitor)
    ]


def _key(finding: dict[str, Any]) -> tuple[str, str, str]:
    return finding["code"], finding["case_id"], finding["subject_id"]


def _decision(finding: dict[str, Any]) -> list[Any]:
    """What was decided about a finding: that is what a second decision would overwrite."""
    return [finding[name] for name in ("standing", "decided_by", "decided_on", "reason")]


@routes.post("/findings")
def decide(request: Request, form: Form) -> Response:
    """Acknowledge or waive a finding, with a reason."""
    site, visitor = site_of(request), form.visitor
    need(visitor, "findings")
    key = (form.text("code"), form.text("case_id"), form.text("subject_id"))
    kept, row = next((finding for finding in findings_seen(site, visitor) if _key(finding[1]) == key), (None, {}))
    if kept is None:
        raise DoorRefused(404, Refused("no_such_entry"))
    if not was_shown(form.text("shown"), "", _decision(row)):
        words = say(
            "您打开这一页以后，%(who)s 已经处理了 %(code)s：%(reason)s。没有记下您写的：%(typed)s",
            who=row["decided_by"] or "–", code=row["code"], reason=row["reason"] or "–", typed=form.text("reason"),
        )  # fmt: skip
        return findings_page(request, visitor, words, 409)
    try:
        decide_finding(
            site.register, kept, form.text("standing"), visitor.person, form.text("reason"), site.today()
        )
    except RefusedByRule as error:
        return findings_page(request, visitor, say("没有记下：%(why)s", why=sentence(error.refused)))
    return go("/findings")


@routes.get("/seals")
def seals(request: Request, visitor: Who) -> HTMLResponse:
    need(visitor, "seals")
    site = site_of(request)
    job = site.jobs.get("seals")
    seconds = (site.real_now() - job.started_at).seconds if job else 0
    broken = job.found.faults if job and job.found else []
    faults = [(case_id, sentence(what)) for case_id, what in faults_seen(site, visitor, broken)]
    return page(request, SealsPage(
        running=job is not None and job.running, failed=job is not None and job.failed,
        proof=job.found if job else None, started_at=job.started_at if job else None, seconds=seconds,
        faults=faults, elsewhere=len(broken) - len(faults),
    ), visitor)  # fmt: skip


@routes.post("/seals")
def check_seals(request: Request, form: Form) -> Response:
    """Verify every chain and seal now: the page waits for a short run, and shows the progress of a long one."""
    need(form.visitor, "seals")
    site = site_of(request)
    job = site.jobs.start("seals", lambda: verify(site.register), site.real_now())
    job.ended.wait(1)
    return go("/seals")


def _capacity(role: str) -> str:
    """The role or the duty in which somebody acted, in the visitor's language."""
    return say(Duty(role).zh if role in Duty.values() else Role.name_of(role))


@routes.get("/access")
def access(
    request: Request, visitor: Who, account: str = "", case: str = "", refused: str = "", skip: int = 0
) -> HTMLResponse:
    """Who looked at what in the visitor's region, the newest first, a page at a time; a duty reads every region."""
    need(visitor, "access")
    skip = max(0, min(skip, 1_000_000))
    log = site_of(request).accounts
    names = right_of(visitor).names
    entries = log.noted(account, case, ENTRIES + 1, bool(refused), skip, reading_region(visitor), names)
    for entry in entries:
        if not names and entry["protected"]:
            entry |= {"account": say(PROTECTED), "address": ""}
        done = ACTION_NAMES.get(entry["what"], entry["what"])
        entry |= {"role": _capacity(entry["role"]), "what": say(done, "action")}
    return page(
        request, "access.html", visitor, entries=entries[:ENTRIES], account=account, case=case, refused=refused,
        skip=skip, most=ENTRIES, more=len(entries) > ENTRIES,
    )  # fmt: skip


@routes.get("/reports")
def reports(request: Request, visitor: Who, of: str = "") -> HTMLResponse:
    """The reports of past nights; `of` is the one shown, by default the newest."""
    need(visitor, "findings")
    site = site_of(request)
    all_reports = [row for row in audits(site.register, 200) if row["region"] in (visitor.region, "")]
    if not is_above_all(site.register, visitor.region):
        all_reports = [row for row in all_reports if row["region"]]  # a report on every region names the cases of all
    chosen = next((row for row in all_reports if not of or row["id"] == of), None)
    if of and chosen is None:
        raise DoorRefused(404, Refused("no_such_report", night=Label(of)))
    return page(request, "reports.html", visitor, reports=all_reports[:60], shown=chosen)


@routes.get("/status")
def status(request: Request, visitor: Who) -> HTMLResponse:
    need(visitor, "status")
    site = site_of(request)
    engine_state: dict[str, Any] = engine_status(site.register, site.now())
    lines = [
        JobLine(
            say(JobName.name_of(name)), job["started_at"], say(RunBy.name_of(job.get("by", ""))), outcome(job),
            job.get("next_at"),
        )
        for name, job in sorted(engine_state["jobs"].items())
    ]  # fmt: skip
    return page(request, "status.html", visitor, found=engine_state, jobs=lines)
