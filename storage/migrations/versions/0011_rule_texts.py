"""Texts of rulebooks by their whole ident; every text that governs or governed a case is looked for and kept."""

import gzip
import json
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import sqlalchemy as sa
from alembic import op

import storage.columns
from rulebooks import Library, Rulebook, RulebookError, split_ident

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

SHIPPED = Path(__file__).parents[1] / "texts" / "0.1.0.json.gz"
"""The text of every rulebook that 0.1.0 brought, by ident; made by tests/storage/old/rule_texts.py."""


def upgrade() -> None:
    table = op.create_table(
        "rule_texts",
        sa.Column("ident", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("version", sa.Date(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("kept_at", storage.columns.Instant(), nullable=False),
        sa.PrimaryKeyConstraint("ident"),
    )
    used = op.get_bind().execute(
        sa.text("SELECT rulebook_ident FROM cases UNION SELECT rulebook FROM events ORDER BY 1")
    )
    idents = [ident for (ident,) in used if ident]
    known = _known() if idents else {}
    at = datetime.now(UTC)
    rows = [_row(ident, known.get(ident, ""), at) for ident in idents]
    if rows:
        op.bulk_insert(table, rows)


def _known() -> dict[str, str]:
    """Texts by ident: what 0.1.0 brought, and what an office had put into the folder of the installed ones."""
    found: dict[str, str] = json.loads(gzip.decompress(SHIPPED.read_bytes()))
    return {**{one.ident: one.text for one in _installed()}, **found}


def _installed() -> Iterator[Rulebook]:
    library = Library()
    try:
        for name in library.names():
            yield from library.versions(name)
    except RulebookError:
        return  # a folder that cannot be read gives no text; the cases under it are listed


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
