"""What happens by itself: messages, findings, audits, jobs, leases; addresses in the directory."""

import sqlalchemy as sa
from alembic import op

from storage.column_types import Instant

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("parties", sa.Column("urged_on", sa.Date(), nullable=True))
    op.add_column("deadlines", sa.Column("level", sa.String(), nullable=False, server_default=""))
    for table in ("units", "people"):
        op.add_column(table, sa.Column("email", sa.String(), nullable=False, server_default=""))
        op.add_column(table, sa.Column("phone", sa.String(), nullable=False, server_default=""))
    op.create_table(
        "messages",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("recipient", sa.String(), nullable=False),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("region", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("body", sa.String(), nullable=False),
        sa.Column("urgent", sa.Boolean(), nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("next_try_at", Instant(), nullable=True),
        sa.Column("claimed_by", sa.String(), nullable=False),
        sa.Column("claimed_until", Instant(), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("resent", sa.Integer(), nullable=False),
        sa.Column("sent_at", Instant(), nullable=True),
        sa.Column("dead_at", Instant(), nullable=True),
        sa.Column("error", sa.String(), nullable=False),
        sa.Column("read_at", Instant(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_messages_recipient", "messages", ["recipient"])
    waiting = sa.text("next_try_at IS NOT NULL")
    op.create_index(
        "ix_messages_waiting", "messages", ["next_try_at"], sqlite_where=waiting, postgresql_where=waiting
    )
    op.create_table(
        "message_items",
        sa.Column("message_id", sa.String(), nullable=False),
        sa.Column("outbox_id", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["message_id"], ["messages.id"]),
        sa.PrimaryKeyConstraint("message_id", "outbox_id"),
    )
    op.create_index("ix_message_items_outbox_id", "message_items", ["outbox_id"])
    op.create_table(
        "findings",
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("case_id", sa.String(), nullable=False),
        sa.Column("subject_id", sa.String(), nullable=False),
        sa.Column("severity", sa.String(), nullable=False),
        sa.Column("region", sa.String(), nullable=False),
        sa.Column("why", sa.String(), nullable=False),
        sa.Column("todo", sa.String(), nullable=False),
        sa.Column("standing", sa.String(), nullable=False),
        sa.Column("first_seen", sa.Date(), nullable=False),
        sa.Column("last_seen", sa.Date(), nullable=False),
        sa.Column("gone_on", sa.Date(), nullable=True),
        sa.Column("decided_by", sa.String(), nullable=False),
        sa.Column("decided_on", sa.Date(), nullable=True),
        sa.Column("reason", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("code", "case_id", "subject_id"),
    )
    for column in ("case_id", "region", "standing"):
        op.create_index(f"ix_findings_{column}", "findings", [column])
    op.create_table(
        "audits",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("region", sa.String(), nullable=False),
        sa.Column("cases_open", sa.Integer(), nullable=False),
        sa.Column("cases_looked_at", sa.Integer(), nullable=False),
        sa.Column("found", sa.Integer(), nullable=False),
        sa.Column("fresh", sa.Integer(), nullable=False),
        sa.Column("gone", sa.Integer(), nullable=False),
        sa.Column("seal_id", sa.Integer(), nullable=True),
        sa.Column("root", sa.String(), nullable=False),
        sa.Column("report", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_audits_on", "audits", ["on"])
    op.create_table(
        "jobs",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("due_at", Instant(), nullable=True),
        sa.Column("started_at", Instant(), nullable=False),
        sa.Column("finished_at", Instant(), nullable=True),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("engine", sa.String(), nullable=False),
        sa.Column("did", sa.String(), nullable=False),
        sa.Column("error", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("name"),
    )
    op.create_table(
        "leases",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("holder", sa.String(), nullable=False),
        sa.Column("until", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("name"),
    )
    op.create_table(
        "rulebook_switches",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("off_since", sa.Date(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("name"),
    )
