"""What becomes of a promise whose last day is a day off."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

ROLLING = "unit in ('calendar_day', 'calendar_month')"


def upgrade() -> None:
    op.add_column("sla_policy", sa.Column("roll_rule", sa.String(), nullable=True))
    # What every promise meant all along: no date moves.
    op.execute(f"update sla_policy set roll_rule = 'next_working_day' where {ROLLING}")
    op.create_check_constraint(
        "roll_rule_is_known", "sla_policy", "roll_rule in ('next_working_day', 'none')"
    )
    op.create_check_constraint("unit_rolls", "sla_policy", f"roll_rule is null or {ROLLING}")


def downgrade() -> None:
    op.drop_constraint("unit_rolls", "sla_policy", type_="check")
    op.drop_constraint("roll_rule_is_known", "sla_policy", type_="check")
    op.drop_column("sla_policy", "roll_rule")
