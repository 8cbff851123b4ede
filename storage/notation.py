"""Values that stand in the database in another way than duban writes them.

SQLite keeps any value in any column: a day as `2026-W20-4`, `duty` as 2. It reads back as the same day and as true, so
that no digest differs, but no statement that compares it finds the row; a value of another kind cannot be read at all.
PostgreSQL has days, and numbers in JSON, beyond those that can be read. Either forgets NOT NULL when it is told to.
"""

import json
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import orjson
from sqlalchemy import JSON, Boolean, Column, Date, Integer, LargeBinary, String, Table
from sqlmodel import AutoString, SQLModel

from storage.column_types import Instant
from storage.seal_entries import row_of
from storage.seal_scope import NOT_SEALED
from storage.statements import Cursor, Sql

_DAY = "[0-9]" * 4 + "-[0-9][0-9]" * 2
_MOMENT = f"{_DAY} [0-9][0-9]:[0-9][0-9]:[0-9][0-9]." + "[0-9]" * 6
_LONG = "typeof({{0}}) = 'text' AND length(CAST({{0}} AS BLOB)) = {length} AND {{0}} GLOB '{pattern}'"
_SQLITE: dict[type, str] = {
    Instant: f"{_LONG.format(length=26, pattern=_MOMENT)} AND datetime({{0}}) = substr({{0}}, 1, 19)",
    Date: f"{_LONG.format(length=10, pattern=_DAY)} AND date({{0}}) = {{0}}",
    Boolean: "typeof({0}) = 'integer' AND {0} IN (0, 1)",
    Integer: "typeof({0}) = 'integer'",
    JSON: "typeof({0}) = 'text' AND is_plain_json(CAST({0} AS BLOB))",
    LargeBinary: "typeof({0}) = 'blob'",
    **dict.fromkeys((String, AutoString), "typeof({0}) = 'text' AND is_utf_8(CAST({0} AS BLOB))"),
}
_POSTGRES: dict[type, str] = dict.fromkeys(
    (Instant, Date), "isfinite({0}) AND extract(year FROM {0}) BETWEEN 1 AND 9999 AND {0} >= '0001-01-02'"
)


def strange_values(cursor: Cursor, sql: Sql, most: int) -> Iterator[tuple[str, Table, str, str]]:
    """(case, table, row, column) of values not written by duban, at most `most` of a table; one column a row.

    Tables that no seal covers are not looked at.
    """
    if not sql.postgres:
        take_checks(cursor.raw.connection)
    for name, table in sorted(SQLModel.metadata.tables.items()):
        if name in NOT_SEALED:
            continue
        keys = [*table.primary_key.columns, *(table.columns[key] for key in ("case_id",) if key in table.columns)]
        names = [key.name for key in keys]
        as_text = "::text" if sql.postgres else ""  # a day that cannot be read may be part of the key
        wanted = ", ".join(f"{sql.quote(key)}{as_text} AS {sql.quote(key)}" for key in dict.fromkeys(names))
        for *values, column in _strange_rows(cursor, sql, table, wanted, most):
            row = dict(zip(dict.fromkeys(names), values, strict=True))
            case_id = str(row.get("case_id") or (row["id"] if name == "cases" else ""))
            yield case_id, table, row_of(table, row), str(column)


def _strange_rows(cursor: Cursor, sql: Sql, table: Table, keys: str, most: int) -> Iterator[tuple[Any, ...]]:
    """The values of `keys` and the name of the column."""
    conditions = [(column, condition) for column in table.columns if (condition := _as_written(sql, column))]
    if conditions:
        cases = " ".join(f"WHEN ({condition}) IS NOT TRUE THEN '{column.name}'" for column, condition in conditions)
        rows = f"SELECT {keys}, CASE {cases} END AS strange FROM {table.name}"
        yield from cursor.rows(f"SELECT * FROM ({rows}) AS r WHERE strange IS NOT NULL LIMIT {most}")
    for column in table.columns:
        if sql.postgres and isinstance(column.type, JSON):
            text = f"{sql.quote(column.name)}::text"
            for *values, value in cursor.rows(f"SELECT {keys}, {text} FROM {table.name} WHERE {text} ~ '[0-9]{{19}}'"):
                if not _can_be_digested(value):
                    yield *values, column.name


def _as_written(sql: Sql, column: Column[Any]) -> str:
    """The condition that a value of the column is as duban writes it; empty where every value is."""
    kinds = _POSTGRES if sql.postgres else _SQLITE
    condition = next((text for kind, text in kinds.items() if isinstance(column.type, kind)), "")
    quoted = sql.quote(column.name)
    if not condition:
        return "" if column.nullable else f"{quoted} IS NOT NULL"
    return f"{quoted} IS NULL OR {condition.format(quoted)}" if column.nullable else condition.format(quoted)


def is_plain_json(text: bytes) -> bool:
    """Whether it can be read and says nothing twice: SQLite finds the first of two values of a key, Python the last."""
    try:
        value = orjson.loads(text)
        return text in (orjson.dumps(value), *(json.dumps(value, ensure_ascii=way).encode() for way in (True, False)))
    except (ValueError, TypeError, RecursionError):
        return False


def take_checks(connection: sqlite3.Connection) -> None:
    """Give the connection the functions that the conditions of SQLite call."""
    for check in (is_plain_json, is_utf_8):
        connection.create_function(check.__name__, 1, check, deterministic=True)


def _can_be_digested(text: str) -> bool:
    """Whether JSON has no number of more than 64 bits."""
    try:
        return bool(orjson.dumps(json.loads(text)))
    except (ValueError, TypeError, RecursionError):
        return False


def is_utf_8(text: bytes) -> bool:
    try:
        return bool(text.decode()) or not text
    except UnicodeDecodeError:
        return False


@contextmanager
def reading_any_text(cursor: Cursor, sql: Sql) -> Iterator[None]:
    """Within it SQLite gives texts that are no UTF-8, too, with `�` in them, where it would give an error."""
    if sql.postgres:
        yield
        return
    connection = cursor.raw.connection
    connection.text_factory = _decoded
    try:
        yield
    finally:
        connection.text_factory = str


def _decoded(text: bytes) -> str:
    return text.decode("utf-8", "replace")
