"""Calls the house makes by itself."""

import sqlalchemy as sa
from alembic import op

import tickets.ground.columns

revision = "0046"
down_revision = "0045"
branch_labels = None
depends_on = None

MOMENT = tickets.ground.columns.Moment(timezone=True)
RESULTS = "answered later hung_up no_key busy no_answer failed refused not_taken withheld unknown called_off"


def one_of(column: str, words: str) -> sa.CheckConstraint:
    allowed = ", ".join(f"'{word}'" for word in words.split())
    return sa.CheckConstraint(f"{column} in ({allowed})", name=f"{column}_is_known")


def upgrade() -> None:
    op.create_table(
        "outbound_call",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("ticket_id", sa.BigInteger(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("stands", sa.String(), nullable=False),
        sa.Column("asks", sa.String(), nullable=False),
        sa.Column("tongue", sa.String(), nullable=False),
        sa.Column("silent", sa.Integer(), nullable=False),
        sa.Column("contacted", sa.Boolean(), nullable=True),
        sa.Column("solved", sa.String(), nullable=True),
        sa.Column("satisfaction", sa.Integer(), nullable=True),
        sa.Column("claimed_by", sa.Uuid(), nullable=True),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("first_tried_at", MOMENT, nullable=False),
        sa.Column("look_at", MOMENT, nullable=True),
        sa.Column("sid", sa.String(), nullable=True),
        sa.Column("ended_as", sa.String(), nullable=True),
        sa.Column("ended_at", MOMENT, nullable=True),
        sa.Column("error_code", sa.String(), nullable=True),
        sa.Column("result", sa.String(), nullable=True),
        sa.Column("over_at", MOMENT, nullable=True),
        one_of("stands", "placing placed over"),
        one_of("asks", "greeting contacted solved satisfaction over"),
        one_of("tongue", "zh_Hans en"),
        one_of("solved", "yes partly no"),
        one_of("result", RESULTS),
        sa.CheckConstraint("(stands = 'over') = (over_at is not null)", name="outbound_call_over"),
        sa.ForeignKeyConstraint(["ticket_id"], ["ticket.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("sid", name="outbound_call_once"),
    )
    going_on = sa.text("stands <> 'over'")
    op.create_index(
        "outbound_call_one", "outbound_call", ["ticket_id"], unique=True, postgresql_where=going_on
    )
    op.create_index("outbound_call_due", "outbound_call", ["look_at"], postgresql_where=going_on)
    op.create_index("outbound_call_of_ticket", "outbound_call", ["ticket_id", "id"])


def downgrade() -> None:
    op.drop_table("outbound_call")
