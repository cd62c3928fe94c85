"""The words of a text go after a time; that it was sent stays."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.alter_column("message", "body", nullable=True)
    op.create_index("message_worded", "message", ["id"], postgresql_where=sa.text("body is not null"))


def downgrade() -> None:
    op.drop_index("message_worded", table_name="message")
    # What is gone is gone: an empty seal stands for it, which no key opens.
    op.execute("update message set body = '' where body is null")
    op.alter_column("message", "body", nullable=False)
