"""Keys kept beside the ring, and which key an index was made with."""

import sqlalchemy as sa
from alembic import op

import tickets.ground.columns

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

INDEXED = ("vault", "inbound_text", "simulated_text")


def upgrade() -> None:
    op.create_table(
        "vault_secret",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("value", sa.LargeBinary(), nullable=False),
        sa.Column(
            "kept_at",
            tickets.ground.columns.Moment(timezone=True),
            server_default=sa.text("clock_timestamp()"),
            nullable=False,
        ),
        sa.PrimaryKeyConstraint("name"),
    )
    for table in INDEXED:
        op.add_column(table, sa.Column("index_key", sa.String(), nullable=True))
    op.add_column("inbound_text", sa.Column("phone", sa.LargeBinary(), nullable=True))


def downgrade() -> None:
    op.drop_column("inbound_text", "phone")
    for table in INDEXED:
        op.drop_column(table, "index_key")
    op.drop_table("vault_secret")
