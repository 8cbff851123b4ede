"""Stubs of suggestions that concern state secrets: number and day, nothing else."""

import sqlalchemy as sa
from alembic import op

import storage.column_types

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "secret_stubs",
        sa.Column("region", sa.String(), nullable=False),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("received_on", sa.Date(), nullable=False),
        sa.Column("entered_at", storage.column_types.Instant(), nullable=False),
        sa.Column("entered_by", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("region", "number"),
    )


def downgrade() -> None:
    op.drop_table("secret_stubs")
