"""A citizen who wanted no texts may want them again."""

from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

BEFORE = "answer stop progress words"


def upgrade() -> None:
    only_these(f"{BEFORE} start")


def only_these(words: str) -> None:
    """Let a text be taken for these."""
    op.drop_constraint("handled_as_is_known", "inbound_text", type_="check")
    allowed = ", ".join(f"'{word}'" for word in words.split())
    op.create_check_constraint("handled_as_is_known", "inbound_text", f"handled_as in ({allowed})")


#: An older service knows only the wish for no texts; taken back it must not come to life again.
TAKEN_BACK = (
    "update inbound_text said set handled_as = 'words' where handled_as = 'stop' and exists (select from"
    " inbound_text later where later.from_index = said.from_index and later.handled_as = 'start'"
    " and later.at >= said.at)"
)


def downgrade() -> None:
    op.execute(TAKEN_BACK)
    op.execute("update inbound_text set handled_as = 'words' where handled_as = 'start'")
    only_these(BEFORE)
