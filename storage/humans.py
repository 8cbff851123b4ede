"""Which human is behind an account or a row: two accounts of one person count as one, however they are spelt."""

from collections.abc import Mapping
from typing import Any
from unicodedata import normalize

from sqlmodel import Session, select

from storage.powers import AT_PLACES
from storage.tables.accounts import AccountRow
from storage.tables.directory import PersonRow


def people_behind(session: Session, account: str) -> set[str]:
    """The names of the human behind an account: the account's, the person's id and name, the recorded holder.

    A holder in the directory is identified by id and name, whichever of the two was recorded.
    """
    holder = session.get(AccountRow, account)
    if holder is None:
        return {spelling(account)} if account else set()
    person = session.get(PersonRow, holder.person)
    names = (account, holder.name, holder.person, holder.holder, person.name if person else "")
    return {spelling(name) for name in names if name} | human(session, holder.holder)


def human(session: Session, written: str) -> set[str]:
    """The names of a human recorded by name or by id of the directory; none for ''."""
    wanted = spelling(written)
    if not wanted:
        return set()
    people = session.exec(select(PersonRow.id, PersonRow.name))
    spellings = [{spelling(id_), spelling(name)} for id_, name in people]
    return {wanted}.union(*(names for names in spellings if wanted in names))


def people_in(kind: str, line: Mapping[str, Any]) -> set[str]:
    """Whose rights a logged row of the directory changes, by name and id."""
    old, new = line["old"] or {}, line["new"]
    names = {line["subject"], new["name"], old.get("name", "")} if kind == "people" else set()
    if kind == "units":
        names |= {*new["chain"].values()} - {*old.get("chain", {}).values()}
    if kind == "places":
        for column in AT_PLACES:
            names |= {*new[column]} ^ {*old.get(column, ())}
    return {spelling(name) for name in names if name}


def spelling(name: str) -> str:
    """The normal form of a name: full width, capitals and spaces do not distinguish people."""
    return "".join(normalize("NFKC", name).split()).casefold()
