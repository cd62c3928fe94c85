"""Home visits: what is owed, what was found, its pictures, and who could not be reached."""

import sqlalchemy as sa
from alembic import op

import tickets.ground.columns

revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None

MOMENT = tickets.ground.columns.Moment(timezone=True)
OPEN_ALERT = "acknowledged_at is null and reached_at is null"


def upgrade() -> None:
    _visits()
    _reports()
    _files()
    _alerts()


def _visits() -> None:
    op.create_table(
        "visit",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("household_id", sa.BigInteger(), nullable=False),
        sa.Column("division", sa.String(), nullable=False),
        sa.Column("level", sa.String(), nullable=False),
        sa.Column("period", sa.Date(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("policy", sa.String(), nullable=False),
        sa.Column("policy_version", sa.Integer(), nullable=False),
        sa.Column("calendar", sa.String(), nullable=False),
        sa.Column("calendar_version", sa.Integer(), nullable=False),
        sa.Column("due_at", MOMENT, nullable=False),
        sa.Column("warn_at", MOMENT, nullable=True),
        sa.Column("warned_at", MOMENT, nullable=True),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("next_on", sa.Date(), nullable=True),
        sa.Column("done_by", sa.String(), nullable=True),
        sa.Column("done_at", MOMENT, nullable=True),
        sa.CheckConstraint("level in ('community', 'subdistrict')", name="level_is_known"),
        sa.CheckConstraint("state in ('planned', 'not_reached', 'done', 'lapsed')", name="state_is_known"),
        sa.CheckConstraint("(state = 'done') = (done_at is not null)", name="done_has_its_moment"),
        sa.ForeignKeyConstraint(["household_id"], ["household.id"]),
        sa.ForeignKeyConstraint(["division"], ["unit.code"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("household_id", "level", "period", name="visit_once_a_period"),
        postgresql_with={"fillfactor": 85},
    )
    op.create_index("visit_coverage", "visit", ["level", "period", "division", "state", "tries"])
    op.create_index(
        "visit_open", "visit", ["due_at"], postgresql_where=sa.text("state in ('planned', 'not_reached')")
    )


def _reports() -> None:
    op.create_table(
        "visit_report",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("visit_id", sa.BigInteger(), nullable=False),
        sa.Column("household_id", sa.BigInteger(), nullable=False),
        sa.Column("met", sa.String(), nullable=False),
        sa.Column("needs", sa.ARRAY(sa.String()), nullable=False),
        sa.Column("said", sa.LargeBinary(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("unit", sa.String(), nullable=True),
        sa.Column("at", MOMENT, nullable=False),
        sa.CheckConstraint("met in ('self', 'family', 'nobody')", name="met_is_known"),
        sa.ForeignKeyConstraint(["visit_id"], ["visit.id"]),
        sa.ForeignKeyConstraint(["household_id"], ["household.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("visit_report_of_household", "visit_report", ["household_id", "at"])
    op.create_index("visit_report_of_visit", "visit_report", ["visit_id"])


def _files() -> None:
    op.create_table(
        "visit_file",
        sa.Column("attachment_id", sa.Uuid(), nullable=False),
        sa.Column("report_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("ground", sa.String(), nullable=False),
        sa.Column("agreed", sa.String(), nullable=False),
        sa.Column("keep_until", sa.Date(), nullable=False),
        sa.Column("erased_at", MOMENT, nullable=True),
        sa.CheckConstraint("kind in ('photo', 'signature')", name="kind_is_known"),
        sa.CheckConstraint("ground in ('consent', 'signed')", name="ground_is_known"),
        sa.CheckConstraint("agreed in ('self', 'family', 'nobody')", name="agreed_is_known"),
        sa.CheckConstraint("agreed <> 'nobody'", name="somebody_agreed"),
        sa.ForeignKeyConstraint(["attachment_id"], ["attachment.id"]),
        sa.ForeignKeyConstraint(["report_id"], ["visit_report.id"]),
        sa.PrimaryKeyConstraint("attachment_id"),
    )
    op.create_index("visit_file_of_report", "visit_file", ["report_id"])
    op.create_index(
        "visit_file_to_erase", "visit_file", ["keep_until"], postgresql_where=sa.text("erased_at is null")
    )


def _alerts() -> None:
    op.create_table(
        "visit_alert",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("household_id", sa.BigInteger(), nullable=False),
        sa.Column("visit_id", sa.BigInteger(), nullable=False),
        sa.Column("unit", sa.String(), nullable=False),
        sa.Column("misses", sa.Integer(), nullable=False),
        sa.Column("raised_at", MOMENT, nullable=False),
        sa.Column("acknowledged_by", sa.String(), nullable=True),
        sa.Column("acknowledged_at", MOMENT, nullable=True),
        sa.Column("reached_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(["household_id"], ["household.id"]),
        sa.ForeignKeyConstraint(["visit_id"], ["visit.id"]),
        sa.ForeignKeyConstraint(["unit"], ["unit.code"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(
        "visit_alert_open",
        "visit_alert",
        ["household_id"],
        unique=True,
        postgresql_where=sa.text(OPEN_ALERT),
    )
    op.create_index(
        "visit_alert_of_unit", "visit_alert", ["unit", "id"], postgresql_where=sa.text(OPEN_ALERT)
    )


def downgrade() -> None:
    op.execute("delete from attachment_piece where attachment_id in (select attachment_id from visit_file)")
    op.execute("create temporary table gone on commit drop as select attachment_id from visit_file")
    for table in ("visit_alert", "visit_file", "visit_report", "visit"):
        op.drop_table(table)
    op.execute("delete from attachment where id in (select attachment_id from gone)")
