"""Requests with bad texts, at every place of the portal that takes a text, and what came of them."""

import asyncio
import json
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from itertools import chain
from typing import Any, get_args
from urllib.parse import quote, quote_plus, unquote
from zlib import crc32

from fastapi import FastAPI

from portal.server.app import create_app
from portal.visitor.offers import offers
from portal.visitor.sight import Sight
from portal.visitor.site import Site, Throttle
from states.sheets import SHEETS
from storage import Register
from storage.accounts import Visitor
from storage.citizens import track_anew
from storage.places import places_in
from tests.builders import CITY, rows
from tests.portal.api import a_token
from tests.portal.bad_texts import BAD, GOOD, POSTED, RAW, WRONG
from tests.portal.city import a_city
from tests.portal.everywhere import UNENDING, World, addresses, routes
from tests.portal.standing import Standing

PEOPLE = (
    "R1", "D1", "W1", "H1", "G1", "K1", "X1", "A1", "M1", "C1", "L1", "S1", "V1", "security", "system", "audit",
)  # fmt: skip
DUTIES = ("system", "security", "audit")
CASES = ("assigned", "draft", "submitted", "registered", "evaluating", "opinion")
HEADERS = (
    "origin", "referer", "host", "accept", "accept-language", "accept-encoding", "if-match", "if-none-match", "range",
    "if-modified-since", "idempotency-key", "cookie", "content-type", "content-length", "authorization", "x-csrf-token",
    "last-event-id", "forwarded", "x-forwarded-for", "x-forwarded-proto", "x-forwarded-host", "sec-fetch-site",
    "user-agent", "expect", "transfer-encoding", "content-encoding", "connection", "upgrade", "x-http-method-override",
)  # fmt: skip
FORM, JSON = "application/x-www-form-urlencoded", "application/json"
PARTS = "multipart/form-data; boundary=b"


@dataclass(frozen=True)
class Sent:
    """One request and who sends it; '' is nobody, None anybody by turns."""

    path: str
    who: str | None = None
    method: str = "GET"
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        return f"{self.method} {self.path[:150]} {self.body[:200]!r} {str(self.headers)[:120]}"


Place = Callable[[], Sent]
"""A request that is made when its turn comes: most of a walk's are passed over."""


class Town:
    """A city with everybody signed in, and a portal that counts no tries."""

    def __init__(self, register: Register) -> None:
        a_city(register)
        self.site = Site(register, Standing())
        self.site.throttles = {name: Throttle(10**9, 1) for name in self.site.throttles}
        for name in (*PEOPLE, "W2"):
            duty = name if name in DUTIES else ""
            self.site.accounts.create(name, self.site.real_now(), "test", person="" if duty else name, duty=duty)
        self.tokens = {name: a_token(self.site, name) for name in PEOPLE}
        self.places = {name: some[0] for name, some in World(CASES).places().items()} | {"place_id": "P1"}
        place = {"id": "P1", "name": "家", "region": CITY, "kind": "home", "deputies": "D1", "clerks": "K1"}
        register.import_directory("places", rows([place]))
        now = self.site.real_now()
        self.codes = {
            "/o/{code}": places_in(register, CITY)[0].code, "/o/t/{code}": track_anew(register, "opinion"),
            "/e/{token}": self.site.accounts.link_to_evaluate("evaluating", "D1", 1, now, "R1", timedelta(days=9)),
            "/evaluation-link/{case_id:path}": "evaluating", "/promote/{case_id:path}": "opinion",
            "/tracking/{case_id:path}": "opinion", "/forget/{case_id:path}": "opinion",
            "/link/{token}": self.site.accounts.link_to_sign_in("W2", now, "security", timedelta(days=9)),
        }  # fmt: skip
        self.statuses = Counter[int]()
        self.sessions: dict[str, tuple[str, str]] = {}
        self.app: FastAPI = create_app(self.site)

    def filled(self, path: str, **places: str) -> str:
        """The path with its places, by default with what is there."""

        def value(place: re.Match[str]) -> str:
            given = places.get(place[1], self.codes.get(path) or self.places[place[1]])
            return quote(given.encode("utf-8", "surrogatepass"), safe="")

        return re.sub(r"\{(\w+)(?::path)?\}", value, path)

    def session(self, name: str) -> tuple[str, str]:
        """The cookie and the form token of this person, made anew where a form has ended the session."""
        cookie, csrf = self.sessions.get(name, ("", ""))
        if not cookie or self.site.accounts.visitor(cookie, self.site.real_now(), self.site.today()) is None:
            cookie = self.site.accounts.sign_in(name, self.site.real_now())
            csrf = self.visitor(cookie).csrf
            self.sessions[name] = cookie, csrf
        return cookie, csrf

    def visitor(self, cookie: str) -> Visitor:
        visitor = self.site.accounts.visitor(cookie, self.site.real_now(), self.site.today())
        assert visitor is not None
        return visitor


# -- places that take a text ---------------------------------------------------------------------------------------


def questions(town: Town) -> Iterator[Place]:
    """Every place of every path, and every question of it."""
    filled = addresses(town.app, World(CASES))
    for path, route in routes(town.app):
        if path in UNENDING:
            continue
        for name in route.param_convertors:
            yield from (partial(_ask, town, path, name, bad) for bad in BAD)
        address, _, more = filled[path][0].partition("?")
        for parameter in route.dependant.query_params:
            kept = [part for part in more.split("&") if part and not part.startswith(f"{parameter.alias}=")]
            yield from (partial(_question, address, kept, parameter.alias, bad) for bad in BAD)


def fields(town: Town) -> Iterator[Place]:
    """Every field of every form of a page, in its text, its name, and the name of a file in it."""
    for path, route in routes(town.app, "POST"):
        if path.startswith(("/api/", "/act/")):
            continue
        for who, form in POSTED[path]:
            where = town.filled(path)
            yield from _forms(where, who, form)
            yield from (partial(_form, where, who, form, bad, "x") for bad in BAD)
            yield from (partial(with_file, where, who, bad) for bad in BAD)
        for name in route.param_convertors:
            yield from (partial(_ask, town, path, name, bad, "POST") for bad in BAD)


def actions(town: Town) -> Iterator[Place]:
    """Every field of the form of every action that somebody may take."""
    walked = set()
    for name in PEOPLE:
        for case in CASES if name not in DUTIES else ():
            sight = Sight(town.site, town.visitor(town.session(name)[0]), case)
            for offer in offers(sight):
                if offer.refused is None and offer.action not in walked:
                    walked.add(offer.action)
                    keys = [field.key for field in SHEETS[offer.action]]
                    form = {key: GOOD.get(key, "x") for key in (*keys, *ROWS)}
                    yield from _forms(f"/act/{case}?do={offer.action}&on={quote(offer.row)}", name, form)


ROWS = ("key", "shown", "promise", "promise_due", "unit", "role", "part", "answer", "taken_on", "place")
"""What forms of actions have beside the keys of their sheets."""


def calls(town: Town) -> Iterator[Place]:
    """Every key of every action's data by the API, and the data's keys themselves."""
    for number, (action, sheet) in enumerate(SHEETS.items()):
        who, path = PEOPLE[number % len(PEOPLE)], f"/api/v1/cases/{CASES[number % len(CASES)]}/actions"
        for key in (*(each.key for each in sheet), "on_behalf_of"):
            for bad in BAD:
                for value in (bad, [bad], {bad: bad}):
                    yield partial(_call, path, who, {"action": action, "data": {key: value}})


def bodies(town: Town) -> Iterator[Place]:
    """Every key of every body that the API takes, with bad texts and values of wrong types, and JSON that is none."""
    for path, route in routes(town.app, "POST"):
        where = town.filled(path)
        for parameter in route.dependant.body_params if path.startswith("/api/") else ():
            models = get_args(parameter.field_info.annotation) or (parameter.field_info.annotation,)
            keys = list(chain(*(getattr(model, "model_fields", ()) for model in models)))
            for key in keys:
                others = {name: GOOD.get(name, "x") for name in keys if name != key}
                yield from (partial(_call, where, None, {**others, key: value}) for value in (*BAD, *WRONG))
            for raw in RAW:
                yield partial(Sent, where, None, "POST", raw, {"content-type": JSON, "idempotency-key": "k"})


def headers(town: Town) -> Iterator[Place]:
    """Every header that anything on the way may read."""
    form, call = {"content-type": FORM}, {"content-type": JSON, "idempotency-key": "k"}
    for name in HEADERS:
        for bad in BAD:
            header = {name: bad}
            for where in ("/", "/sign-in", "/cases", "/static/style.css", "/api/v1/cases", "/api/v1/cases/draft"):
                yield partial(Sent, where, headers=header)
            yield partial(Sent, "/sign-in", "", "POST", b"account=x&password=x", form | header)
            yield partial(Sent, "/write", "D1", "POST", b"title=x", form | header)
            yield partial(Sent, "/api/v1/cases/draft/actions", "D1", "POST", SUBMIT, call | header)


SUBMIT = b'{"action":"submit","data":{}}'
KINDS = (questions, fields, actions, calls, bodies, headers)


def _ask(town: Town, path: str, name: str, bad: str, method: str = "GET") -> Sent:
    body, headers = (b"x=x", {"content-type": FORM}) if method == "POST" else (b"", {})
    return Sent(town.filled(path, **{name: bad}), None, method, body, headers)


def _question(address: str, kept: list[str], name: str, bad: str) -> Sent:
    return Sent(f"{address}?{'&'.join([*kept, f'{name}={_quoted(bad)}'])}")


def _forms(path: str, who: str, values: Mapping[str, str]) -> Iterator[Place]:
    return (partial(_form, path, who, values, name, bad) for name in values for bad in BAD)


def _form(path: str, who: str, values: Mapping[str, str], name: str, text: str) -> Sent:
    form = "&".join(f"{_quoted(key)}={_quoted(value)}" for key, value in {**values, name: text}.items())
    return Sent(path, who, "POST", form.encode(), {"content-type": FORM})


TABLE = "编号,名称,区划,类别\nU{number},水务局{number},321300,政府\n"


def with_file(path: str, who: str, name: str) -> Sent:
    """A form whose files have this name."""
    head = "--b\r\ncontent-disposition: form-data; name="
    texts = {"csrf": "CSRF", "do": "read", "key": "k" * 32, "kind": "units"}
    parts = [f'{head}"{key}"\r\n\r\n{text}\r\n' for key, text in texts.items()]
    table = TABLE.format(number=crc32(name.encode("utf-8", "surrogatepass")))
    parts += [f'{head}"{key}"; filename="{name}"\r\n\r\n{table}\r\n' for key in ("file", "files", "evidence")]
    body = "".join([*parts, "--b--\r\n"]).encode("utf-8", "surrogatepass")
    return Sent(path, who, "POST", body, {"content-type": PARTS})


def _call(path: str, who: str | None, body: Any, method: str = "POST") -> Sent:
    return Sent(path, who, method, json.dumps(body).encode(), {"content-type": JSON, "idempotency-key": "k"})


def _quoted(text: str) -> str:
    return quote_plus(text.encode("utf-8", "surrogatepass"))


# -- what comes back -----------------------------------------------------------------------------------------------


def faults(town: Town, places: Iterable[Place]) -> list[str]:
    """What the portal could not answer; whoever may be anybody comes by turns."""

    async def all_of_them() -> list[str]:
        wrong = []
        for number, place in enumerate(places):
            sent = place()
            who = PEOPLE[number % len(PEOPLE)] if sent.who is None else sent.who
            if fault := await _fault(town, sent, who):
                wrong.append(f"{fault}: {who} {sent}")
        return wrong

    return asyncio.run(all_of_them())


async def _fault(town: Town, sent: Sent, who: str) -> str:
    path, _, question = sent.path.partition("?")
    cookie, csrf = town.session(who) if who else ("", "")
    body = sent.body
    if sent.headers.get("content-type") == FORM:
        body += f"&csrf={csrf}".encode()
    body = body.replace(b"\r\n\r\nCSRF\r\n", f"\r\n\r\n{csrf}\r\n".encode())
    described = {"host": "portal.test", "accept": "*/*", "content-length": str(len(body))}
    described |= {"authorization": f"Bearer {town.tokens[who]}"} if path.startswith("/api/") and who else {}
    described |= {"cookie": f"duban={cookie}", **sent.headers}
    scope = {
        "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": sent.method, "scheme": "http",
        "path": unquote(path), "raw_path": path.encode(), "query_string": question.encode(), "root_path": "",
        "headers": [(name.encode(), value.encode("utf-8", "surrogatepass")) for name, value in described.items()],
        "client": ("testclient", 50000), "server": ("portal.test", 80), "state": {},
    }  # fmt: skip
    status, messages = 0, iter([{"type": "http.request", "body": body, "more_body": False}])

    async def receive() -> Any:
        return next(messages, {"type": "http.disconnect"})

    async def send(message: Any) -> None:
        nonlocal status
        if message["type"] == "http.response.start":
            status = message["status"]
            for name, value in message["headers"]:
                assert not re.search(rb"[\x00-\x1f\x7f]", name + value), (name, value)

    try:
        await town.app(scope, receive, send)
    except Exception as error:
        return f"{type(error).__name__} {str(error)[:100]}"
    town.statuses[status] += 1
    return "" if 200 <= status < 500 else str(status)
