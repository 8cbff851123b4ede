"""Fresh databases for tests, cheap: the schema is migrated once and copied from then on."""

import shutil
from itertools import count
from pathlib import Path
from typing import Protocol, cast

import psycopg
from sqlalchemy import Engine, create_engine, make_url, text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.pool import QueuePool
from sqlmodel import SQLModel

from storage import migrate, open_engine

NAMES = count(1)
SCHEMA = """SELECT (SELECT version_num FROM alembic_version), (SELECT count(*) FROM pg_constraint),
    (SELECT count(*) FROM pg_attribute WHERE attnotnull), (SELECT count(*) FROM pg_class)"""
"""By what PostgreSQL tells that a test changed tables, columns, keys or what may be NULL."""


class Databases(Protocol):
    """Databases of one kind; nobody may be connected to one that is copied."""

    kind: str

    def empty(self) -> str: ...

    def fresh(self) -> str: ...

    def copy(self, url: str) -> str: ...

    def opened(self, url: str) -> Engine: ...

    def closed(self, engine: Engine) -> None: ...


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

    def opened(self, url: str) -> Engine:
        return open_engine(url)

    def closed(self, engine: Engine) -> None:
        engine.dispose()


class PostgresDatabases:
    """Databases of one server. Creating one takes half a second, so `clear` empties fresh ones and lends them again.

    An engine goes with its database from test to test: a new connection has to learn all tables anew.
    """

    kind = "postgres"

    def __init__(self, server: str, template: str) -> None:
        self.server = create_engine(server, isolation_level="AUTOCOMMIT")
        self.template = template
        self.made: list[str] = []
        self.lent: list[str] = []
        self.ready: list[str] = []
        self.engines: dict[str, Engine] = {}
        self.schema: object = None

    def empty(self) -> str:
        return self._create("template1")

    def fresh(self) -> str:
        url = self.ready.pop() if self.ready else self._create(_name(self.template))
        if self.schema is None:
            self.schema = _schema_of(url)
        self.lent.append(url)
        return url

    def copy(self, url: str) -> str:
        self._forget(url)
        return self._create(_name(url))

    def opened(self, url: str) -> Engine:
        if url not in self.engines:
            self.engines[url] = open_engine(url)
        return self.engines[url]

    def closed(self, engine: Engine) -> None:
        """`clear` closes it where another test shall not have it."""

    def clear(self) -> None:
        for url in self.lent:
            if url in self.engines and _is_in_use(self.engines[url]):
                self._forget(url)
        self.ready += [url for url in self.lent if _emptied(self.opened(url), self.schema)]
        for url in set(self.engines) - set(self.ready):
            self._forget(url)
        with self.server.connect() as connection:
            for url in set(self.made) - set(self.ready):
                connection.execute(text(f"DROP DATABASE {_name(url)} WITH (FORCE)"))
        self.made, self.lent = list(self.ready), []

    def _forget(self, url: str) -> None:
        if url in self.engines:
            self.engines.pop(url).dispose()

    def _create(self, template: str) -> str:
        name = f"duban{next(NAMES)}"
        with self.server.connect() as connection:
            connection.execute(text(f"CREATE DATABASE {name} TEMPLATE {template}"))
        self.made.append(self.server.url.set(database=name).render_as_string(hide_password=False))
        return self.made[-1]


def _name(url: str) -> str:
    return str(make_url(url).database)


def _schema_of(url: str) -> object:
    with psycopg.connect(make_url(url).set(drivername="postgresql").render_as_string(False)) as connection:
        return connection.execute(SCHEMA).fetchone()


def _is_in_use(engine: Engine) -> bool:
    """Whether a test left more than one idle connection in its pool."""
    pool = cast(QueuePool, engine.pool)
    return pool.checkedout() > 0 or pool.checkedin() > 1


def _emptied(engine: Engine, schema: object) -> bool:
    """Delete every row; False where that cannot be done, or where a test changed the schema.

    One round trip: it runs after every test.
    """
    deletions = [f'DELETE FROM "{table.name}"' for table in reversed(SQLModel.metadata.sorted_tables)]
    statements = ["SET LOCAL lock_timeout = '1s'", *deletions, SCHEMA]
    try:
        connection = engine.raw_connection()
        try:
            cursor = cast(psycopg.Connection, connection.driver_connection).execute(";".join(statements))
            while cursor.nextset():
                pass
            counted = cursor.fetchone()
            connection.commit()
            return counted == schema
        finally:
            connection.close()
    except (psycopg.Error, SQLAlchemyError):
        return False


def migrated(url: str) -> str:
    """The same database with the newest schema, and nobody connected."""
    engine = open_engine(url)
    migrate(engine)
    engine.dispose()
    return url


_NEW = {
    "0002": (
        ("message_items", "messages", "findings", "audits", "jobs", "leases", "rulebook_switches"),
        ("ix_events_entered_at",),
        (("parties", "urged_on"), ("deadlines", "level"), ("units", "email"), ("units", "phone"),
         ("people", "email"), ("people", "phone")),
    ),
    "0003": (("sessions", "tokens", "accounts", "links", "mandates", "accesses"), (), ()),
    "0004": (("search_index", "search_texts"), (), ()),
    "0005": (("citizens", "opinion_places", "place_people", "places"), (), ()),
    "0006": (("secret_stubs",), (), ()),
    "0007": (
        (),
        ("ix_cases_list", "ix_cases_opinion_lead", "ix_deadlines_last_day", "ix_deadlines_owed_by",
         "ix_deadlines_open", "ix_supervisions_state", "ix_cases_routed", "ix_assignments_asking"),
        (),
    ),
    "0008": (
        ("attachments", "assessments", "inspections", "conversions"),
        (),
        (("cases", "repeat_of"), ("cases", "excellent"), ("cases", "quality_score"), ("evaluations", "corrects"),
         ("supervisions", "kind"), ("supervisions", "holder")),
    ),
    "0009": (("paper_files", "papers"), (), ()),
    "0010": ((), (), ()),
    "0011": (("rule_texts",), (), ()),
    "0012": ((), (), (("papers", "figures"),)),
    "0013": (("clock_alarms", "register_mark"), (), (("cases", "papered_seq"),)),
    "0014": (("access_files",), (), (("accesses", "row_count"), ("accesses", "filter"), ("accesses", "region"))),
    "0015": (("region_rules",), (), ()),
    "0016": (("power_changes", "import_decisions", "import_lines", "imports"), (), ()),
    "0017": (
        ("duty_requests", "recovery_codes"),
        (),
        (("accounts", "holder"), ("accounts", "totp"), ("accounts", "totp_step"), ("sessions", "standing"),
         ("sessions", "secret"), ("sessions", "address"), ("links", "code"), ("links", "failures")),
    ),
    "0018": (
        ("notice_days",),
        (),
        (("calendar_notices", "region"), ("calendar_notices", "issued_on"), ("calendar_notices", "seq"),
         ("deadlines", "earlier")),
    ),
    "0019": (("seal_entries", "row_salts"), (), (("seals", "entry"),)),
    "0020": ((), (), (("findings", "facts"),)),
    "0021": (("erasures",), (), ()),
    "0022": ((), (), (("documents", "salt"),)),
    "0023": ((), (), (("messages", "facts"), ("access_files", "facts"))),
    "0024": ((), (), (("jobs", "results"),)),
    "0025": (("import_drafts", "import_heads"), (), ()),
    "0026": (("import_reversals",), (), ()),
    "0027": (("form_drafts",), (), ()),
}  # fmt: skip
"""What each revision brought: tables, indexes of older tables, and their columns; 0010 only widened indexes."""


_OF_POSTGRES = {"0013": (("events", "entry"),)}
"""Columns that only PostgreSQL has."""


def taken_back(engine: Engine, revision: str) -> None:
    """Make the database one of an older revision, with the cases that are in it."""
    with engine.begin() as connection:
        for brought_by, (tables, indexes, columns) in sorted(_NEW.items(), reverse=True):
            if brought_by <= revision:
                break
            for table in tables:
                connection.execute(text(f"DROP TABLE {table}"))
            for index in indexes:
                connection.execute(text(f"DROP INDEX {index}"))
            own = _OF_POSTGRES.get(brought_by, ()) if engine.dialect.name == "postgresql" else ()
            for table, column in (*columns, *own):
                connection.execute(text(f"ALTER TABLE {table} DROP COLUMN {column}"))
        connection.execute(text("UPDATE alembic_version SET version_num = :it"), {"it": revision})
