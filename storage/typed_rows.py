"""Typed rows on the connection of a transaction, beside the driver's cursor: both commit together."""

import json
from collections.abc import Callable, Iterable
from typing import Any, TypeVar

from sqlalchemy import (
    ColumnElement,
    Connection,
    Engine,
    Select,
    Table,
    Text,
    cast,
    func,
    inspect,
    literal,
    text,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import PoolProxiedConnection
from sqlmodel import Session, SQLModel, col, select

JOINED = "duban_joined"
"""The execution option of an SQLAlchemy connection whose transaction has begun already."""


Insert = postgresql.Insert | sqlite.Insert
_INSERT: dict[str, Callable[[type[SQLModel]], Insert]] = {"postgresql": postgresql.insert, "sqlite": sqlite.insert}


class SealingSession(Session):
    """A session whose writes make entries for the seal (`storage.seal_entries`)."""


def session_on(engine: Engine, connection: PoolProxiedConnection) -> Session:
    """A session in the connection's transaction; it neither begins nor ends one.

    Rows keep their loaded values after it ends.
    """
    joined = Connection(engine, connection).execution_options(**{JOINED: True})
    joined.begin()
    return SealingSession(joined, join_transaction_mode="rollback_only", expire_on_commit=False)


def driver_fault(error: BaseException) -> BaseException:
    """The driver's own error behind SQLAlchemy's, so that a session and a cursor fail alike."""
    if isinstance(error, DBAPIError) and error.orig is not None:
        return error.orig
    return error


def insert_into(session: Session, table: type[SQLModel]) -> Insert:
    """An insert that supports `on_conflict_do_update` on both databases."""
    return _INSERT[session.get_bind().dialect.name](table)


def put(session: Session, *rows: SQLModel) -> None:
    """Insert rows of one table, or update all other columns of existing ones: one statement for all."""
    if not rows:
        return
    table = type(rows[0])
    keys = [column.name for column in inspect(table).primary_key]
    new = insert_into(session, table)
    others = {name: new.excluded[name] for name in table.model_fields if name not in keys}
    session.flush()
    session.execute(
        new.on_conflict_do_update(index_elements=keys, set_=others),
        [row.model_dump() for row in rows],
        execution_options={"dml_strategy": "raw"},
    )


Row = TypeVar("Row", bound=SQLModel)


def locked(session: Session, table: type[Row], key: Any) -> Row | None:
    """The current row of this key, locked until the transaction ends."""
    session.flush()
    return session.get(table, key, with_for_update=True, populate_existing=True)


def hold_tables(session: Session, mode: str, *tables: type[SQLModel]) -> None:
    """Lock tables until the transaction ends; not needed on SQLite, where one transaction writes at a time."""
    if session.get_bind().dialect.name == "postgresql":
        names = ", ".join(str(table.__tablename__) for table in tables)
        session.execute(text(f"LOCK TABLE {names} IN {mode} MODE"))


def hold(session: Session, name: int | str) -> None:
    """Take the advisory lock of this name until the transaction ends; not needed on SQLite, which has one writer."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(select(func.pg_advisory_xact_lock(func.hashtext(name) if isinstance(name, str) else name)))


def dictionaries(session: Session, table: Table, *where: ColumnElement[bool]) -> list[dict[str, Any]]:
    """All rows of a table as dictionaries in the order of their keys."""
    return as_dictionaries(session, table.select().where(*where).order_by(*table.primary_key))


def as_dictionaries(session: Session, wanted: Select[Any]) -> list[dict[str, Any]]:
    """The rows by column, without an object for each."""
    return [dict(row) for row in session.execute(wanted).mappings()]


def among(session: Session, column: Any, values: Iterable[str]) -> ColumnElement[bool]:
    """SQL: the column has one of these values, bound as one JSON parameter however many there are."""
    listed = literal(json.dumps(sorted(set(values))), Text)
    if session.get_bind().dialect.name == "postgresql":
        elements = func.json_array_elements_text(cast(listed, postgresql.JSON)).table_valued("value")
    else:
        elements = func.json_each(listed).table_valued("value")
    return col(column).in_(select(elements.c.value))
