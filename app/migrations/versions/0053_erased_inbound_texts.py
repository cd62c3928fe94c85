"""The words of citizens' texts are erased in time, as ours are."""

import sqlalchemy as sa
from alembic import op

revision = "0053"
down_revision = "0052"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.alter_column("inbound_text", "text", nullable=True)
    worded = sa.text("text is not null")
    op.create_index("inbound_text_worded", "inbound_text", ["id"], postgresql_where=worded)


def downgrade() -> None:
    op.drop_index("inbound_text_worded", "inbound_text")
    # An erased one opens no more than one whose key is gone.
    op.execute("update inbound_text set text = '' where text is null")
    op.alter_column("inbound_text", "text", nullable=False)
