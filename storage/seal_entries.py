"""The append-only history of rows outside the cases: directory, rights, calendar, papers, access log.

A writer of such a table enters, in the same transaction, the digest of the row under a fresh salt. Salts are stored in
a table of the existing rows: once its salt is destroyed, an erased row cannot be guessed from its digest.
"""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from functools import cache
from secrets import token_hex
from typing import Any

from sqlalchemy import Column, Engine, Result, Table, event, inspect
from sqlalchemy import select as select_columns
from sqlalchemy.orm import ORMExecuteState
from sqlalchemy.sql.expression import tuple_
from sqlmodel import Session, SQLModel

from storage.chain import canonical
from storage.seal_scope import ELSEWHERE, sealed_columns, sealed_tables
from storage.statements import Cursor, Rows, Sql, Writing
from storage.tables.seals import RowSaltRow, SealEntryRow
from storage.typed_rows import SealingSession, among

HASH = "sha256"
GONE = ""
"""The digest of an entry for a deleted row."""
CHUNK = 500
"""Rows read and compared at once."""

MANY = 10_000
"""Entries read at once."""

Values = Mapping[str, Any]


def row_of(table: Table, values: Values) -> str:
    """The name of a row in its entries: its key columns separated by `/`, which within a column is written %2F."""
    key = [str(values[column.name]) for column in table.primary_key]
    return key[0] if len(key) == 1 else "/".join(part.replace("%", "%25").replace("/", "%2F") for part in key)


def entry_digest(table: Table, values: Values, salt: str) -> str:
    """`sha256:` and 64 hexadecimal digits over salt, table, and the sealed columns that differ from their default.

    A column added later, with its default in the old rows, therefore changes no digest.
    """
    content = {
        column.name: value
        for column in sealed_columns(table)
        if (value := _plain(values[column.name])) is not None and value != _default(column)
    }
    return f"{HASH}:{hashlib.sha256(salt.encode() + canonical([table.name, content])).hexdigest()}"


def _plain(value: Any) -> Any:
    return value.astimezone(UTC) if isinstance(value, datetime) else value


@cache
def _default(column: Column[Any]) -> Any:
    """The value of the column in rows that are older than it."""
    if column.server_default is None:
        return None
    default = str(column.server_default.arg)  # type: ignore[attr-defined]
    kind = column.type.python_type
    return kind(int(default)) if kind in (int, bool) else {} if default == "{}" else default


class SealEntries:
    """The entries in one of the two databases."""

    def __init__(self, sql: Sql) -> None:
        self.sql = sql
        self._entries = Rows(sql, _table(SealEntryRow), without=("entry",))
        self._salts = Rows(sql, _table(RowSaltRow))

    def enter(self, cursor: Cursor, table: Table, rows: Iterable[Values]) -> None:
        """Enter written rows, which must have all columns of the table."""
        entries, salts = [], []
        for values in rows:
            key, salt = {"kind": table.name, "row": row_of(table, values)}, token_hex(16)
            entries.append(key | {"digest": entry_digest(table, values, salt)})
            salts.append(key | {"salt": salt})
        self._entries.insert(cursor, entries)
        self._salts.upsert(cursor, salts)

    def enter_gone(self, cursor: Cursor, table: Table, rows: Sequence[str]) -> None:
        """Enter that rows (by name) were deleted, and delete their salts."""
        mark = self.sql.mark
        self._entries.insert(cursor, [{"kind": table.name, "row": row, "digest": GONE} for row in rows])
        cursor.run_many(
            f"DELETE FROM row_salts WHERE kind = {mark} AND row = {mark}", [(table.name, row) for row in rows]
        )

    def enter_changed(self, cursor: Cursor, table: Table, rows: Sequence[Values]) -> None:
        """Enter those of `rows` that differ from their last entry."""
        for some in _chunks(rows):
            entered = self.standing(cursor, table, [row_of(table, values) for values in some])
            self.enter(cursor, table, [values for values in some if not self._is_as_entered(table, values, entered)])

    def _is_as_entered(self, table: Table, values: Values, entered: Mapping[str, tuple[str, str]]) -> bool:
        digest, salt = entered.get(row_of(table, values), ("", ""))
        return bool(digest) and entry_digest(table, values, salt) == digest

    def enter_new(self, cursor: Cursor, table: Table, rows: Sequence[Values]) -> None:
        """Enter those of `rows` that have no entry: an insert that skipped an existing row needs none."""
        for some in _chunks(rows):
            entered = self.standing(cursor, table, [row_of(table, values) for values in some])
            self.enter(cursor, table, [values for values in some if row_of(table, values) not in entered])

    def standing(self, cursor: Cursor, table: Table, rows: Sequence[str]) -> dict[str, tuple[str, str]]:
        """The last digest and the salt of each existing row, by its name."""
        sql = self.sql
        records = cursor.rows(
            f"SELECT e.row, e.digest, s.salt FROM seal_entries e LEFT JOIN row_salts s ON s.kind = e.kind AND "
            f"s.row = e.row WHERE e.entry IN (SELECT max(entry) FROM seal_entries WHERE kind = {sql.mark} "
            f"AND row {sql.any} GROUP BY row)",
            [table.name, sql.many(rows)],
        )
        return {str(row): (str(digest), str(salt or "")) for row, digest, salt in records if digest != GONE}

    def how_many(self, cursor: Cursor, table: Table) -> int:
        """How many rows exist according to their entries."""
        rows = cursor.rows(
            f"SELECT count(*) FROM seal_entries WHERE entry IN (SELECT max(entry) FROM seal_entries WHERE kind = "
            f"{self.sql.mark} GROUP BY row) AND digest <> '{GONE}'",
            [table.name],
        )
        return int(rows[0][0])

    def all_standing(self, cursor: Cursor, table: Table) -> set[str]:
        """The names of all rows that exist according to their entries."""
        rows = cursor.rows(
            f"SELECT row FROM seal_entries WHERE entry IN (SELECT max(entry) FROM seal_entries WHERE kind = "
            f"{self.sql.mark} GROUP BY row) AND digest <> '{GONE}'",
            [table.name],
        )
        return {str(row) for (row,) in rows}


_MADE: dict[bool, SealEntries] = {}


def entries_of(sql: Sql) -> SealEntries:
    """Made once for each kind of database: writing their statements down takes a tenth of an action."""
    if sql.postgres not in _MADE:
        _MADE[sql.postgres] = SealEntries(sql)
    return _MADE[sql.postgres]


class SealedRows(Rows):
    """Rows of a table with entries: every write makes an entry."""

    def __init__(self, sql: Sql, table: Table) -> None:
        super().__init__(sql, table)
        entries = entries_of(sql)
        self.insert = self._entering(self.insert, entries.enter)
        self.upsert = self._entering(self.upsert, entries.enter_changed)
        self.insert_new = self._entering(self.insert_new, entries.enter_new)

    def _entering(self, write: Writing, enter: Callable[[Cursor, Table, Sequence[Values]], None]) -> Writing:
        def both(cursor: Cursor, rows: Sequence[Values]) -> None:
            write(cursor, rows)
            if rows:
                enter(cursor, self.table, rows)

        return both


# -- what sessions write -----------------------------------------------------------------------------------------------


@event.listens_for(SealingSession, "after_flush")
def _enter_flushed(session: Session, _context: object) -> None:
    for table, keys in _changed(session, [*session.new, *session.dirty]).items():
        _enter_again(session, table, keys)
    for table, keys in _changed(session, session.deleted).items():
        _enter_again(session, table, keys)


def _changed(session: Session, rows: Iterable[Any]) -> dict[Table, list[tuple[Any, ...]]]:
    """The keys of the changed rows whose sealed columns changed, in tables with entries."""
    keys_by_table: dict[Table, list[tuple[Any, ...]]] = {}
    dirty = session.dirty  # gathered anew whenever it is asked for
    for row in rows:
        state = inspect(row)
        table = state.mapper.local_table
        sealed = sealed_columns(table)
        changes = (state.attrs[column.name].history.has_changes() for column in sealed)
        if sealed and (row not in dirty or any(changes)):
            keys_by_table.setdefault(table, []).append(tuple(getattr(row, column.name) for column in table.primary_key))
    return keys_by_table


@event.listens_for(SealingSession, "do_orm_execute")
def _enter_executed(state: ORMExecuteState) -> Result[Any] | None:
    """Enter what one statement writes: an insert from its rows, an update or a deletion by its condition."""
    if state.is_select or not (state.is_insert or state.is_update or state.is_delete):
        return None
    statement: Any = state.statement
    table: Table = statement.table
    sealed = sealed_columns(table)
    if not sealed:
        return None
    state.session.flush()
    changed = {str(column.key) for column in statement._values} if state.is_update else set()
    if changed & {column.name for column in table.primary_key}:
        raise TypeError(f"a row of {table.name} keeps its key, by which it is entered")
    if state.is_update and not {column.name for column in sealed} & changed:
        return None
    if state.is_insert:
        if not isinstance(state.parameters, list):
            raise TypeError(f"rows of {table.name} are inserted by `put` or `add`, so that they are entered")
        keys = [tuple(row[column.name] for column in table.primary_key) for row in state.parameters]
    else:
        keys, statement = _held(state.session, table, statement)
    result = state.invoke_statement(statement=statement)
    _enter_again(state.session, table, keys)
    return result


def _held(session: Any, table: Table, statement: Any) -> tuple[list[tuple[Any, ...]], Any]:
    """The keys that an update or a deletion matches, and the statement for exactly these rows.

    On PostgreSQL they stay locked: a row that another transaction adds or changes meanwhile is neither written
    without an entry nor entered with values of two moments. SQLite has one writer at a time.
    """
    key = tuple(table.primary_key)
    matching = select_columns(*key).where(*statement._where_criteria)
    if session.get_bind().dialect.name != "postgresql":
        return [tuple(row) for row in session.connection().execute(matching)], statement
    keys = [tuple(row) for row in session.connection().execute(matching.with_for_update())]
    is_text = len(key) == 1 and isinstance(key[0].type.python_type(), str)
    these = among(session, key[0], [row[0] for row in keys]) if is_text else tuple_(*key).in_(keys)
    return keys, statement.where(these)


def _enter_again(session: Any, table: Table, keys: Sequence[tuple[Any, ...]]) -> None:
    """Enter the current rows of these keys, and as deleted those that no longer exist."""
    if not keys:
        return
    connection = session.connection()
    cursor = Cursor(connection.connection.cursor())
    entries = entries_of(Sql(connection.engine))
    try:
        for some in _chunks(keys):
            wanted = select_columns(*table.primary_key, *sealed_columns(table))
            there = tuple_(*table.primary_key).in_(some)
            rows = [dict(row) for row in connection.execute(wanted.where(there)).mappings()]
            entries.enter_changed(cursor, table, rows)
            columns = [column.name for column in table.primary_key]
            names = {row_of(table, dict(zip(columns, key, strict=True))) for key in some}
            entries.enter_gone(cursor, table, sorted(names - {row_of(table, row) for row in rows}))
    finally:
        cursor.close()


# -- reading all -------------------------------------------------------------------------------------------------------


def enter_all(engine: Engine, raw: Any) -> None:
    """Enter every row of a database that is older than the entries; a second call enters them again.

    `raw` is a cursor of the driver, in the transaction that upgrades the database.
    """
    cursor, sql = Cursor(raw), Sql(engine)
    for table in sealed_tables():
        for rows in all_rows(cursor, sql, table):
            entries_of(sql).enter(cursor, table, rows)


def all_rows(cursor: Cursor, sql: Sql, table: Table) -> Iterator[list[dict[str, Any]]]:
    """All rows of a table in the order of their keys, in batches, without the columns that are large files."""
    rows = Rows(sql, table, without=tuple(ELSEWHERE.get(table.name, ())))
    keys = [sql.quote(column.name) for column in table.primary_key]
    order = f" ORDER BY {', '.join(keys)} LIMIT {CHUNK}"
    places = [rows.names.index(column.name) for column in table.primary_key]
    after: list[Any] = []
    while True:
        later = f" WHERE ({', '.join(keys)}) > ({', '.join([sql.mark] * len(keys))})" if after else ""
        records = cursor.rows(rows.select + later + order, after)
        if records:
            yield rows.dicts(records)
        if len(records) < CHUNK:
            return
        after = [records[-1][place] for place in places]


def entry_leaves(cursor: Cursor, sql: Sql, after: int = 0, upto: int | None = None) -> Iterator[tuple[int, str]]:
    """(entry, digest over the entry) in order: those after `after` and, where given, up to `upto`."""
    end = "" if upto is None else f" AND entry <= {upto}"
    while True:
        leaves = cursor.rows(
            f"SELECT entry, kind, row, digest FROM seal_entries WHERE entry > {sql.mark}{end} ORDER BY entry "
            f"LIMIT {MANY}",
            [after],
        )
        for leaf in leaves:
            yield int(leaf[0]), hashlib.sha256(canonical(list(leaf))).hexdigest()
        if len(leaves) < MANY:
            return
        after = leaves[-1][0]


def _chunks(rows: Sequence[Any]) -> Iterator[Sequence[Any]]:
    return (rows[start : start + CHUNK] for start in range(0, len(rows), CHUNK))


def _table(row: type[SQLModel]) -> Table:
    return SQLModel.metadata.tables[str(row.__tablename__)]
