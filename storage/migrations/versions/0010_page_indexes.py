"""What pages read out of indexes alone: late duties, the parts of a unit, supervisions in the order they are shown."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

OPEN = sa.text("met_on IS NULL AND void_on IS NULL")


def upgrade() -> None:
    op.drop_index("ix_deadlines_last_day", "deadlines")
    op.create_index(
        "ix_deadlines_last_day", "deadlines", ["last_day", "case_id", "key", "owed_by", "duty", "level"],
        sqlite_where=OPEN, postgresql_where=OPEN,
    )  # fmt: skip
    op.drop_index("ix_assignments_unit", "assignments")
    op.create_index("ix_assignments_unit", "assignments", ["unit", "state", "case_id"])
    op.drop_index("ix_supervisions_state", "supervisions")
    op.create_index("ix_supervisions_state", "supervisions", ["state", "level", "proposed_on", "id"])
