"""Signing in and out, one-time links, passwords."""

from typing import Annotated

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError
from fastapi import Depends, Request, Response
from fastapi.responses import HTMLResponse

from portal.web.doors import router
from portal.web.guard import (
    COOKIE,
    Form,
    Refused,
    Who,
    address_of,
    check_origin,
    count_try,
    form_of,
    go,
    keep_session,
    page,
    site_of,
)
from portal.web.languages import say
from portal.web.look import inside
from storage.accounts import DUTIES, AccountRefused, Link

routes = router()
HASHER = PasswordHasher()
SHORTEST = 10
WRONG = "账号或者口令不对；连续错五次锁定一刻钟"
_NOBODY = HASHER.hash("nobody has this password")
"""Compared with when there is no such account, so that the answer takes as long."""


async def _open_form(request: Request) -> dict[str, str]:
    """A form of somebody who is not signed in."""
    check_origin(request)
    fields, _ = await form_of(request)
    return {key: values[0] for key, values in fields.items()}


OpenForm = Annotated[dict[str, str], Depends(_open_form)]


@routes.get("/sign-in")
def sign_in_page(request: Request, next: str = "") -> HTMLResponse:
    return page(request, "sign_in.html", None, next=next, words="", account="")


@routes.post("/sign-in")
def sign_in(request: Request, form: OpenForm) -> Response:
    site = site_of(request)
    address = address_of(request)
    count_try(request, "sign-in")
    name, password = form.get("account", "").strip(), form.get("password", "")
    now = site.real_now()
    kept = site.accounts.password_of(name, now)
    if not _matches(kept or _NOBODY, password) or kept is None:
        if kept is not None:
            site.accounts.failed(name, now)
        site.accounts.note(now, name, "", "sign-in", address=address, refused=True)
        return page(request, "sign_in.html", None, 403, next=form.get("next", ""), words=say(WRONG), account=name)
    if HASHER.check_needs_rehash(kept):
        site.accounts.set_password(name, HASHER.hash(password))
    response = go(inside(form.get("next", "")))
    keep_session(response, site, site.accounts.sign_in(name, now))
    site.accounts.note(now, name, "", "sign-in", address=address)
    return response


@routes.post("/sign-out")
def sign_out(request: Request, form: Form) -> Response:
    site = site_of(request)
    site.accounts.sign_out(request.cookies.get(COOKIE, ""), site.real_now())
    response = go("/sign-in")
    response.delete_cookie(COOKIE, path="/")
    return response


@routes.get("/link/{token}")
def link_page(request: Request, token: str) -> HTMLResponse:
    """Opening the link uses nothing up: programs that read mail open links, too."""
    return _link_page(request, _entering(request, token), token)


@routes.post("/link/{token}")
def use_link(request: Request, token: str, form: OpenForm) -> Response:
    site = site_of(request)
    link = _entering(request, token)
    now, account = site.real_now(), link.account
    if link.purpose == "first":
        account = form.get("account", "").strip()
    if link.purpose != "demo":
        words = _unfit(form.get("password", ""), form.get("again", ""), account)
        if words:
            return _link_page(request, link, token, words, account)
    try:
        if link.purpose == "first":
            site.accounts.begin(token, account, HASHER.hash(form["password"]), now)
        elif not site.accounts.use(token, now):
            raise Refused(404, "这个链接刚刚用过了")
    except AccountRefused:
        return _link_page(request, link, token, "账号名要 1 到 64 个字，不能跟已有的一样", account)
    if link.purpose == "sign-in":
        site.accounts.set_password(account, HASHER.hash(form["password"]))
    response = go("/")
    keep_session(response, site, site.accounts.sign_in(account, now))
    site.accounts.note(now, account, "", f"link-{link.purpose}", address=address_of(request))
    return response


def _entering(request: Request, token: str) -> Link:
    """The link, while it lets somebody in: to choose a password, as a first administrator, into a demonstration."""
    site = site_of(request)
    count_try(request, "link")
    link = site.accounts.link(token, site.real_now())
    purposes = ("sign-in", "first", "demo") if site.demo is not None else ("sign-in", "first")
    if link is None or link.purpose not in purposes:
        raise Refused(404, "这个链接用过了、过期了或者收回了；请向安全管理员要一个新的")
    return link


def _link_page(
    request: Request, link: Link, token: str, words: str = "", account: str | None = None
) -> HTMLResponse:
    shown = link.account if account is None and link.purpose != "first" else account or ""
    return page(
        request, "link.html", None, 422 if words else 200, purpose=link.purpose, account=shown, token=token,
        words=words, shortest=SHORTEST, duty=DUTIES.get(link.account, ""),
    )  # fmt: skip


@routes.get("/password")
def password_page(request: Request, visitor: Who) -> HTMLResponse:
    return page(request, "password.html", visitor, words="", shortest=SHORTEST)


@routes.post("/password")
def set_password(request: Request, form: Form) -> Response:
    """A new password ends every session of the account but the one it was set in."""
    site = site_of(request)
    visitor = form.visitor
    count_try(request, "sign-in")
    kept = site.accounts.password_of(visitor.account, site.real_now())
    words = _unfit(form.raw("password"), form.raw("again"), visitor.account)
    if kept is None or not _matches(kept, form.raw("old")):
        site.accounts.failed(visitor.account, site.real_now())
        words = say("原来的口令不对")
    if words:
        return page(request, "password.html", visitor, 422, words=words, shortest=SHORTEST)
    site.accounts.set_password(visitor.account, HASHER.hash(form.raw("password")))
    response = go("/?done=password")
    keep_session(response, site, site.accounts.sign_in(visitor.account, site.real_now()))
    return response


def _matches(kept: str, password: str) -> bool:
    try:
        return HASHER.verify(kept, password)
    except (VerifyMismatchError, InvalidHashError):
        return False


def _unfit(password: str, again: str, account: str) -> str:
    if len(password) < SHORTEST or len(password) > 200:
        return say("口令要 %(n)d 个字以上", n=SHORTEST)
    if (account and account.casefold() in password.casefold()) or len(set(password)) < 4:
        return say("口令不能含账号，也不能只有几个重复的字")
    return "" if password == again else say("两次填的口令不一样")

