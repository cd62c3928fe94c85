"""The words of the matter in the chain."""

import sqlalchemy as sa
from alembic import op

revision = "seal"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("ticket", sa.Column("words_salt", sa.LargeBinary(), nullable=True))


def downgrade() -> None:
    op.drop_column("ticket", "words_salt")
