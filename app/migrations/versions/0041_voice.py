"""Calls that a menu answers, messages spoken on them, and calls to give back."""

import sqlalchemy as sa
from alembic import op

import tickets.ground.columns

revision = "0041"
down_revision = "0039"
branch_labels = None
depends_on = None

MOMENT = tickets.ground.columns.Moment(timezone=True)
TONGUES = "zh_Hans en"
SETTLED = "added registered set_aside"


def one_of(column: str, words: str) -> sa.CheckConstraint:
    allowed = ", ".join(f"'{word}'" for word in words.split())
    return sa.CheckConstraint(f"{column} in ({allowed})", name=f"{column}_is_known")


def upgrade() -> None:
    calls()
    messages()
    call_backs()


def calls() -> None:
    """Where each call stands."""
    op.create_table(
        "voice_call",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("sid", sa.String(), nullable=False),
        sa.Column("phone", sa.LargeBinary(), nullable=True),
        sa.Column("stands_at", sa.String(), nullable=False),
        sa.Column("tongue", sa.String(), nullable=False),
        sa.Column("why", sa.String(), nullable=False),
        sa.Column("ref", sa.String(), nullable=True),
        sa.Column("wrong", sa.Integer(), nullable=False),
        sa.Column("silent", sa.Integer(), nullable=False),
        sa.Column("settled", sa.Boolean(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("ended_at", MOMENT, nullable=True),
        one_of("stands_at", "desk language menu ref code words hours over"),
        one_of("tongue", TONGUES),
        one_of("why", "closed busy"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("sid", name="voice_call_once"),
    )
    op.create_index("voice_call_going_on", "voice_call", ["at"], postgresql_where=sa.text("ended_at is null"))
    op.create_index(
        "voice_call_unsettled", "voice_call", ["ended_at"], postgresql_where=sa.text("not settled")
    )


def messages() -> None:
    """What was spoken, and what became of it."""
    op.create_table(
        "voice_message",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("call_id", sa.Uuid(), nullable=False),
        sa.Column("sid", sa.String(), nullable=False),
        sa.Column("seconds", sa.Integer(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("next_try_at", MOMENT, nullable=False),
        sa.Column("fetched_at", MOMENT, nullable=True),
        sa.Column("lost_at", MOMENT, nullable=True),
        sa.Column("dropped_at", MOMENT, nullable=True),
        sa.Column("settled_as", sa.String(), nullable=True),
        sa.Column("ticket_id", sa.BigInteger(), nullable=True),
        one_of("settled_as", SETTLED),
        sa.ForeignKeyConstraint(["call_id"], ["voice_call.id"]),
        sa.ForeignKeyConstraint(["ticket_id"], ["ticket.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("sid", name="voice_message_once"),
    )
    for name, column, only in (
        ("voice_message_of_call", "call_id", None),
        ("voice_message_waiting", "id", "settled_as is null"),
        ("voice_message_aside", "id", "settled_as = 'set_aside'"),
        ("voice_message_to_fetch", "next_try_at", "fetched_at is null and lost_at is null"),
        (
            "voice_message_to_drop",
            "next_try_at",
            "dropped_at is null and (fetched_at is not null or lost_at is not null)",
        ),
    ):
        where = sa.text(only) if only else None
        op.create_index(name, "voice_message", [column], postgresql_where=where)
    op.create_table(
        "voice_step",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("message_id", sa.Uuid(), nullable=False),
        sa.Column("what", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        one_of("what", f"heard {SETTLED} put_back"),
        one_of("reason", "silence spam wrong_number called lost"),
        sa.ForeignKeyConstraint(["message_id"], ["voice_message.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("voice_step_of_message", "voice_step", ["message_id", "id"])


def call_backs() -> None:
    """Whom to call back; one open task a number."""
    op.create_table(
        "call_back",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("phone", sa.LargeBinary(), nullable=False),
        sa.Column("from_index", sa.LargeBinary(), nullable=False),
        sa.Column("index_key", sa.String(), nullable=True),
        sa.Column("cause", sa.String(), nullable=False),
        sa.Column("hours", sa.String(), nullable=False),
        sa.Column("tongue", sa.String(), nullable=False),
        sa.Column("calls", sa.Integer(), nullable=False),
        sa.Column("first_at", MOMENT, nullable=False),
        sa.Column("last_at", MOMENT, nullable=False),
        sa.Column("done_at", MOMENT, nullable=True),
        sa.Column("done_by", sa.String(), nullable=True),
        one_of("cause", "missed wish"),
        one_of("hours", "any morning afternoon"),
        one_of("tongue", TONGUES),
        sa.PrimaryKeyConstraint("id"),
    )
    is_open, is_done = sa.text("done_at is null"), sa.text("done_at is not null")
    op.create_index("call_back_open", "call_back", ["from_index"], unique=True, postgresql_where=is_open)
    op.create_index("call_back_waiting", "call_back", ["first_at"], postgresql_where=is_open)
    op.create_index("call_back_done", "call_back", ["done_at"], postgresql_where=is_done)
    op.create_table(
        "call_back_step",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("call_back_id", sa.Uuid(), nullable=False),
        sa.Column("what", sa.String(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        one_of("what", "opened done undone"),
        sa.ForeignKeyConstraint(["call_back_id"], ["call_back.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("call_back_step_of", "call_back_step", ["call_back_id", "id"])


def downgrade() -> None:
    for table in ("call_back_step", "call_back", "voice_step", "voice_message", "voice_call"):
        op.drop_table(table)
