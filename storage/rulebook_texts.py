"""The texts of rulebooks that govern cases, each stored whole and for ever under its ident `name@version#digest`.

A case stays under the text with which it began, whatever the installed files say later.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import Engine
from sqlmodel import col, select

from rulebooks import NotInForce, Rulebook, RulebookError, UnknownRulebook, split_ident, text_digest
from states.reasons import Refused
from storage.layout import StatementSet
from storage.statements import Cursor, reading
from storage.tables.cases import CaseRow
from storage.tables.deadlines import DeadlineRow
from storage.tables.rules import RuleTextRow


def no_text(error: RulebookError) -> Refused:
    """The refusal of an act when there is no rulebook text."""
    if isinstance(error, UnknownRulebook | NotInForce):
        (fault,) = error.faults
        return Refused(fault.code, **fault.facts)
    return Refused("rulebook_unreadable", why=error.faults)


class Texts:
    """Reads and stores texts. They never change, so they are cached."""

    def __init__(self, engine: Engine, layout: StatementSet) -> None:
        self._engine = engine
        self._layout = layout
        self._read: dict[str, Rulebook] = {}

    def of(self, ident: str, cursor: Cursor | None = None) -> Rulebook:
        """The text, or `Rulebook.lost` where it is gone: alerts never depend on a file and never use another law.

        The audit names what is gone and its cases.
        """
        return self.kept(ident, cursor) or lost(ident)

    def kept(self, ident: str, cursor: Cursor | None = None) -> Rulebook | None:
        """The stored text; None where it is gone, damaged, or never existed."""
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
        row = cursor.session.get(RuleTextRow, ident)
        return row.text if row else ""

    def keep(self, cursor: Cursor, rulebooks: Iterable[Rulebook], at: datetime) -> None:
        """Store new texts; one that counted as gone is restored.

        Runs for every batch that opens cases, so it is one statement of the cursor.
        """
        rows = {rulebook.ident: _row(rulebook, at) for rulebook in rulebooks}
        sql = self._layout.sql
        if rows:
            select = f"SELECT ident FROM rule_texts WHERE state = 'kept' AND ident {sql.any}"
            for (ident,) in cursor.rows(select, [sql.many(rows)]):
                del rows[ident]
        self._layout.rule_texts.upsert(cursor, list(rows.values()))


def cases_with_strange_limits(cursor: Cursor, texts: Texts) -> list[str]:
    """Cases with a running limit whose key their text does not have: it could never be met."""
    case, limit, session = CaseRow, DeadlineRow, cursor.session
    runs = col(limit.case_id) == case.id, col(limit.met_on).is_(None), col(limit.void_on).is_(None)
    pairs = session.exec(select(case.rulebook_ident, limit.key).where(*runs).distinct()).all()
    strange = [
        (ident, key) for ident, key in pairs if (text := texts.kept(ident, cursor)) and key not in text.limits
    ]
    idents: set[str] = set()
    for ident, key in strange:
        of_pair = select(limit.case_id).where(*runs, case.rulebook_ident == ident, limit.key == key)
        idents.update(session.exec(of_pair))
    return sorted(idents)


def lost(ident: str) -> Rulebook:
    """`Rulebook.lost`, also for an ident that cannot be parsed."""
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
