"""Jobs keep what they did as code and facts. The last runs of before have their English text alone."""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("jobs", sa.Column("results", sa.JSON(), nullable=False, server_default="[]"))
