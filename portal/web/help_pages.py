"""Help: a section for each page of the menu, and for each role a hand-out to print."""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from fastapi import Request
from fastapi.responses import HTMLResponse

from portal.door.doors import router
from portal.door.guard import Who
from portal.visitor.errors import DoorRefused
from portal.visitor.languages import LANGUAGE, say
from portal.visitor.rights import right_of
from portal.visitor.templates import FOLDER
from portal.web.menu import HOME, PAGES
from portal.web.rendering import Page, page
from states.reasons import Label, Refused, labels
from states.roles import Role
from states.vocabulary import Duty

routes = router()

ABOUT_ONESELF: Mapping[str, str] = {"sessions": "我的登录", "tokens": "令牌", "password": "口令"}
"""Pages of the person that stand in no menu, and that everybody may see."""
NAMES: Mapping[str, str] = {"home": HOME, "inbox": "收件箱", **PAGES, **ABOUT_ONESELF}
"""What the sections are called, in their order, by the page that each explains."""
ROLES: Mapping[str, str] = {**Role.all_names(), **Duty.all_names()}


@dataclass(frozen=True)
class PageExplained:
    """What is said of a page that the visitor may see."""

    page: str
    name: str
    text: str


@dataclass(frozen=True)
class HelpPage(Page):
    """`roles` are the hand-outs by role, `own` the visitor's."""

    template = "help.html"
    sections: Sequence[PageExplained]
    roles: Mapping[str, str]
    own: str


@dataclass(frozen=True)
class HandoutPage(Page):
    """What a role usually does, step by step, and its pages."""

    template = "handout.html"
    role: str
    steps: Sequence[str]


@cache
def texts() -> Mapping[str, Any]:
    """What stands in the file, by `pages` and `roles`."""
    with (FOLDER / "help.toml").open("rb") as file:
        return tomllib.load(file)


@routes.get("/help")
def explained(request: Request, visitor: Who) -> HTMLResponse:
    """A section for each page that the visitor may see."""
    may = {*right_of(visitor).pages, *ABOUT_ONESELF}
    may |= {"home"} if "cases" in may else set()
    language, about = LANGUAGE.get(), texts()["pages"]
    sections = [PageExplained(name, say(title), about[name][language]) for name, title in NAMES.items() if name in may]
    roles = {role: say(ROLES[role]) for role in texts()["roles"]}
    return page(request, HelpPage(sections=sections, roles=roles, own=visitor.role or visitor.duty), visitor)


@routes.get("/help/{role}")
def handout(request: Request, visitor: Who, role: str) -> HTMLResponse:
    """The hand-out of a role, for everybody: an office prints those of all."""
    if role not in texts()["roles"]:
        raise DoorRefused(404, Refused("no_such_list", name=Label(role[:40]), known=labels(texts()["roles"])))
    return page(request, HandoutPage(role=say(ROLES[role]), steps=texts()["roles"][role][LANGUAGE.get()]), visitor)
