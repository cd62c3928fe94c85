"""The operator's screen: calls as the switch tells of them, who sits where, drafts of matters."""

import sqlalchemy as sa
from alembic import op

import tickets.ground.columns

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None

MOMENT = tickets.ground.columns.Moment(timezone=True)


def upgrade() -> None:
    op.create_table(
        "call",
        sa.Column("call_id", sa.String(), nullable=False),
        sa.Column("seat", sa.String(), nullable=False),
        sa.Column("number", sa.LargeBinary(), nullable=True),
        sa.Column("number_index", sa.LargeBinary(), nullable=True),
        sa.Column("index_key", sa.String(), nullable=True),
        *(
            sa.Column(f"{event}_at", MOMENT, nullable=True)
            for event in ("ringing", "answered", "ended", "missed")
        ),
        sa.Column("heard_at", MOMENT, nullable=False),
        sa.Column("taken_at", MOMENT, nullable=True),
        sa.PrimaryKeyConstraint("call_id"),
    )
    op.create_index(
        "call_at_seat",
        "call",
        ["seat", sa.text("heard_at desc")],
        postgresql_where=sa.text("taken_at is null"),
    )
    op.create_index("call_missed", "call", ["missed_at"], postgresql_where=sa.text("missed_at is not null"))
    op.create_index("call_heard", "call", ["heard_at"])
    op.create_table(
        "seat",
        sa.Column("seat", sa.String(), nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("since", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"]),
        sa.PrimaryKeyConstraint("seat"),
        sa.UniqueConstraint("account_id"),
    )
    op.create_table(
        "matter_draft",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("words", sa.LargeBinary(), nullable=True),
        sa.Column("touched_at", MOMENT, nullable=False),
        sa.Column("ended_as", sa.String(), nullable=True),
        sa.CheckConstraint("ended_as in ('registered', 'discarded')", name="ended_as_is_known"),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(
        "matter_draft_open",
        "matter_draft",
        ["account_id", "id"],
        postgresql_where=sa.text("ended_as is null"),
    )
    op.create_index("matter_draft_touched", "matter_draft", ["touched_at"])


def downgrade() -> None:
    op.drop_table("matter_draft")
    op.drop_table("seat")
    op.drop_table("call")
