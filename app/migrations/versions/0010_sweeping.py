"""Figures for whoever watches the workers, and calendars one can subscribe to."""

import sqlalchemy as sa
from alembic import op

import tickets.ground.columns

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("heartbeat", sa.Column("put_off", sa.Integer(), server_default="0", nullable=False))
    op.add_column("heartbeat", sa.Column("awakened", sa.Integer(), server_default="0", nullable=False))
    op.create_index(
        "clock_event_breached",
        "clock_event",
        ["fired_at"],
        unique=False,
        postgresql_where=sa.text("kind = 'breached'"),
    )
    op.create_table(
        "calendar_feed",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("unit", sa.String(), nullable=True),
        sa.Column("made_at", tickets.ground.columns.Moment(timezone=True), nullable=False),
        sa.Column("reads", sa.Integer(), nullable=False),
        sa.Column("reads_since", tickets.ground.columns.Moment(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"]),
        sa.ForeignKeyConstraint(["unit"], ["unit.code"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("hash"),
    )
    op.create_index(
        "calendar_of_person",
        "calendar_feed",
        ["account_id"],
        unique=True,
        postgresql_where=sa.text("unit is null"),
    )
    op.create_index(
        "calendar_of_unit",
        "calendar_feed",
        ["unit"],
        unique=True,
        postgresql_where=sa.text("unit is not null"),
    )


def downgrade() -> None:
    op.drop_table("calendar_feed")
    op.drop_index(
        "clock_event_breached", table_name="clock_event", postgresql_where=sa.text("kind = 'breached'")
    )
    op.drop_column("heartbeat", "awakened")
    op.drop_column("heartbeat", "put_off")
