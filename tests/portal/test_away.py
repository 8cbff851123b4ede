"""A database that cannot be reached or written is told in words, on pages and to programs, also to who signs in."""

import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import timedelta
from pathlib import Path

import psycopg
import pytest
from argon2 import PasswordHasher
from fastapi.testclient import TestClient
from sqlalchemy import Engine, event

from portal.server.app import create_app
from portal.visitor.site import Site, Throttle
from portal.web import signing
from storage import Register, open_engine
from storage.database import is_unreachable
from storage.places import form_key, places_in
from storage.second_factor import code_at
from tests.builders import CITY, FIRST, LIBRARY, a_draft, dump, noon, rows
from tests.databases import SQLiteFiles
from tests.portal.city import a_whole_directory
from tests.portal.test_opinions import PLACES
from tests.portal.web import ADDRESS, PASSWORD, signed_in

WORDS = "数据库连不上或者磁盘满了"


@pytest.fixture
def held(tmp_path: Path, sqlite_template: str) -> tuple[Register, Path]:
    url = SQLiteFiles(tmp_path, sqlite_template).fresh()
    register = Register(open_engine(url), LIBRARY)
    a_whole_directory(register)
    return register, Path(url.removeprefix("sqlite:///"))


def replaced(path: Path) -> None:
    """Another file under the same name, as a restore puts it there."""
    other = path.with_suffix(".other")
    shutil.copy(path, other)
    other.replace(path)


@pytest.mark.parametrize("change", [replaced, Path.unlink])
def test_nothing_is_written_beside_a_file_that_was_moved_or_replaced(
    held: tuple[Register, Path], change: Callable[[Path], None]
) -> None:
    register, path = held
    site = Site(register)
    cookie = signed_in(site, "R1").http.cookies["duban"]
    http = TestClient(create_app(site), base_url=ADDRESS, raise_server_exceptions=False, cookies={"duban": cookie})
    assert http.get("/healthz").status_code == 200
    change(path)
    assert http.get("/healthz").status_code == 503
    with pytest.raises(sqlite3.OperationalError, match="moved or replaced"):
        register.apply([a_draft("C1")], noon(FIRST))
    assert path.exists() == (change is replaced), "no empty file takes its place"
    for method, where in (("GET", "/cases"), ("POST", "/sign-in"), ("GET", "/api/v1/cases")):
        answer = http.request(method, where, data={"account": "x", "password": "x"} if method == "POST" else None)
        assert (answer.status_code, WORDS in answer.text) == (503, True), (where, answer.text[:300])
        assert answer.headers["retry-after"]


def test_a_full_disk_is_told_and_a_fault_of_ours_is_not(held: tuple[Register, Path]) -> None:
    register, _ = held
    with register.engine.connect() as connection:
        (pages,) = connection.exec_driver_sql("PRAGMA page_count").one()
        connection.exec_driver_sql(f"PRAGMA max_page_count = {pages}")
        with pytest.raises(Exception, match="full") as full:
            connection.exec_driver_sql("CREATE TABLE large AS WITH RECURSIVE n(i) AS "
                                       "(SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1000000) SELECT * FROM n")
        with pytest.raises(Exception, match="no such table") as ours:
            connection.exec_driver_sql("SELECT * FROM absent")
    with pytest.raises(psycopg.OperationalError) as away:
        psycopg.connect("host=127.0.0.1 port=1 connect_timeout=2")
    assert is_unreachable(full.value)
    assert is_unreachable(away.value)
    assert not is_unreachable(ours.value)


QUICK = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
AN_HOUR = timedelta(hours=1)


def signing_in(site: Site, http: TestClient) -> tuple[str, dict[str, str]]:
    return "/sign-in", {"account": "R1", "password": PASSWORD}


def choosing_a_password(site: Site, http: TestClient) -> tuple[str, dict[str, str]]:
    token = site.accounts.link_to_sign_in("R1", site.real_now(), "test", AN_HOUR)
    return f"/link/{token}", {"password": PASSWORD, "again": PASSWORD}


def beginning_a_duty(site: Site, http: TestClient) -> tuple[str, dict[str, str]]:
    token = site.accounts.first_link("system", site.real_now(), AN_HOUR)
    return f"/link/{token}", {"account": "sys", "password": PASSWORD, "again": PASSWORD}


def enrolling_a_device(site: Site, http: TestClient) -> tuple[str, dict[str, str]]:
    token = site.accounts.sign_in("R1", site.real_now(), "enrol")
    proving = site.accounts.proving(token, site.real_now())
    assert proving is not None
    http.cookies.set("duban", token)
    return "/sign-in/code", {"code": code_at(proving.secret, site.real_now())}


def changing_the_password(site: Site, http: TestClient) -> tuple[str, dict[str, str]]:
    token = site.accounts.sign_in("R1", site.real_now())
    visitor = site.accounts.visitor(token, site.real_now(), site.today())
    assert visitor is not None
    http.cookies.set("duban", token)
    new = f"{PASSWORD}新"
    return "/password", {"csrf": visitor.csrf, "old": PASSWORD, "password": new, "again": new}


def sending_an_opinion(site: Site, http: TestClient) -> tuple[str, dict[str, str]]:
    (place, *_) = places_in(site.register, CITY)
    return f"/o/{place.code}", {"body": "路灯坏了三个月", "key": form_key(place, site.real_now())}


Form = Callable[[Site, TestClient], tuple[str, dict[str, str]]]
FORMS: tuple[Form, ...] = (
    signing_in, choosing_a_password, beginning_a_duty, enrolling_a_device, changing_the_password, sending_an_opinion,
)  # fmt: skip
TAKEN: dict[Form, int] = {sending_an_opinion: 200, enrolling_a_device: 200}
"""What a form is answered when it was taken, but for those that lead on."""


@pytest.fixture
def door(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> tuple[Site, TestClient]:
    """A city with a registrar who has a password, and a browser of somebody unknown."""
    monkeypatch.setattr(signing, "HASHER", QUICK)
    register = Register(engine, LIBRARY)
    a_whole_directory(register)
    register.import_directory("places", rows(PLACES[:1]))
    site = Site(register)
    site.throttles = {name: Throttle(10_000, 1) for name in site.throttles}
    site.accounts.create("R1", site.real_now(), "test", person="R1")
    site.accounts.set_password("R1", QUICK.hash(PASSWORD), site.real_now())
    http = TestClient(create_app(site), base_url=ADDRESS, raise_server_exceptions=False, follow_redirects=False)
    return site, http


@contextmanager
def read_only(engine: Engine) -> Iterator[None]:
    """Nothing can be written, as on a file or a disk that is read-only."""
    of_postgres = "SET default_transaction_read_only = on"
    forbid = of_postgres if engine.dialect.name == "postgresql" else "PRAGMA query_only = ON"

    def forbidden(connection: sqlite3.Connection | psycopg.Connection, _record: object) -> None:
        cursor = connection.cursor()
        cursor.execute(forbid)
        connection.commit()

    event.listen(engine, "connect", forbidden)
    engine.dispose()
    yield
    event.remove(engine, "connect", forbidden)
    engine.dispose()


@contextmanager
def gone(engine: Engine) -> Iterator[None]:
    """Nobody answers where the database was."""

    def refused(*_: object) -> None:
        if engine.dialect.name == "postgresql":
            psycopg.connect("host=127.0.0.1 port=1 connect_timeout=2")
        sqlite3.connect("/dev/null/duban.db")

    event.listen(engine, "do_connect", refused)
    engine.dispose()
    yield
    event.remove(engine, "do_connect", refused)
    engine.dispose()


@contextmanager
def full_at(commit: int, engine: Engine, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The disk is full when the transaction of this number (from 0) is to be committed."""
    commits = 0
    really = engine.dialect.do_commit

    def committed(connection: object) -> None:
        nonlocal commits
        commits += 1
        if commits > commit:
            error = sqlite3.OperationalError("database or disk is full")
            error.sqlite_errorcode = sqlite3.SQLITE_FULL
            raise error if engine.dialect.name == "sqlite" else psycopg.errors.DiskFull("no space left on device")
        really(connection)  # type: ignore[arg-type]

    with monkeypatch.context() as patch:
        patch.setattr(engine.dialect, "do_commit", committed)
        yield


@pytest.mark.sqlite_first
@pytest.mark.parametrize("trouble", [read_only, gone])
def test_who_comes_in_is_told_of_a_database_that_is_away(
    door: tuple[Site, TestClient], trouble: Callable[[Engine], AbstractContextManager[None]]
) -> None:
    site, http = door
    engine = site.register.engine
    for form in FORMS:
        path, fields = form(site, http)
        before = dump(engine)
        with trouble(engine):
            answer = http.post(path, data=fields)
            assert (answer.status_code, WORDS in answer.text) == (503, True), (path, answer.text[:300])
            assert answer.headers["retry-after"]
            assert "set-cookie" not in answer.headers, path
        assert dump(engine) == before, path
        assert http.post(path, data=fields).status_code == TAKEN.get(form, 303), path
        http.cookies.clear()


@pytest.mark.sqlite_first
@pytest.mark.parametrize(
    "form", [pytest.param(form, marks=[] if form is choosing_a_password else pytest.mark.slow) for form in FORMS]
)
def test_who_comes_in_while_the_disk_fills_up_is_in_or_can_come_in_later(
    door: tuple[Site, TestClient], form: Form, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Wherever it is full for the first time: no session that nobody has, no link used for nothing."""
    site, http = door
    engine = site.register.engine
    path, fields = form(site, http)
    before = dump(engine)
    for commit in range(5):
        with full_at(commit, engine, monkeypatch):
            answer = http.post(path, data=fields)
        if answer.status_code != 503:
            break
        assert WORDS in answer.text
        assert dump(engine) == before, f"{path}: {commit} transactions went before"
    assert answer.status_code == TAKEN.get(form, 303), answer.text[:300]
