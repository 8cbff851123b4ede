"""Files that wait to be looked at before they are imported, and which heads stand for which columns."""

import sqlalchemy as sa
from alembic import op

import storage.column_types

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "import_drafts",
        sa.Column("account", sa.String(), nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("at", storage.column_types.Instant(), nullable=False),
        sa.Column("until", storage.column_types.Instant(), nullable=False),
        sa.Column("file", sa.String(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("choices", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("account"),
    )
    op.create_index("ix_import_drafts_until", "import_drafts", ["until"])
    op.create_table(
        "import_heads",
        sa.Column("region", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("heads", sa.String(), nullable=False),
        sa.Column("columns", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("region", "kind", "heads"),
    )
