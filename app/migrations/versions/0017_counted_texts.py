"""How many texts a number got on a day, and what texts cost by day and unit."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("message", sa.Column("unit", sa.String(), nullable=True))
    op.add_column("message", sa.Column("counted_on", sa.Date(), nullable=True))
    op.create_index(
        "message_counted", "message", ["ticket_id"], postgresql_where=sa.text("counted_on is not null")
    )
    op.create_table(
        "text_spending",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("unit", sa.String(), nullable=False),
        sa.Column("texts", sa.Integer(), nullable=False),
        sa.Column("segments", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("day", "unit"),
    )
    op.create_table(
        "text_budget",
        sa.Column("unit", sa.String(), nullable=False),
        sa.Column("segments_a_day", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("unit"),
    )


def downgrade() -> None:
    op.drop_table("text_budget")
    op.drop_table("text_spending")
    op.drop_index("message_counted", table_name="message")
    op.drop_column("message", "counted_on")
    op.drop_column("message", "unit")
