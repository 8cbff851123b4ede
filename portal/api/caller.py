"""Who calls: a program with a bearer token, or a page with the session of its reader."""

import hmac
from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Request

from portal.api.problems import Refusal
from portal.door.doors import SAFE
from portal.door.guard import KNOWN_VISITOR, address_of, check_origin, session_of, site_of
from states.reasons import Label, Refused
from states.vocabulary import TokenScope
from storage.accounts import Visitor

REALM = 'Bearer realm="duban"'


@dataclass(frozen=True)
class Caller:
    """An authenticated caller. `token` is the id of the token; '' for a session, which has every scope."""

    visitor: Visitor
    scopes: frozenset[str]
    token: str = ""


def caller_of(request: Request, use: bool = True) -> Caller:
    """The authenticated caller; raises Refusal. A token takes precedence over a cookie, also a bad one.

    Without `use`, the session's last use is not recorded.
    """
    caller = request.scope.get(KNOWN_VISITOR)
    if isinstance(caller, Caller):
        return caller
    site = site_of(request)
    header = request.headers.get("authorization")
    if header is not None:
        kind, _, secret = header.partition(" ")
        pair = None
        if kind.lower() == "bearer":
            pair = site.tokens.visitor(secret.strip(), site.real_now(), site.today())
        if pair is None:
            _count_failure(request)
            raise Refusal(
                401,
                Refused("bad_token"),
                headers={"WWW-Authenticate": f'{REALM}, error="invalid_token"'},
            )
        visitor, token = pair
        return Caller(visitor, frozenset(token.scopes), token.id)
    cookie = session_of(request)
    session = site.accounts.visitor(cookie, site.real_now(), site.today(), use) if cookie else None
    if session is None:
        if cookie:
            _count_failure(request)
        raise Refusal(401, headers={"WWW-Authenticate": REALM})
    if request.method not in SAFE:
        check_origin(request)
        sent = request.headers.get("x-csrf-token", "")
        if not hmac.compare_digest(sent.encode(), session.csrf.encode()):
            raise Refusal(403, Refused("csrf_missing", header=Label("X-CSRF-Token"), path=Label("/me")))
    return Caller(session, frozenset(TokenScope.values()))


def let_in(request: Request) -> Caller:
    """The caller, whatever the scopes of their token."""
    return caller_of(request)


def with_scope(scope: str) -> Callable[[Request], Caller]:
    """The caller, who needs this scope."""

    def let_in_with(request: Request) -> Caller:
        caller = caller_of(request)
        check_scope(caller, scope)
        return caller

    return let_in_with


def check_scope(caller: Caller, scope: str) -> None:
    """Refuse a token without this scope."""
    if scope not in caller.scopes:
        raise Refusal(
            403,
            Refused("scope_missing", scope=Label(scope)),
            headers={"WWW-Authenticate": f'{REALM}, error="insufficient_scope", scope="{scope}"'},
        )


async def json_only(request: Request) -> None:
    """Refuse a body that is not JSON; async, because it waits for nothing and needs no thread."""
    if not is_json(request):
        raise Refusal(415)


def is_json(request: Request) -> bool:
    """Whether the body is said to be JSON."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    return kind == "application/json" or (kind.startswith("application/") and kind.endswith("+json"))


def _count_failure(request: Request) -> None:
    if not site_of(request).throttles["token"].take(address_of(request)):
        raise Refusal(429, headers={"Retry-After": "60"})


Reader = Annotated[Caller, Depends(with_scope("read"))]
Actor = Annotated[Caller, Depends(with_scope("act"))]
OfDirectory = Annotated[Caller, Depends(with_scope("directory"))]
