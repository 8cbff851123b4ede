"""Packing the database, so that nothing that was deleted stays in its files."""

from sqlalchemy import Engine

from storage.errors import Busy
from storage.patience import BUSY_SECONDS
from storage.statements import is_busy

HOLDING = (
    "citizens", "documents", "outbox", "messages", "attachments", "search_texts", "search_index", "erasures",
    "row_salts",
)  # fmt: skip
"""The tables in whose pages an erasure leaves what it struck."""


def pack(engine: Engine, wait: float = BUSY_SECONDS) -> None:
    """Write what is there anew; nobody else writes meanwhile, nor reads these tables on PostgreSQL.

    Raises Busy when somebody else uses a SQLite file for longer than `wait` seconds.
    """
    if engine.dialect.name == "postgresql":
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql(f"VACUUM (FULL) {', '.join(HOLDING)}")
        return
    raw = engine.raw_connection()
    try:
        cursor = raw.cursor()
        cursor.execute(f"PRAGMA busy_timeout = {round(wait * 1000)}")
        cursor.execute("INSERT INTO search_index (search_index) VALUES ('optimize')")
        cursor.execute("VACUUM")
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        ((in_use, *_),) = cursor.fetchall()
        if in_use:
            raise Busy(wait)
    except engine.dialect.loaded_dbapi.OperationalError as error:
        if is_busy(error):
            raise Busy(wait) from error
        raise
    finally:
        raw.cursor().execute(f"PRAGMA busy_timeout = {BUSY_SECONDS * 1000}")
        raw.close()
