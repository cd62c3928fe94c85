"""Who has read the first steps of their role. Who was there before does not need them."""

import sqlalchemy as sa
from alembic import op

revision = "0031"
down_revision = "0028"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("account", sa.Column("toured", sa.Boolean(), nullable=False, server_default=sa.true()))
    op.alter_column("account", "toured", server_default=sa.false())


def downgrade() -> None:
    op.drop_column("account", "toured")
