"""Applications for assistance, with their terms, visits and steps."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

import tickets.ground.columns

revision = "0038"
down_revision = "0037"
branch_labels = None
depends_on = None

MOMENT = tickets.ground.columns.Moment(timezone=True)
SEALED = ("name", "id_number", "phone", "address", "id_number_index", "findings", "decision")


def upgrade() -> None:
    op.execute(sa.schema.CreateSequence(sa.Sequence("application_number")))
    op.create_table(
        "application",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("scheme", sa.String(), nullable=False),
        sa.Column("division", sa.String(), nullable=False),
        sa.Column("household_id", sa.BigInteger(), nullable=True),
        sa.Column("related", sa.Boolean(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        *(sa.Column(name, sa.LargeBinary(), nullable=True) for name in SEALED),
        *(
            sa.Column(name, sa.String(), nullable=True)
            for name in ("index_key", "name_masked", "phone_masked")
        ),
        sa.Column("papers", sa.ARRAY(sa.String()), nullable=False),
        sa.Column("remedy", sa.String(), nullable=True),
        sa.Column("hard_ground", sa.String(), nullable=True),
        sa.Column("made_at", MOMENT, nullable=False),
        *(
            sa.Column(name, MOMENT, nullable=True)
            for name in ("accepted_at", "published_at", "published_until", "decided_at")
        ),
        _one_of("scheme", "dibao", "dibao_delegated", "tekun", "rigid", "temporary", "relief"),
        _one_of(
            "state",
            *("draft", "papers", "accepted", "surveying", "investigated", "published"),
            *("confirmed", "refused", "ended", "withdrawn"),
        ),
        _one_of("hard_ground", "objection", "lives_apart", "from_elsewhere", "hard_to_check"),
        sa.ForeignKeyConstraint(["division"], ["unit.code"]),
        sa.ForeignKeyConstraint(["household_id"], ["household.id"]),
        sa.PrimaryKeyConstraint("id"),
        postgresql_with={"fillfactor": 85},
    )
    op.create_index("application_division", "application", ["division", "id"])
    op.create_index("application_id_number", "application", ["id_number_index"])
    _beside()


def _beside() -> None:
    op.create_table(
        "application_term",
        sa.Column("application_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("clock", sa.String(), nullable=False),
        sa.Column("policy", sa.String(), nullable=False),
        sa.Column("policy_version", sa.Integer(), nullable=False),
        sa.Column("calendar_code", sa.String(), nullable=False),
        sa.Column("calendar_version", sa.Integer(), nullable=False),
        sa.Column("started_at", MOMENT, nullable=False),
        sa.Column("due_at", MOMENT, nullable=False),
        sa.Column("met_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(["application_id"], ["application.id"]),
        sa.PrimaryKeyConstraint("application_id", "clock"),
        postgresql_with={"fillfactor": 85},
    )
    op.create_index(
        "application_term_due", "application_term", ["due_at"], postgresql_where=sa.text("met_at is null")
    )
    op.create_table(
        "application_visit",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("application_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("ground", sa.String(), nullable=False),
        sa.Column("ticket_ref", sa.String(), nullable=True),
        sa.Column("asked_at", MOMENT, nullable=False),
        sa.Column("visited_on", sa.Date(), nullable=True),
        sa.Column("visitors", sa.Integer(), nullable=True),
        sa.Column("seen", sa.LargeBinary(), nullable=True),
        sa.Column("visit_filed_at", MOMENT, nullable=True),
        sa.Column("filed_by", sa.String(), nullable=True),
        _one_of("ground", "complaint", "related"),
        sa.ForeignKeyConstraint(["application_id"], ["application.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("application_visit_of", "application_visit", ["application_id"])
    op.create_table(
        "application_step",
        sa.Column("application_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("move", sa.String(), nullable=True),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("unit", sa.String(), nullable=True),
        sa.Column("data", postgresql.JSONB(), nullable=False),
        _one_of(
            "move",
            *("ask_papers", "accept", "survey", "investigate", "publish", "lengthen"),
            *("complain", "file_visit", "confirm", "refuse", "end", "withdraw"),
        ),
        sa.ForeignKeyConstraint(["application_id"], ["application.id"]),
        sa.PrimaryKeyConstraint("application_id", "seq"),
    )


def _one_of(column: str, *words: str) -> sa.CheckConstraint:
    allowed = ", ".join(f"'{word}'" for word in words)
    return sa.CheckConstraint(f"{column} in ({allowed})", name=f"{column}_is_known")


def downgrade() -> None:
    for table in ("application_step", "application_visit", "application_term", "application"):
        op.drop_table(table)
    op.execute(sa.schema.DropSequence(sa.Sequence("application_number")))
