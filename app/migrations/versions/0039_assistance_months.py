"""Cases of temporary aid, services of teams, and the frozen figures of closed months of assistance."""

import sqlalchemy as sa
from alembic import op

import tickets.ground.columns

revision = "0039"
down_revision = "0038"
branch_labels = None
depends_on = None

MOMENT = tickets.ground.columns.Moment(timezone=True)
FROZEN = ("assistance_month", "assistance_figure")


def upgrade() -> None:
    _given()
    _months()
    for table in FROZEN:
        for event, each, name in (
            ("update or delete", "row", "only_added_to"),
            ("truncate", "statement", "never_emptied"),
        ):
            op.execute(
                f"create trigger {name} before {event} on {table}"
                f" for each {each} execute function refuse_change()"
            )


def _given() -> None:
    op.create_table(
        "household_temporary_aid",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("household_id", sa.BigInteger(), nullable=False),
        sa.Column("paid_on", sa.Date(), nullable=False),
        sa.Column("fen", sa.BigInteger(), nullable=False),
        sa.Column("persons", sa.Integer(), nullable=False),
        sa.CheckConstraint("fen > 0", name="an_aid_is_something"),
        sa.CheckConstraint("persons > 0", name="an_aid_is_for_somebody"),
        sa.ForeignKeyConstraint(["household_id"], ["household.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("household_temporary_aid_paid", "household_temporary_aid", ["paid_on"])
    op.create_index("household_temporary_aid_of", "household_temporary_aid", ["household_id"])
    op.create_table(
        "household_service",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("household_id", sa.BigInteger(), nullable=False),
        sa.Column("member_id", sa.Uuid(), nullable=False),
        sa.Column("team_kind", sa.String(), nullable=False),
        sa.Column("team", sa.String(), nullable=False),
        sa.Column("served_on", sa.Date(), nullable=False),
        sa.CheckConstraint(
            "team_kind in ('medical', 'student', 'agency', 'volunteer')", name="team_kind_is_known"
        ),
        sa.ForeignKeyConstraint(["household_id"], ["household.id"]),
        sa.ForeignKeyConstraint(["member_id"], ["household_member.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("household_service_day", "household_service", ["served_on"])
    op.create_index("household_service_of", "household_service", ["household_id"])


def _months() -> None:
    op.create_table(
        "assistance_month",
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("closed_by", sa.String(), nullable=False),
        sa.Column("closed_at", MOMENT, nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("month"),
    )
    op.create_table(
        "assistance_figure",
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("division", sa.String(), nullable=False),
        sa.Column("figure", sa.String(), nullable=False),
        sa.Column("part", sa.String(), nullable=False),
        sa.Column("n", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "figure in ('households', 'persons', 'started', 'stopped', 'amount', 'cases', 'served', 'times')",
            name="figure_is_known",
        ),
        sa.ForeignKeyConstraint(["month"], ["assistance_month.month"]),
        sa.PrimaryKeyConstraint("month", "division", "figure", "part"),
    )


def downgrade() -> None:
    for table in ("assistance_figure", "assistance_month", "household_service", "household_temporary_aid"):
        op.drop_table(table)
