"""Events as they happen (server-sent events): those that the viewer may see, out of the same view as the timeline."""

import re
from collections import Counter
from collections.abc import AsyncIterator, Mapping
from datetime import datetime, timedelta
from time import monotonic
from typing import Annotated, Any

import anyio
import orjson
from fastapi import APIRouter, Header, Request
from fastapi.responses import StreamingResponse
from starlette.concurrency import run_in_threadpool

from portal.api.caller import Caller, Reader, caller_of
from portal.api.problems import Refusal, answers
from portal.api.shown import MICROSECOND, happened
from portal.rights import scope_of
from portal.web.guard import site_of
from portal.web.site import Site
from portal.web.view import EPOCH, mark_of, timeline
from storage import UnknownCase
from storage.accounts import Visitor
from storage.statements import reading
from storage.visible import seen_of

routes = APIRouter(tags=["events"])

PAUSE = 1.0
"""Seconds between two looks at the register."""
HEARTBEAT = 15.0
"""Seconds after which a silent stream says that it is alive."""
LASTS = 3600.0
"""Seconds after which a stream ends; the client goes on with Last-Event-ID."""
LATE = timedelta(seconds=10)
"""How much earlier than the newest event one may have been entered that another writer commits after it."""
OLDEST = timedelta(days=1)
"""How far back a stream goes on; who was away longer reads the lists again."""
MOST_EVENTS = 5_000
"""Events of one look; when there are more, the client is told to read the lists again."""
MOST_CASES = 100
"""Cases that one look shows; the rest follow with the next."""
MOST_STREAMS = 8
"""Streams of one account at the same time."""

_ID = re.compile(r"(\d{1,17})-[0-9a-f]{16}\Z", re.ASCII)


class Feed:
    """What one viewer was told so far. An event may come twice after an interruption, with the same id; none is lost.

    Every look asks for the events entered since `LATE` before the newest one known, and leaves out those it knows.
    """

    def __init__(self, site: Site, last: str = "") -> None:
        self.site = site
        self.reset = False
        now = site.now()
        since = _instant(last)
        if last and (since is None or not now - OLDEST <= since <= now + LATE):
            self.reset, since = True, None
        self.floor = now if since is None else since - LATE
        self.newest = self.floor
        self.known: dict[str, datetime] = {}

    def look(self, visitor: Visitor) -> list[tuple[str, dict[str, Any]]]:
        """New events as (id, what it says), in the order of their entry."""
        since = max(self.floor, self.newest - LATE)
        rows = self._rows(since)
        if len(rows) > MOST_EVENTS:
            self.reset = True
            self.floor = self.newest = self.site.now()
            self.known = {}
            return []
        self.known = {mark: at for mark, at in self.known.items() if at >= since}
        fresh = [row for row in rows if row[2] not in self.known]
        cases = list(dict.fromkeys(case_id for case_id, _, _ in fresh))[:MOST_CASES]
        shown = self._shown(visitor, cases)
        told = []
        for case_id, at, mark in fresh:
            if case_id not in shown:
                continue
            self.known[mark] = at
            one = shown[case_id].get(mark)
            if one is not None:
                told.append((one["id"], one))
        if rows and len(cases) < MOST_CASES:
            self.newest = max(self.newest, rows[-1][1])
        return told

    def _rows(self, since: datetime) -> list[tuple[str, datetime, str]]:
        sql = self.site.register.layout.sql
        with reading(self.site.register.engine) as cursor:
            rows = cursor.rows(
                f"SELECT case_id, entered_at, hash FROM events WHERE entered_at >= {sql.mark} "
                f"ORDER BY entered_at, case_id, seq LIMIT {MOST_EVENTS + 1}",
                [sql.instant(since)],
            )
        return [(case_id, sql.read_instant(at), mark_of(hash_)) for case_id, at, hash_ in rows]

    def _shown(self, visitor: Visitor, cases: list[str]) -> Mapping[str, dict[str, dict[str, Any]]]:
        """By case and mark what the visitor may see; an unseen case has nothing."""
        scope = scope_of(visitor)
        seen = seen_of(self.site.register, scope, cases) if scope else set()
        found: dict[str, dict[str, dict[str, Any]]] = {case_id: {} for case_id in cases}
        for case_id in seen:
            try:
                events = timeline(self.site, visitor, self.site.register.dossier(case_id))
            except UnknownCase:
                continue
            found[case_id] = {one.mark: happened(case_id, one).model_dump(mode="json") for one in events}
        return found


@routes.get(
    "/events",
    response_class=StreamingResponse,
    responses={
        **answers(),
        200: {
            "description": "A stream that does not end by itself",
            "content": {
                "text/event-stream": {
                    "schema": {"type": "string"},
                    "example": 'id: 1741752000000000-0f3b6c1d2e4a5968\nevent: happened\ndata: {"case":"C1",…}\n\n',
                }
            },
        },
    },
)
def events(
    request: Request,
    caller: Reader,
    last_event_id: Annotated[
        str, Header(max_length=100, description="The id of the last event received")
    ] = "",
) -> StreamingResponse:
    """Events of the cases that the caller may see, from now on or from `Last-Event-ID` on.

    `happened` carries an event as /cases/{case_id}/events shows it. `reset` asks the client to read its lists again:
    it was away for more than a day, or too much happened at once. `end`: the token or session no longer holds. An
    event may come again after an interruption, with the same id. What a rulebook shows only later is not repeated.
    """
    streams: Counter[str] = request.app.state.streams
    account = caller.visitor.account
    if streams[account] >= MOST_STREAMS:
        raise Refusal(429, f"一个账号最多同时开 {MOST_STREAMS} 个事件流", headers={"Retry-After": "60"})
    return Stream(request, caller, Feed(site_of(request), last_event_id), streams)


class Stream(StreamingResponse):
    """The answer; counts itself while it runs."""

    def __init__(self, request: Request, caller: Caller, feed: Feed, streams: "Counter[str]") -> None:
        self.streams, self.account = streams, caller.visitor.account
        super().__init__(
            said(request, feed),
            media_type="text/event-stream",
            headers={"cache-control": "no-store", "x-accel-buffering": "no"},
        )

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        self.streams[self.account] += 1
        try:
            await super().__call__(scope, receive, send)
        finally:
            self.streams[self.account] -= 1


async def said(request: Request, feed: Feed) -> AsyncIterator[str]:
    """The text of the stream; who the viewer is, is asked again before each look."""
    yield "retry: 3000\n\n"
    ends = monotonic() + LASTS
    spoke = monotonic()
    while monotonic() < ends:
        found = await run_in_threadpool(_look, request, feed)
        if found is None:
            yield "event: end\ndata: {}\n\n"
            return
        text = "".join(
            f"id: {id_}\nevent: happened\ndata: {orjson.dumps(one).decode()}\n\n" for id_, one in found
        )
        if feed.reset:
            feed.reset = False
            text = "event: reset\ndata: {}\n\n" + text
        if text:
            yield text
            spoke = monotonic()
        elif monotonic() - spoke >= HEARTBEAT:
            yield ": \n\n"
            spoke = monotonic()
        await anyio.sleep(PAUSE)


def _look(request: Request, feed: Feed) -> list[tuple[str, dict[str, Any]]] | None:
    """What is new, or None when the viewer may no longer be here."""
    try:
        caller = caller_of(request, use=False)
    except Refusal:
        return None
    return feed.look(caller.visitor) if "read" in caller.scopes else None


def _instant(event_id: str) -> datetime | None:
    found = _ID.match(event_id)
    if found is None:
        return None
    try:
        return EPOCH + int(found.group(1)) * MICROSECOND
    except OverflowError:
        return None
