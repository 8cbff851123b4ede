"""What rows outside the cases came to hold, in one sequence under the seal.

`storage.database.migrate` enters the rows that are there.
"""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "seal_entries",
        sa.Column(
            "entry", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False, autoincrement=True
        ),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("row", sa.String(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("entry"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_seal_entries_row", "seal_entries", ["kind", "row", "entry"])
    op.create_table(
        "row_salts",
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("row", sa.String(), nullable=False),
        sa.Column("salt", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("kind", "row"),
    )
    op.add_column("seals", sa.Column("entry", sa.BigInteger(), nullable=False, server_default="0"))
