"""Figures of a day added up once more, by one thing at a time: what a page for the whole house reads."""

import sqlalchemy as sa
from alembic import op

revision = "0049"
down_revision = "0046"
branch_labels = None
depends_on = None

SORTED_BY = ("unit", "kind", "category", "division", "channel")
TOLD = ", ".join(f"('{name}', {name})" for name in SORTED_BY)


def _totals(name: str, sums: str) -> None:
    op.create_table(
        name,
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("figure", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("by", "day", "figure", "key", postgresql_include=["n"]),
    )
    op.execute(
        f"insert into {name} (by, day, figure, key, n)"
        f" select told.by, day, figure, told.key, sum(n) from {sums}"
        f" cross join lateral (values ('', ''), {TOLD}) told(by, key) group by 1, 2, 3, 4"
    )


def upgrade() -> None:
    _totals("figure_total", "figure_day")
    _totals("figure_frozen_total", "figure_frozen")
    op.execute(
        "create trigger only_added_to before update or delete on figure_frozen_total"
        " for each row execute function refuse_change()"
    )
    op.execute(
        "create trigger never_emptied before truncate on figure_frozen_total"
        " for each statement execute function refuse_change()"
    )


def downgrade() -> None:
    op.drop_table("figure_frozen_total")
    op.drop_table("figure_total")
