"""Moves of shares are only ever added to, like everything else that says what happened."""

from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute(
        "create trigger only_added_to before update or delete on provider_shift"
        " for each row execute function refuse_change()"
    )
    op.execute(
        "create trigger never_emptied before truncate on provider_shift"
        " for each statement execute function refuse_change()"
    )


def downgrade() -> None:
    op.execute("drop trigger never_emptied on provider_shift")
    op.execute("drop trigger only_added_to on provider_shift")
