"""The whole workflow: requests, cards, followers, what was put right, and who stands in for whom."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

import tickets.ground.columns

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

#: Columns that get a value for the rows there are, and no default after that.
FILLED = (
    ("sla_policy", "head_grants"),
    ("sla_policy", "sign_off"),
    ("ticket", "recused"),
    ("ticket", "followers"),
    ("ticket", "urges"),
    ("ticket", "disputes"),
)
CLOCKS = "dispatch sign contact handle review callback"
MORE_CLOCKS = "return_window decision supervision supplement"


def upgrade() -> None:
    op.create_table(
        "identity_change",
        sa.Column("ticket_id", sa.BigInteger(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("field", sa.String(), nullable=False),
        sa.Column("before", sa.LargeBinary(), nullable=True),
        sa.Column("after", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(
            ["ticket_id"],
            ["ticket.id"],
        ),
        sa.PrimaryKeyConstraint("ticket_id", "seq", "field"),
    )
    op.create_table(
        "supervision_card",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("ticket_id", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("level", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("instruction", sa.String(), nullable=True),
        sa.Column("unit", sa.String(), nullable=True),
        sa.Column("given_by", sa.String(), nullable=False),
        sa.Column("given_at", tickets.ground.columns.Moment(timezone=True), nullable=False),
        sa.Column("due_at", tickets.ground.columns.Moment(timezone=True), nullable=False),
        sa.Column("answered_by", sa.String(), nullable=True),
        sa.Column("answered_unit", sa.String(), nullable=True),
        sa.Column("answered_at", tickets.ground.columns.Moment(timezone=True), nullable=True),
        sa.Column("answer", sa.String(), nullable=True),
        sa.Column("ended_at", tickets.ground.columns.Moment(timezone=True), nullable=True),
        sa.CheckConstraint("level in ('日常', '挂牌', '约谈')", name="level_is_known"),
        sa.ForeignKeyConstraint(
            ["ticket_id"],
            ["ticket.id"],
        ),
        sa.ForeignKeyConstraint(
            ["unit"],
            ["unit.code"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("card_of_ticket", "supervision_card", ["ticket_id"], unique=False)
    op.create_index(
        "card_open",
        "supervision_card",
        ["due_at"],
        unique=False,
        postgresql_where=sa.text("answered_at is null and ended_at is null"),
    )
    op.create_table(
        "request",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("ticket_id", sa.BigInteger(), nullable=False),
        sa.Column("order_id", sa.Uuid(), nullable=True),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("asked_by", sa.String(), nullable=False),
        sa.Column("asked_person", sa.String(), nullable=False),
        sa.Column("asked_unit", sa.String(), nullable=True),
        sa.Column("asked_at", tickets.ground.columns.Moment(timezone=True), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("suggested_unit", sa.String(), nullable=True),
        sa.Column("days", sa.Integer(), nullable=True),
        sa.Column("until", tickets.ground.columns.Moment(timezone=True), nullable=True),
        sa.Column("draft", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("decider", sa.String(), nullable=False),
        sa.Column("decider_unit", sa.String(), nullable=True),
        sa.Column("decided_by", sa.String(), nullable=True),
        sa.Column("decided_at", tickets.ground.columns.Moment(timezone=True), nullable=True),
        sa.Column("decision", sa.String(), nullable=True),
        sa.CheckConstraint(
            "kind in ('return', 'extension', 'shelving', 'termination', 'sign_off', 'withdrawal', 'unseal')",
            name="kind_is_known",
        ),
        sa.CheckConstraint("state in ('open', 'granted', 'refused')", name="state_is_known"),
        sa.ForeignKeyConstraint(
            ["order_id"],
            ["unit_order.id"],
        ),
        sa.ForeignKeyConstraint(
            ["ticket_id"],
            ["ticket.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        postgresql_with={"fillfactor": 85},
    )
    op.create_index("request_of_ticket", "request", ["ticket_id"], unique=False)
    op.create_index(
        "request_open_once",
        "request",
        [
            "ticket_id",
            "kind",
            sa.literal_column("coalesce(order_id, '00000000-0000-0000-0000-000000000000')"),
        ],
        unique=True,
        postgresql_where=sa.text("state = 'open'"),
    )
    op.create_index(
        "request_to_decide",
        "request",
        ["decider", "decider_unit", "id"],
        unique=False,
        postgresql_where=sa.text("state = 'open'"),
    )
    op.add_column("account", sa.Column("person", sa.String(), nullable=True))
    op.execute("update account set person = username")
    op.alter_column("account", "person", nullable=False)
    op.add_column("account", sa.Column("deputy", sa.String(), nullable=True))
    op.add_column("account", sa.Column("absent_until", sa.Date(), nullable=True))
    op.create_foreign_key("account_deputy_fkey", "account", "account", ["deputy"], ["username"])
    op.add_column("clock", sa.Column("subject_id", sa.Uuid(), nullable=True))
    op.add_column("clock", sa.Column("fixed_at", tickets.ground.columns.Moment(timezone=True), nullable=True))
    op.add_column(
        "clock", sa.Column("latest_at", tickets.ground.columns.Moment(timezone=True), nullable=True)
    )
    op.add_column("reply", sa.Column("signed_off_by", sa.String(), nullable=True))
    op.add_column("sla_policy", sa.Column("petition_stage", sa.String(), nullable=True))
    op.add_column("sla_policy", sa.Column("head_grants", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("sla_policy", sa.Column("sign_off", sa.Boolean(), nullable=False, server_default="false"))
    op.add_column("ticket", sa.Column("recused", sa.ARRAY(sa.String()), nullable=False, server_default="{}"))
    op.add_column("ticket", sa.Column("final", sa.String(), nullable=True))
    op.add_column("ticket", sa.Column("merged_from", postgresql.JSONB(astext_type=sa.Text()), nullable=True))
    op.add_column(
        "ticket", sa.Column("followers", sa.ARRAY(sa.String()), nullable=False, server_default="{}")
    )
    op.add_column(
        "ticket", sa.Column("wakes_at", tickets.ground.columns.Moment(timezone=True), nullable=True)
    )
    op.add_column("ticket", sa.Column("urges", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("ticket", sa.Column("urged_on", sa.Date(), nullable=True))
    op.add_column("ticket", sa.Column("supervised", sa.String(), nullable=True))
    op.add_column("ticket", sa.Column("disputes", sa.Integer(), nullable=False, server_default="0"))
    op.create_index(
        "ticket_follows", "ticket", ["follows"], unique=False, postgresql_where=sa.text("follows is not null")
    )
    op.create_index(
        "ticket_petition_before",
        "ticket",
        [sa.literal_column("(petition ->> 'previous')")],
        unique=False,
        postgresql_where=sa.text("channel = 'petition'"),
    )
    op.create_index(
        "ticket_supervised",
        "ticket",
        ["id"],
        unique=False,
        postgresql_where=sa.text("supervised is not null and closed_at is null"),
    )
    op.create_index(
        "ticket_to_archive",
        "ticket",
        ["closed_at"],
        unique=False,
        postgresql_where=sa.text("state = 'closed'"),
    )
    op.create_index(
        "ticket_wakes", "ticket", ["wakes_at"], unique=False, postgresql_where=sa.text("wakes_at is not null")
    )
    op.create_index(
        "timeline_looks",
        "timeline",
        ["by", "at"],
        unique=False,
        postgresql_where=sa.text("what = 'identity_read'"),
    )
    op.add_column("unit_order", sa.Column("taken_by", sa.String(), nullable=True))
    # What the first table of promises meant all along.
    op.execute("update sla_policy set head_grants = least(extension_cap, 5) where extension_by = 'unit_head'")
    op.execute("update sla_policy set head_grants = 30 where code = 'P-HANDLE' and extension_cap > 0")
    op.execute(
        "update sla_policy set sign_off = true"
        " where clock = 'handle' and code in ('H-RPT', 'H-EMG', 'P-HANDLE')"
    )
    for table, column in FILLED:
        op.alter_column(table, column, server_default=None)
    only_these("clock", "kind", (CLOCKS + " " + MORE_CLOCKS).split())
    only_these("sla_policy", "clock", (CLOCKS + " " + MORE_CLOCKS).split())
    op.create_check_constraint("supervised_is_known", "ticket", "supervised in ('日常', '挂牌', '约谈')")
    op.create_check_constraint(
        "petition_stage_is_known", "sla_policy", "petition_stage in ('first', 'review', 're_review')"
    )


def only_these(table: str, column: str, words: list[str]) -> None:
    """Let a column hold other words than before."""
    name = f"{column}_is_known"
    op.drop_constraint(name, table)
    op.create_check_constraint(name, table, f"{column} in ({', '.join(repr(word) for word in words)})")


def downgrade() -> None:
    op.drop_constraint("petition_stage_is_known", "sla_policy")
    op.drop_constraint("supervised_is_known", "ticket")
    only_these("sla_policy", "clock", CLOCKS.split())
    only_these("clock", "kind", CLOCKS.split())
    op.drop_column("unit_order", "taken_by")
    op.drop_index("timeline_looks", table_name="timeline", postgresql_where=sa.text("what = 'identity_read'"))
    op.drop_index("ticket_wakes", table_name="ticket", postgresql_where=sa.text("wakes_at is not null"))
    op.drop_index("ticket_to_archive", table_name="ticket", postgresql_where=sa.text("state = 'closed'"))
    op.drop_index(
        "ticket_supervised",
        table_name="ticket",
        postgresql_where=sa.text("supervised is not null and closed_at is null"),
    )
    op.drop_index(
        "ticket_petition_before", table_name="ticket", postgresql_where=sa.text("channel = 'petition'")
    )
    op.drop_index("ticket_follows", table_name="ticket", postgresql_where=sa.text("follows is not null"))
    op.drop_column("ticket", "disputes")
    op.drop_column("ticket", "supervised")
    op.drop_column("ticket", "urged_on")
    op.drop_column("ticket", "urges")
    op.drop_column("ticket", "wakes_at")
    op.drop_column("ticket", "followers")
    op.drop_column("ticket", "merged_from")
    op.drop_column("ticket", "final")
    op.drop_column("ticket", "recused")
    op.drop_column("sla_policy", "sign_off")
    op.drop_column("sla_policy", "head_grants")
    op.drop_column("sla_policy", "petition_stage")
    op.drop_column("reply", "signed_off_by")
    op.drop_column("clock", "latest_at")
    op.drop_column("clock", "fixed_at")
    op.drop_column("clock", "subject_id")
    op.drop_constraint("account_deputy_fkey", "account", type_="foreignkey")
    op.drop_column("account", "absent_until")
    op.drop_column("account", "deputy")
    op.drop_column("account", "person")
    op.drop_index("request_to_decide", table_name="request", postgresql_where=sa.text("state = 'open'"))
    op.drop_index("request_open_once", table_name="request", postgresql_where=sa.text("state = 'open'"))
    op.drop_index("request_of_ticket", table_name="request")
    op.drop_table("request")
    op.drop_index(
        "card_open",
        table_name="supervision_card",
        postgresql_where=sa.text("answered_at is null and ended_at is null"),
    )
    op.drop_index("card_of_ticket", table_name="supervision_card")
    op.drop_table("supervision_card")
    op.drop_table("identity_change")
