"""What lets somebody in, and how all of it ends at once: sessions, tokens, one-time links that nobody used."""

from datetime import datetime

from storage.statements import Cursor, Sql


def end_credentials(
    sql: Sql, cursor: Cursor, at: datetime, by: str, *, account: str = "", person: str = "", but: str = ""
) -> None:
    """End whatever was given out to an account, and to the person behind it: sessions, tokens and open links.

    Either name is enough. `but` is the digest of the one session that stays.
    """
    mark, now = sql.mark, sql.instant(at)
    if person and not account:
        account = _only(cursor, f"SELECT name FROM accounts WHERE person = {mark}", person)
    elif account and not person:
        person = _only(cursor, f"SELECT person FROM accounts WHERE name = {mark}", account)
    if account:
        cursor.run(f"DELETE FROM sessions WHERE account = {mark} AND token <> {mark}", [account, but])
        cursor.run(
            f"UPDATE tokens SET revoked_at = {mark}, revoked_by = {mark} WHERE account = {mark} AND revoked_at IS NULL",
            [now, by, account],
        )
        end_links(sql, cursor, "purpose IN ('sign-in', 'demo') AND account = {mark}", [account], at)
    if person:
        end_links(sql, cursor, "purpose = 'evaluate' AND deputy = {mark}", [person], at)


def end_links(sql: Sql, cursor: Cursor, where: str, values: list[str], at: datetime) -> int:
    """Make the unused links of a condition useless; how many there were."""
    return cursor.run(
        f"UPDATE links SET revoked_at = {sql.mark} WHERE {where.format(mark=sql.mark)} "
        "AND used_at IS NULL AND revoked_at IS NULL",
        [sql.instant(at), *values],
    )


def _only(cursor: Cursor, select: str, value: str) -> str:
    rows = cursor.rows(select, [value])
    return str(rows[0][0]) if rows else ""
