"""Clues of people who may need help, and the list of needs."""

import sqlalchemy as sa
from alembic import op

import tickets.ground.columns

revision = "0035"
down_revision = "0034"
branch_labels = None
depends_on = None

MOMENT = tickets.ground.columns.Moment(timezone=True)
NEED_KINDS = (
    "kind in ('living', 'medical', 'care', 'housing', 'education', 'employment', 'justice', 'mind',"
    " 'social', 'company')"
)


def upgrade() -> None:
    op.execute(sa.schema.CreateSequence(sa.Sequence("assistance_lead_number")))
    op.execute(sa.schema.CreateSequence(sa.Sequence("assistance_need_number")))
    _needs()
    _leads()


def _needs() -> None:
    op.create_table(
        "assistance_need",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("household_id", sa.BigInteger(), nullable=False),
        sa.Column("member_id", sa.Uuid(), nullable=True),
        *(
            sa.Column(name, sa.String(), nullable=False)
            for name in ("kind", "severity", "source", "source_ref")
        ),
        sa.Column("evidence", sa.LargeBinary(), nullable=True),
        sa.Column("state", sa.String(), nullable=False),
        *(sa.Column(name, sa.String(), nullable=True) for name in ("way", "way_ref", "result", "signer")),
        sa.Column("signature", sa.LargeBinary(), nullable=True),
        sa.Column("words", sa.LargeBinary(), nullable=True),
        sa.Column("noted_by", sa.String(), nullable=False),
        sa.Column("noted_at", MOMENT, nullable=False),
        sa.Column("closed_by", sa.String(), nullable=True),
        sa.Column("closed_at", MOMENT, nullable=True),
        sa.CheckConstraint(NEED_KINDS, name="kind_is_known"),
        sa.CheckConstraint("severity in ('light', 'serious', 'urgent')", name="severity_is_known"),
        sa.CheckConstraint("source in ('lead', 'visit', 'ticket', 'staff')", name="source_is_known"),
        sa.CheckConstraint("state in ('open', 'arranged', 'closed')", name="state_is_known"),
        sa.CheckConstraint(
            "way in ('service_order', 'application', 'referral', 'ticket')", name="way_is_known"
        ),
        sa.CheckConstraint("result in ('met', 'partly', 'not_met', 'no_longer')", name="result_is_known"),
        sa.CheckConstraint("signer in ('self', 'family', 'guardian', 'witness')", name="signer_is_known"),
        sa.CheckConstraint(
            "(state = 'closed') = (result is not null and signer is not null and signature is not null)",
            name="a_closed_one_is_signed",
        ),
        sa.CheckConstraint("(way is null) = (way_ref is null)", name="a_way_leads_somewhere"),
        sa.ForeignKeyConstraint(["household_id"], ["household.id"]),
        sa.ForeignKeyConstraint(["member_id"], ["household_member.id"]),
        sa.PrimaryKeyConstraint("id"),
        postgresql_with={"fillfactor": 85},
    )
    op.create_index("assistance_need_household", "assistance_need", ["household_id"])
    op.create_index(
        "assistance_need_open", "assistance_need", ["id"], postgresql_where=sa.text("state <> 'closed'")
    )


def _leads() -> None:
    op.create_table(
        "assistance_lead",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        *(
            sa.Column(name, sa.String(), nullable=False)
            for name in ("channel", "source_unit", "division", "kind")
        ),
        sa.Column("household_id", sa.BigInteger(), nullable=True),
        sa.Column("member_id", sa.Uuid(), nullable=True),
        *(
            sa.Column(name, sa.LargeBinary(), nullable=True)
            for name in ("name", "phone", "id_number", "words")
        ),
        *(
            sa.Column(f"{name}_index", sa.LargeBinary(), nullable=True)
            for name in ("name", "phone", "id_number")
        ),
        *(
            sa.Column(name, sa.String(), nullable=True)
            for name in ("index_key", "name_masked", "phone_masked")
        ),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("due_at", MOMENT, nullable=False),
        sa.Column("policy", sa.String(), nullable=False),
        sa.Column("policy_version", sa.Integer(), nullable=False),
        sa.Column("calendar_version", sa.Integer(), nullable=False),
        sa.Column("reported_by", sa.String(), nullable=False),
        sa.Column("reported_at", MOMENT, nullable=False),
        sa.Column("checked_by", sa.String(), nullable=True),
        sa.Column("checked_at", MOMENT, nullable=True),
        sa.Column("close_reason", sa.String(), nullable=True),
        sa.Column("need_id", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("channel in ('community', 'agency', 'data')", name="channel_is_known"),
        sa.CheckConstraint(NEED_KINDS, name="kind_is_known"),
        sa.CheckConstraint("state in ('open', 'need', 'closed')", name="state_is_known"),
        sa.CheckConstraint(
            "close_reason in ('no_need', 'helped', 'declined', 'not_found', 'elsewhere', 'duplicate')",
            name="close_reason_is_known",
        ),
        sa.CheckConstraint("(state = 'open') = (checked_at is null)", name="a_checked_one_is_not_open"),
        sa.CheckConstraint("(state = 'need') = (need_id is not null)", name="a_need_stands_behind_it"),
        sa.CheckConstraint(
            "(state = 'closed') = (close_reason is not null)", name="a_closed_one_has_a_reason"
        ),
        sa.ForeignKeyConstraint(["source_unit"], ["unit.code"]),
        sa.ForeignKeyConstraint(["division"], ["unit.code"]),
        sa.ForeignKeyConstraint(["household_id"], ["household.id"]),
        sa.ForeignKeyConstraint(["member_id"], ["household_member.id"]),
        sa.ForeignKeyConstraint(["need_id"], ["assistance_need.id"]),
        sa.PrimaryKeyConstraint("id"),
        postgresql_with={"fillfactor": 85},
    )
    op.create_index("assistance_lead_division", "assistance_lead", ["division", "id"])
    op.create_index("assistance_lead_source", "assistance_lead", ["source_unit", "id"])
    op.create_index(
        "assistance_lead_due", "assistance_lead", ["due_at"], postgresql_where=sa.text("state = 'open'")
    )
    for name in ("id_number", "phone"):
        op.create_index(
            f"assistance_lead_{name}",
            "assistance_lead",
            [f"{name}_index"],
            postgresql_where=sa.text(f"{name}_index is not null and state = 'open'"),
        )


def downgrade() -> None:
    op.drop_table("assistance_lead")
    op.drop_table("assistance_need")
    op.execute(sa.schema.DropSequence(sa.Sequence("assistance_need_number")))
    op.execute(sa.schema.DropSequence(sa.Sequence("assistance_lead_number")))
