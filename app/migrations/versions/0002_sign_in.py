"""Sign-in: wrong tries, passwords to be changed."""

import sqlalchemy as sa
from alembic import op

import tickets.ground.columns

revision = "sign_in"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "account", sa.Column("must_change", sa.Boolean(), server_default=sa.text("false"), nullable=False)
    )
    op.create_table(
        "sign_in_try",
        sa.Column("counted_by", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("wrong", sa.Integer(), nullable=False),
        sa.Column("last_at", tickets.ground.columns.Moment(timezone=True), nullable=False),
        sa.CheckConstraint("counted_by in ('name', 'address')", name="counted_by_is_known"),
        sa.PrimaryKeyConstraint("counted_by", "key"),
    )


def downgrade() -> None:
    op.drop_table("sign_in_try")
    op.drop_column("account", "must_change")
