"""Who reads which ticket now, and the views somebody saved."""

import sqlalchemy as sa
from alembic import op

import tickets.ground.columns

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None

MOMENT = tickets.ground.columns.Moment(timezone=True)


def upgrade() -> None:
    op.create_table(
        "ticket_reader",
        sa.Column("ticket_id", sa.BigInteger(), nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("seen_at", MOMENT, server_default=sa.text("clock_timestamp()"), nullable=False),
        sa.ForeignKeyConstraint(["ticket_id"], ["ticket.id"]),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"]),
        sa.PrimaryKeyConstraint("ticket_id", "account_id"),
    )
    op.create_table(
        "saved_view",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("query", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("account_id", "name", name="saved_view_name"),
    )


def downgrade() -> None:
    op.drop_table("saved_view")
    op.drop_table("ticket_reader")
