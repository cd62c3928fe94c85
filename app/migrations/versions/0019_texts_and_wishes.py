"""What becomes of citizens' texts that belong to no ticket."""

from alembic import op

revision = "0019"
down_revision = "0016"
branch_labels = None
depends_on = None

BEFORE = "answer stop progress words start automatic"


def upgrade() -> None:
    only_these(f"{BEFORE} courtesy")
    # Fourteen digits were kept for a person and named nothing.
    op.execute("update inbound_text set handled_as = 'progress' where handled_as is null")


def only_these(words: str) -> None:
    """Let a text be taken for these."""
    op.drop_constraint("handled_as_is_known", "inbound_text", type_="check")
    allowed = ", ".join(f"'{word}'" for word in words.split())
    op.create_check_constraint("handled_as_is_known", "inbound_text", f"handled_as in ({allowed})")


def downgrade() -> None:
    op.execute("update inbound_text set handled_as = 'words' where handled_as = 'courtesy'")
    only_these(BEFORE)
