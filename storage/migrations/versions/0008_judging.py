"""Judging that cannot be fooled: inspections with evidence, second evaluations, corrections, kinds of supervision."""

from typing import Any

import sqlalchemy as sa
from alembic import op

from storage.column_types import Instant

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for name in ("repeat_of", "excellent"):
        op.add_column("cases", sa.Column(name, sa.String(), nullable=False, server_default=""))
    op.add_column("cases", sa.Column("quality_score", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("evaluations", sa.Column("corrects", sa.String(), nullable=False, server_default=""))
    op.add_column("supervisions", sa.Column("kind", sa.String(), nullable=False, server_default="LADDER"))
    op.add_column("supervisions", sa.Column("holder", sa.String(), nullable=False, server_default=""))
    op.execute("UPDATE supervisions SET kind = 'KEY' WHERE level = 'KEY'")
    _of_cases(
        "assessments",
        sa.Column("assignment_id", sa.String(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("score", sa.Integer(), nullable=False),
        sa.Column("assessed_on", sa.Date(), nullable=False),
        *(sa.Column(name, sa.Integer()) for name in ("participation", "timeliness", "completeness", "effect")),
    )
    _of_cases(
        "inspections",
        *(
            sa.Column(name, sa.String(), nullable=False)
            for name in ("assignment_id", "commitment_id", "supervision_id")
        ),
        sa.Column("round", sa.Integer(), nullable=False),
        *(sa.Column(name, sa.String(), nullable=False) for name in ("verdict", "claimed", "found", "by")),
        sa.Column("inspected_on", sa.Date(), nullable=False),
        sa.Column("place", sa.String(), nullable=False),
        sa.Column("participants", sa.JSON(), nullable=False),
        sa.Column("evidence", sa.JSON(), nullable=False),
    )
    _of_cases(
        "conversions",
        *(sa.Column(name, sa.String(), nullable=False) for name in ("kind", "target", "by")),
        sa.Column("converted_on", sa.Date(), nullable=False),
        sa.Column("done_on", sa.Date(), nullable=True),
    )
    op.create_table(
        "attachments",
        sa.Column("case_id", sa.String(), nullable=False),
        *(sa.Column(name, sa.String(), nullable=False) for name in ("sha256", "name", "media_type")),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("added_at", Instant(), nullable=False),
        sa.Column("added_by", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"]),
        sa.PrimaryKeyConstraint("case_id", "sha256"),
    )


def _of_cases(table: str, *columns: sa.Column[Any]) -> None:
    op.create_table(
        table,
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("case_id", sa.String(), nullable=False),
        *columns,
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(f"ix_{table}_case_id", table, ["case_id"])
