"""Typed rows on the connection of a transaction, beside the driver's cursor: what both write enters together."""

from collections.abc import Callable

from sqlalchemy import Connection, Engine
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import PoolProxiedConnection
from sqlmodel import Session, SQLModel

JOINED = "duban_joined"
"""The execution option of a connection of SQLAlchemy's whose transaction has begun already."""


Insert = postgresql.Insert | sqlite.Insert
_INSERT: dict[str, Callable[[type[SQLModel]], Insert]] = {"postgresql": postgresql.insert, "sqlite": sqlite.insert}


def session_on(engine: Engine, connection: PoolProxiedConnection) -> Session:
    """A session in the transaction that this connection is in; it neither begins nor ends one.

    Rows keep what was read of them when it is over.
    """
    joined = Connection(engine, connection).execution_options(**{JOINED: True})
    joined.begin()
    return Session(joined, join_transaction_mode="rollback_only", expire_on_commit=False)


def driver_fault(error: BaseException) -> BaseException:
    """The driver's own error behind SQLAlchemy's, so that a session and a cursor fail alike."""
    if isinstance(error, DBAPIError) and error.orig is not None:
        return error.orig
    return error


def insert_into(session: Session, table: type[SQLModel]) -> Insert:
    """An insert that may say what is to be done with a row that is there already (`on_conflict_do_update`)."""
    return _INSERT[session.get_bind().dialect.name](table)
