"""Fresh databases for tests, cheap: the schema is migrated once and copied from then on."""

import shutil
from itertools import count
from pathlib import Path
from typing import Protocol

from sqlalchemy import create_engine, make_url, text

from storage import migrate, open_engine

NAMES = count(1)


class Databases(Protocol):
    """Databases of one kind; nobody may be connected to one that is copied."""

    kind: str

    def empty(self) -> str: ...

    def fresh(self) -> str: ...

    def copy(self, url: str) -> str: ...


class SQLiteFiles:
    """Databases in the files of one folder."""

    kind = "sqlite"

    def __init__(self, folder: Path, template: str) -> None:
        self.folder = folder
        self.template = template

    def empty(self) -> str:
        return f"sqlite:///{self.folder / f'duban{next(NAMES)}.db'}"

    def fresh(self) -> str:
        return self.copy(self.template)

    def copy(self, url: str) -> str:
        made = self.empty()
        shutil.copy(url.removeprefix("sqlite:///"), made.removeprefix("sqlite:///"))
        return made


class PostgresDatabases:
    """Databases of one server, dropped by `clear`."""

    kind = "postgres"

    def __init__(self, server: str, template: str) -> None:
        self.server = create_engine(server, isolation_level="AUTOCOMMIT")
        self.template = template
        self.made: list[str] = []

    def empty(self) -> str:
        return self._create("template1")

    def fresh(self) -> str:
        return self.copy(self.template)

    def copy(self, url: str) -> str:
        return self._create(str(make_url(url).database))

    def clear(self) -> None:
        with self.server.connect() as connection:
            for name in self.made:
                connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
        self.server.dispose()

    def _create(self, template: str) -> str:
        name = f"duban{next(NAMES)}"
        with self.server.connect() as connection:
            connection.execute(text(f"CREATE DATABASE {name} TEMPLATE {template}"))
        self.made.append(name)
        return self.server.url.set(database=name).render_as_string(hide_password=False)


def migrated(url: str) -> str:
    """The same database with the newest schema, and nobody connected."""
    engine = open_engine(url)
    migrate(engine)
    engine.dispose()
    return url
