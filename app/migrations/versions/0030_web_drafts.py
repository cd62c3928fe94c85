"""What citizens type on the pages, sealed, until it is filed."""

import sqlalchemy as sa
from alembic import op

import tickets.ground.columns

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None

MOMENT = tickets.ground.columns.Moment(timezone=True)


def upgrade() -> None:
    op.create_table(
        "web_draft",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("answers", sa.LargeBinary(), nullable=True),
        sa.Column("address", sa.LargeBinary(), nullable=True),
        sa.Column("phone", sa.LargeBinary(), nullable=True),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.Column("touched_at", MOMENT, nullable=False),
        sa.Column("filed_at", MOMENT, nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(
        "web_draft_of_address",
        "web_draft",
        ["address", "made_at"],
        postgresql_where=sa.text("address is not null"),
    )
    op.create_index(
        "web_draft_of_phone",
        "web_draft",
        ["phone", "filed_at"],
        postgresql_where=sa.text("phone is not null"),
    )
    op.create_index("web_draft_touched", "web_draft", ["touched_at"])


def downgrade() -> None:
    op.drop_table("web_draft")
