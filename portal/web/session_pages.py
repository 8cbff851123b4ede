"""The visitor's own sessions and tokens, which can be ended here."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from fastapi import Request, Response
from fastapi.responses import HTMLResponse

from portal.door.doors import router
from portal.door.guard import Form, Who, address_of, forget_session, session_of, site_of
from portal.visitor.errors import DoorRefused
from portal.web.rendering import Page, go, page
from states.reasons import Refused
from states.vocabulary import TokenScope
from storage.accounts import Visitor
from storage.credentials import token_digest
from storage.sessions import Session
from storage.tokens import Token

routes = router()


@dataclass(frozen=True)
class SessionsPage(Page):
    """`here`: the digest of the session that asks."""

    template = "sessions.html"
    sessions: Sequence[Session]
    scopes: Mapping[str, str]
    tokens: Sequence[Token]
    here: str


@routes.get("/sessions")
def sessions(request: Request, visitor: Who) -> HTMLResponse:
    return _page(request, visitor)


@routes.post("/sessions")
def end(request: Request, form: Form) -> Response:
    """End one session or token of the visitor, or all of them everywhere."""
    site, visitor = site_of(request), form.visitor
    do, id_, now = form.text("do"), form.text("id"), site.real_now()
    site.accounts.note(
        now, visitor.account, visitor.role or visitor.duty, f"sessions-{do} {id_[:16]}", address=address_of(request)
    )
    if do == "everywhere":
        site.accounts.sign_out_everywhere(visitor.account, now)
        response = go("/sign-in")
        forget_session(response, site)
        return response
    ended = (
        site.tokens.revoke(id_, now, visitor.account, visitor.account)
        if do == "token"
        else site.accounts.end_session(visitor.account, id_, now)
    )
    if not ended:
        raise DoorRefused(404, Refused("no_such_session"))
    return go("/sessions")


def _page(request: Request, visitor: Visitor) -> HTMLResponse:
    site, now = site_of(request), site_of(request).real_now()
    return page(request, SessionsPage(
        sessions=site.accounts.sessions_of(visitor.account, now),
        scopes=TokenScope.names(),
        tokens=[token for token in site.tokens.listed(visitor.account) if token.works(now)],
        here=token_digest(session_of(request)),
    ), visitor)  # fmt: skip
