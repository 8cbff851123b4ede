"""Pages as answers."""

from dataclasses import dataclass, fields
from inspect import getmembers
from typing import ClassVar

from fastapi import Request
from fastapi.responses import HTMLResponse, RedirectResponse

from portal.door.guard import LARGE_COOKIE, RAIL_COOKIE, site_of
from portal.door.reads import LISTED, with_row_count
from portal.visitor.inbox import recipients_of
from portal.visitor.rights import NOBODY, right_of
from portal.web.menu import Menu, menu_of
from storage.accounts import Visitor
from storage.messages import unread

LIVE = ("/cases", "/case/", "/wall", "/inbox")
"""What a page under these shows is watched while it is open, where its visitor is no administrator."""


@dataclass(frozen=True)
class Page:
    """What a template is given: the fields and properties of a subclass are all that its template names."""

    template: ClassVar[str]

    @classmethod
    def names(cls) -> list[str]:
        """What the template may name."""
        properties = getmembers(cls, lambda member: isinstance(member, property))
        return [*(field.name for field in fields(cls)), *(name for name, _ in properties)]

    def context(self) -> dict[str, object]:
        return {name: getattr(self, name) for name in self.names()}


@dataclass(frozen=True)
class Frame:
    """What every template may name beside its own values; `back` leads to the page shown, where it can be asked for.

    `office` is the name of the visitor's office, `unread` the number of messages that wait in the inbox, `rail` whether
    the menu at the side shows icons alone.
    """

    visitor: Visitor | None
    may: frozenset[str]
    path: str
    back: str
    office: str
    menu: Menu
    unread: int
    large: bool
    rail: bool
    live: bool


def page(
    request: Request, template: str | Page, visitor: Visitor | None, status: int = 200, **values: object
) -> HTMLResponse:
    """A rendered page; the menu is that of the visitor."""
    if isinstance(template, Page):
        values = template.context()
        template = template.template
    site = site_of(request)
    right = right_of(visitor) if visitor else NOBODY
    back = ""
    if request.method == "GET":  # a page that a form led to cannot be asked for again
        back = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    frame = Frame(
        visitor=visitor, may=right.pages, path=request.url.path, back=back,
        office=site.office(visitor.region if visitor else "", ask=visitor is not None or status < 500),
        menu=menu_of(right.pages, right.reach, request.url.path),
        unread=unread(site.register, recipients_of(visitor)) if visitor else 0,
        large=request.cookies.get(LARGE_COOKIE) == "yes", rail=request.cookies.get(RAIL_COOKIE) == "yes",
        live=bool(visitor and not visitor.duty and request.url.path.startswith(LIVE)),
    )  # fmt: skip
    answer = HTMLResponse(site.render(template, **vars(frame), **values), status)
    return with_row_count(answer, LISTED[template](values)) if template in LISTED else answer


def go(path: str) -> RedirectResponse:
    """See the page after a form was taken, so that reloading does not send it again."""
    return RedirectResponse(path, 303)
