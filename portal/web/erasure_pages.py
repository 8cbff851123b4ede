"""Erasing personal data: one person of the office asks, another one confirms."""

from collections.abc import Sequence
from dataclasses import dataclass

from fastapi import Request
from fastapi.responses import HTMLResponse
from loguru import logger

from portal.door.doors import router
from portal.door.guard import Form, Posted, Who, need, seen_case, site_of
from portal.visitor.languages import say
from portal.visitor.refusals import sentence
from portal.visitor.rights import scope_of
from portal.web.rendering import Page, page
from states.reasons import Given, Refused, labels
from states.vocabulary import ErasureGround
from storage.accounts import Visitor
from storage.erased import STANDING
from storage.erasing import Erasure, Wish, ask_erasure, confirm_erasure, erasures, refuse_erasure
from storage.errors import RefusedByRule
from storage.visible import seen_of

routes = router()

DOES = ("ask", "confirm", "refuse")
CASE_ID = 300
"""Most characters of a case's id that the form repeats."""


@dataclass(frozen=True)
class ErasureLine:
    """An erasure as the page shows it: `struck` rows, where words stay, and whether the visitor asked for it."""

    erasure: Erasure
    title: str
    ground: str
    struck: int
    stays: str
    own: bool


@dataclass(frozen=True)
class ErasuresPage(Page):
    """`case_id`, `typed` and `files`: what the form begins with."""

    template = "erasures.html"
    words: str
    case_id: str
    typed: str
    files: str
    grounds: dict[str, str]
    waiting: Sequence[ErasureLine]
    decided: Sequence[ErasureLine]


@routes.get("/erasures")
def show_erasures(request: Request, visitor: Who, case: str = "") -> HTMLResponse:
    """`case`: the case for which the form is meant."""
    need(visitor, "erasures")
    return _page(request, visitor, case_id=case[:CASE_ID])


@routes.post("/erasures")
def change_erasures(request: Request, form: Form) -> HTMLResponse:
    """Ask for an erasure, or decide about one that waits."""
    need(form.visitor, "erasures")
    try:
        if form.text("do") not in DOES:
            raise RefusedByRule(Refused("argument_unknown", given=Given(form.text("do")), known=labels(DOES)))
        words = _ask(request, form) if form.text("do") == "ask" else _decide(request, form)
    except RefusedByRule as error:
        return _page(
            request, form.visitor, say("没有办成：%(why)s", why=sentence(error.refused)), form.text("case")[:CASE_ID],
            form.text("words"), form.text("files"), 409,
        )  # fmt: skip
    return _page(request, form.visitor, words)


def _ask(request: Request, form: Posted) -> str:
    site, case_id, ground = site_of(request), form.text("case"), form.text("ground") or ErasureGround.REQUEST.value
    seen_case(request, form.visitor, case_id, "erase-ask")
    if ground not in ErasureGround.values():
        raise RefusedByRule(Refused("argument_unknown", given=Given(ground), known=labels(ErasureGround.names())))
    wish = Wish(
        case_id, form.text("words").splitlines(), form.text("files").split(), ErasureGround(ground), form.text("reason")
    )
    ask_erasure(site.register, wish, form.visitor.account, site.real_now())
    return say("已申请，等另一个人确认")


def _decide(request: Request, form: Posted) -> str:
    """Seen first, and entered: who may not see the case decides nothing about it."""
    site, by, now = site_of(request), form.visitor.account, site_of(request).real_now()
    erasure = next((erasure for erasure in erasures(site.register) if erasure.id == form.text("id")), None)
    if erasure is None:
        raise RefusedByRule(Refused("erasure_over"))
    if form.text("do") != "confirm":
        seen_case(request, form.visitor, erasure.case_id, "erase-refuse")
        refuse_erasure(site.register, erasure.id, by, now)
        return say("没有删除")
    seen_case(request, form.visitor, erasure.case_id, "erase-confirm")
    done = confirm_erasure(site.register, erasure.id, by, now)
    try:
        site.erasures.write()
    except OSError as error:  # the next start writes it
        logger.error("the list of erasures cannot be written: {}", error)
    return say("已删除，仍留有这些字的：%(where)s", where=_stays(done))


def _page(
    request: Request, visitor: Visitor, words: str = "", case_id: str = "", typed: str = "", files: str = "",
    status: int = 200,
) -> HTMLResponse:  # fmt: skip
    lines = _lines(request, visitor)
    return page(request, ErasuresPage(
        words=words, case_id=case_id, typed=typed, files=files, grounds=ErasureGround.names(),
        waiting=[line for line in lines if not line.erasure.outcome],
        decided=[line for line in lines if line.erasure.outcome],
    ), visitor, status)  # fmt: skip


def _lines(request: Request, visitor: Visitor) -> list[ErasureLine]:
    """The erasures at cases that the visitor sees."""
    register, scope = site_of(request).register, scope_of(visitor)
    listed = erasures(register)
    cases = seen_of(register, scope, [erasure.case_id for erasure in listed]) if scope else {}
    return [
        ErasureLine(
            erasure, cases[erasure.case_id][1], ErasureGround.name_of(erasure.ground), sum(erasure.rows.values()),
            _stays(erasure), erasure.by == visitor.account,
        )
        for erasure in listed
        if erasure.case_id in cases
    ]  # fmt: skip


def _stays(erasure: Erasure) -> str:
    counts = [
        say("%(name)s %(count)s 处", name=say(STANDING[kind][0]), count=count)
        for kind, count in erasure.standing.items()
    ]
    return say("、").join(counts) or say("没有")
