"""Calls whose number is still kept are found by their age."""

import sqlalchemy as sa
from alembic import op

revision = "0045"
down_revision = "0044"
branch_labels = None
depends_on = None


def upgrade() -> None:
    kept = sa.text("phone is not null")
    op.create_index("voice_call_numbers", "voice_call", ["at"], postgresql_where=kept)


def downgrade() -> None:
    op.drop_index("voice_call_numbers", "voice_call")
