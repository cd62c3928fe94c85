"""The promise of a plan for a critical matter."""

from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

BEFORE = (
    "dispatch sign return_window contact handle review callback decision supervision supplement"
    " registration survey determination determination_delegated determination_hard first_judgement publication"
    " confirmation relief_contact relief relief_papers inspection_contact inspection visit_community"
    " visit_subdistrict"
)
#: Where a kind of clock is named.
NAMED = (("clock", "kind"), ("sla_policy", "clock"))


def upgrade() -> None:
    for table, column in NAMED:
        only_these(table, column, f"{BEFORE} plan")


def only_these(table: str, column: str, words: str, *, old_rows: bool = False) -> None:
    """Let a column hold these words; with *old_rows* what is there stays, whatever older code makes of it."""
    name = f"{column}_is_known"
    op.drop_constraint(name, table, type_="check")
    allowed = ", ".join(f"'{word}'" for word in words.split())
    op.create_check_constraint(name, table, f"{column} in ({allowed})", postgresql_not_valid=old_rows)


def downgrade() -> None:
    # What no clock was started under is no promise yet, and the newer code loads it again.
    op.execute(
        "delete from sla_policy where clock = 'plan' and not exists (select from clock c"
        " where c.policy = sla_policy.code and c.kind = sla_policy.clock"
        " and c.policy_version = sla_policy.version)"
    )
    for table, column in NAMED:
        only_these(table, column, BEFORE, old_rows=True)
