"""Pages as answers."""

from typing import Any

from fastapi import Request
from fastapi.responses import HTMLResponse, RedirectResponse

from portal.door.guard import LARGE_COOKIE, site_of
from portal.door.reads import LISTED, counted
from portal.visitor.inbox import recipients_of
from portal.visitor.rights import right_of
from storage.accounts import Visitor
from storage.messages import unread


def page(
    request: Request, template: str, visitor: Visitor | None, status: int = 200, **values: Any
) -> HTMLResponse:
    """A rendered page; the menu is that of the visitor."""
    site = site_of(request)
    pages = right_of(visitor).pages if visitor else frozenset()
    back = ""
    if request.method == "GET":  # a page that a form led to cannot be asked for again
        back = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    text = site.render(
        template, visitor=visitor, may=pages, path=request.url.path, back=back,
        unread=unread(site.register, recipients_of(visitor)) if visitor else 0,
        large=request.cookies.get(LARGE_COOKIE) == "yes", **values,
    )  # fmt: skip
    found = HTMLResponse(text, status)
    return counted(found, LISTED[template](values)) if template in LISTED else found


def go(path: str) -> RedirectResponse:
    """See the page after a form was taken, so that reloading does not send it again."""
    return RedirectResponse(path, 303)
