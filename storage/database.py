"""Opening the database: SQLite or PostgreSQL, one migration history for both."""

import sqlite3
from functools import cache
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, create_engine, event, inspect, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, SQLAlchemyError

from states.reasons import Given, Label, Refused, Worded, labels
from states.texts import unseen
from storage.errors import Busy, DatabaseError
from storage.own_files import make_for_owner
from storage.patience import BUSY_SECONDS, POOL_SECONDS
from storage.same_file import SameFile
from storage.seal_entries import enter_all
from storage.statements import READING, json_text, reading
from storage.typed_rows import JOINED

MAPPED = 1 << 30
"""Bytes that SQLite maps into memory: its cache of 2 MB cannot hold a list of a hundred thousand cases."""
SYNCHRONOUS = "FULL"
"""A committed transaction survives a power cut."""
FIRST_ENTRIES = "0019"
"""The revision from which every row outside the cases has an entry for the seal; it adds those of older rows."""
OF_THE_PLACE = (sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY)
"""SQLite's error codes for a full disk and for a file that cannot be opened or written."""
READ_ONLY = "25006"
"""PostgreSQL's state of a server that takes no writing now, as after a switch to a copy that only follows."""
MIGRATING = 0x647562616E
"""The advisory lock under which PostgreSQL is migrated."""


def open_engine(url: str) -> Engine:
    """An engine for `url` (sqlite:///file or postgresql+psycopg://…) with serialised writers.

    SQLite: SQLAlchemy's default begins late and drops FOR UPDATE, so two read-then-write transactions lose one
    of the writes without an error; here every transaction begins IMMEDIATE, in WAL mode, with foreign keys.
    """
    try:
        parsed = make_url(url)
    except ArgumentError:
        parsed = None
    if parsed is None or unseen(url) or unseen(parsed.database or ""):  # as %00 is written
        examples = labels(("sqlite:///duban.db", "postgresql+psycopg://user@host/duban"))
        raise DatabaseError(Refused("database_url_malformed", given=Given(url), known=examples))
    name = parsed.get_backend_name()
    if name == "sqlite":
        if not parsed.database or parsed.database == ":memory:":
            raise DatabaseError(Refused("database_needs_file", example=Label("sqlite:///duban.db")))
        engine = create_engine(
            parsed, connect_args={"timeout": BUSY_SECONDS}, pool_timeout=POOL_SECONDS, json_serializer=json_text
        )
        SameFile(engine, parsed.database)  # before a file is made
        event.listen(engine, "do_connect", make_for_owner)
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
        return engine
    if name == "postgresql":
        return create_engine(
            parsed.set(drivername="postgresql+psycopg"), pool_size=10, max_overflow=10, pool_timeout=POOL_SECONDS,
            json_serializer=json_text,
        )  # fmt: skip
    kinds = labels(("sqlite:///", "postgresql+psycopg://"))
    raise DatabaseError(Refused("database_of_other_kind", kind=Label(name), known=kinds))


def _prepare_sqlite(connection: sqlite3.Connection, _record: Any) -> None:
    connection.isolation_level = None
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute(f"PRAGMA synchronous = {SYNCHRONOUS}")
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute(f"PRAGMA busy_timeout = {BUSY_SECONDS * 1000}")
    connection.execute(f"PRAGMA mmap_size = {MAPPED}")
    connection.execute("PRAGMA secure_delete = FAST")  # what is deleted does not stay in the pages in use


def _begin_sqlite(connection: Connection) -> None:
    """Begin: writers exclude each other from the start; readers (`READING`) see one snapshot and block nobody."""
    options = connection.get_execution_options()
    if not options.get(JOINED):
        connection.exec_driver_sql("BEGIN" if options.get(READING) else "BEGIN IMMEDIATE")


def migrate(engine: Engine) -> str:
    """Bring the schema to the newest revision and return it; a second call changes nothing."""
    config = _config()
    with engine.begin() as connection:
        if engine.dialect.name == "postgresql":
            # Of two programs that start at once the second waits, and then finds it done.
            connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({MIGRATING})")
        config.attributes["connection"] = connection
        before = MigrationContext.configure(connection).get_current_revision()
        command.upgrade(config, "head")
        if before is not None and before < FIRST_ENTRIES:
            enter_all(engine, connection.connection.cursor())
    return newest_revision()


def require_schema(engine: Engine) -> None:
    """Set up an empty database; refuse one whose schema is older or newer than this program."""
    try:
        with engine.connect().execution_options(**{READING: True}) as connection:
            current = MigrationContext.configure(connection).get_current_revision()
            empty = current is None and not inspect(connection).get_table_names()
    except DBAPIError as error:
        address = Label(engine.url.render_as_string(hide_password=True))
        raise DatabaseError(Refused("database_unopened", address=address, why=Label(error.orig))) from None
    if empty:
        migrate(engine)
    elif current != newest_revision():
        schema = Label(current) if current else Worded("unknown", "不明")
        raise DatabaseError(Refused(
            "database_of_other_schema", schema=schema, needed=Label(newest_revision()), command=Label("duban migrate")
        ))  # fmt: skip


def ping(engine: Engine) -> None:
    """Ask the database for a trivial answer; raises one of `failures` when it gives none."""
    with reading(engine) as cursor:
        cursor.rows("SELECT 1")


def failures(engine: Engine) -> tuple[type[Exception], ...]:
    """The exceptions of a database that cannot carry out a statement."""
    return (Busy, SQLAlchemyError, engine.dialect.loaded_dbapi.Error)


def is_unreachable(error: Exception) -> bool:
    """Whether a failure comes from the environment, not the statement: no server, a full disk, a missing file."""
    fault = getattr(error, "orig", None) or error
    if isinstance(fault, sqlite3.Error):
        return getattr(fault, "sqlite_errorcode", 0) & 0xFF in OF_THE_PLACE
    if getattr(fault, "sqlstate", None) == READ_ONLY:
        return True
    return any(base.__name__ == "OperationalError" for base in type(fault).__mro__)


@cache
def newest_revision() -> str:
    """The schema revision that this program needs; computed once."""
    revision = ScriptDirectory.from_config(_config()).get_current_head()
    assert revision is not None
    return revision


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    return config
