"""Referrals of a household's needs to departments."""

import sqlalchemy as sa
from alembic import op

import tickets.ground.columns

revision = "0037"
down_revision = "0036"
branch_labels = None
depends_on = None

MOMENT = tickets.ground.columns.Moment(timezone=True)


def upgrade() -> None:
    op.execute(sa.schema.CreateSequence(sa.Sequence("referral_number")))
    op.create_table(
        "referral",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("household_id", sa.BigInteger(), nullable=False),
        sa.Column("member_id", sa.Uuid(), nullable=False),
        *(
            sa.Column(name, sa.String(), nullable=False)
            for name in ("division", "from_unit", "to_unit", "theme")
        ),
        sa.Column("fields", sa.ARRAY(sa.String()), nullable=False),
        sa.Column("basis", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("package", sa.LargeBinary(), nullable=True),
        sa.Column("answer", sa.LargeBinary(), nullable=True),
        sa.Column("sent_by", sa.String(), nullable=False),
        *(sa.Column(name, MOMENT, nullable=False) for name in ("sent_at", "receipt_due", "result_due")),
        sa.Column("calendar_code", sa.String(), nullable=False),
        sa.Column("calendar_version", sa.Integer(), nullable=False),
        sa.Column("opened", sa.Integer(), nullable=False),
        *(sa.Column(name, MOMENT, nullable=True) for name in ("received_at", "ended_at", "erased_at")),
        sa.CheckConstraint(
            "theme in ('civil', 'medical', 'housing', 'education', 'employment', 'justice')",
            name="theme_is_known",
        ),
        sa.CheckConstraint("state in ('sent', 'received', 'refused', 'answered')", name="state_is_known"),
        sa.CheckConstraint(
            "(state in ('refused', 'answered')) = (ended_at is not null)", name="an_end_has_a_moment"
        ),
        sa.CheckConstraint("erased_at is null or package is null", name="erased_is_gone"),
        sa.ForeignKeyConstraint(["household_id"], ["household.id"]),
        sa.ForeignKeyConstraint(["member_id"], ["household_member.id"]),
        *(sa.ForeignKeyConstraint([name], ["unit.code"]) for name in ("division", "from_unit", "to_unit")),
        sa.PrimaryKeyConstraint("id"),
        postgresql_with={"fillfactor": 85},
    )
    op.create_index("referral_to", "referral", ["to_unit", "id"])
    op.create_index("referral_from", "referral", ["from_unit", "id"])
    op.create_index("referral_of", "referral", ["household_id"])
    op.create_index("referral_kept", "referral", ["sent_at"], postgresql_where=sa.text("erased_at is null"))


def downgrade() -> None:
    op.drop_table("referral")
    op.execute(sa.schema.DropSequence(sa.Sequence("referral_number")))
