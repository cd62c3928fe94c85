"""Households, their members, benefits and life events, with a ledger; visitors and agencies have accounts."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

import tickets.ground.columns

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None

MOMENT = tickets.ground.columns.Moment(timezone=True)
BEFORE = "'operator', 'dispatcher', 'handler', 'head', 'reviewer', 'caller', 'supervisor', 'auditor', 'admin'"

NEW = "role in ('visitor', 'agency')"
#: Tables of this version whose rows belong to an account.
OF_AN_ACCOUNT = (
    "api_token",
    "calendar_feed",
    "idempotency",
    "matter_draft",
    "recovery_code",
    "seat",
    "sign_in_half",
    "web_session",
)


def upgrade() -> None:
    _roles(f"{BEFORE}, 'visitor', 'agency'")
    op.execute(sa.schema.CreateSequence(sa.Sequence("household_number")))
    _households()
    _members()
    _beside()
    for event, each, name in (
        ("update or delete", "row", "only_added_to"),
        ("truncate", "statement", "never_emptied"),
    ):
        op.execute(
            f"create trigger {name} before {event} on household_fact"
            f" for each {each} execute function refuse_change()"
        )


def _roles(words: str) -> None:
    op.drop_constraint("role_is_known", "account", type_="check")
    op.create_check_constraint("role_is_known", "account", f"role in ({words})")


def _households() -> None:
    op.create_table(
        "household",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("division", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("started_on", sa.Date(), nullable=False),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("recheck", sa.String(), nullable=False),
        sa.Column("recheck_on", sa.Date(), nullable=False),
        sa.Column("related", sa.Boolean(), nullable=False),
        sa.Column("persons", sa.Integer(), nullable=False),
        sa.Column("address", sa.LargeBinary(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("chain_head", sa.LargeBinary(), nullable=False),
        sa.Column("changed_at", MOMENT, nullable=False),
        sa.CheckConstraint(
            "kind in ('dibao', 'tekun', 'temporary', 'marginal', 'rigid')", name="kind_is_known"
        ),
        sa.CheckConstraint("state in ('active', 'fading', 'ended')", name="state_is_known"),
        sa.CheckConstraint("recheck in ('yearly', 'half_yearly')", name="recheck_is_known"),
        sa.CheckConstraint("ended_on is null or state = 'ended'", name="only_an_ended_one_has_an_end"),
        sa.ForeignKeyConstraint(["division"], ["unit.code"]),
        sa.PrimaryKeyConstraint("id"),
        postgresql_with={"fillfactor": 85},
    )
    op.create_index("household_division", "household", ["division", "id"])
    op.create_index(
        "household_recheck", "household", ["recheck_on"], postgresql_where=sa.text("state <> 'ended'")
    )


def _members() -> None:
    op.create_table(
        "household_member",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("household_id", sa.BigInteger(), nullable=False),
        sa.Column("kinship", sa.String(), nullable=False),
        *(sa.Column(name, sa.LargeBinary(), nullable=True) for name in ("name", "phone", "id_number")),
        *(
            sa.Column(f"{name}_index", sa.LargeBinary(), nullable=True)
            for name in ("name", "phone", "id_number")
        ),
        sa.Column("index_key", sa.String(), nullable=True),
        sa.Column("name_masked", sa.String(), nullable=True),
        sa.Column("phone_masked", sa.String(), nullable=True),
        sa.Column("born_in", sa.Date(), nullable=True),
        sa.Column("traits", sa.ARRAY(sa.String()), nullable=False),
        sa.Column("care", sa.String(), nullable=True),
        sa.Column("lost", sa.ARRAY(sa.String()), nullable=False),
        sa.Column("joined_on", sa.Date(), nullable=False),
        sa.Column("left_on", sa.Date(), nullable=True),
        sa.CheckConstraint(
            "kinship in ('head', 'spouse', 'child', 'parent', 'grandparent', 'grandchild', 'sibling', 'other')",
            name="kinship_is_known",
        ),
        sa.CheckConstraint("care in ('self', 'partly', 'fully')", name="care_is_known"),
        sa.ForeignKeyConstraint(["household_id"], ["household.id"]),
        sa.PrimaryKeyConstraint("id"),
        postgresql_with={"fillfactor": 85},
    )
    op.create_index("household_member_of", "household_member", ["household_id"])
    for name in ("name", "phone"):
        op.create_index(
            f"household_member_{name}",
            "household_member",
            [f"{name}_index"],
            postgresql_where=sa.text(f"{name}_index is not null"),
        )
    op.create_index(
        "household_member_id_number",
        "household_member",
        ["id_number_index"],
        unique=True,
        postgresql_where=sa.text("id_number_index is not null and left_on is null"),
    )


def _beside() -> None:
    op.create_table(
        "household_benefit",
        sa.Column("household_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("scheme", sa.String(), nullable=False),
        sa.Column("fen", sa.BigInteger(), nullable=False),
        sa.Column("persons", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "scheme in ('dibao', 'tekun', 'care', 'temporary', 'price')", name="scheme_is_known"
        ),
        sa.CheckConstraint("fen >= 0", name="an_amount_is_not_negative"),
        sa.CheckConstraint("extract(day from month) = 1", name="a_month_is_its_first_day"),
        sa.ForeignKeyConstraint(["household_id"], ["household.id"]),
        sa.PrimaryKeyConstraint("household_id", "month", "scheme"),
    )
    op.create_index("household_benefit_month", "household_benefit", ["month", "scheme"])
    op.create_table(
        "household_event",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("household_id", sa.BigInteger(), nullable=False),
        sa.Column("member_id", sa.Uuid(), nullable=True),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("happened_on", sa.Date(), nullable=False),
        sa.Column("words", sa.LargeBinary(), nullable=True),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.CheckConstraint(
            "kind in ('birth', 'death', 'marriage', 'divorce', 'illness', 'accident', 'disability',"
            " 'job_found', 'job_lost', 'school', 'moved', 'prison', 'other')",
            name="kind_is_known",
        ),
        sa.ForeignKeyConstraint(["household_id"], ["household.id"]),
        sa.ForeignKeyConstraint(["member_id"], ["household_member.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("household_event_of", "household_event", ["household_id"])
    op.create_table(
        "household_fact",
        sa.Column("household_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("what", sa.String(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("unit", sa.String(), nullable=True),
        sa.Column("data", postgresql.JSONB(), nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["household_id"], ["household.id"]),
        sa.PrimaryKeyConstraint("household_id", "seq"),
    )
    op.create_index(
        "household_fact_looks",
        "household_fact",
        ["by", "at"],
        postgresql_where=sa.text("what = 'identity_read'"),
    )


def downgrade() -> None:
    for table in (
        "household_fact",
        "household_event",
        "household_benefit",
        "household_member",
        "household",
    ):
        op.drop_table(table)
    op.execute(sa.schema.DropSequence(sa.Sequence("household_number")))
    for table in OF_AN_ACCOUNT:
        op.execute(f"delete from {table} where account_id in (select id from account where {NEW})")
    op.execute(f"update account set deputy = null where deputy in (select username from account where {NEW})")
    op.execute(f"delete from account where {NEW}")
    _roles(BEFORE)
