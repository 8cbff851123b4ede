"""Forms that somebody has begun and not sent yet."""

import sqlalchemy as sa
from alembic import op

import storage.column_types

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "form_drafts",
        sa.Column("account", sa.String(), nullable=False),
        sa.Column("form", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("at", storage.column_types.Instant(), nullable=False),
        sa.Column("until", storage.column_types.Instant(), nullable=False),
        sa.Column("typed", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("account", "form"),
    )
    op.create_index("ix_form_drafts_until", "form_drafts", ["until"])
