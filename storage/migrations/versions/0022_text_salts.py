"""A salt beside each text of an opinion, so that its digest tells nothing once the text is erased."""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("documents", sa.Column("salt", sa.String(), nullable=False, server_default=""))
