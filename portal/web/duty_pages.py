"""The three administrators: one requests an act on an account, another person with another duty confirms it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from fastapi import Request, Response
from fastapi.responses import HTMLResponse

from portal.door.doors import router
from portal.door.guard import Form, Who, address_of, need, site_of
from portal.visitor.languages import say
from portal.visitor.refusals import sentence
from portal.visitor.site import LINK_LASTS
from portal.web.rendering import Page, page
from states.vocabulary import AccountAct, Duty
from storage.accounts import Visitor
from storage.duties import DutyRequest
from storage.errors import AccountRefused

routes = router()


@dataclass(frozen=True)
class DutiesPage(Page):
    """`alone`: duties that one account holds; `issued`: the account whose `link` is shown."""

    template = "duties.html"
    words: str
    link: str
    code: str
    duties: Mapping[str, str]
    acts: Mapping[str, str]
    asked: Sequence[DutyRequest]
    alone: Sequence[str]
    alone_names: str
    days: int
    accounts: Sequence[Mapping[str, object]]
    issued: Mapping[str, object] | None


@routes.get("/duties")
def duties(request: Request, visitor: Who) -> HTMLResponse:
    need(visitor, "duties")
    return _page(request, visitor)


@routes.post("/duties")
def change(request: Request, form: Form) -> Response:
    """Request an act, or confirm or refuse another's request."""
    site, visitor = site_of(request), form.visitor
    need(visitor, "duties")
    do, now, link, code, words, issued = form.text("do"), site.real_now(), "", "", "", ""
    try:
        if do in AccountAct.values():
            account = form.text("account")
            code = site.duties.ask(do, account, visitor.account, now, form.text("duty"), form.text("holder"))
            act = say(AccountAct.name_of(do))
            words = say("已申请：%(what)s %(account)s，等另一位管理员确认", what=act, account=account)
        elif do == "confirm":
            request_, token = site.duties.confirm(form.text("id"), visitor.account, now, LINK_LASTS)
            act = say(AccountAct.name_of(request_.what))
            words = say("已办：%(what)s %(account)s", what=act, account=request_.account)
            issued = request_.account
            link = f"{request.url.scheme}://{request.headers.get('host', '')}/link/{token}" if token else ""
        elif do == "refuse":
            site.duties.refuse(form.text("id"), visitor.account, now)
            words = say("没有同意，账号没有变")
    except AccountRefused as error:
        return _page(request, visitor, say("没有办成：%(why)s", why=sentence(error.refused)), status=409)
    noted = f"duty-{do} {form.text('account') or form.text('id')}"
    site.accounts.note(now, visitor.account, visitor.duty, noted[:200], address=address_of(request))
    return _page(request, visitor, words, link, code, issued=issued)


def _page(
    request: Request, visitor: Visitor, words: str = "", link: str = "", code: str = "", status: int = 200,
    issued: str = "",
) -> HTMLResponse:  # fmt: skip
    """`issued` is the account of the link: who gets in by it is shown with it."""
    site = site_of(request)
    accounts = [row for row in site.accounts.listed() if row["duty"]]
    return page(request, DutiesPage(
        words=words, link=link, code=code, duties=Duty.names(), acts=AccountAct.names(),
        asked=site.duties.waiting(site.real_now()), alone=(alone := site.duties.alone()),
        alone_names=say("、").join(say(Duty(duty).zh) for duty in alone), days=LINK_LASTS.days,
        accounts=accounts, issued=next((row for row in accounts if row["name"] == issued), None),
    ), visitor, status)  # fmt: skip
