"""Visits the bureau owes itself; visits among the figures of months; who agreed that a need is told on."""

import sqlalchemy as sa
from alembic import op

revision = "0052"
down_revision = "0051"
branch_labels = None
depends_on = None

BEFORE = "level in ('community', 'subdistrict')"
AFTER = "level in ('community', 'subdistrict', 'bureau')"


#: Of the figures of months.
COUNTED = "'households', 'persons', 'started', 'stopped', 'amount', 'cases', 'served', 'times'"
VISITS = "'visits_owed', 'visits_done', 'visits_missed'"


def upgrade() -> None:
    op.drop_constraint("figure_is_known", "assistance_figure")
    op.create_check_constraint("figure_is_known", "assistance_figure", f"figure in ({COUNTED}, {VISITS})")
    op.drop_constraint("level_is_known", "visit")
    op.create_check_constraint("level_is_known", "visit", AFTER)
    op.add_column("assistance_need", sa.Column("agreed", sa.String(), nullable=True))
    op.create_check_constraint(
        "agreed_is_known", "assistance_need", "agreed in ('self', 'family', 'guardian')"
    )
    op.create_index(
        "application_visit_owed",
        "application_visit",
        ["application_id"],
        postgresql_where=sa.text("visit_filed_at is null"),
    )


def downgrade() -> None:
    op.execute(f"delete from assistance_figure where figure in ({VISITS})")
    op.drop_constraint("figure_is_known", "assistance_figure")
    op.create_check_constraint("figure_is_known", "assistance_figure", f"figure in ({COUNTED})")
    op.drop_index("application_visit_owed", "application_visit")
    op.drop_constraint("agreed_is_known", "assistance_need")
    op.drop_column("assistance_need", "agreed")
    op.execute("delete from visit_alert where visit_id in (select id from visit where level = 'bureau')")
    op.execute(
        "delete from visit_file where report_id in (select visit_report.id from visit_report"
        " join visit on visit.id = visit_id where level = 'bureau')"
    )
    op.execute("delete from visit_report where visit_id in (select id from visit where level = 'bureau')")
    op.execute("delete from visit where level = 'bureau'")
    op.drop_constraint("level_is_known", "visit")
    op.create_check_constraint("level_is_known", "visit", BEFORE)
