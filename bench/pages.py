"""The portal over HTTP: eight people at once over a hundred thousand cases, beside the SQL of the same requests.

`python -m bench.pages` measures; `python -m bench.pages serve URL PORT` serves such a portal.
"""

import http.client
import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from datetime import time as daytime
from pathlib import Path
from random import Random
from socket import socket
from statistics import median
from threading import Thread
from time import perf_counter
from typing import Annotated

import typer
import uvicorn
from fastapi.testclient import TestClient

from bench.baseline import recording, replaying
from bench.city import TODAY, UNITS, build
from bench.databases import Database, databases
from bench.measure import LIBRARY
from bench.report import measured
from flows.engine import Clock
from portal.server.app import create_app
from portal.server.serving import leave_in_peace
from portal.visitor.site import Site
from rulebooks import ZONE
from storage import Register, open_engine
from storage.statements import reading

USERS = ("R1", "L1", "W1", "W2", "H3", "H4", "D1", "D2")
"""A registrar, a leader, four of units and two deputies, each in a thread of its own."""
PAGES = 40
"""Requests a user and run."""
ACTIONS = 250
"""Actions a user and run."""
TOGETHER = 50
"""Actions of a request to `/api/v1/actions`."""


@dataclass(frozen=True)
class Asked:
    """A request: method, path, headers and body."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes = b""


@dataclass(frozen=True)
class PageCost:
    """Milliseconds of a request while eight people ask at once, requests or actions a second, and its SQL for one."""

    what: str
    database: str
    processes: int
    cases: int
    p50: float
    p99: float
    rate: float
    sql: float


def page_costs(place: Database, cases: int, runs: int) -> list[PageCost]:
    """Medians over `runs` of each kind of request; every run of actions starts from a fresh copy."""
    stage = f"portal-{cases}"
    if stage not in place.stages:
        register = Register(open_engine(place.create(stage)), LIBRARY)
        build(register, cases)
        _accounts(register)
        register.engine.dispose()
        place.settle(stage)
    url = place.copy(stage)
    costs = []
    site = a_site(url)
    keys, visible = _sessions(site), _visible(site)
    by_page = {
        what: {who: [ask(who, keys, visible, Random(number)) for number in range(PAGES)] for who in USERS}
        for what, ask in _PAGES.items()
    }
    for processes in (1, 2) if place.name == "PostgreSQL" else (1,):  # several portals share a server, not a file
        with serving(url, processes) as ports:
            for what, requests in by_page.items():
                p50, p99, rate = _medians([_load(ports, requests) for _ in range(runs)])
                sql = _sql(place, url, [request[0] for request in requests.values()])
                costs.append(PageCost(what, place.name, processes, cases, p50, p99, rate, sql))
    for what, together in (("an action by the API", 1), (f"{TOGETHER} actions by the API, together", TOGETHER)):
        measured = []
        for _ in range(runs):
            url = place.copy(stage)
            acting = _acting(a_site(url), together)
            with serving(url) as ports:
                measured.append(_load(ports, acting))
        p50, p99, rate = _medians(measured)
        costs.append(PageCost(what, place.name, 1, cases, p50, p99, rate * together, float("nan")))
    return costs


def _medians(measured: Sequence[tuple[float, float, float]]) -> tuple[float, float, float]:
    p50, p99, rate = (median(column) for column in zip(*measured, strict=True))
    return p50, p99, rate


# -- what is asked -----------------------------------------------------------------------------------------------

_WORDS = ("%E7%A7%AF%E6%B0%B4", "%E9%9B%A8%E6%B0%B4%E7%AE%A1%E9%81%93", "%E8%B7%AF", "6-5-0123")
"""积水, 雨水管道, 路 and the beginning of a number."""

Asking = Callable[[str, dict[str, str], dict[str, list[str]], Random], Asked]


def _get(path: str, who: str, keys: dict[str, str]) -> Asked:
    return Asked("GET", path, {"cookie": f"duban={keys[who]}"})


_PAGES: dict[str, Asking] = {
    "the list of cases": lambda who, keys, _, chance: _get(
        f"/cases?group={chance.choice(('doing', 'late', 'all'))}", who, keys
    ),
    "a case": lambda who, keys, visible, chance: _get(f"/case/{chance.choice(visible[who])}", who, keys),
    "a search": lambda who, keys, _, chance: _get(f"/cases?group=all&q={chance.choice(_WORDS)}", who, keys),
    "the wall of what is late": lambda who, keys, _, __: _get(
        "/wall" if not who.startswith("D") else "/cases?group=late", who, keys
    ),
}


def _contacts(handler: str, token: str, cases: list[str]) -> list[Asked]:
    """Contacts that a handler records with cases in hand, each once, by a token."""
    return [
        Asked(
            "POST",
            f"/api/v1/cases/{case}/actions",
            {
                "authorization": f"Bearer {token}",
                "idempotency-key": f"{handler}-{number}",
                "content-type": "application/json",
            },
            json.dumps({"action": "communicate", "data": {"kind": "phone"}}).encode(),
        )
        for number, case in enumerate(cases)
    ]


def _batches(token: str, cases: list[str], together: int) -> list[Asked]:
    """The same contacts, so many in a request; whole requests only."""
    headers = {"authorization": f"Bearer {token}", "content-type": "application/json"}
    whole = [cases[first : first + together] for first in range(0, len(cases) - together + 1, together)]
    return [
        Asked("POST", "/api/v1/actions", headers, json.dumps({"actions": [_contact(case) for case in some]}).encode())
        for some in whole
    ]


def _contact(case: str) -> dict[str, object]:
    return {"case": case, "action": "communicate", "data": {"kind": "phone"}, "key": f"together-{case}"}


# -- the city and its people ---------------------------------------------------------------------------------------


def a_site(url: str) -> Site:
    """A portal whose clock stands at 11:00 of the city's day."""
    register = Register(open_engine(url), LIBRARY)
    return Site(register, Clock.starting_at(datetime.combine(TODAY, daytime(11), ZONE)))


def _accounts(register: Register) -> None:
    site = Site(register)
    for who in {*USERS, *(f"W{number}" for number in range(UNITS))}:
        site.accounts.create(who, site.real_now(), "bench", person=who)


def _sessions(site: Site) -> dict[str, str]:
    return {who: site.accounts.sign_in(who, site.real_now()) for who in USERS}


def _visible(site: Site) -> dict[str, list[str]]:
    """Cases of each user."""
    by_person: dict[str, list[str]] = {}
    with reading(site.register.engine) as cursor:
        for case, unit in cursor.rows("SELECT case_id, unit FROM assignments ORDER BY case_id"):
            number = unit.removeprefix("U")
            for who in ("R1", "L1", f"W{number}", f"H{number}"):
                by_person.setdefault(who, []).append(case)
        for case, deputy in cursor.rows("SELECT case_id, deputy FROM parties ORDER BY case_id"):
            by_person.setdefault(deputy, []).append(case)
    return by_person


def _acting(site: Site, together: int) -> dict[str, list[Asked]]:
    """What the handlers with the most cases in hand record, one handler a user."""
    in_hand: dict[str, list[str]] = {}
    with reading(site.register.engine) as cursor:
        for case, unit in cursor.rows(
            "SELECT a.case_id, a.unit FROM assignments a JOIN cases c ON c.id = a.case_id "
            "WHERE c.state IN ('COMMUNICATING', 'HANDLING') ORDER BY a.case_id"
        ):
            in_hand.setdefault(f"W{unit.removeprefix('U')}", []).append(case)
    handlers = sorted(in_hand, key=lambda person: (-len(in_hand[person]), person))[: len(USERS)]
    requests = {}
    for handler in handlers:
        token, _ = site.tokens.make(handler, "bench", ("read", "act"), site.real_now(), timedelta(days=1))
        cases = in_hand[handler][:ACTIONS]
        requests[handler] = _contacts(handler, token, cases) if together == 1 else _batches(token, cases, together)
    return requests


# -- the load ------------------------------------------------------------------------------------------------------


def _load(ports: Sequence[int], by_person: dict[str, list[Asked]]) -> tuple[float, float, float]:
    """(p50, p99, requests a second), the first two in ms; every user has a connection and sends the next at once.

    The users are shared out among the ports in turn.
    """
    taken: list[float] = []
    faults: list[str] = []

    def user(port: int, requests: Sequence[Asked]) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", port)
        for request in requests:
            started = perf_counter()
            connection.request(request.method, request.path, body=request.body or None, headers=request.headers)
            answer = connection.getresponse()
            content = answer.read()
            taken.append(perf_counter() - started)
            if answer.status not in (200, 201) or b'"done":null' in content:
                faults.append(f"{request.method} {request.path}: {answer.status} {content[:200]!r}")
        connection.close()

    threads = [
        Thread(target=user, args=(ports[number % len(ports)], requests))
        for number, requests in enumerate(by_person.values())
    ]
    started = perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    seconds = perf_counter() - started
    assert not faults, faults[0]
    taken.sort()
    return taken[len(taken) // 2] * 1e3, taken[len(taken) * 99 // 100] * 1e3, len(taken) / seconds


def _sql(place: Database, url: str, requests: Sequence[Asked]) -> float:
    """Milliseconds that what a page reads takes through the driver alone, for one: the median of the requests."""
    site = a_site(url)
    browser = TestClient(create_app(site))
    connection = place.connect(url)
    seconds = []
    for request in requests:
        with recording() as tape:
            answer = browser.request(request.method, request.path, headers=request.headers, content=request.body)
            assert answer.status_code == 200, answer.text
        read = [[call for call in calls if call[0] == "rows"] for calls in tape]
        replay = replaying(place, connection, read)
        started = perf_counter()
        replay()
        seconds.append(perf_counter() - started)
    connection.close()
    site.register.engine.dispose()
    return median(seconds) * 1e3


@contextmanager
def serving(url: str, processes: int = 1) -> Iterator[list[int]]:
    """The ports of so many portals, each in a process of its own."""
    with ExitStack() as running:
        yield [running.enter_context(_serving(url)) for _ in range(processes)]


@contextmanager
def _serving(url: str) -> Iterator[int]:
    with socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port = listener.getsockname()[1]
    process = subprocess.Popen([sys.executable, "-m", "bench.pages", "serve", url, str(port)])
    try:
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            try:
                connection = http.client.HTTPConnection("127.0.0.1", port)
                connection.request("GET", "/sign-in")
                connection.getresponse().read()
                break
            except ConnectionError:
                time.sleep(0.1)
        yield port
    finally:
        process.terminate()
        process.wait(30)


# -- the command ---------------------------------------------------------------------------------------------------

PAGE = Path(__file__).parent.parent / "docs" / "benchmarks-portal.md"
AIM = 150
"""Milliseconds of the slowest page in a hundred."""
ACTIONS_AIM = 1_000

app = typer.Typer(add_completion=False)


@app.command()
def serve(url: str, port: int) -> None:
    """Serve the city's portal, as the load finds it."""
    app = create_app(a_site(url))
    leave_in_peace()
    uvicorn.run(app, port=port, log_level="warning", access_log=False, loop="asyncio")


@app.command()
def measure(
    cases: Annotated[int, typer.Option(help="Cases of the city, in thousands played once.")] = 100_000,
    runs: Annotated[int, typer.Option(min=1, help="Runs of each request; the median counts.")] = 5,
    only: Annotated[str, typer.Option(help="SQLite or PostgreSQL; both if not given.")] = "",
    write: Annotated[bool, typer.Option(help=f"Write the figures to docs/{PAGE.name}.")] = False,
    on: Annotated[str, typer.Option(help="The day to write on the page.")] = "",
) -> None:
    """Measure the portal beside the SQL of its pages."""
    if write and runs < 5:
        raise typer.BadParameter("--write takes medians of at least five runs")
    with databases() as places:
        costs, versions = [], []
        for place in places:
            if only.lower() in ("", place.name.lower()):
                versions.append(place.version())
                costs += page_costs(place, cases, runs)
        text = page(costs, versions, runs, on)
    print(text)
    if write:
        PAGE.write_text(text, encoding="utf-8")


def page(costs: Sequence[PageCost], versions: Sequence[str], runs: int, on: str) -> str:
    """The whole of docs/benchmarks-portal.md."""
    lines = [
        "# Benchmarks of the portal",
        "",
        "Written by `python -m bench.pages --write`; do not edit.",
        "",
        measured(on, versions),
        "Eight people ask at once, the next as soon as the last is answered; two processes have four of them each.",
        f"Medians of {runs} runs. Of {costs[0].cases:,} suggestions four of five are closed. The load runs on the same",
        "two cores.",
        f"SQL: what such a page reads, through the driver alone, for one person. Aims: p99 below {AIM} ms for pages,",
        f"{ACTIONS_AIM:,} durable actions a second. Of actions together, ms are of the whole request.",
        "",
        "| what | database | processes | p50 ms | p99 ms | a second | SQL ms | met |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for cost in costs:
        action = cost.sql != cost.sql  # there is none of an action
        met = cost.rate >= ACTIONS_AIM if action else cost.p99 < AIM
        sql = "" if action else f"{cost.sql:.1f}"
        lines.append(
            f"| {cost.what} | {cost.database} | {cost.processes} | {cost.p50:.0f} | {cost.p99:.0f} | {cost.rate:,.0f} "
            f"| {sql} | {'yes' if met else 'no'} |"
        )
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    if sys.argv[1:2] == ["serve"]:
        app()
    else:
        app(["measure", *sys.argv[1:]])
