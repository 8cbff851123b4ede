"""Notices keep all that they say, their day of issue, their region and the order of imports.

0.1.0 kept one word a day, the last; what an earlier notice or override said of such a day is gone. The days are taken
over as they stand, each under the document that it came from: import an override again that was overwritten.
"""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "notice_days",
        sa.Column("notice", sa.String(), sa.ForeignKey("calendar_notices.id"), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("working", sa.Boolean(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("notice", "day"),
    )
    op.execute(
        "INSERT INTO notice_days (notice, day, working, name) SELECT notice, day, working, name FROM calendar_days"
    )
    op.add_column("calendar_notices", sa.Column("region", sa.String(), nullable=False, server_default=""))
    op.add_column("calendar_notices", sa.Column("issued_on", sa.Date(), nullable=True))
    op.add_column("calendar_notices", sa.Column("seq", sa.Integer(), nullable=False, server_default="0"))
    op.execute(
        "UPDATE calendar_notices SET seq = (SELECT count(*) FROM calendar_notices AS earlier WHERE "
        "(earlier.imported_at, earlier.id) <= (calendar_notices.imported_at, calendar_notices.id))"
    )
    op.add_column("deadlines", sa.Column("earlier", sa.String(), nullable=False, server_default=""))
