"""Findings keep what they say as code and facts. Older ones have texts alone until a night finds them."""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("findings", sa.Column("facts", sa.JSON(), nullable=False, server_default="{}"))
