"""Roots over the timeline: the queue a trigger fills, and what is sealed."""

import sqlalchemy as sa
from alembic import op

import tickets.ground.columns

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

APPEND_ONLY = ("seal_root", "seal_leaf")

#: The table is named with its schema: whoever writes the fact, no table of theirs can stand in for the queue.
WAITS = """
create function waits_for_seal() returns trigger language plpgsql as $$
begin
    insert into "{schema}".seal_queue (ticket_id) values (new.ticket_id);
    return null;
end $$
"""


def upgrade() -> None:
    op.add_column("ticket", sa.Column("words_salt", sa.LargeBinary(), nullable=True))
    op.create_table(
        "seal_queue",
        sa.Column("ticket_id", sa.BigInteger(), nullable=False),
        sa.Column(
            "at",
            tickets.ground.columns.Moment(timezone=True),
            server_default=sa.text("clock_timestamp()"),
            nullable=False,
        ),
    )
    op.create_table(
        "seal_root",
        sa.Column("no", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("at", tickets.ground.columns.Moment(timezone=True), nullable=False),
        sa.Column("leaves", sa.Integer(), nullable=False),
        sa.Column("tree", sa.LargeBinary(), nullable=False),
        sa.Column("previous", sa.LargeBinary(), nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("signature", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("no"),
    )
    op.create_table(
        "seal_leaf",
        sa.Column("root", sa.BigInteger(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("ledger", sa.String(), nullable=False),
        sa.Column("subject", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("from_seq", sa.Integer(), nullable=False),
        sa.Column("to_seq", sa.Integer(), nullable=False),
        sa.Column("hashes", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["root"], ["seal_root.no"]),
        sa.PrimaryKeyConstraint("root", "position"),
    )
    op.create_index("seal_leaf_of_subject", "seal_leaf", ["ledger", "subject", "to_seq"], unique=True)
    for table in APPEND_ONLY:
        op.execute(
            f"create trigger only_added_to before update or delete on {table}"
            " for each row execute function refuse_change()"
        )
        op.execute(
            f"create trigger never_emptied before truncate on {table}"
            " for each statement execute function refuse_change()"
        )
    schema = op.get_bind().execute(sa.text("select current_schema()")).scalar_one()
    op.execute(WAITS.format(schema=schema))
    op.execute(
        "create trigger waits_for_seal after insert on timeline"
        " for each row execute function waits_for_seal()"
    )
    # What happened before there were roots is sealed first.
    op.execute("insert into seal_queue (ticket_id) select id from ticket order by id")


def downgrade() -> None:
    op.execute("drop trigger waits_for_seal on timeline")
    op.execute("drop function waits_for_seal()")
    op.drop_index("seal_leaf_of_subject", table_name="seal_leaf")
    op.drop_table("seal_leaf")
    op.drop_table("seal_root")
    op.drop_table("seal_queue")
    op.drop_column("ticket", "words_salt")
