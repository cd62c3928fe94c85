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


#: What no clock was started under is no promise yet, and the newer code loads it again.
UNUSED = (
    "not exists (select from clock c where c.policy = sla_policy.code and c.kind = sla_policy.clock"
    " and c.policy_version = sla_policy.version)"
)


def downgrade() -> None:
    op.execute(f"delete from sla_policy where unit in ('month', 'half_year') and {UNUSED}")
    op.drop_constraint("unit_is_known", "sla_policy", type_="check")
    # What was promised stays on record, whatever older code makes of it.
    op.create_check_constraint("unit_is_known", "sla_policy", f"unit in ({UNITS})", postgresql_not_valid=True)
