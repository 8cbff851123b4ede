"""Which rulebook a region uses; taken over from its newest assigned case of each kind, for the office to confirm."""

from datetime import UTC, date, datetime

import sqlalchemy as sa
from alembic import op

import storage.column_types

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

EVER = date(2000, 1, 1)
"""What was taken over holds for cases that are entered later with an earlier day, too."""


def upgrade() -> None:
    table = op.create_table(
        "region_rules",
        sa.Column("region", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("from_day", sa.Date(), nullable=False),
        sa.Column("rulebook", sa.String(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("confirmed", sa.Boolean(), nullable=False),
        sa.Column("set_at", storage.column_types.Instant(), nullable=False),
        sa.PrimaryKeyConstraint("region", "kind", "from_day"),
    )
    newest = op.get_bind().execute(sa.text(
        "SELECT region, machine, rulebook, id FROM cases WHERE assigned_on IS NOT NULL AND region <> '' "
        "ORDER BY assigned_on, opened_at, id"
    ))  # fmt: skip
    used = {(region, kind): (rulebook, case) for region, kind, rulebook, case in newest}
    rows = [
        {
            "region": region, "kind": kind, "from_day": EVER, "rulebook": rulebook, "by": "duban",
            "source": f"沿用最近交办的 {case} as its newest assigned case", "confirmed": False,
            "set_at": datetime.now(UTC),
        }
        for (region, kind), (rulebook, case) in sorted(used.items())
    ]  # fmt: skip
    if rows:
        op.bulk_insert(table, rows)


def downgrade() -> None:
    op.drop_table("region_rules")
