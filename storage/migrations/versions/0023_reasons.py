"""Why a message failed, and how a file of readings was changed, are kept as code and facts, too.

Older rows have the English sentence alone.
"""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for table in ("messages", "access_files"):
        op.add_column(table, sa.Column("facts", sa.JSON(), nullable=False, server_default="{}"))
