"""Which human is behind an account or a row: two accounts of one person are one person, however each is written."""

from collections.abc import Mapping
from typing import Any
from unicodedata import normalize

from storage.layout import Layout
from storage.powers import AT_PLACES
from storage.statements import Cursor


def people_behind(layout: Layout, cursor: Cursor, account: str) -> set[str]:
    """The names by which the human behind an account is known: the account's, the person's id and name, the holder.

    A holder who is in the directory is known by id and name, whichever of the two was noted.
    """
    rows = cursor.rows(
        "SELECT a.name, a.person, a.holder, p.name FROM accounts a LEFT JOIN people p ON p.id = a.person "
        f"WHERE a.name = {layout.sql.mark}",
        [account],
    )
    found = {spelling(name) for name in (account, *(rows[0] if rows else ())) if name}
    return found | (human(cursor, rows[0][2]) if rows else set())


def human(cursor: Cursor, written: str) -> set[str]:
    """The names of a human who was written down by name or by id in the directory; none for ''."""
    wanted = spelling(written)
    if not wanted:
        return set()
    known = [{spelling(id_), spelling(name)} for id_, name in cursor.rows("SELECT id, name FROM people")]
    return {wanted}.union(*(names for names in known if wanted in names))


def people_in(kind: str, line: Mapping[str, Any]) -> set[str]:
    """Whose power a logged row of the directory changes, by name and id."""
    old, new = line["old"] or {}, line["new"]
    found = {line["subject"], new["name"], old.get("name", "")} if kind == "people" else set()
    if kind == "units":
        found |= {*new["chain"].values()} - {*old.get("chain", {}).values()}
    if kind == "places":
        for column in AT_PLACES:
            found |= {*new[column]} ^ {*old.get(column, ())}
    return {spelling(one) for one in found if one}


def spelling(name: str) -> str:
    """One way to write a name: full width, capitals and spaces make nobody another person."""
    return "".join(normalize("NFKC", name).split()).casefold()
