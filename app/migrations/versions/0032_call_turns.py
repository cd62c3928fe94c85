"""Whose turn it is to call a citizen, and when the next try is planned."""

import sqlalchemy as sa
from alembic import op

import tickets.ground.columns

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None

MOMENT = tickets.ground.columns.Moment(timezone=True)


def upgrade() -> None:
    op.create_table(
        "call_turn",
        sa.Column("ticket_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("call_at", MOMENT, nullable=True),
        sa.Column("held_by", sa.String(), nullable=True),
        sa.Column("held_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(["ticket_id"], ["ticket.id"]),
        sa.PrimaryKeyConstraint("ticket_id"),
    )
    op.create_index(
        "call_turn_held", "call_turn", ["held_by"], postgresql_where=sa.text("held_by is not null")
    )


def downgrade() -> None:
    op.drop_table("call_turn")
