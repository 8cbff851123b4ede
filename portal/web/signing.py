"""Signing in and out, one-time links, passwords."""

from typing import Annotated
from urllib.parse import quote

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError
from fastapi import Depends, Request, Response
from fastapi.responses import HTMLResponse

from portal.door.doors import router
from portal.door.guard import (
    Form,
    SignInFirst,
    Who,
    address_of,
    check_origin,
    count_try,
    forget_session,
    form_of,
    keep_session,
    session_of,
    site_of,
)
from portal.visitor.errors import DoorRefused
from portal.visitor.languages import say
from portal.visitor.password_strength import SHORTEST, unfit_password
from portal.web.look import inside
from portal.web.qr import qr
from portal.web.rendering import go, page
from states.reasons import Refused
from states.roles import Role
from states.vocabulary import Duty
from storage.errors import AccountRefused
from storage.one_time_links import Link
from storage.proving import Proving
from storage.second_factor import device_uri
from storage.sessions import Standing

routes = router()
HASHER = PasswordHasher()
WRONG = "账号或者口令不对；连续错五次锁定一刻钟"
_NOBODY = HASHER.hash("nobody has this password")
"""A hash to compare with when there is no such account, so that the answer takes as long."""


async def _open_form(request: Request) -> dict[str, str]:
    """A form sent without a session."""
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
        site.accounts.rehash(name, HASHER.hash(password))
    wanted = _wanted(request, name, "sign-in")
    token = site.accounts.sign_in(name, now, wanted, address, _entry("sign-in", wanted))
    return _come_in(request, token, wanted, inside(form.get("next", "")))


def _wanted(request: Request, account: str, how: str) -> Standing:
    """What the account still needs after a password or a link; raises DoorRefused outside its holder's term."""
    site = site_of(request)
    if refused := site.accounts.kept_out(account, site.today()):
        site.accounts.note(site.real_now(), account, "", how, address=address_of(request), refused=True)
        raise DoorRefused(403, refused)
    return site.accounts.wanted_of(account, site.second_factor)


def _entry(how: str, wanted: Standing) -> str:
    """What the access log calls a sign-in."""
    return f"{how} {wanted}" if wanted else how


def _come_in(request: Request, token: str, wanted: Standing, path: str) -> Response:
    """Lead on with the session, to the page for a code where one is still required."""
    response = go(f"/sign-in/code?next={quote(path, safe='')}" if wanted else path)
    keep_session(response, site_of(request), token)
    return response


@routes.get("/sign-in/code")
def code_page(request: Request, next: str = "") -> HTMLResponse:
    """The second factor: a code of the device, or a device to be enrolled."""
    return _code_page(request, _proving(request), next)


@routes.post("/sign-in/code")
def show_code(request: Request, form: OpenForm) -> Response:
    site, address, now = site_of(request), address_of(request), site_of(request).real_now()
    count_try(request, "sign-in")
    proving, path = _proving(request), inside(form.get("next", ""))
    proved = site.accounts.prove(session_of(request), form.get("code", "")[:64], now, address)
    if proved is None:
        site.accounts.note(now, proving.account, "", f"sign-in-{proving.standing}", address=address, refused=True)
        return _code_page(request, _proving(request), path, say("验证码不对，或者用过了；连续错五次锁定一刻钟"))
    response: Response = go(path)
    if proved.codes:
        response = page(request, "recovery_codes.html", None, codes=proved.codes, next=path)
    keep_session(response, site, proved.token)
    return response


def _proving(request: Request) -> Proving:
    site = site_of(request)
    proving = site.accounts.proving(session_of(request), site.real_now())
    if proving is None:
        raise SignInFirst
    return proving


def _code_page(request: Request, proving: Proving, path: str, words: str = "") -> HTMLResponse:
    enrols = proving.standing == "enrol"
    return page(
        request, "code.html", None, 403 if words else 200, next=path, words=words, secret=proving.secret,
        qr=qr(device_uri(proving.secret, proving.account)) if enrols else "", account=proving.account,
    )  # fmt: skip


@routes.post("/sign-out")
def sign_out(request: Request, form: Form) -> Response:
    site = site_of(request)
    site.accounts.sign_out(session_of(request), site.real_now())
    response = go("/sign-in")
    forget_session(response, site)
    return response


@routes.get("/link/{token}")
def link_page(request: Request, token: str) -> HTMLResponse:
    """Opening the link does not use it, because mail programs open links, too."""
    return _link_page(request, _entering(request, token), token)


@routes.post("/link/{token}")
def use_link(request: Request, token: str, form: OpenForm) -> Response:
    site = site_of(request)
    link = _entering(request, token)
    now, account, how = site.real_now(), link.account, f"link-{link.purpose}"
    if link.purpose == "first":
        account = form.get("account", "").strip()
    code = form.get("code", "")
    if link.purpose != "demo":
        words = _unfit(form.get("password", ""), form.get("again", ""), account)
        if words:
            return _link_page(request, link, token, words, account)
    hashed = "" if link.purpose == "demo" else HASHER.hash(form["password"])
    if link.purpose == "first":
        return _begin(request, link, token, account, hashed, form.get("holder", ""))
    wanted: Standing = "" if link.purpose == "demo" else _wanted(request, account, how)
    session = site.accounts.enter_by_link(
        token, account, now, code, hashed, wanted, address_of(request), _entry(how, wanted)
    )
    if session is None:
        if link.code and site.accounts.link(token, now):
            return _link_page(request, link, token, say("领取码不对；连续错五次链接作废"), account)
        raise DoorRefused(404, Refused("entry_link_used"))
    return _come_in(request, session, wanted, "/")


def _begin(request: Request, link: Link, token: str, account: str, hashed: str, holder: str) -> Response:
    """Begin a duty by its first link."""
    site, address = site_of(request), address_of(request)
    how = _entry(f"link-{link.purpose}", "enrol")
    try:
        session = site.accounts.begin(token, account, hashed, site.real_now(), holder, address, how)
    except AccountRefused:
        return _link_page(request, link, token, "账号名要 1 到 64 个字，不能跟已有的一样", account)
    return _come_in(request, session, "enrol", "/")


def _entering(request: Request, token: str) -> Link:
    """The link, while it lets somebody in: to choose a password, as a first administrator, into a demonstration."""
    site = site_of(request)
    count_try(request, "link")
    link = site.accounts.link(token, site.real_now())
    purposes = ("sign-in", "first", "demo") if site.demo is not None else ("sign-in", "first")
    if link is None or link.purpose not in purposes:
        raise DoorRefused(404, Refused("entry_link_gone"))
    return link


def _issued(request: Request, link: Link) -> dict[str, object] | None:
    """The role, unit and region of the link's account, shown to its holder."""
    if link.purpose != "sign-in":
        return None
    return next((row for row in site_of(request).accounts.listed() if row["name"] == link.account), None)


def _link_page(
    request: Request, link: Link, token: str, words: str = "", account: str | None = None
) -> HTMLResponse:
    name = link.account if account is None and link.purpose != "first" else account or ""
    return page(
        request, "link.html", None, 422 if words else 200, purpose=link.purpose, account=name, token=token,
        words=words, shortest=SHORTEST, duty=Duty.names().get(link.account, ""), coded=bool(link.code),
        duties=Duty.names(),
        roles=Role.names(), issued=_issued(request, link),
    )  # fmt: skip


@routes.get("/password")
def password_page(request: Request, visitor: Who) -> HTMLResponse:
    return page(request, "password.html", visitor, words="", shortest=SHORTEST)


@routes.post("/password")
def set_password(request: Request, form: Form) -> Response:
    """Set a new password; it ends every other session of the account."""
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
    hashed = HASHER.hash(form.raw("password"))
    token = site.accounts.renew_password(visitor.account, hashed, site.real_now(), address_of(request))
    response = go("/?done=password")
    keep_session(response, site, token)
    return response


def _matches(kept: str, password: str) -> bool:
    try:
        return HASHER.verify(kept, password)
    except (VerifyMismatchError, InvalidHashError):
        return False


def _unfit(password: str, again: str, account: str) -> str:
    return unfit_password(password, account) or ("" if password == again else say("两次填的口令不一样"))
