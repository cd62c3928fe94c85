"""Several providers: what fills a text's words, where numbers lead, how providers fare, who moved shares."""

import sqlalchemy as sa
from alembic import op

import tickets.ground.columns

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

MOMENT = tickets.ground.columns.Moment(timezone=True)


def upgrade() -> None:
    op.add_column(
        "message", sa.Column("sealed", sa.Boolean(), nullable=False, server_default=sa.text("false"))
    )
    # Texts laid in before have none; only a provider that sends approved templates asks for them.
    op.add_column("message", sa.Column("params", sa.LargeBinary(), nullable=True))
    op.create_table(
        "provider_route",
        sa.Column("prefix", sa.String(), nullable=False),
        sa.Column("provider", sa.String(), nullable=False),
        sa.Column("share", sa.Integer(), nullable=False),
        sa.Column("rest", sa.Integer(), nullable=False),
        sa.CheckConstraint("share between 0 and 100", name="share_of_a_hundred"),
        sa.CheckConstraint("rest between 0 and 100", name="rest_of_a_hundred"),
        sa.PrimaryKeyConstraint("prefix", "provider"),
    )
    op.create_table(
        "provider_shift",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("prefix", sa.String(), nullable=False),
        sa.Column("provider", sa.String(), nullable=False),
        sa.Column("before", sa.Integer(), nullable=True),
        sa.Column("after", sa.Integer(), nullable=True),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("about", sa.String(), nullable=True),
        sa.Column("bad", sa.Integer(), nullable=True),
        sa.Column("seen", sa.Integer(), nullable=True),
        sa.Column("said", sa.String(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.CheckConstraint(
            "reason in ('failing', 'slow_answers', 'slow_texts', 'back', 'by_hand')", name="reason_is_known"
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("provider_shift_newest", "provider_shift", ["prefix", "at"])
    op.create_table(
        "provider_minute",
        sa.Column("provider", sa.String(), nullable=False),
        sa.Column("minute", MOMENT, nullable=False),
        sa.Column("slot", sa.Integer(), nullable=False),
        sa.Column("tried", sa.Integer(), nullable=False),
        sa.Column("failed", sa.Integer(), nullable=False),
        sa.Column("slow", sa.Integer(), nullable=False),
        sa.Column("sent", sa.Integer(), nullable=False),
        sa.Column("arrived", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("provider", "minute", "slot"),
    )


def downgrade() -> None:
    op.drop_table("provider_minute")
    op.drop_table("provider_shift")
    op.drop_table("provider_route")
    op.drop_column("message", "params")
    op.drop_column("message", "sealed")
