"""Figures for whoever watches the workers."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0007"
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


def downgrade() -> None:
    op.drop_index(
        "clock_event_breached", table_name="clock_event", postgresql_where=sa.text("kind = 'breached'")
    )
    op.drop_column("heartbeat", "awakened")
    op.drop_column("heartbeat", "put_off")
