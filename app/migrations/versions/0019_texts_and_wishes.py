"""What becomes of citizens' texts that belong to no ticket, and how citizens want to be reached."""

import sqlalchemy as sa
from alembic import op

import tickets.ground.columns

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

BEFORE = "answer stop progress words start automatic"


def upgrade() -> None:
    only_these(f"{BEFORE} courtesy")
    # Fourteen digits were kept for a person and named nothing.
    op.execute("update inbound_text set handled_as = 'progress' where handled_as is null")
    settling()
    wishes()
    telling()


def only_these(words: str) -> None:
    """Let a text be taken for these."""
    op.drop_constraint("handled_as_is_known", "inbound_text", type_="check")
    op.create_check_constraint("handled_as_is_known", "inbound_text", one_of("handled_as", words))


def one_of(column: str, words: str) -> str:
    """Say that *column* holds one of *words*."""
    allowed = ", ".join(f"'{word}'" for word in words.split())
    return f"{column} in ({allowed})"


def settling() -> None:
    """A person settles what found no ticket."""
    settled = "added registered set_aside"
    op.add_column("inbound_text", sa.Column("settled_as", sa.String(), nullable=True))
    op.create_check_constraint("settled_as_is_known", "inbound_text", one_of("settled_as", settled))
    op.create_index(
        "inbound_text_waiting",
        "inbound_text",
        ["id"],
        postgresql_where=sa.text(
            "ticket_id is null and settled_as is null and handled_as in ('words', 'progress', 'answer')"
        ),
    )
    op.create_index(
        "inbound_text_aside", "inbound_text", ["id"], postgresql_where=sa.text("settled_as = 'set_aside'")
    )
    op.create_table(
        "text_step",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("text_id", sa.Uuid(), nullable=False),
        sa.Column("what", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("at", tickets.ground.columns.Moment(timezone=True), nullable=False),
        sa.CheckConstraint(one_of("what", f"{settled} put_back"), name="what_is_known"),
        sa.CheckConstraint(one_of("reason", "spam wrong_number courtesy called"), name="reason_is_known"),
        sa.ForeignKeyConstraint(["text_id"], ["inbound_text.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("text_step_of_text", "text_step", ["text_id", "id"])


def wishes() -> None:
    """How the citizen wants to be reached."""
    op.add_column(
        "ticket", sa.Column("no_sms", sa.Boolean(), server_default=sa.text("false"), nullable=False)
    )
    op.add_column("ticket", sa.Column("call_from", sa.Time(), nullable=True))
    op.add_column("ticket", sa.Column("call_to", sa.Time(), nullable=True))
    op.create_check_constraint(
        "call_span", "ticket", "(call_from is null) = (call_to is null) and call_from < call_to"
    )


def telling() -> None:
    """What could not be brought by text is told on the telephone."""
    op.add_column("message", sa.Column("told_as", sa.String(), nullable=True))
    op.add_column("message", sa.Column("tell_tries", sa.Integer(), server_default="0", nullable=False))
    op.add_column(
        "message", sa.Column("tell_tried_at", tickets.ground.columns.Moment(timezone=True), nullable=True)
    )
    op.create_check_constraint(
        "told_as_is_known", "message", one_of("told_as", "told unreached wrong_number sent_anew")
    )
    op.create_index(
        "message_to_tell",
        "message",
        ["created_at", "ticket_id"],
        postgresql_where=sa.text(
            "told_as is null and fate in ('withheld', 'undeliverable', 'given_up')"
            " and (fate <> 'withheld' or held_because = 'not_a_mobile')"
            " and template not in ('survey', 'late', 'answered') and template not like 'progress%'"
        ),
    )


def downgrade() -> None:
    op.drop_index("message_to_tell", "message")
    op.drop_constraint("told_as_is_known", "message", type_="check")
    for column in ("tell_tried_at", "tell_tries", "told_as"):
        op.drop_column("message", column)
    op.drop_constraint("call_span", "ticket", type_="check")
    for column in ("call_to", "call_from", "no_sms"):
        op.drop_column("ticket", column)
    op.drop_table("text_step")
    op.drop_index("inbound_text_aside", "inbound_text")
    op.drop_index("inbound_text_waiting", "inbound_text")
    op.drop_constraint("settled_as_is_known", "inbound_text", type_="check")
    op.drop_column("inbound_text", "settled_as")
    op.execute("update inbound_text set handled_as = 'words' where handled_as = 'courtesy'")
    only_these(BEFORE)
