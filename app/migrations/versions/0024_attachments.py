"""Files that people hand in, their bytes sealed piece by piece."""

import sqlalchemy as sa
from alembic import op

import tickets.ground.columns

revision = "0024"
down_revision = "0022"
branch_labels = None
depends_on = None

MOMENT = tickets.ground.columns.Moment(timezone=True)


def upgrade() -> None:
    op.create_table(
        "attachment",
        sa.Column("ticket_id", sa.BigInteger(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("holder_kind", sa.String(), nullable=False),
        sa.Column("holder_id", sa.String(), nullable=False),
        sa.Column("name", sa.LargeBinary(), nullable=True),
        sa.Column("key", sa.LargeBinary(), nullable=True),
        sa.Column("media_type", sa.String(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.LargeBinary(), nullable=False),
        sa.Column("thumbnail", sa.LargeBinary(), nullable=True),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("scanned_at", MOMENT, nullable=True),
        sa.Column("audience", sa.String(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("unit", sa.String(), nullable=True),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("seq", sa.Integer(), nullable=True),
        sa.Column("removed_at", MOMENT, nullable=True),
        sa.Column("removed_by", sa.String(), nullable=True),
        sa.CheckConstraint("state in ('quarantined', 'clean', 'infected', 'erased')", name="state_is_known"),
        sa.CheckConstraint("audience in ('citizen', 'internal')", name="audience_is_known"),
        # A draft is given to a ticket that is written after it.
        sa.ForeignKeyConstraint(["ticket_id"], ["ticket.id"], deferrable=True, initially="DEFERRED"),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(
        "attachment_of_ticket",
        "attachment",
        ["ticket_id", "id"],
        postgresql_where=sa.text("ticket_id is not null"),
    )
    op.create_index("attachment_of_holder", "attachment", ["holder_kind", "holder_id"])
    op.create_index(
        "attachment_quarantined", "attachment", ["id"], postgresql_where=sa.text("state = 'quarantined'")
    )
    op.create_index(
        "attachment_to_erase",
        "attachment",
        ["removed_at"],
        postgresql_where=sa.text("removed_at is not null and state in ('clean', 'quarantined')"),
    )
    op.create_table(
        "attachment_piece",
        sa.Column("attachment_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["attachment_id"], ["attachment.id"]),
        sa.PrimaryKeyConstraint("attachment_id", "number"),
    )
    # Sealed bytes do not get smaller; trying costs more than storing them.
    op.execute("alter table attachment_piece alter column data set storage external")


def downgrade() -> None:
    op.drop_table("attachment_piece")
    for index in ("to_erase", "quarantined", "of_holder", "of_ticket"):
        op.drop_index(f"attachment_{index}", table_name="attachment")
    op.drop_table("attachment")
