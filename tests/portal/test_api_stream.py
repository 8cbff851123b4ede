"""Events as they happen: who is told what, how a stream goes on after an interruption, and when it ends."""

import asyncio
import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from fastapi import FastAPI

from portal.api import stream
from portal.api.stream import MOST_STREAMS, Feed
from portal.server.app import create_app
from states import Action
from storage import Register
from storage.accounts import Visitor
from tests.builders import DISSATISFIED
from tests.portal.api import HOME, Program, a_city, a_token, programs


@pytest.fixture
def app(register: Register, monkeypatch: pytest.MonkeyPatch) -> FastAPI:
    monkeypatch.setattr(stream, "PAUSE", 0.02)
    return create_app(a_city(register))


def listened(app: FastAPI, held: str, meanwhile: Callable[[], Any], until: str, last: str = "") -> str:
    """What a stream says from its start, while `meanwhile` happens, until it says `until` or ends."""
    chunks: list[str] = []
    headers = [(b"authorization", f"Bearer {held}".encode()), (b"host", b"portal.test")]
    if last:
        headers.append((b"last-event-id", last.encode()))
    path = f"{HOME}/events"
    scope = {
        "type": "http", "http_version": "1.1", "method": "GET", "scheme": "http", "path": path,
        "raw_path": path.encode(), "query_string": b"", "root_path": "", "headers": headers,
        "client": ("127.0.0.1", 1), "server": ("portal.test", 80), "state": {},
    }  # fmt: skip

    async def listening() -> None:
        heard = asyncio.Event()
        is_asked = False

        async def receive() -> dict[str, Any]:
            nonlocal is_asked
            if not is_asked:
                is_asked = True
                return {"type": "http.request", "body": b"", "more_body": False}
            await heard.wait()
            return {"type": "http.disconnect"}

        async def send(message: Any) -> None:
            if message["type"] != "http.response.body":
                return
            first = not chunks
            chunks.append(message.get("body", b"").decode())
            if first:
                await asyncio.to_thread(meanwhile)
            if until in "".join(chunks):
                heard.set()

        await asyncio.wait_for(app(scope, receive, send), 60)

    asyncio.run(listening())
    return "".join(chunks)


def events_in(text: str) -> list[dict[str, Any]]:
    """The events that a stream told."""
    return [
        json.loads(line.removeprefix("data: "))
        for line in text.splitlines()
        if line.startswith('data: {"id"')
    ]


@pytest.mark.both
def test_a_stream_tells_what_the_timeline_shows_and_nothing_else(app: FastAPI) -> None:
    everybody = programs(app, ["W1", "D1"])

    def meanwhile() -> None:
        everybody["D1"].act("C1", "submit", "1")
        everybody["D1"].act("C3", "evaluate", "2", 200, **DISSATISFIED)
        everybody["W1"].act("C2", "receipt", "3")

    before = len(everybody["W1"].get("/cases/C2/events"))
    events = events_in(listened(app, everybody["W1"].held, meanwhile, "assignment.receipted"))
    assert events == everybody["W1"].get("/cases/C2/events")[before:][: len(events)]
    assert {event["case"] for event in events} == {"C2"}


def test_a_stream_goes_on_after_the_last_event_received(app: FastAPI) -> None:
    program = programs(app, ["W1"])["W1"]
    program.act("C2", "receipt", "1")
    last = program.get("/cases/C2/events")[-1]["id"]
    program.act("C2", "accept", "2")
    text = listened(app, program.held, lambda: None, "assignment.accepted", last)
    assert "event: reset" not in text
    assert "assignment.accepted" in [event["event"] for event in events_in(text)]


@pytest.mark.parametrize("last", ["nonsense", "1741752000000000-70f21f5caf37215a", "9" * 17 + "-" + "0" * 16])
def test_whoever_was_away_too_long_is_told_to_read_the_lists_again(app: FastAPI, last: str) -> None:
    text = listened(app, a_token(app.state.site, "W1"), lambda: None, "event: reset", last)
    assert events_in(text) == []


def test_a_stream_ends_with_its_token(app: FastAPI) -> None:
    tokens, now = app.state.site.tokens, app.state.site.real_now()
    held, made = tokens.make("W1", "x", ["read"], now, timedelta(days=1))
    text = listened(app, held, lambda: tokens.revoke(made.id, now, "W1"), "never said")
    assert text.endswith("event: end\ndata: {}\n\n")


def test_a_stream_ends_with_its_session_and_does_not_keep_it_alive(app: FastAPI) -> None:
    accounts, now = app.state.site.accounts, app.state.site.real_now()
    token = accounts.sign_in("W1", now)
    today = app.state.site.today()
    later = now + timedelta(hours=1)
    assert accounts.visitor(token, later, today, use=False)
    assert accounts.visitor(token, later + timedelta(hours=1, minutes=30), today) is None


def test_an_account_has_few_streams_at_once(app: FastAPI) -> None:
    (api,) = (route.app for route in app.routes if getattr(route, "path", "") == HOME)  # type: ignore[attr-defined]
    program = programs(app, ["W1"])["W1"]
    api.state.streams["W1"] = MOST_STREAMS
    program.send("GET", "/events", 429)
    api.state.streams["W1"] = MOST_STREAMS - 1
    listened(app, program.held, lambda: None, "retry")
    assert api.state.streams["W1"] == MOST_STREAMS - 1


def test_much_at_once_is_told_piece_by_piece_and_too_much_as_a_reset(
    app: FastAPI, monkeypatch: pytest.MonkeyPatch
) -> None:
    site = app.state.site
    program: Program = programs(app, ["W1"])["W1"]
    visitor = Visitor("W1", "", "", "W1", "承办人1", "handler", "U1", "第1局", "")
    piece, bulk = Feed(site), Feed(site)
    program.act("C2", "receipt", "1")
    program.act("C6", "receipt", "2")
    monkeypatch.setattr(stream, "MOST_CASES", 1)
    looks = [piece.look(visitor) for _ in range(4)]
    assert [bool(look) for look in looks] == [True, True, False, False]
    assert {event.case for look in looks for event in look} == {"C2", "C6"}
    monkeypatch.setattr(stream, "MOST_EVENTS", 1)
    assert bulk.look(visitor) == []
    assert bulk.reset


@pytest.mark.both
def test_a_stream_tells_what_comes_in_after_a_clock_that_ran_ahead(app: FastAPI) -> None:
    """By the clock nothing was new until the clock had come to where it had been."""
    site = app.state.site
    visitor = Visitor("W1", "", "", "W1", "承办人1", "handler", "U1", "第1局", "")
    now = site.now()
    feed = Feed(site)
    for hours, action, event in (
        (8, "receipt", "assignment.receipted"), (0, "accept", "assignment.accepted"),
        (-8, "communicate", "assignment.communicated"),
    ):  # fmt: skip
        contact = Action("C2", action, "W1", "handler", {"kind": "phone"})
        (done,) = site.register.apply([contact], now + timedelta(hours=hours))
        assert done.done, done.reason
        assert event in [event.event for event in feed.look(visitor)]
    assert feed.look(visitor) == []


@pytest.mark.both
def test_a_stream_goes_on_after_an_event_that_a_clock_ahead_dated(app: FastAPI) -> None:
    site = app.state.site
    program = programs(app, ["W1"])["W1"]
    ahead = site.now() + timedelta(hours=8)
    (done,) = site.register.apply([Action("C2", "receipt", "W1", "handler")], ahead)
    assert done.done, done.reason
    last = program.get("/cases/C2/events")[-1]["id"]
    program.act("C2", "accept", "2")
    text = listened(app, program.held, lambda: None, "assignment.accepted", last)
    assert "event: reset" not in text
    assert "assignment.accepted" in [event["event"] for event in events_in(text)]
