"""Campaigns: a sample of closed matters whose citizens are asked once more."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

import tickets.ground.columns

revision = "0042"
down_revision = "0041"
branch_labels = None
depends_on = None

MOMENT = tickets.ground.columns.Moment(timezone=True)


def upgrade() -> None:
    op.create_table(
        "campaign",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("purpose", sa.String(), nullable=False),
        sa.Column("unit", sa.String(), nullable=True),
        sa.Column("category", sa.String(), nullable=True),
        sa.Column("closed_from", sa.Date(), nullable=False),
        sa.Column("closed_to", sa.Date(), nullable=False),
        sa.Column("wanted", sa.Integer(), nullable=False),
        sa.Column("seed", sa.String(), nullable=False),
        sa.Column("eligible", sa.Integer(), nullable=False),
        sa.Column("left_out", postgresql.JSONB(), nullable=False),
        sa.Column("made_by", sa.String(), nullable=False),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.Column("ended_by", sa.String(), nullable=True),
        sa.Column("ended_at", MOMENT, nullable=True),
        sa.CheckConstraint("unit is not null or category is not null", name="campaign_about"),
        sa.CheckConstraint("closed_from <= closed_to", name="campaign_days"),
        sa.CheckConstraint("(ended_at is null) = (ended_by is null)", name="campaign_end"),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("campaign_running", "campaign", ["id"], postgresql_where=sa.text("ended_at is null"))
    op.create_table(
        "campaign_call",
        sa.Column("campaign_id", sa.Uuid(), nullable=False),
        sa.Column("ticket_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("call_at", MOMENT, nullable=True),
        sa.Column("held_by", sa.String(), nullable=True),
        sa.Column("held_at", MOMENT, nullable=True),
        sa.Column("reached", sa.Boolean(), nullable=True),
        sa.Column("contacted", sa.Boolean(), nullable=True),
        sa.Column("solved", sa.String(), nullable=True),
        sa.Column("satisfaction", sa.Integer(), nullable=True),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("answered_by", sa.String(), nullable=True),
        sa.Column("answered_at", MOMENT, nullable=True),
        sa.CheckConstraint("solved in ('yes', 'partly', 'no')", name="solved_is_known"),
        sa.CheckConstraint("satisfaction between 1 and 5", name="campaign_satisfaction"),
        sa.CheckConstraint("(answered_at is null) = (reached is null)", name="campaign_answered"),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaign.id"]),
        sa.ForeignKeyConstraint(["ticket_id"], ["ticket.id"]),
        sa.PrimaryKeyConstraint("campaign_id", "ticket_id"),
    )
    op.create_index("campaign_call_place", "campaign_call", ["campaign_id", "place"], unique=True)
    op.create_index("campaign_call_ticket", "campaign_call", ["ticket_id"])
    op.create_index(
        "campaign_call_held", "campaign_call", ["held_by"], postgresql_where=sa.text("held_by is not null")
    )


def downgrade() -> None:
    op.drop_table("campaign_call")
    op.drop_table("campaign")
