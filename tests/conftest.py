"""The databases that tests run on: every test of `register` runs on SQLite and on PostgreSQL."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine

from storage import Register, open_engine
from tests.builders import LIBRARY, a_directory
from tests.databases import Databases, PostgresDatabases, SQLiteFiles, migrated
from tests.postgres import postgres_server


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Those that wait for Prefect come first: at the end one process would wait for another's."""
    items.sort(key=lambda item: item.get_closest_marker("prefect") is None)


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
    found: Databases = request.getfixturevalue(request.param)
    return found


@pytest.fixture
def database_url(databases: Databases) -> str:
    """A fresh database with the newest schema and nothing in it."""
    return databases.fresh()


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    engine = open_engine(database_url)
    yield engine
    engine.dispose()


@pytest.fixture
def register(engine: Engine) -> Register:
    return Register(engine, LIBRARY)


@pytest.fixture
def desk(register: Register) -> Register:
    """A register whose directory knows the people and units of `tests.builders`."""
    return a_directory(register)
