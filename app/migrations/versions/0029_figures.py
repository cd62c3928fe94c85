"""Figures over months: cases, their sums a day, closed months; and addresses of the wall board."""

import sqlalchemy as sa
from alembic import op

import tickets.ground.columns

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None

MOMENT = tickets.ground.columns.Moment(timezone=True)

#: The table is named with its schema: whoever writes the fact, no table of theirs can stand in for the queue.
WAITS = """
create function waits_for_figures() returns trigger language plpgsql as $$
begin
    insert into "{schema}".figure_queue (ticket_id) values (new.ticket_id);
    return null;
end $$
"""


def _sums(name: str) -> None:
    op.create_table(
        name,
        sa.Column("day", sa.Date(), nullable=False),
        *(sa.Column(word, sa.String(), nullable=False) for word in ("figure", *SORTED_BY)),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("day", "figure", *SORTED_BY),
    )


SORTED_BY = ("unit", "kind", "category", "division", "channel")


def upgrade() -> None:
    op.create_table(
        "figure_queue",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("ticket_id", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "figure_case",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("ticket_id", sa.BigInteger(), nullable=False),
        sa.Column("figure", sa.String(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        *(sa.Column(word, sa.String(), nullable=False) for word in SORTED_BY),
        sa.Column("since", MOMENT, nullable=False),
        sa.Column("until", MOMENT, nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("case_of_ticket", "figure_case", ["ticket_id"])
    op.create_index("case_of_day", "figure_case", ["figure", "day", "id"])
    _sums("figure_day")
    _sums("figure_frozen")
    op.create_table(
        "figure_month",
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("closed_by", sa.String(), nullable=False),
        sa.Column("closed_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("month"),
    )
    for table in ("figure_frozen", "figure_month"):
        op.execute(
            f"create trigger only_added_to before update or delete on {table}"
            " for each row execute function refuse_change()"
        )
        op.execute(
            f"create trigger never_emptied before truncate on {table}"
            " for each statement execute function refuse_change()"
        )
    op.create_table(
        "wall_link",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("made_by", sa.BigInteger(), nullable=False),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["made_by"], ["account.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("hash"),
    )
    schema = op.get_bind().execute(sa.text("select current_schema()")).scalar_one()
    op.execute(WAITS.format(schema=schema))
    op.execute(
        "create trigger waits_for_figures after insert on timeline"
        " for each row execute function waits_for_figures()"
    )
    # What happened before there were figures is counted, too.
    op.execute("insert into figure_queue (ticket_id) select id from ticket order by id")


def downgrade() -> None:
    op.execute("drop trigger waits_for_figures on timeline")
    op.execute("drop function waits_for_figures()")
    op.drop_table("wall_link")
    op.drop_table("figure_month")
    op.drop_table("figure_frozen")
    op.drop_table("figure_day")
    op.drop_index("case_of_day", table_name="figure_case")
    op.drop_index("case_of_ticket", table_name="figure_case")
    op.drop_table("figure_case")
    op.drop_table("figure_queue")
