"""Entries of reading many cases at once, and the files in which entries wait until they are in the table."""

import sqlalchemy as sa
from alembic import op

import storage.column_types

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("accesses", sa.Column("row_count", sa.Integer(), nullable=True))
    op.add_column("accesses", sa.Column("filter", sa.String(), nullable=False, server_default=""))
    op.add_column("accesses", sa.Column("region", sa.String(), nullable=False, server_default=""))
    op.create_table(
        "access_files",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("folder", sa.String(), nullable=False),
        sa.Column("moved", sa.Integer(), nullable=False),
        sa.Column("head", sa.String(), nullable=False),
        sa.Column("closed_at", storage.column_types.Instant(), nullable=True),
        sa.Column("fault", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("name"),
    )
