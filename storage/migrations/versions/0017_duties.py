"""Duties by two: requests, a second factor with recovery codes, sessions that are not whole yet, links with a code."""

import sqlalchemy as sa
from alembic import op

import storage.column_types

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "duty_requests",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("at", storage.column_types.Instant(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("what", sa.String(), nullable=False),
        sa.Column("account", sa.String(), nullable=False),
        sa.Column("duty", sa.String(), nullable=False),
        sa.Column("holder", sa.String(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("outcome", sa.String(), nullable=False),
        sa.Column("decided_at", storage.column_types.Instant(), nullable=True),
        sa.Column("decided_by", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "recovery_codes",
        sa.Column("account", sa.String(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("used_at", storage.column_types.Instant(), nullable=True),
        sa.ForeignKeyConstraint(["account"], ["accounts.name"]),
        sa.PrimaryKeyConstraint("account", "code"),
    )
    op.add_column("accounts", sa.Column("holder", sa.String(), nullable=False, server_default=""))
    op.add_column("accounts", sa.Column("totp", sa.String(), nullable=False, server_default=""))
    op.add_column("accounts", sa.Column("totp_step", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("sessions", sa.Column("standing", sa.String(), nullable=False, server_default=""))
    op.add_column("sessions", sa.Column("secret", sa.String(), nullable=False, server_default=""))
    op.add_column("sessions", sa.Column("address", sa.String(), nullable=False, server_default=""))
    op.add_column("links", sa.Column("code", sa.String(), nullable=False, server_default=""))
    op.add_column("links", sa.Column("failures", sa.Integer(), nullable=False, server_default="0"))


def downgrade() -> None:
    for table, column in (
        ("links", "failures"), ("links", "code"), ("sessions", "address"), ("sessions", "secret"),
        ("sessions", "standing"), ("accounts", "totp_step"), ("accounts", "totp"), ("accounts", "holder"),
    ):  # fmt: skip
        op.drop_column(table, column)
    op.drop_table("recovery_codes")
    op.drop_table("duty_requests")
