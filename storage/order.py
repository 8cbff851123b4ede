"""In what order entries stand: by their sequence. An instant of entry follows the one before it in its case."""

from collections.abc import Sequence
from datetime import datetime

from storage.statements import Cursor, Sql


def raised(cursor: Cursor, sql: Sql, cases: Sequence[str], at: datetime) -> dict[str, datetime]:
    """Of these cases, locked, those whose next entry is raised above `at`: to the instant of the one before it.

    An entry that lay ahead of the clock when somebody accepted it raises no later one. As long as no entry of the
    register lies ahead, this is one look at an index.
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
