"""While another program writes, reading goes on, and whoever writes is soon told to try again, losing nothing."""

import re
import socket
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from datetime import timedelta
from html import unescape
from pathlib import Path
from threading import Event, Thread
from time import monotonic, sleep
from typing import Any

import httpx
import psycopg
import pytest
import uvicorn
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy import make_url

from flows.records import TableError, TableFault
from portal.door import doors
from portal.server.app import create_app
from portal.server.connections import ShortHeads
from portal.visitor.kept_files import KeptFiles
from portal.visitor.site import Site, Throttle
from storage import Register
from storage.accounts import SEEN
from storage.errors import Busy
from storage.patience import waiting_at_most
from storage.statements import Cursor, reading, transaction
from tests.builders import FIRST
from tests.portal.api import HOME, a_token
from tests.portal.city import PEOPLE, a_city
from tests.portal.holder import held
from tests.portal.routes import routes
from tests.portal.standing import Standing
from tests.portal.web import ADDRESS, HIDDEN, Browser, signed_in

pytestmark = [pytest.mark.both, pytest.mark.slow, pytest.mark.serial]
AT_ONCE = 2.5
"""Seconds in which a page is there, on a machine that does other things beside."""


@pytest.fixture
def app(register: Register) -> FastAPI:
    a_city(register)
    site = Site(register, Standing(FIRST + timedelta(days=30)))
    site.throttles = {name: Throttle(10_000, 1) for name in site.throttles}
    return create_app(site)


@pytest.fixture
def url(register: Register) -> str:
    return register.engine.url.render_as_string(hide_password=False)


@pytest.fixture
def address(app: FastAPI) -> Iterator[str]:
    server = uvicorn.Server(uvicorn.Config(app, http=ShortHeads, log_config=None, lifespan="off", ws="none"))
    listening = socket.create_server(("127.0.0.1", 0))
    thread = Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    server.should_exit = True
    thread.join(10)


def browser(app: FastAPI, name: str) -> Browser:
    visitor = signed_in(app.state.site, name)
    visitor.http.app = app
    return visitor


def grown_old(site: Site) -> None:
    """Every session and token was last used so long ago that its next use is to be noted."""
    sql = site.register.layout.sql
    with transaction(site.register.engine) as cursor:
        for table, column in (("sessions", "seen_at"), ("tokens", "used_at")):
            cursor.run(f"UPDATE {table} SET {column} = {sql.mark}", [sql.instant(site.real_now() - 2 * SEEN)])


def test_writers_that_wait_stop_no_page_and_no_health(
    app: FastAPI, address: str, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(doors, "PATIENCE", 4.0)
    site = app.state.site
    cookies = {"duban": signed_in(site, "R1").http.cookies["duban"]}
    signed_in(site, "W1")
    bearer = {"authorization": f"Bearer {a_token(site, 'W1')}", "idempotency-key": "k"}
    paths = ("/healthz", "/cases?group=all", "/case/assigned", "/cases.xlsx", f"{HOME}/cases", "/healthz")
    act: dict[str, Any] = {"json": {"action": "receipt", "data": {}}, "headers": bearer}
    with httpx.Client(base_url=address, cookies=cookies, timeout=30) as http, ThreadPoolExecutor(8) as pool:
        assert {http.get(path).status_code for path in paths} == {200}
        grown_old(site)
        with held(url):
            waiting = [pool.submit(http.post, f"{HOME}/cases/assigned/actions", **act) for _ in range(6)]
            sleep(0.3)
            for path in paths:
                began = monotonic()
                answer = http.get(path)
                assert (answer.status_code, monotonic() - began < AT_ONCE) == (200, True), path
            answers = [future.result() for future in waiting]
        assert [response.status_code for response in answers] == [503] * 6
        for refusal in answers:
            assert refusal.headers["retry-after"]
            assert (refusal.json()["type"], "try again" in refusal.json()["reason"]) == ("urn:duban:problem:busy", True)
        again = http.post(f"{HOME}/cases/assigned/actions", **act)
        assert again.status_code == 200, again.text


@pytest.fixture
def locked(register: Register, url: str) -> Iterator[None]:
    """Another program changes tables of PostgreSQL: nobody so much as reads them until it is done."""
    if register.layout.sql.postgres is False:
        pytest.skip("SQLite has no locks of tables")
    plain = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(plain) as other:
        yield other.execute("LOCK TABLE sessions, tokens, accounts, cases, links, outbox IN ACCESS EXCLUSIVE MODE")  # type: ignore[misc]


@pytest.mark.parametrize(
    "path", ["/healthz", "/sign-in", "/cases", "/case/assigned", "/cases.xlsx", f"{HOME}/cases", f"{HOME}/me", "/inbox"]
)
def test_a_locked_table_ends_in_a_page_that_says_to_try_again(app: FastAPI, locked: None, path: str) -> None:
    with TestClient(app, base_url=ADDRESS) as http:
        http.cookies.set("duban", "x" * 43)
        began = monotonic()
        answer = http.get(path, headers={"authorization": "Bearer duban_x"} if HOME in path else {})
        assert monotonic() - began < 4, path
    if path in ("/healthz", "/sign-in"):
        assert answer.status_code == 200
    else:
        assert answer.status_code == 503, answer.text
        assert answer.headers["retry-after"]


def test_a_sender_who_cannot_be_looked_up_is_told_to_try_again(app: FastAPI, locked: None) -> None:
    with TestClient(app, base_url=ADDRESS) as http:
        http.cookies.set("duban", "x" * 43)
        for path, more in (("/places", {}), (f"{HOME}/actions", {"headers": {"authorization": "Bearer duban_x"}})):
            answer = http.post(path, content=b"x=1", **more)
            assert (answer.status_code, bool(answer.headers["retry-after"])) == (503, True), answer.text
        answer = http.post("/sign-in", data={"account": "R1", "password": "x"})
        assert answer.status_code == 503


def test_a_statement_of_a_page_ends_and_one_of_the_engine_does_not(register: Register) -> None:
    if register.layout.sql.postgres is False:
        pytest.skip("SQLite has no time of a statement")
    for moment in (reading, transaction):
        with waiting_at_most(5, statement=0.2), pytest.raises(Busy), moment(register.engine) as cursor:
            cursor.rows("SELECT pg_sleep(3)")
        with moment(register.engine) as cursor:  # the setting ended with its transaction
            assert cursor.rows("SELECT current_setting('statement_timeout'), pg_sleep(0.3)")[0][0] == "0"


def test_a_page_works_under_a_bounded_statement(app: FastAPI, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever a request asks the database, its statements end: also who looks up its sender before any route."""
    site, kept = app.state.site, []
    if site.register.layout.sql.postgres is False:
        pytest.skip("SQLite has no time of a statement")
    together = Cursor.together

    def noting(cursor: Cursor, *statement: str) -> None:
        kept.append(statement)
        together(cursor, *statement)

    monkeypatch.setattr(Cursor, "together", noting)
    person = browser(app, "R1")
    kept.clear()
    for path in ("/cases", "/case/assigned", "/figures", f"{HOME}/cases", "/healthz", "/sign-in"):
        person.http.get(path)
    person.post("/mandates", {"csrf": "x"}, 403)
    assert len(kept) > 10
    assert all(any("statement_timeout" in statement for statement in statements) for statements in kept)


def test_a_pool_that_is_exhausted_is_told_soon_and_health_says_so(app: FastAPI) -> None:
    engine = app.state.site.register.engine
    person = browser(app, "R1")
    engine.pool._timeout = 0.5
    with ExitStack() as held_ones:
        while engine.pool.checkedout() < engine.pool.size() + engine.pool._max_overflow:
            held_ones.callback(engine.raw_connection().close)
        began = monotonic()
        person.get("/cases", 503)
        assert person.http.get("/healthz").status_code == 503
        assert monotonic() - began < 6
    person.get("/cases")
    assert person.http.get("/healthz").status_code == 200


def test_no_page_that_is_read_waits_for_another_program_that_writes(app: FastAPI, url: str) -> None:
    everybody = {name: browser(app, name) for name in PEOPLE}
    walked = [route for route in routes(app, kind="people", name="suqian", case_id="assigned") if route.method == "GET"]
    walked = [route for route in walked if route.pattern != f"{HOME}/events"]
    assert len(walked) > 80
    readers = ("R1", "D1", "X1", "W1")
    free = {(who, route.name): _status(everybody[who], route.path) for who in readers for route in walked}
    grown_old(app.state.site)
    with held(url):
        for who in readers:
            for route in walked:
                began = monotonic()
                status = _status(everybody[who], route.path)
                assert status == free[who, route.name], (who, route.name)
                assert monotonic() - began < AT_ONCE, (who, route.name)


def _status(who: Browser, path: str) -> int:
    return int(who.http.get(path, follow_redirects=False).status_code)


def test_a_form_that_could_not_be_taken_is_given_back_whole_in_the_readers_language(
    app: FastAPI, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(doors, "PATIENCE", 0.2)
    monkeypatch.setattr(doors, "LEAST", 0.1)
    if not url.startswith("sqlite"):
        pytest.skip("a new case waits for no row on PostgreSQL")
    deputy = browser(app, "D1")
    fields = dict(HIDDEN.findall(deputy.get("/write")))
    fields |= {"title": "关于“路灯”的建议", "facts": "第一行\r\n第二行 <b>", "proposal": "修", "rulebook": "suqian"}
    fields |= {"points": "1", "secrecy": "NONE"}
    with held(url):
        page = deputy.post("/write", fields, 503)
        assert deputy.last is not None
        assert deputy.last.headers["retry-after"]
        assert "再试一次" in page
        deputy.http.cookies.set("lang", "en")
        assert "Try again" in deputy.post("/write", fields, 503)
    given = {name: unescape(value) for name, value in HIDDEN.findall(page)}
    assert {name: given[name].replace("\r\n", "\n") for name in fields} == {
        name: value.replace("\r\n", "\n") for name, value in fields.items()
    }
    deputy.post("/write", given)
    assert "/case/" in deputy.path


def test_photographs_are_kept_until_the_form_is_sent_again(app: FastAPI) -> None:
    kept = KeptFiles()
    name = kept.keep("W1", {"photos": [("a.jpg", "image/jpeg", b"1234")]})
    assert kept.given_back(name, "H1") == {}
    (file,) = kept.given_back(name, "W1")["photos"]
    assert (file.filename, file.content_type, file.file.read()) == ("a.jpg", "image/jpeg", b"1234")
    kept.MOST = 1_000
    kept.keep("W1", {"photos": [("b.jpg", "image/jpeg", bytes(900))]})
    kept.keep("W1", {"photos": [("c.jpg", "image/jpeg", bytes(900))]})
    assert kept.given_back(name, "W1") == {}


def test_a_file_that_could_not_be_taken_over_is_sent_again_without_being_chosen_again(
    app: FastAPI, url: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(doors, "PATIENCE", 0.2)
    if not url.startswith("sqlite"):
        pytest.skip("an import waits for no row on PostgreSQL")
    registrar = browser(app, "R1")
    table = "编号,名称,区划,类别\nU77,第七十七局,321300,government\n".encode()
    hidden = dict(HIDDEN.findall(registrar.get("/imports")))
    send: dict[str, Any] = {"files": {"file": ("units.csv", table, "text/csv")}}
    with held(url):
        page = registrar.post("/imports", hidden, 503, **send)
    again = {name: unescape(value) for name, value in HIDDEN.findall(page)}
    assert "kept" in again
    assert "第七十七局" in registrar.post("/imports", again)


def test_a_password_is_in_no_page_that_gives_a_form_back(
    app: FastAPI, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(doors, "PATIENCE", 0.2)
    if not url.startswith("sqlite"):
        pytest.skip("the row of the account alone is held on PostgreSQL")
    visitor = browser(app, "R1")
    visitor.http.cookies.clear()
    with held(url):
        page = visitor.post("/sign-in", {"account": "R1", "password": "geheim geheim"}, 503)
    assert "geheim" not in page
    assert re.search(r'type="password" name="password"', page)


def test_sign_in_waits_for_a_held_row_only_so_long(
    app: FastAPI, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(doors, "PATIENCE", 0.3)
    visitor = browser(app, "R1")
    visitor.http.cookies.clear()
    began = monotonic()
    with held(url):
        answer = visitor.http.post("/sign-in", data={"account": "R1", "password": "wrong"})
    assert answer.status_code == 503
    assert monotonic() - began < 10
    assert ADDRESS


def test_two_tables_that_take_a_minute_to_read_keep_no_writer_off(
    app: FastAPI, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    from portal.web import import_pages

    reading_on = Event()

    def slow(*_arguments: Any) -> Any:
        reading_on.wait(20)
        raise TableError("x", TableFault("empty"))

    monkeypatch.setattr(import_pages, "read_sent", slow)
    site = app.state.site
    person = browser(app, "R1")
    signed_in(site, "W1")
    csrf = person.get("/imports").partition('name="csrf" value="')[2].partition('"')[0]
    sent: dict[str, Any] = {"data": {"csrf": csrf}, "files": {"file": ("people.csv", b"id\n")}}
    cookies = {"duban": person.http.cookies["duban"]}
    bearer = {"authorization": f"Bearer {a_token(site, 'W1')}", "idempotency-key": "k"}
    with httpx.Client(base_url=address, cookies=cookies, timeout=30) as http, ThreadPoolExecutor(4) as pool:
        uploads = [pool.submit(http.post, "/imports", **sent) for _ in range(doors.WRITING)]
        sleep(0.5)
        began = monotonic()
        act = http.post(f"{HOME}/cases/assigned/actions", json={"action": "receipt", "data": {}}, headers=bearer)
        assert (act.status_code, monotonic() - began < AT_ONCE) == (200, True), act.text
        third = http.post("/imports", **sent)
        assert third.status_code == 503
        reading_on.set()
        assert {upload.result().status_code for upload in uploads} == {422}
