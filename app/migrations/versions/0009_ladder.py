"""The ladder after a breach: its steps on the promises, how far a clock is chased, and the daily digests."""

import json

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

import tickets.ground.columns

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

#: What the promises of an answer get; those a district changed afterwards are its own.
USUAL = [
    {"step": "warned", "tells": ["handler"]},
    {"step": "breached", "tells": ["head", "supervisor"]},
    {"step": "urged", "working_days": 1, "tells": ["handler", "head", "supervisor"]},
    {"step": "listed", "working_days": 5, "tells": ["handler", "head", "supervisor"]},
]
CHASED = "rung is not null and state = 'breached'"


def upgrade() -> None:
    empty = sa.text("'[]'")
    op.add_column("sla_policy", sa.Column("ladder", postgresql.JSONB(), nullable=False, server_default=empty))
    # A running promise is chased, too: it names nobody new, and only who is late already.
    op.execute(
        sa.text("update sla_policy set ladder = cast(:usual as jsonb) where clock = 'handle'").bindparams(
            usual=json.dumps(USUAL)
        )
    )
    op.add_column("clock", sa.Column("rung", sa.String(), nullable=True))
    op.create_check_constraint("rung_is_known", "clock", "rung in ('urged', 'listed')")
    op.create_index("clock_chased", "clock", ["rung", "due_at", "id"], postgresql_where=sa.text(CHASED))
    op.execute("update clock set next_at = due_at where state = 'breached' and kind = 'handle'")
    op.drop_constraint("kind_is_known", "clock_event", type_="check")
    op.create_check_constraint(
        "kind_is_known", "clock_event", "kind in ('warned', 'breached', 'urged', 'listed')"
    )
    op.add_column("ticket", sa.Column("warn_at", tickets.ground.columns.Moment(timezone=True), nullable=True))
    op.add_column("ticket", sa.Column("rung", sa.String(), nullable=True))
    op.add_column("ticket", sa.Column("urge_notices", sa.Integer(), nullable=False, server_default="0"))
    op.execute(
        "update ticket set warn_at = (select c.warn_at from clock c where c.ticket_id = ticket.id"
        " and c.kind = ticket.due_clock and c.due_at = ticket.due_at and c.state in ('running', 'breached')"
        " order by c.id limit 1) where closed_at is null and due_at is not null"
    )
    op.create_index(
        "ticket_board",
        "ticket",
        ["rung", "due_at", "id", "warn_at"],
        postgresql_where=sa.text("closed_at is null and due_at is not null"),
    )
    op.create_table(
        "digest",
        sa.Column("unit", sa.String(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("data", postgresql.JSONB(), nullable=False),
        sa.Column(
            "made_at",
            tickets.ground.columns.Moment(timezone=True),
            server_default=sa.text("clock_timestamp()"),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(["unit"], ["unit.code"]),
        sa.PrimaryKeyConstraint("unit", "day"),
    )


def downgrade() -> None:
    op.drop_table("digest")
    op.drop_index("ticket_board", table_name="ticket")
    for column in ("urge_notices", "rung", "warn_at"):
        op.drop_column("ticket", column)
    op.drop_constraint("kind_is_known", "clock_event", type_="check")
    # What was said stays on record, whatever older code makes of it.
    op.create_check_constraint(
        "kind_is_known", "clock_event", "kind in ('warned', 'breached')", postgresql_not_valid=True
    )
    op.execute("update clock set next_at = null where state = 'breached'")
    op.drop_index("clock_chased", table_name="clock")
    op.drop_constraint("rung_is_known", "clock", type_="check")
    op.drop_column("clock", "rung")
    op.drop_column("sla_policy", "ladder")
