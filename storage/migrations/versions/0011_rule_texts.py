"""Texts of rulebooks by their whole ident; every text that governs or governed a case is looked for and kept."""

from collections.abc import Iterator
from datetime import UTC, date, datetime

import sqlalchemy as sa
from alembic import op

import storage.column_types
from rulebooks import Library, Rulebook, RulebookError, split_ident
from storage.first_texts import first_texts

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    table = op.create_table(
        "rule_texts",
        sa.Column("ident", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("version", sa.Date(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("kept_at", storage.column_types.Instant(), nullable=False),
        sa.PrimaryKeyConstraint("ident"),
    )
    used = op.get_bind().execute(
        sa.text("SELECT rulebook_ident FROM cases UNION SELECT rulebook FROM events ORDER BY 1")
    )
    idents = [ident for (ident,) in used if ident]
    texts = _texts() if idents else {}
    at = datetime.now(UTC)
    rows = [_row(ident, texts.get(ident, ""), at) for ident in idents]
    if rows:
        op.bulk_insert(table, rows)


def _texts() -> dict[str, str]:
    """Texts by ident: what 0.1.0 brought, and what an office had put beside it, as resolved then and as it is now."""
    return {**{rulebook.ident: rulebook.text for rulebook in _installed()}, **first_texts()}


def _installed() -> Iterator[Rulebook]:
    library = Library()
    try:
        names = library.names()
    except RulebookError:
        return  # a folder that cannot be read gives no text; the cases under it are listed
    for name in names:
        try:
            yield from library.versions(name)
        except RulebookError:
            continue


def _row(ident: str, text: str, at: datetime) -> dict[str, object]:
    name, version, digest = split_ident(ident)
    return {
        "ident": ident, "name": name, "version": _day(version), "digest": digest, "text": text,
        "state": "kept" if text else "gone", "kept_at": at,
    }  # fmt: skip


def _day(version: str) -> date:
    try:
        return date.fromisoformat(version)
    except ValueError:
        return date.min


def downgrade() -> None:
    op.drop_table("rule_texts")
