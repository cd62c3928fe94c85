"""Payment sheets, their lines, and what was found when they were held against the register."""

import sqlalchemy as sa
from alembic import op

import tickets.ground.columns

revision = "0050"
down_revision = "0049"
branch_labels = None
depends_on = None

MOMENT = tickets.ground.columns.Moment(timezone=True)
SCHEMES = "scheme in ('dibao', 'tekun', 'care', 'temporary', 'price')"


def upgrade() -> None:
    op.create_table(
        "payment_sheet",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("scheme", sa.String(), nullable=False),
        sa.Column("unit", sa.String(), nullable=True),
        sa.Column("lines", sa.Integer(), nullable=False),
        sa.Column("fen", sa.BigInteger(), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.CheckConstraint(SCHEMES, name="scheme_is_known"),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("payment_sheet_month", "payment_sheet", ["month", "scheme"])
    op.create_table(
        "payment_line",
        sa.Column("sheet_id", sa.Uuid(), nullable=False),
        sa.Column("line", sa.Integer(), nullable=False),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("scheme", sa.String(), nullable=False),
        sa.Column("household_id", sa.BigInteger(), nullable=True),
        sa.Column("member_id", sa.Uuid(), nullable=True),
        sa.Column("fen", sa.BigInteger(), nullable=False),
        sa.Column("stands", sa.Boolean(), nullable=False),
        sa.CheckConstraint(SCHEMES, name="scheme_is_known"),
        sa.CheckConstraint("fen >= 0", name="a_payment_is_not_negative"),
        sa.ForeignKeyConstraint(["sheet_id"], ["payment_sheet.id"]),
        sa.ForeignKeyConstraint(["household_id"], ["household.id"]),
        sa.ForeignKeyConstraint(["member_id"], ["household_member.id"]),
        sa.PrimaryKeyConstraint("sheet_id", "line"),
    )
    op.create_index(
        "payment_line_month",
        "payment_line",
        ["month", "scheme", "household_id"],
        postgresql_where=sa.text("stands"),
    )
    _settled()


def _settled() -> None:
    op.create_table(
        "payment_settled",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("scheme", sa.String(), nullable=False),
        sa.Column("finding", sa.String(), nullable=False),
        sa.Column("household_id", sa.BigInteger(), nullable=True),
        sa.Column("sheet_id", sa.Uuid(), nullable=True),
        sa.Column("line", sa.Integer(), nullable=True),
        sa.Column("paid", sa.BigInteger(), nullable=False),
        sa.Column("outcome", sa.String(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.CheckConstraint(SCHEMES, name="scheme_is_known"),
        sa.CheckConstraint(
            "finding in ('stopped', 'early', 'category', 'unpaid', 'amount', 'twice', 'unknown')",
            name="finding_is_known",
        ),
        sa.CheckConstraint(
            "outcome in ('right', 'made_up', 'recovered', 'register_mended', 'next_month', 'reopened')",
            name="outcome_is_known",
        ),
        sa.ForeignKeyConstraint(["household_id"], ["household.id"]),
        sa.ForeignKeyConstraint(["sheet_id"], ["payment_sheet.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("payment_settled_month", "payment_settled", ["month", "scheme"])


def downgrade() -> None:
    for table in ("payment_settled", "payment_line", "payment_sheet"):
        op.drop_table(table)
