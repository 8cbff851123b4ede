"""The texts of rulebooks that govern cases, each kept whole under its ident `name@version#digest`, for ever.

A case goes on under the text that it came under, whatever the installed files say since.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import Engine

from rulebooks import NotInForce, Rulebook, RulebookError, UnknownRulebook, split_ident, text_digest
from states.reasons import Label, Refused, labels
from storage.layout import Layout
from storage.statements import Cursor, reading


def no_text(error: RulebookError) -> Refused:
    """Why there is no text of rules, as an actor is told it."""
    if isinstance(error, NotInForce):
        name = Label(error.name)
        return Refused("rulebook_not_in_force", rulebook=name, day=error.on, earliest=error.earliest)
    if isinstance(error, UnknownRulebook) and error.like:
        return Refused("rulebook_like", rulebook=Label(error.name), like=Label(error.like))
    if isinstance(error, UnknownRulebook):
        return Refused("unknown_rulebook", rulebook=Label(error.name), known=labels(error.known))
    return Refused("rulebook_unreadable", why=Label(str(error)))


class Texts:
    """Reads and keeps them. What was read once is remembered: a text never changes."""

    def __init__(self, engine: Engine, layout: Layout) -> None:
        self._engine = engine
        self._layout = layout
        self._read: dict[str, Rulebook] = {}

    def of(self, ident: str, cursor: Cursor | None = None) -> Rulebook:
        """The text, or where it is gone `Rulebook.lost`: an alert never waits for a file, and never takes another law.

        The audit names what is gone and its cases.
        """
        return self.kept(ident, cursor) or lost(ident)

    def kept(self, ident: str, cursor: Cursor | None = None) -> Rulebook | None:
        """The text as it is kept; None where it is gone, damaged, or was never there."""
        if ident not in self._read:
            text = self._text(ident, cursor)
            if text_digest(text) != split_ident(ident)[2]:
                return None
            self._read[ident] = Rulebook.from_text(text)
        return self._read[ident]

    def _text(self, ident: str, cursor: Cursor | None) -> str:
        if cursor is None:
            with reading(self._engine) as own:
                return self._text(ident, own)
        select = f"SELECT text FROM rule_texts WHERE ident = {self._layout.sql.mark}"
        return str(next(iter(cursor.rows(select, [ident])), ("",))[0])

    def keep(self, cursor: Cursor, rulebooks: Iterable[Rulebook], at: datetime) -> None:
        """Keep those that are not yet kept; one that counted as gone is there again."""
        rows = {one.ident: _row(one, at) for one in rulebooks}
        sql = self._layout.sql
        if rows:
            select = f"SELECT ident FROM rule_texts WHERE state = 'kept' AND ident {sql.any}"
            for (ident,) in cursor.rows(select, [sql.many(rows)]):
                del rows[ident]
        self._layout.rule_texts.upsert(cursor, list(rows.values()))


def cases_with_strange_limits(cursor: Cursor, layout: Layout, texts: Texts) -> list[str]:
    """Cases with a running limit whose key their text does not know: it could never be met."""
    pairs = cursor.rows(
        "SELECT DISTINCT c.rulebook_ident, d.key FROM deadlines d JOIN cases c ON c.id = d.case_id "
        "WHERE d.met_on IS NULL AND d.void_on IS NULL"
    )
    strange = [
        (ident, key) for ident, key in pairs if (text := texts.kept(ident, cursor)) and key not in text.limits
    ]
    mark = layout.sql.mark
    select = (
        "SELECT DISTINCT d.case_id FROM deadlines d JOIN cases c ON c.id = d.case_id WHERE d.met_on IS NULL "
        f"AND d.void_on IS NULL AND c.rulebook_ident = {mark} AND d.key = {mark} ORDER BY d.case_id"
    )
    return sorted({str(case) for pair in strange for (case,) in cursor.rows(select, pair)})


def lost(ident: str) -> Rulebook:
    """`Rulebook.lost`, of an ident that cannot be read as well."""
    try:
        return Rulebook.lost(ident)
    except ValueError:
        return Rulebook.lost("unknown@0001-01-01#")


def _row(rulebook: Rulebook, at: datetime) -> dict[str, Any]:
    return {
        "ident": rulebook.ident,
        "name": rulebook.name,
        "version": rulebook.in_force,
        "digest": rulebook.digest,
        "text": rulebook.text,
        "state": "kept",
        "kept_at": at,
    }
