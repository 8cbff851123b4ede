"""The databases that are measured: prepared once, copied before each run, and a bare connection of their driver."""

import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Protocol

import psycopg
from sqlalchemy import Engine, create_engine, make_url, text

from storage import open_engine
from storage.notation import take_checks
from tests.postgres import postgres_server

Raw = sqlite3.Connection | psycopg.Connection[tuple[object, ...]]
"""A connection of the driver."""


class Database(Protocol):
    """A place for prepared databases; all URLs are SQLAlchemy's."""

    name: str
    stages: set[str]
    """Names of the databases that are prepared."""

    def version(self) -> str: ...

    def create(self, name: str) -> str:
        """The URL of a new empty database, to be prepared and copied."""

    def settle(self, name: str) -> None:
        """Finish a prepared database: its statistics known, its files on disk, its name among the stages."""

    def copy(self, name: str) -> str:
        """The URL of a fresh copy; the copy made before it is gone."""

    def connect(self, url: str) -> Raw:
        """A connection of the driver, with the register's settings and without SQLAlchemy."""

    def begin(self) -> str:
        """What the register's transactions start with, beside what the driver sends by itself."""


class Sqlite:
    """Files in one folder; WAL with synchronous FULL, as an office runs it."""

    name = "SQLite"

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.stages: set[str] = set()

    def version(self) -> str:
        return f"SQLite {sqlite3.sqlite_version}"

    def create(self, name: str) -> str:
        return f"sqlite:///{self.folder / name}.db"

    def settle(self, name: str) -> None:
        connection = sqlite3.connect(self.folder / f"{name}.db")
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        connection.close()
        self.stages.add(name)

    def copy(self, name: str) -> str:
        target = self.folder / "copy.db"
        for ending in ("", "-wal", "-shm"):
            Path(f"{target}{ending}").unlink(missing_ok=True)
        shutil.copyfile(self.folder / f"{name}.db", target)
        os.sync()  # else the copy's own pages would be written while the run is timed
        return f"sqlite:///{target}"

    def connect(self, url: str) -> sqlite3.Connection:
        connection = sqlite3.connect(make_url(url).database or "", isolation_level=None)
        for setting in ("journal_mode = WAL", "synchronous = FULL", "foreign_keys = ON"):
            connection.execute(f"PRAGMA {setting}")
        take_checks(connection)
        return connection

    def begin(self) -> str:
        return "BEGIN IMMEDIATE"


class Postgres:
    """Databases of one server, each run on a copy made from a template."""

    name = "PostgreSQL"

    def __init__(self, url: str) -> None:
        self.url = make_url(url)
        self.admin: Engine = create_engine(self.url, isolation_level="AUTOCOMMIT")
        self.stages: set[str] = set()

    def version(self) -> str:
        with self.admin.connect() as connection:
            return f"PostgreSQL {connection.execute(text('SHOW server_version')).scalar_one()}"

    def create(self, name: str) -> str:
        self._run(f'CREATE DATABASE "{name}"')
        return self._url(name)

    def settle(self, name: str) -> None:
        connection = self.connect(self._url(name))
        connection.autocommit = True
        connection.execute("VACUUM ANALYZE")
        connection.close()
        self.stages.add(name)

    def copy(self, name: str) -> str:
        self._run('DROP DATABASE IF EXISTS "copy" WITH (FORCE)')
        self._run(f'CREATE DATABASE "copy" TEMPLATE "{name}"')
        self._run("CHECKPOINT")
        return self._url("copy")

    def connect(self, url: str) -> psycopg.Connection[tuple[object, ...]]:
        engine = open_engine(url)
        _, options = engine.dialect.create_connect_args(engine.url)
        engine.dispose()
        return psycopg.connect(**options)

    def begin(self) -> str:
        return ""

    def _url(self, name: str) -> str:
        return self.url.set(database=name).render_as_string(hide_password=False)

    def _run(self, statement: str) -> None:
        with self.admin.connect() as connection:
            connection.exec_driver_sql(statement)


@contextmanager
def databases() -> Iterator[list[Database]]:
    """Both databases, with a PostgreSQL server of its own for as long as the block lasts."""
    with TemporaryDirectory(prefix="duban-bench-") as folder, postgres_server(durable=True) as url:
        postgres = Postgres(url)
        yield [Sqlite(Path(folder)), postgres]
        postgres.admin.dispose()
