"""A text may be a machine's."""

from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

BEFORE = "answer stop progress words start"


def upgrade() -> None:
    only_these(f"{BEFORE} automatic")


def only_these(words: str) -> None:
    """Let a text be taken for these."""
    op.drop_constraint("handled_as_is_known", "inbound_text", type_="check")
    allowed = ", ".join(f"'{word}'" for word in words.split())
    op.create_check_constraint("handled_as_is_known", "inbound_text", f"handled_as in ({allowed})")


def downgrade() -> None:
    op.execute("update inbound_text set handled_as = 'words' where handled_as = 'automatic'")
    only_these(BEFORE)
