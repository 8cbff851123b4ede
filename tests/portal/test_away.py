"""A database that cannot be reached or written is told in words, on pages and to programs, also to who signs in."""

import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest
from fastapi.testclient import TestClient

from portal.server.app import create_app
from portal.visitor.site import Site
from storage import Register, open_engine
from storage.database import is_unreachable
from tests.builders import FIRST, LIBRARY, a_draft, noon
from tests.databases import SQLiteFiles
from tests.portal.city import a_whole_directory
from tests.portal.web import ADDRESS, signed_in

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
