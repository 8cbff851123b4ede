"""The order of entries is that of their sequence numbers. Instants of entry never decrease within a case.

Queries over all events: statements of the cursor (figures in `storage.statements`).
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Engine

from storage.statements import Cursor, Sql, reading


def raised(cursor: Cursor, sql: Sql, cases: Sequence[str], at: datetime) -> dict[str, datetime]:
    """Those of these (locked) cases whose next entry is dated later than `at`: by the instant of the one before it.

    An entry that was ahead of the clock when it was accepted raises no later one. As long as no entry is ahead,
    this is one index lookup.
    """
    now = sql.instant(at)
    newest = cursor.rows("SELECT max(entered_at) FROM events")[0][0]
    if newest is None or newest <= now:
        return {}
    rows = cursor.rows(
        "SELECT e.case_id, e.entered_at FROM cases c JOIN events e ON e.case_id = c.id AND e.seq = c.seq "
        f"WHERE c.id {sql.any} AND e.entered_at > {sql.mark} AND NOT EXISTS (SELECT 1 FROM clock_alarms a "
        f"WHERE a.entry >= e.{sql.entry} AND a.accepted_at < e.entered_at)",
        [sql.many(cases), now],
    )
    return {str(case_id): sql.read_instant(entered) for case_id, entered in rows}


def newest_entry(engine: Engine, sql: Sql) -> int:
    """The number of the newest entry, 0 when there is none; while it does not change, neither do states and limits."""
    with reading(engine) as cursor:
        return int(cursor.rows(f"SELECT coalesce(max({sql.entry}), 0) FROM events")[0][0])


def newest_instant(engine: Engine, sql: Sql) -> datetime | None:
    """The latest instant of entry, which a clock that ran ahead may have written; None when there is none."""
    with reading(engine) as cursor:
        value = cursor.rows("SELECT max(entered_at) FROM events")[0][0]
    return None if value is None else sql.read_instant(value)


def entries_after(engine: Engine, sql: Sql, entry: int, most: int) -> list[tuple[str, int, str]]:
    """(case, number, hash) of at most so many events entered after the one of this number, in order."""
    with reading(engine) as cursor:
        rows = cursor.rows(
            f"SELECT case_id, {sql.entry}, hash FROM events WHERE {sql.entry} > {sql.mark} "
            f"ORDER BY {sql.entry} LIMIT {int(most)}",
            [entry],
        )
    return [(str(case_id), int(number), str(digest)) for case_id, number, digest in rows]


def entries_at(engine: Engine, sql: Sql, at: datetime) -> list[tuple[int, str]]:
    """(number, hash) of the events of one instant of entry."""
    with reading(engine) as cursor:
        rows = cursor.rows(f"SELECT {sql.entry}, hash FROM events WHERE entered_at = {sql.mark}", [sql.instant(at)])
    return [(int(number), str(digest)) for number, digest in rows]


def case_of_key(engine: Engine, sql: Sql, key: str) -> str:
    """The case in which an action was taken under this key; '' where none was."""
    with reading(engine) as cursor:
        rows = cursor.rows(f"SELECT case_id FROM events WHERE key = {sql.mark}", [key])
    return str(rows[0][0]) if rows else ""
