"""What lists look for: the newest first, what is late, whose it is, where an opinion went."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

OPEN = sa.text("met_on IS NULL AND void_on IS NULL")
OPINION = sa.text("machine = 'opinion'")
ASKING = sa.text("state = 'RETURN_REQUESTED' OR extension = 'REQUESTED' OR coordination = 'OPEN'")


def upgrade() -> None:
    op.create_index(
        "ix_cases_list", "cases",
        ["number", "id", "machine", "state", "region", "submitted_on", "assigned_on", "secrecy", "committee", "lead"],
    )  # fmt: skip
    op.create_index(
        "ix_cases_opinion_lead", "cases", ["lead"], sqlite_where=OPINION, postgresql_where=OPINION
    )
    for name in ("last_day", "owed_by"):
        op.create_index(
            f"ix_deadlines_{name}", "deadlines", [name, "case_id"], sqlite_where=OPEN, postgresql_where=OPEN
        )
    op.create_index(
        "ix_deadlines_open", "deadlines", ["case_id", "last_day", "key", "owed_by", "duty"], sqlite_where=OPEN,
        postgresql_where=OPEN,
    )  # fmt: skip
    op.create_index("ix_supervisions_state", "supervisions", ["state"])
    routed = (
        "(proposed -> 0 ->> 'unit')"
        if op.get_bind().dialect.name == "postgresql"
        else "json_extract(proposed, '$[0].unit')"
    )
    op.execute(f"CREATE INDEX ix_cases_routed ON cases ({routed}) WHERE machine = 'opinion'")
    op.create_index(
        "ix_assignments_asking", "assignments", ["case_id"], sqlite_where=ASKING, postgresql_where=ASKING
    )
