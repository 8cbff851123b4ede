"""Every address at which the portal answers a question, out of the application's own tables of routes.

A route or a question that is new is asked by itself; where it needs a value that is not here, the tests say so.
"""

import asyncio
import io
import re
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, get_args
from urllib.parse import quote, unquote, urlencode

from fastapi import FastAPI
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute
from starlette.routing import Mount

from portal.api.cases import STATES
from portal.visitor.overseen import PROMISE_GROUPS, WAITS
from portal.web.case_pages import GROUPS
from portal.web.intake import QUEUES
from portal.web.opinion_pages import LISTS
from portal.web.paper_pages import LIST_NAMES
from states.decide import LIFECYCLES
from states.supervision import KINDS
from storage import COLUMNS
from storage.statistics import GROUPINGS
from tests.builders import CITY
from tests.portal.web import Browser, the_app

UNENDING = frozenset({"/api/v1/events"})
"""What does not end by itself: tests/portal/test_api_stream.py."""

ECHOED = frozenset({"done", "back", "next", "words"})
"""What is only said again, or leads back."""

GROUPED = ("todo", "late", *GROUPS)
QUESTIONS: Mapping[str, Sequence[Any]] = {
    "/cases group": GROUPED, "/cases.xlsx group": GROUPED, "/opinions group": tuple(LISTS),
    "/opinions.xlsx group": tuple(LISTS), "/promises group": tuple(PROMISE_GROUPS),
    "/promises.xlsx group": tuple(PROMISE_GROUPS), "/api/v1/cases state": tuple(STATES),
    "/directory kind": tuple(COLUMNS), "/imports kind": tuple(COLUMNS),
    "/papers/list kind": tuple(LIST_NAMES), "kind": tuple(KINDS),
    "state": tuple(LIFECYCLES["supervision"].names), "level": ("U4", "Q1", "Q2", "Q3"), "holder": ("社会委",),
    "waits": tuple(WAITS), "items": ("key", "all"), "missing": ("any", "1"), "unit": ("U1",), "q": ("修路", "D1"),
    "after": ("",), "/papers after": (0,), "cursor": ("",), "limit": (1,), "year": (2025,), "every": ("true",),
    "queue": tuple(QUEUES), "start": (0, 1), "who": ("unit:U1", "deputy:"), "week": ("0", "4"), "of": ("",),
    "account": ("W1",), "case": ("C1",), "refused": ("yes",), "skip": (0,), "on": ("2025-05-06",),
    "by": tuple(GROUPINGS), "figure": ("replied_in_time",), "since": ("2025-01-01",), "until": ("2025-12-31",),
    "form": ("xlsx", "docx"), "tick": ("all",), "against": ("national",), "code": ("no-such",), "proxy": ("A1",),
    "do": ("urge", "communicate", "receipt"), "region": (CITY,), "deputy": ("D1",),
    "/places id": ("no-such",),
    "sort": ("title", "-due"),
}  # fmt: skip
"""What may be asked of a page, by its name, or by the path and its name."""


@dataclass(frozen=True)
class World:
    """What fills the places in a path."""

    cases: Sequence[str]
    papers: Sequence[str] = ()
    more: Mapping[str, Sequence[str]] = field(default_factory=dict)

    def places(self) -> Mapping[str, Sequence[str]]:
        return {
            "case_id": self.cases, "paper_id": self.papers or ("no-such/p1",), "name": ("suqian",),
            "kind": tuple(COLUMNS), "sha256": ("0" * 64,), "token": ("no-such",), "code": ("no-such",),
            "place_id": ("no-such",), "role": ("handler", "no-such"), **self.more,
        }  # fmt: skip


def routes(app: Any, method: str = "GET", prefix: str = "") -> Iterator[tuple[str, APIRoute]]:
    """Every route of the method with its whole path, those of the API, too."""
    for route in app.routes:
        if isinstance(route, APIRoute) and method in (route.methods or ()):
            yield prefix + route.path, route
        inner = getattr(route, "original_router", None) or (route.app if isinstance(route, Mount) else None)
        if hasattr(inner, "routes"):
            yield from routes(inner, method, prefix + (route.path if isinstance(route, Mount) else ""))


def addresses(app: FastAPI, world: World) -> dict[str, list[str]]:
    """What to ask of each route: each of its questions alone, and the API's lists row by row."""
    return {
        path: [where + question for where in _filled(path, world) for question in _questions(path, route)]
        for path, route in routes(app)
        if path not in UNENDING
    }


def _filled(path: str, world: World) -> list[str]:
    paths = [path]
    for name, values in world.places().items():
        paths = [
            address.replace(f"{{{name}}}", quote(value)).replace(f"{{{name}:path}}", quote(value))
            for address in paths
            for value in (values if f"{{{name}" in address else ("",))
        ]
    assert "{" not in paths[0], f"tests/portal/everywhere.py does not know what to put into {paths[0]}"
    return paths


def _questions(path: str, route: APIRoute) -> list[str]:
    parameters = list(_asked_by(route.dependant))
    needed = {parameter.name: str(_values(path, parameter)[0]) for parameter in parameters if _needs(parameter)}
    queries = [needed]
    for parameter in parameters:
        if parameter.name not in ECHOED:
            queries += [{**needed, parameter.name: str(value)} for value in _values(path, parameter)]
    if path == "/api/v1/cases":
        queries += [{"group": "all", "state": state, "limit": "1"} for state in STATES]
    return list(dict.fromkeys("?" + urlencode(query) if query else "" for query in queries))


def _asked_by(endpoint: Dependant) -> Iterator[Any]:
    """The questions of an endpoint, and of what it depends on."""
    yield from endpoint.query_params
    for dependency in endpoint.dependencies:
        yield from _asked_by(dependency)


def _needs(parameter: Any) -> bool:
    return bool(parameter.field_info.is_required())


def _values(path: str, parameter: Any) -> Sequence[Any]:
    values = QUESTIONS.get(f"{path} {parameter.name}") or get_args(parameter.field_info.annotation)
    if not values or not all(isinstance(value, str) for value in values):
        values = QUESTIONS.get(f"{path} {parameter.name}") or QUESTIONS.get(parameter.name, ())
    assert values, f"tests/portal/everywhere.py does not know what to ask of {path} by {parameter.name}"
    return values


# -- answers -----------------------------------------------------------------------------------------------------

NEW_EACH_TIME = re.compile(rb'name="(?:csrf|key)" value="[^"]*"|"csrf": *"[^"]*"')
OWN_CLOCKS = frozenset({"/sessions"})
SEEN_AT = re.compile(rb"20\d\d-\d\d-\d\d \d\d:\d\d")
"""When the test itself looked, on the page of one's own sessions."""
CLOCKED = frozenset({"date", "set-cookie", "content-length"})
STAMPED = frozenset({"docProps/core.xml"})
"""The part of a workbook that says when it was made."""


@dataclass
class Answer:
    """What the application sends for one question."""

    status: int = 0
    headers: list[tuple[str, str]] = field(default_factory=list)
    content: bytes = b""


Ask = tuple[Browser, str]
"""Who asks, and the address."""


def answer(browser: Browser, address: str) -> bytes:
    """The whole answer but for clocks and tokens: status, headers, body, a workbook's parts one by one."""
    return answers([(browser, address)])[0]


def answers(asks: Sequence[Ask]) -> list[bytes]:
    """The answers one after the other, in one event loop with its threads.

    A client that starts both for each question takes longer for that than most answers do.
    """

    return [_shown(address, answer) for (_, address), answer in zip(asks, fetched(asks), strict=True)]


def fetched(asks: Sequence[Ask]) -> list[Answer]:
    """The answers as they come, one after the other, in one event loop."""

    async def all_of_them() -> list[Answer]:
        return [await _fetched(browser, address) for browser, address in asks]

    return asyncio.run(all_of_them())


async def _fetched(browser: Browser, address: str) -> Answer:
    path, _, question = address.partition("?")
    cookies = "; ".join(f"{name}={value}" for name, value in browser.http.cookies.items())
    scope = {
        "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": "GET", "scheme": "http",
        "path": unquote(path), "raw_path": path.encode(), "query_string": question.encode(), "root_path": "",
        "headers": [(b"host", b"portal.test"), (b"accept", b"*/*"), (b"cookie", cookies.encode())],
        "client": ("testclient", 50000), "server": ("portal.test", 80), "state": {},
    }  # fmt: skip
    answer = Answer()

    async def receive() -> Any:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Any) -> None:
        if message["type"] == "http.response.start":
            answer.status = message["status"]
            answer.headers = [(name.decode().lower(), value.decode()) for name, value in message["headers"]]
        else:
            answer.content += message.get("body", b"")

    await the_app(browser.site)(scope, receive, send)
    return answer


def _shown(address: str, answer: Answer) -> bytes:
    headers = sorted(header for header in answer.headers if header[0] not in CLOCKED)
    body = _body(answer.content)
    return f"{answer.status} {headers}\n".encode() + (SEEN_AT.sub(b"", body) if address in OWN_CLOCKS else body)


def _body(content: bytes) -> bytes:
    if not content.startswith(b"PK"):
        return NEW_EACH_TIME.sub(b"", content)
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        return b"\n".join(
            name.encode() + package.read(name) for name in sorted(package.namelist()) if name not in STAMPED
        )
