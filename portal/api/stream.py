"""Events as they happen (server-sent events): those that the viewer may see, out of the same view as the timeline."""

import re
from collections import Counter, deque
from collections.abc import AsyncIterator, Mapping
from datetime import datetime, timedelta
from time import monotonic
from typing import Annotated

import anyio
import orjson
from fastapi import Header, Request
from fastapi.responses import StreamingResponse
from starlette.concurrency import run_in_threadpool
from starlette.types import Receive, Scope, Send

from portal.api import models
from portal.api.caller import Caller, Reader, caller_of
from portal.api.problems import Refusal, answers
from portal.api.shown import MICROSECOND, event_model
from portal.door.doors import router
from portal.door.guard import site_of
from portal.door.reads import enter
from portal.visitor.case_shapes import EPOCH
from portal.visitor.rights import scope_of
from portal.visitor.sight import Sight
from portal.visitor.site import Site
from portal.visitor.timeline import mark_of, timeline
from states.reasons import Refused
from states.vocabulary import TokenScope
from storage import UnknownCase
from storage.accounts import Visitor
from storage.order import entries_after, entries_at, newest_entry
from storage.visible import seen_of

routes = router("events")

PAUSE = 1.0
"""Seconds between two looks at the register."""
HEARTBEAT = 15.0
"""Seconds after which a silent stream says that it is alive."""
LASTS = 3600.0
"""Seconds after which a stream ends; the client goes on with Last-Event-ID."""
LATE = 10.0
"""Seconds that a writer may take to commit, on PostgreSQL, after another one has entered what comes later."""
BEHIND = 200
"""Entries that a stream on PostgreSQL goes back after an interruption: some may have been written meanwhile."""
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
    """What one viewer was sent so far. After an interruption an event may come twice, with the same id; none is lost.

    New are events with a later sequence number, whatever any clock said. On PostgreSQL an event may appear behind newer
    ones while its writer commits, so every look goes back to what was the newest `LATE` seconds ago.
    """

    def __init__(self, site: Site, last: str = "") -> None:
        self.site = site
        self.engine, self.sql = site.register.engine, site.register.layout.sql
        since = self._place(last)
        self.reset = bool(last) and since is None
        self.newest = 0
        self.sent: dict[str, int] = {}
        self.looks: deque[tuple[float, int]] = deque()
        self._begin(newest_entry(self.engine, self.sql) if since is None else since)

    def look(self, visitor: Visitor) -> list[models.Happened]:
        """New events, in the order of their entry."""
        since = self._since()
        entries = entries_after(self.engine, self.sql, since, MOST_EVENTS + 1)
        if len(entries) > MOST_EVENTS:
            self.reset = True
            self._begin(newest_entry(self.engine, self.sql))
            return []
        rows = [(case_id, entry, mark_of(digest)) for case_id, entry, digest in entries]
        self.sent = {mark: entry for mark, entry in self.sent.items() if entry > since}
        fresh = [row for row in rows if row[2] not in self.sent]
        cases = list(dict.fromkeys(case_id for case_id, _, _ in fresh))[:MOST_CASES]
        visible = self._visible(visitor, cases)
        news = []
        for case_id, entry, mark in fresh:
            if case_id not in visible:
                continue
            self.sent[mark] = entry
            event = visible[case_id].get(mark)
            if event is not None:
                news.append(event)
        if rows and len(cases) < MOST_CASES:
            self.newest = max(self.newest, rows[-1][1])
        return news

    def _begin(self, entry: int) -> None:
        """Start to send what is entered after this entry."""
        self.newest, self.sent = entry, {}
        self.looks = deque([(monotonic(), entry)])

    def _since(self) -> int:
        """The entry after which this look begins."""
        if not self.sql.postgres:
            return self.newest
        self.looks.append((monotonic(), self.newest))
        while len(self.looks) > 1 and self.looks[1][0] <= monotonic() - LATE:
            self.looks.popleft()
        return self.looks[0][1]

    def _place(self, last: str) -> int | None:
        """The entry after which a stream goes on whose client has received the event `last`; None: begin anew."""
        at = _instant(last)
        if at is None or at < self.site.now() - OLDEST:
            return None
        entries = {mark_of(digest): entry for entry, digest in entries_at(self.engine, self.sql, at)}
        place = entries.get(last.partition("-")[2])
        return place if place is None or not self.sql.postgres else place - BEHIND

    def _visible(self, visitor: Visitor, cases: list[str]) -> Mapping[str, dict[str, models.Happened]]:
        """By case and mark, what the visitor may see; a case that they may not see has no events."""
        scope = scope_of(visitor)
        seen = seen_of(self.site.register, scope, cases) if scope else set()
        by_case: dict[str, dict[str, models.Happened]] = {case_id: {} for case_id in cases}
        for case_id in seen:
            try:
                events = timeline(Sight(self.site, visitor, case_id))
            except UnknownCase:
                continue
            by_case[case_id] = {event.mark: event_model(case_id, event) for event in events}
        return by_case


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
        raise Refusal(429, Refused("too_many_streams", most=MOST_STREAMS), {"Retry-After": "60"})
    enter(request, caller.visitor, f"list {request.url.path}", 0)
    return Stream(request, caller, Feed(site_of(request), last_event_id), streams)


class Stream(StreamingResponse):
    """The streaming response; counted as open while it runs."""

    def __init__(self, request: Request, caller: Caller, feed: Feed, streams: "Counter[str]") -> None:
        self.streams, self.account = streams, caller.visitor.account
        super().__init__(
            messages(request, feed),
            media_type="text/event-stream",
            headers={"cache-control": "no-store", "x-accel-buffering": "no"},
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.streams[self.account] += 1
        try:
            await super().__call__(scope, receive, send)
        finally:
            self.streams[self.account] -= 1


async def messages(request: Request, feed: Feed) -> AsyncIterator[str]:
    """The text of the stream; the viewer's rights are checked again before each look."""
    yield "retry: 3000\n\n"
    ends = monotonic() + LASTS
    spoke = monotonic()
    while monotonic() < ends:
        news = await run_in_threadpool(_look, request, feed)
        if news is None:
            yield "event: end\ndata: {}\n\n"
            return
        text = "".join(
            f"id: {event.id}\nevent: happened\n"
            f"data: {orjson.dumps(event.model_dump(mode='json')).decode()}\n\n"
            for event in news
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


def _look(request: Request, feed: Feed) -> list[models.Happened] | None:
    """The new events; None when the viewer's token or session has ended."""
    try:
        caller = caller_of(request, use=False)
    except Refusal:
        return None
    if TokenScope.READ not in caller.scopes:
        return None
    news = feed.look(caller.visitor)
    if news:
        enter(request, caller.visitor, f"list {request.url.path}", len(news))
    return news


def _instant(event_id: str) -> datetime | None:
    parts = _ID.match(event_id)
    if parts is None:
        return None
    try:
        return EPOCH + int(parts.group(1)) * MICROSECOND
    except OverflowError:
        return None
