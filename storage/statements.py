"""The hot statements: compiled once per database from the declared tables, run on the driver's cursor.

SQLAlchemy declares tables and migrations, opens connections and ends transactions; per row it costs more than
the database itself, so what runs in every action, on every page or over all rows uses the driver. On SQLite 10,000
events are written in 0.11 s of CPU and read in 0.09 (as typed rows 2.0 and 0.33–0.44), one question takes 29 µs with
its transaction (324). Values are converted here as the column types do.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime
from functools import lru_cache
from operator import itemgetter
from sqlite3 import SQLITE_BUSY
from threading import Lock
from typing import Any
from weakref import WeakKeyDictionary

import orjson
from sqlalchemy import JSON, Boolean, Column, Date, Engine, Table
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.pool import PoolProxiedConnection
from sqlmodel import Session

from storage.column_types import Instant
from storage.errors import Busy
from storage.moments import moment_here
from storage.patience import BUSY_SECONDS, LOCKED, POOL_SECONDS, Patience, patience_here, settings_of
from storage.typed_rows import driver_fault, session_on

Convert = Callable[[Any], Any]


def json_text(value: Any) -> str:
    return orjson.dumps(value).decode()


@lru_cache(maxsize=1024)
def _sqlite_instant(value: datetime) -> str:
    """Cached, because all rows of a batch share an instant or two."""
    return value.astimezone(UTC).replace(tzinfo=None).isoformat(" ", "microseconds")


_TO_SQLITE: dict[type, Convert] = {
    Date: date.isoformat,
    Instant: _sqlite_instant,
    JSON: json_text,
    Boolean: int,
}
_FROM_SQLITE: dict[type, Convert] = {
    Date: date.fromisoformat,
    Instant: lambda text: datetime.fromisoformat(text).replace(tzinfo=UTC),
    JSON: orjson.loads,
    Boolean: bool,
}
_TO_POSTGRES: dict[type, Convert] = {JSON: json_text}
_FROM_POSTGRES: dict[type, Convert] = {Instant: lambda value: value.astimezone(UTC)}


class Cursor:
    """A driver's cursor inside a transaction, and a session of typed rows in the same one.

    Each sees what the other wrote before it: a statement first flushes the session, and after one that writes the
    session reloads its rows.
    """

    def __init__(self, raw: Any, open_session: Callable[[], Session] | None = None) -> None:
        self.raw = raw
        self._open_session = open_session
        self._session: Session | None = None

    @property
    def session(self) -> Session:
        """Opened on first use: it costs more than a statement, and most transactions need none."""
        if self._session is None:
            assert self._open_session is not None, "this cursor stands in no transaction of an engine"
            self._session = self._open_session()
        return self._session

    def flush(self) -> None:
        """Flush the session."""
        if self._session is not None:
            self._session.flush()

    def close(self) -> None:
        if self._session is not None:
            self._session.close()
        self.raw.close()

    def rows(self, sql: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        self.flush()
        self.raw.execute(sql, values)
        rows: list[tuple[Any, ...]] = self.raw.fetchall()
        return rows

    def run(self, sql: str, values: Sequence[Any] = ()) -> int:
        """Execute and return how many rows were affected."""
        self.flush()
        self.raw.execute(sql, values)
        self._forget()
        return int(self.raw.rowcount)

    def together(self, *settings: str) -> None:
        """Execute several PostgreSQL settings in one message; a prepared statement can hold only one."""
        self.raw.execute("; ".join(settings), prepare=False)

    def run_many(self, sql: str, rows: Sequence[Sequence[Any]]) -> None:
        self.flush()
        if len(rows) == 1:
            self.raw.execute(sql, rows[0])
        elif rows:
            self.raw.executemany(sql, rows)
        self._forget()

    def _forget(self) -> None:
        if self._session is not None:
            self._session.expire_all()


MANY = 10
"""So many rows are converted faster column by column."""
READING = "duban_reading"
"""The execution option of an SQLAlchemy connection that only reads."""


@contextmanager
def transaction(engine: Engine) -> Iterator[Cursor]:
    """One transaction; on SQLite it excludes all other writers from its start. Raises Busy (`waiting_at_most`)."""
    moment, patience = moment_here(), patience_here()
    if moment is not None:
        moment.end()
    try:
        with _turn(engine, patience), _opened(engine) as (connection, cursor), _begun(engine, cursor, patience):
            yield cursor
            cursor.flush()
            engine.dialect.do_commit(connection)
    except engine.dialect.loaded_dbapi.OperationalError as error:
        if is_busy(error):
            raise Busy(patience.seconds if patience else BUSY_SECONDS) from error
        raise
    finally:
        if moment is not None:
            moment.end()  # what is read from now on is to see what was written


@contextmanager
def _begun(engine: Engine, cursor: Cursor, patience: Patience | None) -> Iterator[None]:
    """Begin a writing transaction, with the time-outs of the context if any."""
    if engine.dialect.name == "postgresql":
        if patience is not None:
            cursor.together(*settings_of(patience, patience.left))
        yield
        return
    if patience is not None:
        cursor.run(f"PRAGMA busy_timeout = {round(patience.left * 1000)}")
    try:
        cursor.run("BEGIN IMMEDIATE")
        yield
    finally:
        if patience is not None:
            cursor.run(f"PRAGMA busy_timeout = {BUSY_SECONDS * 1000}")


def is_busy(error: Exception) -> bool:
    """Whether another writer was in the way: SQLITE_BUSY, or PostgreSQL's lock_not_available and query_canceled."""
    if getattr(error, "sqlstate", None) in ("55P03", "57014"):
        return True
    return getattr(error, "sqlite_errorcode", 0) & 0xFF == SQLITE_BUSY


@contextmanager
def _turn(engine: Engine, patience: Patience | None) -> Iterator[None]:
    """A queue of this process's writing threads on SQLite, which otherwise polls with sleeps.

    A thread that waited too long still asks SQLite, which then gives the error.
    """
    if engine.dialect.name != "sqlite":
        yield
        return
    with _TURNS_MADE:
        turn = _TURNS.setdefault(engine, Lock())
    taken = turn.acquire(timeout=BUSY_SECONDS if patience is None else patience.left)
    try:
        yield
    finally:
        if taken:
            turn.release()


_TURNS: WeakKeyDictionary[Engine, Lock] = WeakKeyDictionary()
_TURNS_MADE = Lock()


@contextmanager
def reading(engine: Engine) -> Iterator[Cursor]:
    """One reading transaction, which blocks no writer on SQLite; it sees one snapshot of the database."""
    moment = moment_here()
    if moment is None or moment.engine is not engine:
        with _looking(engine) as cursor:
            yield cursor
        return
    try:
        yield moment.cursor(_looking)
    except BaseException:
        moment.end()  # PostgreSQL answers nothing more in a transaction that failed
        raise


@contextmanager
def _looking(engine: Engine) -> Iterator[Cursor]:
    patience = patience_here()
    try:
        with _opened(engine) as (_, cursor):
            if engine.dialect.name == "postgresql":
                settings = settings_of(patience, LOCKED) if patience else []
                cursor.together("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY", *settings)
            else:
                cursor.run("BEGIN")
            yield cursor
    except engine.dialect.loaded_dbapi.OperationalError as error:
        if patience is not None and is_busy(error):
            raise Busy(patience.statement or LOCKED) from error
        raise


@contextmanager
def _opened(engine: Engine) -> Iterator[tuple[PoolProxiedConnection, Cursor]]:
    """A pooled connection, which rolls back uncommitted work when returned.

    It bypasses SQLAlchemy's `Connection`, whose begin and end take ten times as long as SQLite's answer.
    """
    try:
        connection = engine.raw_connection()
    except PoolTimeout as error:  # all connections work on something: it is nobody's fault, and passes
        raise Busy(POOL_SECONDS) from error
    try:
        cursor = Cursor(connection.cursor(), lambda: session_on(engine, connection))
        try:
            yield connection, cursor
        finally:
            cursor.close()
    except Exception as error:
        fault = driver_fault(error)
        if engine.dialect.is_disconnect(fault, connection.dbapi_connection, None):  # type: ignore[arg-type]
            engine.dispose()  # the server is gone, and with it all connections of the pool
        if fault is not error:
            raise fault from error
        raise
    finally:
        connection.close()


class Sql:
    """What differs between the two databases when speaking to the driver."""

    def __init__(self, engine: Engine) -> None:
        self.postgres = engine.dialect.name == "postgresql"
        self.mark = "%s" if self.postgres else "?"
        self.quote = engine.dialect.identifier_preparer.quote
        self.any = "= ANY(%s)" if self.postgres else "IN (SELECT value FROM json_each(?))"
        self.for_update = " FOR UPDATE" if self.postgres else ""
        self.plain = "" if self.postgres else "+"
        """A prefix of a column that SQLite, which has no statistics here, must not use for a lookup."""
        self.entry = "entry" if self.postgres else "rowid"
        """The column of `events` that numbers all events in order of entry, independently of clocks.

        On PostgreSQL a concurrent one may still appear before those already read."""

    def many(self, values: Iterable[str]) -> Any:
        """The parameter for `any`; psycopg takes no list of values of several closed sets."""
        return [str(value) for value in values] if self.postgres else json_text(list(values))

    def among(self, column: str, values: Collection[str]) -> tuple[str, list[Any]]:
        """The condition that a column holds one of these, and its parameter; for a single one SQLite makes no table."""
        if len(values) == 1:
            return f"{column} = {self.mark}", [str(value) for value in values]
        return f"{column} {self.any}", [self.many(values)]

    def to_database(self, column: Column[Any]) -> Convert | None:
        return _lookup(_TO_POSTGRES if self.postgres else _TO_SQLITE, column)

    def from_database(self, column: Column[Any]) -> Convert | None:
        return _lookup(_FROM_POSTGRES if self.postgres else _FROM_SQLITE, column)

    def instant(self, value: datetime) -> Any:
        return value if self.postgres else _sqlite_instant(value)

    def read_instant(self, value: Any) -> datetime:
        """An instant as a raw query gives it, aware in UTC."""
        convert = (_FROM_POSTGRES if self.postgres else _FROM_SQLITE)[Instant]
        element: datetime = convert(value)
        return element

    def read_day(self, value: Any) -> date:
        """A civil day as a raw query gives it."""
        return date.fromisoformat(value) if isinstance(value, str) else value

    def field(self, column: str, key: str) -> str:
        """The SQL of a key of a JSON column, as text."""
        return f"{column} ->> '{key}'" if self.postgres else f"json_extract({column}, '$.{key}')"

    def day(self, value: date) -> Any:
        return value if self.postgres else value.isoformat()


def _lookup(converters: dict[type, Convert], column: Column[Any]) -> Convert | None:
    return next((convert for kind, convert in converters.items() if isinstance(column.type, kind)), None)


class Write:
    """A statement that writes many rows, given as dictionaries by column; other keys are ignored.

    PostgreSQL takes all rows as one JSON parameter and reads the columns' types from the table itself: one
    execution instead of one a row. SQLite runs in the process, where one by one costs little.
    """

    def __init__(self, sql: Sql, statement: str, columns: Sequence[Column[Any]]) -> None:
        self.statement = statement
        self._postgres = sql.postgres
        self._names = tuple(column.name for column in columns)
        self._values = itemgetter(*self._names)
        self._to = _converters(columns, sql.to_database)

    def __call__(self, cursor: Cursor, rows: Sequence[Mapping[str, Any]]) -> None:
        if not rows:
            return
        values = [self._values(row) for row in rows]
        if self._postgres:
            records = [dict(zip(self._names, row, strict=True)) for row in values]
            cursor.run(self.statement, [json_text(records)])
        else:
            cursor.run_many(self.statement, list(_converted(values, self._to)))


Writing = Callable[[Cursor, Sequence[Mapping[str, Any]]], None]
"""A function that writes rows, given as dictionaries by column."""


class Rows:
    """Reading and writing the rows of one table as dictionaries, or as objects of `kind` with those attributes.

    `update` and `upsert` never change a row's key or its case.
    """

    def __init__(self, sql: Sql, table: Table, kind: type | None = None, without: Sequence[str] = ()) -> None:
        columns = [column for column in table.columns if column.name not in without]
        self.sql = sql
        self.table = table
        self.kind = kind
        self.names = [column.name for column in columns]
        self._from = _converters(columns, sql.from_database)
        quoted = [sql.quote(name) for name in self.names]
        self.columns = ", ".join(quoted)
        self.columns_of = ", ".join(f"{table.name}.{name}" for name in quoted)
        self.select = f"SELECT {self.columns} FROM {table.name}"
        self.select_of_cases = f"{self.select} WHERE case_id {sql.any}"
        changing = [c for c in columns if not c.primary_key and c.name != "case_id"]
        self.insert: Writing = Write(sql, self._insert(), columns)
        self.insert_new: Writing = Write(sql, f"{self._insert()} ON CONFLICT DO NOTHING", columns)
        sets = ", ".join(f"{name} = excluded.{name}" for name in self._quoted(changing))
        keys = ", ".join(self._quoted(table.primary_key.columns))
        self.upsert: Writing = Write(sql, f"{self._insert()} ON CONFLICT ({keys}) DO UPDATE SET {sets}", columns)
        self.update = self.updating(*(column.name for column in changing))

    def updating(self, *names: str) -> Write:
        """An update of these columns alone: indexes of other columns are not touched."""
        changing = [self.table.columns[name] for name in names]
        keys = list(self.table.primary_key.columns)
        name = self.table.name
        if self.sql.postgres:
            sets = ", ".join(f"{column} = new.{column}" for column in self._quoted(changing))
            where = " AND ".join(f"{name}.{column} = new.{column}" for column in self._quoted(keys))
            statement = f"UPDATE {name} SET {sets} FROM {self._recordset()} AS new WHERE {where}"
        else:
            sets = ", ".join(f"{column} = ?" for column in self._quoted(changing))
            where = " AND ".join(f"{column} = ?" for column in self._quoted(keys))
            statement = f"UPDATE {name} SET {sets} WHERE {where}"
        return Write(self.sql, statement, [*changing, *keys])

    def columns_as(self, alias: str) -> str:
        """The columns under another name of the table."""
        return ", ".join(f"{alias}.{self.sql.quote(name)}" for name in self.names)

    def dicts(self, rows: Sequence[Sequence[Any]]) -> list[dict[str, Any]]:
        """Rows as they were written."""
        return [dict(zip(self.names, values, strict=False)) for values in _converted(rows, self._from)]

    def objects(self, rows: Sequence[Sequence[Any]]) -> list[Any]:
        """Like `dicts`, as objects of this table's kind; other values are ignored."""
        assert self.kind is not None
        return [_object(self.kind, row) for row in self.dicts(rows)]

    def _insert(self) -> str:
        into = f"INSERT INTO {self.table.name} ({self.columns})"
        if self.sql.postgres:
            return f"{into} SELECT {self.columns} FROM {self._recordset()}"
        return f"{into} VALUES ({', '.join('?' * len(self.names))})"

    def _recordset(self) -> str:
        return f"json_populate_recordset(null::{self.table.name}, %s::json)"

    def _quoted(self, columns: Iterable[Column[Any]]) -> list[str]:
        return [self.sql.quote(column.name) for column in columns]


def _object(kind: type, attributes: dict[str, Any]) -> Any:
    """Make an object without running its constructor."""
    made: Any = object.__new__(kind)
    made.__dict__ = attributes
    return made


def _converted(
    rows: Sequence[Sequence[Any]], converters: Sequence[tuple[int, Convert]]
) -> Iterable[Sequence[Any]]:
    """The rows with some columns converted, NULL kept: a few row by row, many column by column, each the faster."""
    if not converters:
        return rows
    if len(rows) < MANY:
        return [_converted_row(row, converters) for row in rows]
    columns: list[Sequence[Any]] = list(zip(*rows, strict=False))
    for index, convert in converters:
        columns[index] = [None if value is None else convert(value) for value in columns[index]]
    return zip(*columns, strict=False)


def _converted_row(row: Sequence[Any], converters: Sequence[tuple[int, Convert]]) -> list[Any]:
    values = list(row)
    for index, convert in converters:
        if values[index] is not None:
            values[index] = convert(values[index])
    return values


def _converters(
    columns: Sequence[Column[Any]], find: Callable[[Column[Any]], Convert | None]
) -> list[tuple[int, Convert]]:
    converters = ((index, find(column)) for index, column in enumerate(columns))
    return [(index, convert) for index, convert in converters if convert is not None]
