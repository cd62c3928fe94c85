"""Which texts do not wait for the morning."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "message", sa.Column("at_once", sa.Boolean(), nullable=False, server_default=sa.text("false"))
    )
    # Only what still waits: of the others nobody asks it any more.
    op.execute(
        "update message set at_once = true where fate in ('queued', 'sending')"
        " and template in ('received', 'code_again', 'disputed')"
    )


def downgrade() -> None:
    op.drop_column("message", "at_once")
