"""Full-text search of cases: character bigrams and single characters, the same on SQLite and PostgreSQL.

`search_texts` has the normal form of the searched texts, `search_index` their grams (FTS5 on SQLite, an array
with a GIN index on PostgreSQL). The register writes both in the transaction that changes the texts.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from operator import add
from typing import Any

import orjson

from storage.statements import Cursor, Sql

COLUMNS = ("title", "number", "facts", "proposal")
"""The searched columns; the text of an opinion is in `facts`. None contains the name of a person."""

SEARCHED_TEXTS = {"facts": "facts", "proposal": "proposal", "body": "facts"}
"""The searched kinds of documents, and the column of each."""

MOST_PARTS = 16
MOST_GRAMS = 48
"""How many grams a query may ask of the index; the rest is checked in the texts found."""

_ASCII = {number: 0xE000 + number for number in range(128)}
"""In a gram, ASCII is shifted into a private use area, where neither tokenizers nor quoting treat it specially."""

_RUN_OF_ASCII = re.compile("[\x00-\x7f]+")
_BLANKS = re.compile(r"[\t-\r\x1c-\x20]+")
_PRIVATE = re.compile("[\ue000-\ue07f]")


def normal(text: str) -> str:
    """The form in which texts and queries are compared: NFKC (full-width becomes half-width) and case folded."""
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())
    return _PRIVATE.sub("\ufffd", folded.replace("\0", " "))


def query_parts(query: str) -> list[str]:
    """The parts of a query between blanks, each of which must occur literally."""
    return list(dict.fromkeys(normal(query).split()))[:MOST_PARTS]


def grams(texts: Iterable[str]) -> list[str]:
    """The single characters and bigrams of texts in normal form, each once; none spans a blank or two texts."""
    terms: set[str] = set()
    for text in texts:
        for part in _BLANKS.split(text):
            signs = coded(part)
            terms.update(signs, map(add, signs, signs[1:]))
    return sorted(terms)


def coded(text: str) -> str:
    """A text as grams are cut from it. Only what is ASCII is looked up, which in most texts is little."""
    return _RUN_OF_ASCII.sub(lambda run: run[0].translate(_ASCII), text)


def _query_grams(part: str) -> list[str]:
    """The grams of a query part, which every matching text has."""
    signs = coded(part)
    return [signs] if len(signs) < 2 else [signs[at : at + 2] for at in range(len(signs) - 1)]


def picking(sql: Sql, query: str) -> tuple[str, list[Any]]:
    """A SELECT of case ids, as `case_id`, of all cases with every part of the query, and perhaps a few more."""
    grams = list(dict.fromkeys(gram for part in query_parts(query) for gram in _query_grams(part)))[
        :MOST_GRAMS
    ]
    if sql.postgres:
        return "SELECT case_id FROM search_index WHERE grams @> %s::text[]", [grams]
    joined = "JOIN search_index ON search_index.rowid = s.id WHERE search_index MATCH ?"
    return f"SELECT s.case_id FROM search_texts s {joined}", [matching(grams)]


def containing(sql: Sql, query: str, case: str) -> tuple[str, list[Any]]:
    """The condition that every part of the query occurs in one of the columns; `case` is SQL for the case's id."""
    conditions, values = [], []
    for part in query_parts(query):
        condition, more = _containing(sql, part, COLUMNS)
        conditions.append(condition)
        values += more
    where = " AND ".join(conditions) or "1 = 1"
    return f"EXISTS (SELECT 1 FROM search_texts s WHERE s.case_id = {case} AND {where})", values


def prefer_index(cursor: Cursor, sql: Sql, query: str) -> None:
    """Set the planner for a query, in this transaction: PostgreSQL else reads every array for a common character.

    It estimates comparing a TOASTed array as cheap as comparing a number.
    """
    if sql.postgres and query_parts(query):
        cursor.run("SET LOCAL enable_seqscan = off")


def matching(query_grams: Iterable[str]) -> str:
    """The FTS5 query that wants all of these grams."""
    return " ".join(f'"{gram}"' for gram in query_grams)


def _containing(sql: Sql, part: str, columns: Sequence[str]) -> tuple[str, list[Any]]:
    find = "strpos" if sql.postgres else "instr"
    each = " OR ".join(f"{find}(s.{column}, {sql.mark}) > 0" for column in columns)
    return f"({each})", [part] * len(columns)


class SearchWriter:
    """Maintains the index; part of the register, the only writer."""

    def __init__(self, sql: Sql) -> None:
        self.sql = sql

    def write(self, cursor: Cursor, new_texts: Mapping[str, Mapping[str, str]]) -> None:
        """Write new texts, by case and column; columns not named keep theirs."""
        if not new_texts:
            return
        names = ", ".join(COLUMNS)
        records = cursor.rows(
            f"SELECT case_id, id, {names} FROM search_texts WHERE case_id {self.sql.any}",
            [self.sql.many(new_texts)],
        )
        stored = {case_id: (id_, dict(zip(COLUMNS, texts, strict=True))) for case_id, id_, *texts in records}
        rows = []
        for case_id, texts in new_texts.items():
            before = stored[case_id][1] if case_id in stored else dict.fromkeys(COLUMNS, "")
            rows.append({"case_id": case_id, **before, **{key: normal(text) for key, text in texts.items()}})
        if self.sql.postgres:
            self._write_postgres(cursor, rows)
        else:
            self._write_sqlite(cursor, rows, stored)

    def _write_postgres(self, cursor: Cursor, rows: list[dict[str, Any]]) -> None:
        names = ", ".join(COLUMNS)
        sets = ", ".join(f"{name} = excluded.{name}" for name in COLUMNS)
        cursor.run(
            f"INSERT INTO search_texts (case_id, {names}) SELECT case_id, {names} "
            "FROM json_populate_recordset(null::search_texts, %s::json) "
            f"ON CONFLICT (case_id) DO UPDATE SET {sets}",
            [orjson.dumps(rows).decode()],
        )
        indexed = [{"case_id": row["case_id"], "grams": grams_of(row)} for row in rows]
        cursor.run(
            "INSERT INTO search_index (case_id, grams) SELECT case_id, grams "
            "FROM json_populate_recordset(null::search_index, %s::json) "
            "ON CONFLICT (case_id) DO UPDATE SET grams = excluded.grams",
            [orjson.dumps(indexed).decode()],
        )

    def _write_sqlite(
        self, cursor: Cursor, rows: list[dict[str, Any]], stored: dict[str, tuple[int, dict[str, str]]]
    ) -> None:
        """FTS5 stores no text here: to delete a row it must be given the row's old text."""
        ((last,),) = cursor.rows("SELECT coalesce(max(id), 0) FROM search_texts")
        old, new = [row for row in rows if row["case_id"] in stored], []
        cursor.run_many(
            "INSERT INTO search_index (search_index, rowid, grams) VALUES ('delete', ?, ?)",
            [(id_, " ".join(grams_of(before))) for id_, before in stored.values()],
        )
        sets = ", ".join(f"{name} = ?" for name in COLUMNS)
        cursor.run_many(
            f"UPDATE search_texts SET {sets} WHERE id = ?",
            [(*(row[name] for name in COLUMNS), stored[row["case_id"]][0]) for row in old],
        )
        for row in rows:
            if row["case_id"] not in stored:
                last += 1
                new.append((last, row))
        cursor.run_many(
            f"INSERT INTO search_texts (id, case_id, {', '.join(COLUMNS)}) VALUES (?, ?, ?, ?, ?, ?)",
            [(id_, row["case_id"], *(row[name] for name in COLUMNS)) for id_, row in new],
        )
        cursor.run_many(
            "INSERT INTO search_index (rowid, grams) VALUES (?, ?)",
            [(id_, " ".join(grams_of(row))) for id_, row in new]
            + [(stored[row["case_id"]][0], " ".join(grams_of(row))) for row in old],
        )


def grams_of(row: Mapping[str, Any]) -> list[str]:
    """The grams of a row of `search_texts`."""
    return grams(row[name] for name in COLUMNS)
