"""Tokens for programs: everybody makes and revokes their own, the security administrator revokes anybody's."""

from datetime import timedelta

from fastapi import Request, Response
from fastapi.responses import HTMLResponse

from portal.door.doors import router
from portal.door.guard import Form, Who, site_of
from portal.visitor.errors import DoorRefused
from portal.visitor.refusals import sentence
from portal.visitor.rights import right_of
from portal.web.rendering import page
from states.reasons import Refused
from states.vocabulary import TokenScope
from storage.accounts import Visitor
from storage.errors import AccountRefused
from storage.tokens import Token

routes = router()
DAYS = {"30": "30 天", "90": "90 天", "180": "半年", "366": "一年"}


@routes.get("/tokens")
def tokens(request: Request, visitor: Who) -> HTMLResponse:
    return _tokens(request, visitor)


@routes.post("/tokens")
def make_token(request: Request, form: Form) -> Response:
    """A new token for the visitor's account, shown once."""
    site, visitor = site_of(request), form.visitor
    now = site.real_now()
    name, days = form.text("name"), form.text("days")
    scopes = form.fields.get("scope", ())
    if not name or not scopes or days not in DAYS:
        return _tokens(request, visitor, words="请写明给哪个程序用，并选权限和期限", status=422)
    try:
        held, made = site.tokens.make(visitor.account, name, scopes, now, timedelta(days=int(days)))
    except AccountRefused as error:
        return _tokens(request, visitor, words=sentence(error.refused), status=409)
    site.accounts.note(now, visitor.account, visitor.role or visitor.duty, f"token-make {made.id}")
    return _tokens(request, visitor, held=held)


@routes.post("/tokens/revoke")
def revoke_token(request: Request, form: Form) -> Response:
    """End a token at once."""
    site, visitor = site_of(request), form.visitor
    id_ = form.text("id")
    now = site.real_now()
    account = "" if _sees_all(visitor) else visitor.account
    if not site.tokens.revoke(id_, now, visitor.account, account):
        raise DoorRefused(404, Refused("no_such_token"))
    site.accounts.note(now, visitor.account, visitor.role or visitor.duty, f"token-revoke {id_}"[:200])
    return _tokens(request, visitor, words="令牌已收回，马上失效")


def _tokens(
    request: Request, visitor: Visitor, words: str = "", held: str = "", status: int = 200
) -> HTMLResponse:
    site = site_of(request)
    listed: list[Token] = site.tokens.listed("" if _sees_all(visitor) else visitor.account)
    return page(
        request, "tokens.html", visitor, status, tokens=listed, now=site.real_now(), scopes=TokenScope.names(),
        usual=TokenScope.READ, days=DAYS,
        words=words, held=held, every=_sees_all(visitor),
    )  # fmt: skip


def _sees_all(visitor: Visitor) -> bool:
    return "accounts" in right_of(visitor).pages
