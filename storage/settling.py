"""What a clock that ran ahead put off is due as if it were written now: rows that say until when something holds."""

from datetime import datetime, timedelta

from storage.accounts import LOCKED, SESSION
from storage.messages import CLAIM, MINUTE
from storage.statements import Cursor, Sql

HELD = {"leases": ("until", MINUTE), "accounts": ("locked_until", LOCKED)}
"""By table the column that holds somebody off, and the longest that it does."""

MADE = ("sessions", "links", "tokens")
"""Tables whose rows, by their token, last from `created_at` to `expires_at`."""


def settle(cursor: Cursor, sql: Sql, at: datetime) -> None:
    """Let nothing wait for a time that a wrong clock wrote; a second call changes nothing.

    A job is served up to now and no further. Messages wait for nothing but office hours. Leases and locks hold as
    long as new ones would; sessions, links and tokens that were made ahead of now last as long as they were to.
    """
    now, mark = sql.instant(at), sql.mark
    cursor.run(f"UPDATE jobs SET due_at = {mark} WHERE due_at > {mark}", [now, now])
    cursor.run(f"UPDATE messages SET next_try_at = {mark} WHERE next_try_at > {mark}", [now, now])
    _shorten(cursor, sql, "messages", "claimed_until", at + CLAIM)
    for table, (column, longest) in HELD.items():
        _shorten(cursor, sql, table, column, at + longest)
    for table in MADE:
        _move(cursor, sql, table, at)
    _shorten(cursor, sql, "sessions", "seen_at", at)
    _shorten(cursor, sql, "sessions", "expires_at", at + SESSION)


def _shorten(cursor: Cursor, sql: Sql, table: str, column: str, until: datetime) -> None:
    value = sql.instant(until)
    cursor.run(f"UPDATE {table} SET {column} = {sql.mark} WHERE {column} > {sql.mark}", [value, value])


def _move(cursor: Cursor, sql: Sql, table: str, at: datetime) -> None:
    """Rows that were made ahead of now are made now, and last as long as they were to."""
    mark = sql.mark
    rows = cursor.rows(
        f"SELECT token, created_at, expires_at FROM {table} WHERE created_at > {mark}", [sql.instant(at)]
    )
    for name, created, expires in rows:
        lasts: timedelta = sql.read_instant(expires) - sql.read_instant(created)
        cursor.run(
            f"UPDATE {table} SET created_at = {mark}, expires_at = {mark} WHERE token = {mark}",
            [sql.instant(at), sql.instant(at + lasts), name],
        )
