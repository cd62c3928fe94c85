"""The policy library, and which of it answers on the spot rested on."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

import tickets.ground.columns

revision = "0027"
down_revision = "0024"
branch_labels = None
depends_on = None

MOMENT = tickets.ground.columns.Moment(timezone=True)
TEXTS = sa.ARRAY(sa.Text())


def upgrade() -> None:
    op.create_table(
        "policy_item",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("owner", sa.String(), nullable=False),
        sa.Column("theme", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("conditions", TEXTS, nullable=False),
        sa.Column("facts", postgresql.JSONB(), nullable=False),
        sa.Column("materials", TEXTS, nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("office", sa.String(), nullable=True),
        sa.Column("phone", sa.String(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("link", sa.String(), nullable=False),
        sa.Column("keywords", TEXTS, nullable=False),
        sa.Column("words", TEXTS, nullable=False),
        sa.Column("txt", sa.Text(), nullable=False),
        sa.Column("made_by", sa.String(), nullable=False),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.Column("superseded_at", MOMENT, nullable=True),
        sa.Column("confirmed_by", sa.String(), nullable=False),
        sa.Column("confirmed_at", MOMENT, nullable=False),
        sa.CheckConstraint(
            "theme in ('civil', 'medical', 'housing', 'education', 'employment', 'justice')",
            name="theme_is_known",
        ),
        sa.CheckConstraint("valid_to is null or valid_to >= valid_from", name="ends_after_it_begins"),
        sa.ForeignKeyConstraint(["owner"], ["unit.code"]),
        sa.ForeignKeyConstraint(["office"], ["unit.code"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("policy_item_version", "policy_item", ["code", "version"], unique=True)
    op.create_index(
        "policy_item_current",
        "policy_item",
        ["code"],
        unique=True,
        postgresql_where=sa.text("superseded_at is null"),
    )
    op.create_table(
        "policy_use",
        sa.Column("ticket_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("category", sa.String(), nullable=True),
        sa.Column("code", sa.String(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["ticket_id"], ["ticket.id"]),
        sa.PrimaryKeyConstraint("ticket_id", "round"),
    )
    op.create_index("policy_use_at", "policy_use", ["at"])
    op.create_index("policy_use_code", "policy_use", ["code", "at"])


def downgrade() -> None:
    op.drop_table("policy_use")
    op.drop_table("policy_item")
