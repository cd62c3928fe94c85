"""Service orders know which person proposed them, whichever account it was, and seal why they ended."""

import sqlalchemy as sa
from alembic import op

revision = "0044"
down_revision = "0043"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("service_order", sa.Column("proposed_person", sa.String(), nullable=True))
    op.execute(
        "update service_order set proposed_person = coalesce("
        "(select account.person from account where account.username = service_order.proposed_by), proposed_by)"
    )
    op.alter_column("service_order", "proposed_person", nullable=False)
    # The reasons so far stand in the households' ledger, which keeps them; the row seals those to come.
    op.drop_column("service_order", "reason")
    op.add_column("service_order", sa.Column("reason", sa.LargeBinary(), nullable=True))


def downgrade() -> None:
    op.drop_column("service_order", "reason")
    op.add_column("service_order", sa.Column("reason", sa.String(), nullable=True))
    op.drop_column("service_order", "proposed_person")
