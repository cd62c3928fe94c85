"""Terms of 低保 and 刚性支出 stand still while a list hangs out; looks at who applies are counted by an index."""

import sqlalchemy as sa
from alembic import op

revision = "0043"
down_revision = "0042"
branch_labels = None
depends_on = None

BEFORE = '[{"ground": "awaiting_information", "most": null}]'
AFTER = '[{"ground": "awaiting_information", "most": null}, {"ground": "publication", "most": null}]'
#: A district that changed one has its own version, and keeps it.
AS_SEEDED = (
    "version = 1 and superseded_at is null and pauses = cast(:old as jsonb) and (code, clock) in"
    " (('A-DB', 'determination'), ('A-DB', 'determination_delegated'), ('A-DBX', 'determination_hard'),"
    " ('A-RIG', 'determination'), ('A-RIG', 'determination_hard'))"
)


def upgrade() -> None:
    stand_still(BEFORE, AFTER)
    op.create_index(
        "application_step_looks", "application_step", ["by", "at"], postgresql_where=sa.text("move is null")
    )


def stand_still(old: str, new: str) -> None:
    """Change what the seeded terms stand still for."""
    change = sa.text(f"update sla_policy set pauses = cast(:new as jsonb) where {AS_SEEDED}")
    op.execute(change.bindparams(old=old, new=new))


def downgrade() -> None:
    op.drop_index("application_step_looks", table_name="application_step")
    stand_still(AFTER, BEFORE)
