"""Promises by the months and half-years of the calendar."""

from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

UNITS = "'minute', 'hour', 'working_hour', 'working_day', 'calendar_day', 'calendar_month'"


def upgrade() -> None:
    op.drop_constraint("unit_is_known", "sla_policy", type_="check")
    op.create_check_constraint("unit_is_known", "sla_policy", f"unit in ({UNITS}, 'month', 'half_year')")


def downgrade() -> None:
    op.drop_constraint("unit_is_known", "sla_policy", type_="check")
    # What was promised stays on record, whatever older code makes of it.
    op.create_check_constraint("unit_is_known", "sla_policy", f"unit in ({UNITS})", postgresql_not_valid=True)
