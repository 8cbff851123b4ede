"""Limits on request bodies: the sender is identified before the body is read, and bytes are counted on arrival."""

import re
from collections.abc import Callable, Mapping
from urllib.parse import unquote_plus

from fastapi import Request, Response
from fastapi.responses import PlainTextResponse
from python_multipart.multipart import parse_options_header
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from portal.api.caller import caller_of, is_json
from portal.api.problems import Refusal, answer, problem
from portal.door.doors import RETRY_AFTER, SAFE
from portal.door.guard import KNOWN_VISITOR, MOST_FIELDS, SignInFirst, check_origin, visitor_of
from portal.visitor.errors import DoorRefused
from portal.visitor.refusals import sentence
from states.reasons import Label, Refused
from states.texts import unseen
from storage.errors import Busy

HEAD = 32 << 10
"""Most bytes of an address and all headers together."""
UNKNOWN = 64 << 10
"""Most bytes of a body without a session; enough for every public form."""
KNOWN = 12 << 20
WITH_PHOTOS = 48 << 20
"""Most bytes of a form of a case, which may have photographs."""
VALUES = 200_000
"""Most values, keys and brackets of a JSON body; five hundred actions with twenty units each use a third of it."""
DEPTH = 32
"""The deepest nesting of a JSON body."""

MULTIPART = b"multipart/form-data"
OPEN = ("/sign-in", "/look", "/link/", "/e/", "/o/")
"""Where forms are sent to by people without an account: what these addresses get is small, whoever sends it."""

_TEXTS = re.compile(rb'"[^"\\]*+(?:\\.?[^"\\]*+)*+"?', re.DOTALL)
"""A text of JSON, also one that does not end: so every byte is looked at once."""
_BRACKETS = re.compile(rb"[\[\]{}]")


class Bodies:
    """Refuses bodies without a sender, too large ones and those with too many parts, before they cost anything.

    A body is counted as it is received, whatever length its header declares. `refusal_page` shows a refusal.
    """

    def __init__(
        self, app: ASGIApp, api: str, refusal_page: Callable[[Request, int, str], Response]
    ) -> None:
        self.app, self.api, self.refusal_page = app, api, refusal_page

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        if status := _unfit_address(scope):
            await self._refused(scope, status)(scope, receive, send)
            return
        if scope["method"] in SAFE:
            await self.app(scope, receive, send)
            return
        limit = await self._limit(scope)
        if isinstance(limit, Response):
            if _declared(scope) is None:  # what else comes has no end that is known
                limit.headers["connection"] = "close"
            await limit(scope, receive, send)
            return
        received = Received(receive, Request(scope), limit)
        if scope["path"].startswith(OPEN):
            try:
                await received.read()
            except HTTPException as refused:
                await self._refused(scope, refused.status_code)(scope, receive, send)
                return
        await self.app(scope, received, send)

    async def _limit(self, scope: Scope) -> "int | Response":
        """The limit in bytes, or the refusal."""
        length = _declared(scope)
        if length == 0:
            return UNKNOWN
        if not _plain(Request(scope)):
            return self._refused(scope, 415)
        open_ = scope["path"].startswith(OPEN)
        try:
            if not open_:
                await self._know(scope)
            most = UNKNOWN if open_ else self._most(scope)
        except Refusal as refusal:
            return answer(refusal.problem, refusal.headers)
        except DoorRefused as refused:
            return self.refusal_page(Request(scope), refused.status, sentence(refused.refused))
        except Busy:
            return self._refused(scope, 503, {"retry-after": str(RETRY_AFTER)})
        except SignInFirst:
            most = UNKNOWN
            if length is None or length > most:
                return self._refused(scope, 401)
        if length is not None and length > most:
            return self._refused(scope, 413)
        return most

    async def _know(self, scope: Scope) -> None:
        """Identify the sender, once for the whole request. Raises Refusal, DoorRefused or SignInFirst."""
        request = Request(scope)
        if self._of_api(scope):
            scope[KNOWN_VISITOR] = await run_in_threadpool(caller_of, request)
            return
        check_origin(request)
        scope[KNOWN_VISITOR] = await run_in_threadpool(visitor_of, request)

    def _most(self, scope: Scope) -> int:
        if self._of_api(scope):
            return KNOWN if is_json(Request(scope)) else UNKNOWN
        photos = scope["path"].startswith("/act/") and _kind(Request(scope))[0] == MULTIPART
        return WITH_PHOTOS if photos else KNOWN

    def _of_api(self, scope: Scope) -> bool:
        return bool(scope["path"].startswith(f"{self.api}/"))

    def _refused(self, scope: Scope, status: int, headers: Mapping[str, str] = {}) -> Response:
        if self._of_api(scope):
            return answer(problem(status, AT_THE_DOOR[status]), dict(headers))
        page = self.refusal_page(Request(scope), status, sentence(AT_THE_DOOR[status]))
        page.headers.update(headers)
        return page


AT_THE_DOOR = {
    401: Refused("sign_in_first"),
    404: Refused("no_such_address"),
    413: Refused("sent_too_large"),
    415: Refused("sent_packed", encoding=Label("UTF-8")),
    422: Refused("unseen_in_address"),
    431: Refused("head_too_large"),
    503: Refused("sent_while_busy"),
}
"""Why something is refused at the door, by status."""


class Heads:
    """Refuses an address or headers that are too long, before they are parsed."""

    def __init__(self, app: ASGIApp, api: str) -> None:
        self.app, self.api = app, api

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or _head(scope) <= HEAD:
            await self.app(scope, receive, send)
            return
        why = AT_THE_DOOR[431]
        refusal: Response = PlainTextResponse(f"{why.chinese()} {why}", 431)
        if scope["path"].startswith(f"{self.api}/"):
            refusal = answer(problem(431))
        await refusal(scope, receive, send)


class TooMuch(HTTPException):
    """A body is larger than its sender may send, or has too many parts; raised while it is read."""

    refused = AT_THE_DOOR[413]

    def __init__(self) -> None:
        super().__init__(413, str(self.refused))


class Received:
    """The messages of a body, counted; JSON is given on whole once its parts are counted. Raises TooMuch."""

    def __init__(self, receive: Receive, request: Request, most: int) -> None:
        self.receive, self.most = receive, most
        self.json = is_json(request)
        self.form = not self.json and _kind(request)[0] != MULTIPART
        self.size = self.fields = 0
        self.ended = False
        self.whole: Message | None = None

    async def __call__(self) -> Message:
        if self.json and not self.ended:
            await self.read()
        if self.whole is not None:
            message, self.whole = self.whole, None
            return message
        return await self._next()

    async def read(self) -> None:
        """Read to the end; the next call gives all of it."""
        parts, more = [], True
        while more:
            message = await self._next()
            more = message["type"] == "http.request" and message.get("more_body", False)
            parts.append(message.get("body", b""))
        self.ended = True
        self.whole = dict(message) | {"body": b"".join(parts)} if message["type"] == "http.request" else message
        if self.json:
            check_json(b"".join(parts))

    async def _next(self) -> Message:
        message = await self.receive()
        body = message.get("body", b"")
        self.size += len(body)
        if self.form:
            self.fields += body.count(b"&") + body.count(b";")
        if self.size > self.most or self.fields >= MOST_FIELDS:
            raise TooMuch
        return message


def check_json(body: bytes) -> None:
    """Refuse JSON that has too many values or is too deep, and what is no UTF-8. Raises HTTPException."""
    if b"\0" in body:  # UTF-16 and UTF-32 have such bytes, UTF-8 has none
        raise HTTPException(422)
    if body.count(b'"') > 2 * VALUES:
        raise TooMuch
    bare = _TEXTS.sub(b"", body)
    if sum(map(bare.count, (b",", b":", b"[", b"{"))) > VALUES:
        raise TooMuch
    depth = 0
    for bracket in _BRACKETS.findall(bare):
        depth += 1 if bracket in b"[{" else -1
        if depth > DEPTH:
            raise TooMuch


def _declared(scope: Scope) -> int | None:
    """The declared length of the body, 0 when there is none; None when it has no declared length."""
    headers = Request(scope).headers
    if "transfer-encoding" not in headers and "content-length" not in headers:
        return 0
    length = headers.get("content-length", "")
    if "transfer-encoding" in headers or not length.isascii() or not length.isdigit() or len(length) > 18:
        return None
    return int(length)


def _kind(request: Request) -> tuple[bytes, Mapping[bytes, bytes]]:
    """The kind of the body and what is said of it, as the parser of forms will read it."""
    header: tuple[bytes, dict[bytes, bytes]] = parse_options_header(request.headers.get("content-type", ""))
    return header


def _plain(request: Request) -> bool:
    """Whether the body is sent as it is: not compressed, and in no encoding whose reading costs more than UTF-8."""
    packed = request.headers.get("content-encoding", "").strip().lower()
    charset = _kind(request)[1].get(b"charset", b"utf-8").strip().lower()
    return packed in ("", "identity") and charset in (b"utf-8", b"utf8")


def _unfit_address(scope: Scope) -> int:
    """404 where the path, 422 where the question holds a character that no reader sees; 0 where neither does."""
    if unseen(scope["path"]):
        return 404
    return 422 if unseen(unquote_plus(scope["query_string"].decode("latin-1"))) else 0


def _head(scope: Scope) -> int:
    return len(scope["query_string"]) + len(scope["path"]) + sum(len(a) + len(b) for a, b in scope["headers"])
