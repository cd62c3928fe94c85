"""Clocks of social assistance and of the petitions' register."""

from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

BEFORE = "dispatch sign return_window contact handle review callback decision supervision supplement"
MORE = (
    "registration survey determination determination_delegated determination_hard first_judgement publication"
    " confirmation relief_contact relief relief_papers inspection_contact inspection visit_community"
    " visit_subdistrict"
)


def upgrade() -> None:
    for table, column in (("clock", "kind"), ("sla_policy", "clock")):
        only_these(table, column, f"{BEFORE} {MORE}")


def only_these(table: str, column: str, words: str, *, old_rows: bool = False) -> None:
    """Let a column hold these words; with *old_rows* what is there stays, whatever older code makes of it."""
    name = f"{column}_is_known"
    op.drop_constraint(name, table, type_="check")
    allowed = ", ".join(f"'{word}'" for word in words.split())
    op.create_check_constraint(name, table, f"{column} in ({allowed})", postgresql_not_valid=old_rows)


#: What no clock was started under is no promise yet, and the newer code loads it again.
UNUSED = (
    "not exists (select from clock c where c.policy = sla_policy.code and c.kind = sla_policy.clock"
    " and c.policy_version = sla_policy.version)"
)


def downgrade() -> None:
    words = ", ".join(f"'{word}'" for word in MORE.split())
    op.execute(f"delete from sla_policy where clock in ({words}) and {UNUSED}")
    for table, column in (("clock", "kind"), ("sla_policy", "clock")):
        only_these(table, column, BEFORE, old_rows=True)
