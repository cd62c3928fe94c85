"""Sign-in: wrong tries, passwords to be changed, the second step."""

import sqlalchemy as sa
from alembic import op

import tickets.ground.columns

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "account", sa.Column("must_change", sa.Boolean(), server_default=sa.text("false"), nullable=False)
    )
    op.add_column("account", sa.Column("totp_secret", sa.LargeBinary(), nullable=True))
    op.add_column("account", sa.Column("totp_step", sa.BigInteger(), nullable=True))
    op.create_check_constraint(
        "totp_step_has_a_secret", "account", "totp_step is null or totp_secret is not null"
    )
    op.create_table(
        "recovery_code",
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"]),
        sa.PrimaryKeyConstraint("account_id", "hash"),
    )
    op.create_table(
        "sign_in_half",
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column(
            "made_at",
            tickets.ground.columns.Moment(timezone=True),
            server_default=sa.text("clock_timestamp()"),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"]),
        sa.PrimaryKeyConstraint("hash"),
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
    op.drop_table("sign_in_half")
    op.drop_table("recovery_code")
    op.drop_constraint("totp_step_has_a_secret", "account")
    for column in ("totp_step", "totp_secret", "must_change"):
        op.drop_column("account", column)
