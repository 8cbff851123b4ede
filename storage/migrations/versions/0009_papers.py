"""Papers: what was put out about a case under which number, and the file of each as it was made."""

import sqlalchemy as sa
from alembic import op

import storage.column_types

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "papers",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("case_id", sa.String(), nullable=True),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("region", sa.String(), nullable=False),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("issuer", sa.String(), nullable=False),
        sa.Column("addressees", sa.JSON(), nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("entered_at", storage.column_types.Instant(), nullable=False),
        sa.Column("made_at", storage.column_types.Instant(), nullable=True),
        sa.Column("made_by", sa.String(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_papers_case_id", "papers", ["case_id"])
    op.create_index("ix_papers_number", "papers", ["number"])
    op.create_index("ix_papers_region", "papers", ["region", "entered_at"])
    op.create_table(
        "paper_files",
        sa.Column("paper", sa.String(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["paper"], ["papers.id"]),
        sa.PrimaryKeyConstraint("paper"),
    )


def downgrade() -> None:
    op.drop_table("paper_files")
    op.drop_table("papers")
