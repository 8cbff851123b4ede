"""The databases that tests run on: every test of `register` runs on SQLite and on PostgreSQL."""

import gc
import os
import secrets
from collections.abc import Generator, Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine

from flows.automatic_papers import make_papers
from portal.visitor import site
from storage import Register, database, open_engine
from storage.access_log import AccessLog, folder_of
from tests.builders import LIBRARY, a_directory
from tests.databases import Databases, PostgresDatabases, SQLiteFiles, migrated
from tests.flows.papered import LATER, a_declined_one, the_year
from tests.portal.city import a_whole_directory
from tests.postgres import postgres_server


@pytest.hookimpl(wrapper=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> Generator[None, None, None]:
    """Before marks are chosen by: what is tried on SQLite first is slow on PostgreSQL.

    After it: those that wait for Prefect come first, at the end one process would wait for another's.
    """
    for item in items:
        if item.get_closest_marker("sqlite_first") and item.get_closest_marker("postgres"):
            item.add_marker(pytest.mark.slow)
    yield
    items.sort(key=lambda item: item.get_closest_marker("prefect") is None)


def pytest_collection_finish() -> None:
    """What is loaded lives as long as the process: looked through by the collector again and again, it cost a fifth."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 10, 5)


@pytest.fixture(scope="session", autouse=True)
def _forgetful() -> Iterator[None]:
    """Nothing is brought to the disk at once, here as on the server of PostgreSQL: no test cuts the power."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(database, "SYNCHRONOUS", "OFF")
        patch.setattr(os, "fsync", lambda file: None)
        yield


@pytest.fixture(autouse=True)
def _accesses_moved_when_asked(monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> None:
    """No thread of an earlier test writes into a database that is lent again; `noted` and `move` move what is there."""
    monkeypatch.setattr(AccessLog, "_move_soon", lambda log: None)

    def folder(engine: Engine) -> Path:
        return folder_of(engine) if engine.dialect.name == "sqlite" else tmp_path_factory.getbasetemp() / "accesses"

    monkeypatch.setattr(site, "folder_of", folder)


@pytest.fixture(autouse=True)
def _tokens_without_names(monkeypatch: pytest.MonkeyPatch) -> None:
    """No token holds a capital or a digit: in a page it cannot look like the id that a test finds absent there."""
    letters = "bcdfghjkmnpqrstvwxz"
    monkeypatch.setattr(secrets, "token_urlsafe", lambda size: "".join(secrets.choice(letters) for _ in range(size)))


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """The superuser's URL of a real PostgreSQL server, one a test process; no server is an error."""
    with postgres_server() as url:
        yield url


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> str:
    return migrated(SQLiteFiles(tmp_path_factory.mktemp("template"), "").empty())


@pytest.fixture(scope="session")
def postgres_template(postgres_url: str) -> str:
    return migrated(PostgresDatabases(postgres_url, "").empty())


@pytest.fixture(scope="session")
def year_template(tmp_path_factory: pytest.TempPathFactory, sqlite_template: str) -> str:
    """The year of tests/flows/papered.py in the city of tests/portal/city.py, its papers not yet numbered."""
    url = SQLiteFiles(tmp_path_factory.mktemp("year"), sqlite_template).fresh()
    engine = open_engine(url)
    register = Register(engine, LIBRARY)
    a_whole_directory(register)
    the_year(register)
    a_declined_one(register)
    engine.dispose()
    return url


@pytest.fixture(scope="session")
def papered_template(tmp_path_factory: pytest.TempPathFactory, year_template: str) -> str:
    """The same with every paper made."""
    url = SQLiteFiles(tmp_path_factory.mktemp("papered"), year_template).fresh()
    engine = open_engine(url)
    make_papers(Register(engine, LIBRARY), LATER)
    engine.dispose()
    return url


@pytest.fixture
def year(tmp_path: Path, year_template: str) -> Iterator[Register]:
    engine = open_engine(SQLiteFiles(tmp_path, year_template).fresh())
    yield Register(engine, LIBRARY)
    engine.dispose()


@pytest.fixture
def papered(tmp_path: Path, papered_template: str) -> Iterator[Register]:
    engine = open_engine(SQLiteFiles(tmp_path, papered_template).fresh())
    yield Register(engine, LIBRARY)
    engine.dispose()


@pytest.fixture
def sqlite(tmp_path: Path, sqlite_template: str) -> Databases:
    return SQLiteFiles(tmp_path, sqlite_template)


@pytest.fixture(scope="session")
def postgres_databases(postgres_url: str, postgres_template: str) -> PostgresDatabases:
    return PostgresDatabases(postgres_url, postgres_template)


@pytest.fixture
def postgres(postgres_databases: PostgresDatabases) -> Iterator[Databases]:
    yield postgres_databases
    postgres_databases.clear()


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def databases(request: pytest.FixtureRequest) -> Databases:
    """As many databases as a test wants, of one kind."""
    chosen: Databases = request.getfixturevalue(request.param)
    return chosen


@pytest.fixture
def database_url(databases: Databases) -> str:
    """A fresh database with the newest schema and nothing in it."""
    return databases.fresh()


@pytest.fixture
def engine(databases: Databases, database_url: str) -> Iterator[Engine]:
    engine = databases.opened(database_url)
    yield engine
    databases.closed(engine)


@pytest.fixture
def register(engine: Engine) -> Register:
    return Register(engine, LIBRARY)


@pytest.fixture
def desk(register: Register) -> Register:
    """A register whose directory knows the people and units of `tests.builders`."""
    return a_directory(register)
