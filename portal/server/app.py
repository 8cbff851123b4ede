"""The portal as one ASGI application."""

from collections.abc import Awaitable, Callable
from functools import partial
from urllib.parse import quote

from anyio.to_thread import current_default_thread_limiter
from fastapi import FastAPI, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from fastapi.staticfiles import StaticFiles
from loguru import logger
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect
from starlette.types import Message, Receive, Scope, Send

from portal.api.app import PATH as API
from portal.api.app import create_api
from portal.api.problems import AWAY_FOR, of_the_frame
from portal.api.problems import database_away as problem_away
from portal.door.doors import LEAST, PATIENCE, RETRY_AFTER, STATEMENT
from portal.door.guard import FORM, SignInFirst, site_of, visitor_of
from portal.server.bodies import Bodies, Heads, TooMuch
from portal.visitor.errors import DoorRefused
from portal.visitor.kept_files import KEPT, SECRET, read_again
from portal.visitor.refusals import sentence
from portal.visitor.site import HERE, Site
from portal.web import (
    calendar_pages,
    case_pages,
    citizen_pages,
    demonstrating,
    downloads,
    draft_pages,
    duty_pages,
    erasure_pages,
    evaluating,
    figure_pages,
    first_page,
    health,
    help_pages,
    import_pages,
    intake,
    leading,
    look,
    mandate_pages,
    meeting,
    office_pages,
    opinion_pages,
    paper_pages,
    reception,
    region_rule_pages,
    rights_change_pages,
    rule_pages,
    secret,
    session_pages,
    signing,
    supervision_pages,
    token_pages,
    watching,
    writing,
)
from portal.web.rendering import page
from states.reasons import Refused
from storage.accounts import Visitor
from storage.database import failures, is_unreachable
from storage.errors import Busy, NotKept
from storage.patience import waiting_at_most

AT_ONCE = 2
"""Concurrent reading requests: one computes while the other waits for the database.

Those that write have threads of their own (`doors`), so that whoever waits for another writer keeps no reader off.
"""

OF_THE_FRAME = {404: Refused("no_page"), 405: Refused("method_not_allowed")}

_HEADERS = {
    b"content-security-policy": b"default-src 'none'; img-src 'self' data:; style-src 'self'; script-src 'self'; "
    b"connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    b"x-content-type-options": b"nosniff",
    b"x-frame-options": b"DENY",
    b"referrer-policy": b"same-origin",
    b"cross-origin-opener-policy": b"same-origin",
    b"permissions-policy": b"camera=(), geolocation=(), microphone=()",
}

class Headers:
    """Adds the headers that keep a browser from being used against its user."""

    def __init__(self, app: Callable[[Scope, Receive, Send], Awaitable[None]], https: bool) -> None:
        self.app = app
        self.more = dict(_HEADERS)
        if https:
            self.more[b"strict-transport-security"] = b"max-age=31536000"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        private = not scope["path"].startswith("/static/")

        async def sending(message: Message) -> None:
            if message["type"] == "http.response.start":
                names = {name.lower() for name, _ in message["headers"]}
                more = [(name, value) for name, value in self.more.items() if name not in names]
                if private and b"cache-control" not in names:
                    more.append((b"cache-control", b"no-store"))
                message["headers"] = [*message["headers"], *more]
            await send(message)

        await self.app(scope, receive, sending)


class Away:
    """Answers that the database cannot be reached or written; outermost, since even authentication needs it."""

    def __init__(
        self, app: Callable[[Scope, Receive, Send], Awaitable[None]], failures: tuple[type[Exception], ...]
    ) -> None:
        self.app, self.failures = app, failures

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        begun = False

        async def sending(message: Message) -> None:
            nonlocal begun
            begun = True
            await send(message)

        try:
            await self.app(scope, receive, sending)
        except self.failures as error:
            if begun or not is_unreachable(error):
                raise
            logger.error("the database cannot be used: {}", error)
            await _away(Request(scope))(scope, receive, send)


class Threads:
    """Limits concurrent requests, so that threads do not compete for the interpreter lock.

    A driver releases it at every row, and with forty threads each row then waits for a turn: of eight concurrent
    requests some took ten times as long as others. Further requests wait in order of arrival. Slow endpoints run on
    a thread of their own (`guard.apart`).
    """

    def __init__(self, app: Callable[[Scope, Receive, Send], Awaitable[None]]) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        limiter = current_default_thread_limiter()
        if limiter.total_tokens != AT_ONCE:
            limiter.total_tokens = AT_ONCE
        with waiting_at_most(PATIENCE, LEAST, STATEMENT):  # who asks is looked up before any route is reached
            await self.app(scope, receive, send)


def create_app(site: Site) -> FastAPI:
    """The portal over `site`; no page loads anything from another host."""
    app = FastAPI(title="duban 督办", openapi_url=None, docs_url=None, redoc_url=None)
    app.state.site = site
    app.mount(API, create_api(site))  # first: whoever calls it is compared with no path of a page
    app.mount("/static", StaticFiles(directory=HERE / "static"), name="static")
    for pages in (
        health, signing, first_page, case_pages, writing, intake, downloads, leading, watching, meeting, office_pages,
        import_pages, rights_change_pages, duty_pages, mandate_pages, erasure_pages, region_rule_pages, rule_pages,
        calendar_pages, secret, evaluating, token_pages, look, citizen_pages, opinion_pages, reception, figure_pages,
        paper_pages, supervision_pages, session_pages, help_pages, draft_pages,
    ):  # fmt: skip
        app.include_router(pages.routes)
    if site.demo is not None:
        app.include_router(demonstrating.routes)
    app.add_middleware(Bodies, api=API, refusal_page=_at_the_door)
    app.add_middleware(look.Spoken)
    app.add_middleware(Threads)
    app.add_middleware(Heads, api=API)
    app.add_middleware(Headers, https=site.https)
    app.add_exception_handler(DoorRefused, _refused)
    app.add_exception_handler(SignInFirst, _sign_in)
    app.add_exception_handler(Busy, _busy)
    app.add_exception_handler(NotKept, _not_kept)
    app.add_exception_handler(HTTPException, _missing)
    app.add_exception_handler(ClientDisconnect, _gone)
    app.add_middleware(Away, failures=failures(site.register.engine))
    return app


def _refused(request: Request, error: Exception) -> HTMLResponse:
    assert isinstance(error, DoorRefused)
    return _refusal_page(request, error.status, error.refused)


def _missing(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    if request.url.path.startswith(f"{API}/"):  # an address with a line break in it does not even reach the API
        return of_the_frame(request, error)
    if isinstance(error, TooMuch):
        return _refusal_page(request, error.status_code, error.refused)
    return _refusal_page(request, error.status_code, OF_THE_FRAME.get(error.status_code, Refused("not_taken")))


def _gone(_request: Request, _error: Exception) -> Response:
    """The answer, for the log alone, to whoever went away before the form was whole."""
    return Response(status_code=400)


def _busy(request: Request, _error: Exception) -> Response:
    """Answer a busy database with the form as it was sent; its files are kept for the next try."""
    fields, uploads = request.scope.get(FORM, (None, {}))
    texts = [
        (key, value)
        for key, values in (fields or {}).items()
        for value in values
        if key not in (*SECRET, KEPT)
    ]
    visitor = _visitor(request)
    if uploads and visitor is not None:
        texts.append((KEPT, site_of(request).kept.keep(visitor.account, read_again(uploads))))
    again = None if fields is None or request.method == "GET" else texts
    address = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    drawn = partial(
        page, request, "busy.html", status=503, fields=again, address=address,
        secrets=[key for key in SECRET if key in (fields or {})],
    )  # fmt: skip
    try:
        answer = drawn(visitor=visitor)
    except Busy:  # not even the menu can be read just now
        answer = drawn(visitor=None)
    answer.headers["retry-after"] = str(RETRY_AFTER)
    return answer


def _away(request: Request) -> Response:
    if request.scope["path"].startswith(f"{API}/"):
        return problem_away()
    answer = _at_the_door(request, 503, sentence(Refused("database_away")))
    answer.headers["retry-after"] = str(AWAY_FOR)
    return answer


def _not_kept(request: Request, error: Exception) -> Response:
    """The answer when the access log cannot be written: nothing is shown."""
    logger.error("{}", error)
    return _refusal_page(request, 503, Refused("entry_not_kept"))


def _at_the_door(request: Request, status: int, words: str) -> HTMLResponse:
    """A refusal that needs no visitor."""
    return page(request, "refused.html", None, status, words=words)


def _refusal_page(request: Request, status: int, refused: Refused) -> HTMLResponse:
    words = sentence(refused)
    try:
        return page(request, "refused.html", _visitor(request), status, words=words)
    except Busy:
        return _at_the_door(request, status, words)


def _visitor(request: Request) -> Visitor | None:
    try:
        return visitor_of(request)
    except (SignInFirst, Busy):
        return None


def _sign_in(request: Request, _error: Exception) -> Response:
    if request.method != "GET" or request.url.path == "/":
        return RedirectResponse("/sign-in", 303)
    path = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    return RedirectResponse(f"/sign-in?next={quote(path, safe='')}", 303)
