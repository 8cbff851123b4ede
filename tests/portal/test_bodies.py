"""Nobody who is not known has a large body read, and no body of anybody costs more than its bytes."""

import asyncio
import json
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from itertools import cycle
from threading import Thread
from time import process_time
from typing import Any

import httpx
import pytest
import uvicorn
from fastapi import FastAPI

from portal.door.guard import posted
from portal.server import bodies, connections
from portal.server.app import create_app
from portal.server.bodies import DEPTH, HEAD, KNOWN, OPEN, UNKNOWN, VALUES
from portal.server.connections import ShortHeads
from portal.visitor.site import Site, Throttle
from storage import Register
from tests.portal.api import a_token
from tests.portal.city import a_whole_directory
from tests.portal.routes import Walked, routes, writing
from tests.portal.web import an_account

CHUNK = 64 << 10
LARGE = 12 << 20
KINDS = ("application/json", "application/x-www-form-urlencoded", "multipart/form-data; boundary=b", "text/plain")


@pytest.fixture
def app(register: Register) -> FastAPI:
    a_whole_directory(register)
    site = Site(register)
    for name in ("R1", "W1"):
        an_account(site, name)
    site.throttles = {name: Throttle(10_000, 1) for name in site.throttles}
    return create_app(site)


@dataclass
class Sent:
    """A request as a server gives it to the application, and what came of it."""

    method: str
    path: str
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
    query: str = ""
    declared: bool = True
    received: int = 0
    status: int = 0
    answer: bytes = b""
    given: dict[str, str] = field(default_factory=dict)

    def to(self, app: FastAPI) -> "Sent":
        asyncio.run(app(self._scope(), self._receive, self._send))  # type: ignore[arg-type]
        return self

    def _scope(self) -> dict[str, Any]:
        headers = {"host": "portal.test"} | self.headers
        headers |= {"content-length": str(len(self.body))} if self.declared else {"transfer-encoding": "chunked"}
        return {
            "type": "http", "asgi": {"version": "3.0", "spec_version": "2.3"}, "http_version": "1.1",
            "method": self.method, "path": self.path, "raw_path": self.path.encode(), "root_path": "",
            "query_string": self.query.encode(), "scheme": "http", "server": ("portal.test", 80),
            "client": ("10.0.0.1", 4711), "state": {},
            "headers": [(name.encode(), value.encode()) for name, value in headers.items()],
        }  # fmt: skip

    async def _receive(self) -> dict[str, Any]:
        part = self.body[self.received : self.received + CHUNK]
        self.received += len(part)
        return {"type": "http.request", "body": part, "more_body": self.received < len(self.body)}

    async def _send(self, message: dict[str, Any]) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            self.told = {name.decode(): value.decode() for name, value in message["headers"]}
        self.answer += message.get("body", b"")


def session_headers(app: FastAPI, account: str = "R1") -> dict[str, str]:
    """The headers of somebody signed in."""
    site: Site = app.state.site
    return {"cookie": f"duban={site.accounts.sign_in(account, site.real_now())}"}


def program(app: FastAPI, account: str = "R1") -> dict[str, str]:
    held = a_token(app.state.site, account)
    return {"authorization": f"Bearer {held}", "content-type": "application/json", "idempotency-key": "k"}


def test_nobody_unknown_has_a_large_body_read_at_any_address(app: FastAPI) -> None:
    walked = writing(app)
    assert len(walked) >= 39
    for route in walked:
        for kind in KINDS:
            for declared in (True, False):
                sent = Sent(route.method, route.path, b"&" * LARGE, {"content-type": kind}, declared=declared).to(app)
                assert sent.status in (401, 403, 413), (route.name, kind, declared, sent.status)
                open_ = route.pattern.startswith(OPEN)
                assert sent.received <= (UNKNOWN + CHUNK if open_ and not declared else 0), (route.name, kind, declared)


def test_an_address_is_open_to_nobody_known_only_where_its_route_asks_for_nobody(app: FastAPI) -> None:
    openness = {route.pattern: _asks(route) for route in writing(app)}
    assert {path for path, asks in openness.items() if not asks} == {path for path in openness if path.startswith(OPEN)}


def test_whoever_lost_the_session_is_led_to_sign_in_and_nothing_is_read(app: FastAPI) -> None:
    sent = Sent("POST", "/write", b"title=x", {"content-type": KINDS[1]}).to(app)
    assert (sent.status, sent.told["location"], sent.received) == (303, "/sign-in", 0)


@pytest.mark.parametrize("declared", [True, False])
def test_a_body_is_counted_as_it_comes_whatever_its_head_says(app: FastAPI, declared: bool) -> None:
    sent = Sent("POST", "/sign-in", b"a=" + b"x" * LARGE, {"content-type": KINDS[1]}, declared=declared)
    sent.to(app)
    assert sent.status == 413
    assert sent.received <= UNKNOWN + CHUNK
    lying = Sent("POST", "/sign-in", b"a=" + b"x" * LARGE, {"content-type": KINDS[1], "content-length": "9"})
    scope = lying._scope() | {"headers": [(b"host", b"portal.test"), (b"content-length", b"9")]}
    asyncio.run(app(scope, lying._receive, lying._send))  # type: ignore[arg-type]
    assert lying.received <= UNKNOWN + CHUNK
    form = session_headers(app) | {"content-type": KINDS[1]}
    large = Sent("POST", "/write", b"a=" + b"x" * (KNOWN + CHUNK), form, declared=False)
    assert large.to(app).status in (400, 413)
    assert large.received <= KNOWN + CHUNK


@dataclass
class Gone(Sent):
    """Whoever sends goes away after the first part."""

    async def _receive(self) -> dict[str, Any]:
        if self.received:
            return {"type": "http.disconnect"}
        self.received = len(self.body)
        return {"type": "http.request", "body": self.body, "more_body": True}


@pytest.mark.sqlite_first
def test_whoever_goes_away_while_sending_is_no_fault_of_the_portal(app: FastAPI) -> None:
    begun = cycle({KINDS[0]: b'{"action": "dr', KINDS[1]: b"csrf=a&tit", KINDS[2]: PART + b"x"}.items())
    of_pages, of_programs = session_headers(app), program(app)
    for route, (kind, body) in zip(writing(app), begun, strict=False):
        headers = (of_programs if route.path.startswith("/api") else of_pages) | {"content-type": kind}
        assert Gone(route.method, route.path, body, headers, declared=False).to(app).status < 500, route.name


PART = b'--b\r\ncontent-disposition: form-data; name="a"\r\n\r\n'
BOMBS: dict[str, tuple[str, Callable[[], bytes]]] = {
    "empty objects": (KINDS[0], lambda: b'{"actions":[' + b"{}," * (LARGE // 3) + b"{}]}"),
    "empty texts": (KINDS[0], lambda: b"[" + b'"",' * (LARGE // 3) + b"0]"),
    "deep lists": (KINDS[0], lambda: b"[" * (LARGE // 2)),
    "deep lists of few": (KINDS[0], lambda: b"[" * (DEPTH + 1) + b"]" * (DEPTH + 1)),
    "numbers": (KINDS[0], lambda: b"[" + b"0," * (LARGE // 2) + b"0]"),
    "keys": (KINDS[0], lambda: b"{" + b'"a":0,' * (LARGE // 6) + b'"a":0}'),
    "texts without end": (KINDS[0], lambda: b'"\\' * (VALUES - 1)),
    "another encoding": (KINDS[0], lambda: json.dumps({"actions": [{}] * 1000}).encode("utf-16")),
    "separators": (KINDS[1], lambda: b"&" * LARGE),
    "other separators": (KINDS[1], lambda: b";" * LARGE),
    "fields": (KINDS[1], lambda: b"a=1&" * (LARGE // 4)),
    "a large field": (KINDS[1], lambda: b"a=" + b"%E4" * (LARGE // 3 - 1)),
    "parts": (KINDS[2], lambda: (PART + b"\r\n") * 200_000),
    "headers of a part": (KINDS[2], lambda: b"--b\r\n" + b"a: b\r\n" * (LARGE // 6)),
    "a header of a part": (KINDS[2], lambda: b"--b\r\na: " + b"b" * (LARGE - 20)),
    "before the first part": (KINDS[2], lambda: b"\r\n-" * (LARGE // 3)),
    "almost ends": (KINDS[2], lambda: PART + b"\r\n--" * (LARGE // 4 - 99)),
    "a costly alphabet": (
        f"{KINDS[2]}; charset=punycode",
        lambda: PART + b"a-" + b"9z" * (1 << 20) + b"\r\n--b--",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", BOMBS)
def test_a_body_of_many_small_parts_is_refused_before_it_costs(app: FastAPI, name: str) -> None:
    kind, body = BOMBS[name]
    if kind == KINDS[0]:
        sent = Sent("POST", "/api/v1/actions", body(), program(app))
    else:
        sent = Sent("POST", "/write", body(), session_headers(app) | {"content-type": kind})
    began = process_time()
    sent.to(app)
    assert sent.status in (400, 403, 413, 415, 422), (name, sent.status)
    assert process_time() - began < 1.5, name


def test_packed_bodies_are_refused_in_words(app: FastAPI) -> None:
    packed = {"content-type": KINDS[1], "content-encoding": "gzip"}
    page = Sent("POST", "/write", b"x", session_headers(app) | packed).to(app)
    assert page.status == 415
    assert "不能压缩" in page.answer.decode()
    api = Sent("POST", "/api/v1/actions", b"x", program(app) | {"content-encoding": "gzip"}).to(app)
    assert (api.status, api.told["content-type"]) == (415, "application/problem+json")


def test_a_batch_of_five_hundred_actions_is_within_the_count(app: FastAPI) -> None:
    units = [{"unit": f"U{n}", "role": "CO", "part": "一, 二: [三] {四}" * 50} for n in range(20)]
    action = {"action": "propose_units", "case": "C1", "data": {"units": units, "note": '"' * 50}}
    batch = {"actions": [action | {"key": f"k{n}"} for n in range(500)]}
    body = json.dumps(batch, ensure_ascii=False).encode()
    bodies.check_json(body)
    sent = Sent("POST", "/api/v1/actions", body, program(app)).to(app)
    assert sent.status == 200, sent.answer[:300]


def test_a_head_that_is_too_long_is_refused_at_every_address(app: FastAPI) -> None:
    for route in routes(app):
        assert Sent(route.method, route.path, query="&" * HEAD).to(app).status == 431, route.name
        assert Sent(route.method, route.path, headers={"cookie": "a=b; " * HEAD}).to(app).status == 431, route.name


@pytest.fixture
def address(app: FastAPI) -> Iterator[tuple[str, int]]:
    """The portal on a socket, as `duban portal` has it."""
    server = uvicorn.Server(uvicorn.Config(app, http=ShortHeads, log_config=None, lifespan="off", ws="none"))
    listening = socket.create_server(("127.0.0.1", 0))
    thread = Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
    thread.start()
    yield listening.getsockname()
    server.should_exit = True
    thread.join(10)


def test_headers_that_do_not_end_end_the_connection(address: tuple[str, int]) -> None:
    with socket.create_connection(address, timeout=10) as connection:
        connection.sendall(b"GET /healthz HTTP/1.1\r\nhost: x\r\n")
        with pytest.raises(OSError):
            connection.sendall((b"a: " + b"x" * CHUNK + b"\r\n") * 1_000)


@pytest.mark.parametrize(
    "begun",
    [b"", b"GET /healthz HTTP/1.1\r\nhost: x\r\n",
     b"POST /sign-in HTTP/1.1\r\nhost: x\r\ncontent-type: application/x-www-form-urlencoded\r\n"
     b"content-length: 50\r\n\r\na",
     b"POST /sign-in HTTP/1.1\r\nhost: x\r\ncontent-type: application/x-www-form-urlencoded\r\n"
     b"transfer-encoding: chunked\r\n\r\n2\r\na=\r\n"],
)  # fmt: skip
def test_what_never_comes_to_its_end_gives_its_connection_back(
    address: tuple[str, int], monkeypatch: pytest.MonkeyPatch, begun: bytes
) -> None:
    """Nothing at all, headers, a body, one in chunks: each ends after its time, also where bytes come one by one."""
    monkeypatch.setattr(connections, "HEAD_SECONDS", 0.4)
    monkeypatch.setattr(connections, "IDLE_SECONDS", 0.4)
    monkeypatch.setattr(connections, "BODY_SECONDS", 1.0)
    with socket.create_connection(address, timeout=10) as connection:
        connection.sendall(begun)
        with suppress(ConnectionResetError):
            assert connection.recv(4096) == b""
    if b"content-length" in begun:
        with socket.create_connection(address, timeout=10) as connection, pytest.raises(OSError):
            _drip(connection, begun)


def _drip(connection: socket.socket, begun: bytes) -> None:
    """Send the beginning, then a byte now and then."""
    connection.sendall(begun)
    for _ in range(40):
        connection.sendall(b"a")
        time.sleep(0.1)


def test_many_silent_connections_keep_nobody_out(address: tuple[str, int], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connections, "MOST", 8)
    with ExitStack() as opened:
        for _ in range(30):
            opened.enter_context(socket.create_connection(address, timeout=10))
        time.sleep(0.2)
        with socket.create_connection(address, timeout=10) as connection:
            connection.sendall(b"GET /sign-in HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n")
            assert connection.recv(4096).startswith(b"HTTP/1.1 200")


def test_a_request_that_is_being_answered_does_not_give_way(
    address: tuple[str, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A second request on a connection, and one whose answer takes longer than a head may."""
    monkeypatch.setattr(connections, "HEAD_SECONDS", 0.5)
    with httpx.Client(base_url=f"http://{address[0]}:{address[1]}") as http:
        for _ in range(3):
            assert http.get("/sign-in").status_code == 200
            time.sleep(0.7)


def test_over_a_socket_a_large_body_of_nobody_is_answered_before_it_is_sent(address: tuple[str, int]) -> None:
    with socket.create_connection(address, timeout=10) as connection:
        head = f"POST /api/v1/actions HTTP/1.1\r\nhost: x\r\ncontent-length: {LARGE}\r\n"
        connection.sendall((head + "content-type: application/json\r\n\r\n").encode() + b'{"actions":[')
        assert connection.recv(4096).startswith(b"HTTP/1.1 401")


def _asks(route: Walked) -> bool:
    """Whether the route finds out who sends a form or calls."""
    if route.pattern.startswith("/api/"):
        return any("caller" in str(parameter) for parameter in route.route.endpoint.__annotations__)
    return any(dependency.call is posted for dependency in route.route.dependant.dependencies)
