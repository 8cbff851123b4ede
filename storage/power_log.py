"""The log of every change of who may do what: accounts, roles, units, regions, mandates, duties. It only grows."""

from datetime import date, datetime, timedelta
from typing import Any
from uuid import uuid4

from rulebooks import midnight
from storage.layout import Layout
from storage.statements import Cursor, Sql


def power_change(
    at: datetime, by: str, what: str, subject: str, region: str = "", old: str = "", new: str = ""
) -> dict[str, Any]:
    """An entry; `what` is `table.column` of the directory, or `account.…`, `mandate.…`, `duty.…`."""
    return {
        "id": uuid4().hex, "at": at, "by": by, "what": what, "subject": subject, "region": region, "old": old,
        "new": new,
    }  # fmt: skip


def powers_changed_on(layout: Layout, cursor: Cursor, on: date, region: str = "") -> list[dict[str, Any]]:
    """The changes of a civil day, of one region where given, in their order."""
    table, sql = layout.power_changes, layout.sql
    where, values = f"at >= {sql.mark} AND at < {sql.mark}", [
        sql.instant(midnight(on)), sql.instant(midnight(on + timedelta(days=1))),
    ]  # fmt: skip
    if region:
        where, values = f"{where} AND region = {sql.mark}", [*values, region]
    return table.dicts(cursor.rows(f"{table.select} WHERE {where} ORDER BY at, subject, what, id", values))


def region_of(sql: Sql, cursor: Cursor, person: str) -> str:
    """The region of a person, or of their unit; '' for whoever has none."""
    rows = cursor.rows(
        "SELECT coalesce(nullif(p.region, ''), u.region, '') FROM people p LEFT JOIN units u ON u.id = p.unit "
        f"WHERE p.id = {sql.mark}",
        [person],
    )
    return str(rows[0][0]) if rows else ""


def region_of_account(sql: Sql, cursor: Cursor, account: str) -> str:
    """The region of the person behind an account; '' for an administrator."""
    rows = cursor.rows(f"SELECT person FROM accounts WHERE name = {sql.mark}", [account])
    return region_of(sql, cursor, str(rows[0][0])) if rows else ""
