"""Imports that were taken back: by whom, and which of their rows stayed."""

import sqlalchemy as sa
from alembic import op

import storage.column_types

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "import_reversals",
        sa.Column("import_id", sa.String(), nullable=False),
        sa.Column("at", storage.column_types.Instant(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("counter", sa.String(), nullable=False),
        sa.Column("removed", sa.JSON(), nullable=False),
        sa.Column("kept", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["import_id"], ["imports.id"]),
        sa.PrimaryKeyConstraint("import_id"),
    )
