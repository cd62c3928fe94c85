"""Changes of the rules that a second person approves; grounds on which a promise stands still."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

import tickets.ground.columns

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

MOMENT = tickets.ground.columns.Moment(timezone=True)

#: For the citizen's papers and while a matter was put aside, every promise stood still.
PAUSES = '[{"ground": "awaiting_information", "most": null}, {"ground": "long_term", "most": null}]'
MORE_PAUSES = (
    '[{"ground": "hearing", "most": 30}, {"ground": "publication", "most": 30},'
    ' {"ground": "checking", "most": 45}]'
)


def upgrade() -> None:
    op.create_table(
        "rule_change",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("data", postgresql.JSONB(), nullable=False),
        sa.Column("source", sa.Text(), nullable=True),
        sa.Column("basis", sa.String(), nullable=False),
        sa.Column("recompute", sa.Boolean(), nullable=False),
        sa.Column("made_by", sa.String(), nullable=False),
        sa.Column("made_by_person", sa.String(), nullable=False),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.Column("submitted_at", MOMENT, nullable=True),
        sa.Column("decided_by", sa.String(), nullable=True),
        sa.Column("decided_at", MOMENT, nullable=True),
        sa.Column("said", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=True),
        sa.Column("listed_at", MOMENT, nullable=True),
        sa.Column("done_at", MOMENT, nullable=True),
        sa.Column("moved", sa.Integer(), nullable=False),
        sa.Column("simulation", postgresql.JSONB(), nullable=True),
        sa.CheckConstraint("kind in ('calendar', 'policies')", name="kind_is_known"),
        sa.CheckConstraint(
            "state in ('draft', 'submitted', 'approved', 'refused', 'withdrawn')", name="state_is_known"
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(
        "rule_change_unfinished",
        "rule_change",
        ["kind"],
        unique=True,
        postgresql_where=sa.text("state in ('draft', 'submitted')"),
    )
    op.create_index("rule_change_made", "rule_change", ["kind", "made_at"])
    op.create_index(
        "rule_change_at_work",
        "rule_change",
        ["decided_at"],
        postgresql_where=sa.text("state = 'approved' and done_at is null"),
    )
    op.create_table(
        "rule_work",
        sa.Column("change_id", sa.Uuid(), nullable=False),
        sa.Column("ticket_id", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["change_id"], ["rule_change.id"]),
        sa.ForeignKeyConstraint(["ticket_id"], ["ticket.id"]),
        sa.PrimaryKeyConstraint("change_id", "ticket_id"),
    )
    op.add_column("sla_policy", sa.Column("basis_url", sa.String(), nullable=False, server_default=""))
    op.add_column("sla_policy", sa.Column("pauses", postgresql.JSONB(), nullable=False, server_default="[]"))
    op.execute(f"update sla_policy set pauses = '{PAUSES}' where clock in ('handle', 'dispatch')")
    op.execute(
        f"update sla_policy set pauses = pauses || '{MORE_PAUSES}' where clock = 'handle' and urgency is null"
    )
    op.alter_column("sla_policy", "basis_url", server_default=None)
    op.alter_column("sla_policy", "pauses", server_default=None)


def downgrade() -> None:
    op.drop_column("sla_policy", "pauses")
    op.drop_column("sla_policy", "basis_url")
    op.drop_table("rule_work")
    op.drop_table("rule_change")
