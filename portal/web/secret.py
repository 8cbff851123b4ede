"""Suggestions that concern state secrets: a list of numbers and days (只登记编号和日期)."""

from datetime import date

from fastapi import Request, Response
from fastapi.responses import HTMLResponse

from portal.door.doors import router
from portal.door.guard import Form, Posted, Who, need, site_of
from portal.visitor.columns import on_page
from portal.visitor.languages import say
from portal.visitor.list_columns import SECRET
from portal.visitor.refusals import sentence
from portal.web.rendering import go, page
from portal.web.sheets import sheet
from storage.accounts import Visitor
from storage.errors import RefusedByRule
from storage.secret_stubs import check_number, enter_stub, stubs

routes = router()


@routes.get("/secret")
def secret(request: Request, visitor: Who) -> HTMLResponse:
    need(visitor, "secret")
    return _page(request, visitor)


@routes.get("/secret.xlsx")
def secret_sheet(request: Request, visitor: Who) -> Response:
    need(visitor, "secret")
    return sheet("secret", "涉密件登记", SECRET, stubs(site_of(request).register, visitor.region))


@routes.post("/secret")
def enter(request: Request, form: Form) -> Response:
    """Record a number and a day; anything that could be content is refused and not repeated."""
    site, visitor = site_of(request), form.visitor
    need(visitor, "secret")
    number = form.text("number")
    try:
        check_number(number)
    except RefusedByRule as error:
        return _page(request, visitor, sentence(error.refused), None, 422)
    try:
        on = date.fromisoformat(form.text("received_on"))
    except ValueError:
        return _page(request, visitor, "请按 2026-03-05 的样子填收到的日期", form, 422)
    if on > site.today():
        return _page(request, visitor, say("收到的日期 %(day)s 还没有到", day=on), form, 422)
    try:
        enter_stub(site.register, visitor.region, number, on, visitor.person, site.now())
    except RefusedByRule as error:
        return _page(request, visitor, sentence(error.refused), form, 409)
    return go("/secret")


def _page(
    request: Request, visitor: Visitor, words: str = "", form: Posted | None = None, status: int = 200
) -> HTMLResponse:
    typed = {key: form.text(key) for key in ("number", "received_on")} if form else {}
    listed = stubs(site_of(request).register, visitor.region)
    return page(request, "secret.html", visitor, status, columns=on_page(SECRET), rows=listed, words=words, typed=typed)
