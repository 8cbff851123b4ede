"""Papers: what a report said, line by line, so that a reprint can say what changed."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("papers", sa.Column("figures", sa.JSON(), nullable=False, server_default="{}"))
