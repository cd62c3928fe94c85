"""Words administrators saved for texts, texts they had not sent, and what providers approved."""

import sqlalchemy as sa
from alembic import op

import tickets.ground.columns

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

MOMENT = tickets.ground.columns.Moment(timezone=True)


def upgrade() -> None:
    op.create_table(
        "wording_version",
        sa.Column("template", sa.String(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("sealed", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("words", sa.String(), nullable=True),
        sa.Column("file_version", sa.String(), nullable=False),
        sa.Column("made_by", sa.String(), nullable=False),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("template", "language", "sealed", "version"),
    )
    op.create_table(
        "text_switch",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("fact", sa.String(), nullable=False),
        sa.Column("template", sa.String(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("made_by", sa.String(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("text_switch_of", "text_switch", ["fact", "template", sa.text("at desc")])
    op.create_table(
        "template_approval",
        sa.Column("provider", sa.String(), nullable=False),
        sa.Column("template", sa.String(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("sealed", sa.Boolean(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("words_version", sa.String(), nullable=False),
        sa.Column("decided_on", sa.Date(), nullable=True),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("changed_by", sa.String(), nullable=False),
        sa.Column("changed_at", MOMENT, nullable=False),
        sa.CheckConstraint(
            "state in ('not_submitted', 'submitted', 'approved', 'rejected')", name="state_is_known"
        ),
        sa.PrimaryKeyConstraint("provider", "template", "language", "sealed"),
    )


def downgrade() -> None:
    op.drop_table("template_approval")
    op.drop_index("text_switch_of", table_name="text_switch")
    op.drop_table("text_switch")
    op.drop_table("wording_version")
