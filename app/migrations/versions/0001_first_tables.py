"""First tables."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

import tickets.ground.columns

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


#: The timeline and what was said of clocks are only ever added to, whoever asks, the owner too.
APPEND_ONLY = ("timeline", "clock_event")

REFUSE = """
create function refuse_change() returns trigger language plpgsql as $$
begin
    raise exception '% is only ever added to', tg_table_name using errcode = 'insufficient_privilege';
end $$
"""


def upgrade() -> None:
    op.execute(sa.schema.CreateSequence(sa.Sequence("ticket_number")))
    op.create_table(
        "calendar_version",
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("data", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("basis", sa.String(), nullable=False),
        sa.Column(
            "valid_from",
            tickets.ground.columns.Moment(timezone=True),
            server_default=sa.text("clock_timestamp()"),
            nullable=False,
        ),
        sa.Column("superseded_at", tickets.ground.columns.Moment(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("code", "version"),
    )
    op.create_table(
        "heartbeat",
        sa.Column("process", sa.String(), nullable=False),
        sa.Column("at", tickets.ground.columns.Moment(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("process"),
    )
    op.create_table(
        "simulated_text",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("phone_index", sa.LargeBinary(), nullable=False),
        sa.Column("phone", sa.LargeBinary(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("direction", sa.String(), nullable=False),
        sa.Column("our_id", sa.Uuid(), nullable=True),
        sa.Column("at", tickets.ground.columns.Moment(timezone=True), nullable=False),
        sa.CheckConstraint("direction in ('in', 'out')", name="direction_is_known"),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(
        "simulated_text_ours",
        "simulated_text",
        ["our_id"],
        unique=False,
        postgresql_where=sa.text("our_id is not null"),
    )
    op.create_index("simulated_text_phone", "simulated_text", ["phone_index", "at"], unique=False)
    op.create_table(
        "sla_policy",
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("clock", sa.String(), nullable=False),
        sa.Column("urgency", sa.String(), nullable=True),
        sa.Column("from_round", sa.Integer(), nullable=True),
        sa.Column("unit_code", sa.String(), nullable=True),
        sa.Column("category", sa.String(), nullable=True),
        sa.Column("channel", sa.String(), nullable=True),
        sa.Column("kind", sa.String(), nullable=True),
        sa.Column("length", sa.Integer(), nullable=False),
        sa.Column("unit", sa.String(), nullable=False),
        sa.Column("start_rule", sa.String(), nullable=False),
        sa.Column("warn_length", sa.Integer(), nullable=True),
        sa.Column("warn_unit", sa.String(), nullable=True),
        sa.Column("warn_share", sa.Integer(), nullable=True),
        sa.Column("extension_cap", sa.Integer(), nullable=False),
        sa.Column("extension_by", sa.String(), nullable=True),
        sa.Column("buffer_days", sa.Integer(), nullable=False),
        sa.Column("basis", sa.String(), nullable=False),
        sa.Column(
            "valid_from",
            tickets.ground.columns.Moment(timezone=True),
            server_default=sa.text("clock_timestamp()"),
            nullable=False,
        ),
        sa.Column("superseded_at", tickets.ground.columns.Moment(timezone=True), nullable=True),
        sa.CheckConstraint(
            "channel in ('phone', 'web', 'sms', 'voice', 'email', 'walk_in', 'letter', 'petition', 'open311', 'superior', 'visit')",
            name="channel_is_known",
        ),
        sa.CheckConstraint(
            "clock in ('dispatch', 'sign', 'contact', 'handle', 'review', 'callback')", name="clock_is_known"
        ),
        sa.CheckConstraint(
            "kind in ('consultation', 'help', 'complaint', 'report', 'suggestion', 'praise')",
            name="kind_is_known",
        ),
        sa.CheckConstraint(
            "start_rule in ('event', 'next_day', 'next_working_day')", name="start_rule_is_known"
        ),
        sa.CheckConstraint(
            "unit in ('minute', 'hour', 'working_hour', 'working_day', 'calendar_day', 'calendar_month')",
            name="unit_is_known",
        ),
        sa.CheckConstraint("urgency in ('normal', 'urgent', 'critical')", name="urgency_is_known"),
        sa.PrimaryKeyConstraint("code", "clock", "version"),
    )
    op.create_table(
        "ticket",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("ref", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("chain_head", sa.LargeBinary(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("outcome", sa.String(), nullable=True),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("category", sa.String(), nullable=True),
        sa.Column("urgency", sa.String(), nullable=False),
        sa.Column("anonymous", sa.Boolean(), nullable=False),
        sa.Column("confidential", sa.Boolean(), nullable=False),
        sa.Column("reply_wanted", sa.Boolean(), nullable=False),
        sa.Column("sealed", sa.Boolean(), nullable=False),
        sa.Column("reachable", sa.Boolean(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("division", sa.String(), nullable=True),
        sa.Column("lat", sa.Float(), nullable=True),
        sa.Column("long", sa.Float(), nullable=True),
        sa.Column("external_system", sa.String(), nullable=True),
        sa.Column("external_ref", sa.String(), nullable=True),
        sa.Column("external_received_at", tickets.ground.columns.Moment(timezone=True), nullable=True),
        sa.Column("external_due_at", tickets.ground.columns.Moment(timezone=True), nullable=True),
        sa.Column("about_units", sa.ARRAY(sa.String()), nullable=False),
        sa.Column("call_id", sa.String(), nullable=True),
        sa.Column("petition", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("holder_unit", sa.String(), nullable=True),
        sa.Column("holder_user", sa.String(), nullable=True),
        sa.Column("follows", sa.String(), nullable=True),
        sa.Column("due_at", tickets.ground.columns.Moment(timezone=True), nullable=True),
        sa.Column("due_clock", sa.String(), nullable=True),
        sa.Column("registered_at", tickets.ground.columns.Moment(timezone=True), nullable=False),
        sa.Column("closed_at", tickets.ground.columns.Moment(timezone=True), nullable=True),
        sa.Column("unit_solved", sa.String(), nullable=True),
        sa.Column("citizen_solved", sa.String(), nullable=True),
        sa.Column("satisfaction", sa.Integer(), nullable=True),
        sa.Column("callback_attempts", sa.Integer(), nullable=False),
        sa.Column("awaits_reviewer", sa.Boolean(), nullable=False),
        sa.CheckConstraint(
            "channel in ('phone', 'web', 'sms', 'voice', 'email', 'walk_in', 'letter', 'petition', 'open311', 'superior', 'visit')",
            name="channel_is_known",
        ),
        sa.CheckConstraint(
            "kind in ('consultation', 'help', 'complaint', 'report', 'suggestion', 'praise')",
            name="kind_is_known",
        ),
        sa.CheckConstraint(
            "outcome in ('solved', 'explained', 'answered', 'handed_over', 'declined', 'merged', 'withdrawn', 'terminated', 'no_further')",
            name="outcome_is_known",
        ),
        sa.CheckConstraint(
            "state in ('registered', 'awaiting_information', 'dispatched', 'handling', 'long_term', 'replied', 'callback', 'closed', 'archived')",
            name="state_is_known",
        ),
        sa.CheckConstraint("urgency in ('normal', 'urgent', 'critical')", name="urgency_is_known"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("ref"),
        postgresql_with={"fillfactor": 85},
    )
    op.create_index("ticket_channel", "ticket", ["channel", sa.literal_column("id desc")], unique=False)
    op.create_index(
        "ticket_due",
        "ticket",
        ["due_at"],
        unique=False,
        postgresql_where=sa.text("closed_at is null and due_at is not null"),
    )
    op.create_index(
        "ticket_to_decide",
        "ticket",
        ["due_at", "id"],
        unique=False,
        postgresql_where=sa.text("awaits_reviewer"),
    )
    op.create_index(
        "ticket_external",
        "ticket",
        ["external_ref"],
        unique=False,
        postgresql_where=sa.text("external_ref is not null"),
    )
    op.create_index(
        "ticket_open",
        "ticket",
        ["state", "due_at", "id"],
        unique=False,
        postgresql_where=sa.text("closed_at is null"),
    )
    op.create_index("ticket_state", "ticket", ["state", sa.literal_column("id desc")], unique=False)
    op.create_table(
        "tracking_try",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("address", sa.LargeBinary(), nullable=False),
        sa.Column("ref", sa.String(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("day", "address", "ref"),
    )
    op.create_table(
        "unit",
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("name_en", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("parent", sa.String(), nullable=True),
        sa.Column("aliases", sa.ARRAY(sa.String()), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.CheckConstraint(
            "kind in ('hotline', 'bureau', 'subdistrict', 'community', 'agency')", name="kind_is_known"
        ),
        sa.ForeignKeyConstraint(
            ["parent"],
            ["unit.code"],
        ),
        sa.PrimaryKeyConstraint("code"),
    )
    op.create_table(
        "account",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("username", sa.String(), nullable=False),
        sa.Column("display_name", sa.String(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("unit", sa.String(), nullable=False),
        sa.Column("password_hash", sa.String(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.CheckConstraint(
            "role in ('operator', 'dispatcher', 'handler', 'head', 'reviewer', 'caller', 'supervisor', 'auditor', 'admin')",
            name="role_is_known",
        ),
        sa.ForeignKeyConstraint(
            ["unit"],
            ["unit.code"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("username"),
    )
    op.create_table(
        "clock",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("ticket_id", sa.BigInteger(), nullable=False),
        sa.Column("order_id", sa.Uuid(), nullable=True),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("policy", sa.String(), nullable=False),
        sa.Column("policy_version", sa.Integer(), nullable=False),
        sa.Column("calendar", sa.String(), nullable=False),
        sa.Column("calendar_version", sa.Integer(), nullable=False),
        sa.Column("provisional", sa.Boolean(), nullable=False),
        sa.Column("started_at", tickets.ground.columns.Moment(timezone=True), nullable=False),
        sa.Column("due_at", tickets.ground.columns.Moment(timezone=True), nullable=False),
        sa.Column("warn_at", tickets.ground.columns.Moment(timezone=True), nullable=True),
        sa.Column("next_at", tickets.ground.columns.Moment(timezone=True), nullable=True),
        sa.Column("met_at", tickets.ground.columns.Moment(timezone=True), nullable=True),
        sa.Column("paused_since", tickets.ground.columns.Moment(timezone=True), nullable=True),
        sa.Column("paused_for", sa.String(), nullable=True),
        sa.Column("paused", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("extended", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "kind in ('dispatch', 'sign', 'contact', 'handle', 'review', 'callback')", name="kind_is_known"
        ),
        sa.CheckConstraint(
            "state in ('running', 'paused', 'met', 'breached', 'cancelled')", name="state_is_known"
        ),
        sa.ForeignKeyConstraint(
            ["ticket_id"],
            ["ticket.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        postgresql_with={"fillfactor": 85},
    )
    op.create_index(
        "clock_next", "clock", ["next_at"], unique=False, postgresql_where=sa.text("next_at is not null")
    )
    op.create_index("clock_of_ticket", "clock", ["ticket_id"], unique=False)
    op.create_table(
        "inbound_text",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("provider", sa.String(), nullable=False),
        sa.Column("sid", sa.String(), nullable=False),
        sa.Column("from_index", sa.LargeBinary(), nullable=False),
        sa.Column("text", sa.LargeBinary(), nullable=False),
        sa.Column("at", tickets.ground.columns.Moment(timezone=True), nullable=False),
        sa.Column("handled_as", sa.String(), nullable=True),
        sa.Column("ticket_id", sa.BigInteger(), nullable=True),
        sa.CheckConstraint(
            "handled_as in ('answer', 'stop', 'progress', 'words')", name="handled_as_is_known"
        ),
        sa.ForeignKeyConstraint(
            ["ticket_id"],
            ["ticket.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("provider", "sid", name="inbound_text_once"),
    )
    op.create_index(
        "inbound_text_from", "inbound_text", ["from_index", sa.literal_column("at desc")], unique=False
    )
    op.create_index(
        "inbound_text_of_ticket",
        "inbound_text",
        ["ticket_id"],
        unique=False,
        postgresql_where=sa.text("ticket_id is not null"),
    )
    op.create_table(
        "message",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("ticket_id", sa.BigInteger(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("fact", sa.String(), nullable=False),
        sa.Column("audience", sa.String(), nullable=False),
        sa.Column("template", sa.String(), nullable=False),
        sa.Column("template_version", sa.String(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("fate", sa.String(), nullable=False),
        sa.Column("held_because", sa.String(), nullable=True),
        sa.Column("not_before", tickets.ground.columns.Moment(timezone=True), nullable=False),
        sa.Column("valid_until", tickets.ground.columns.Moment(timezone=True), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("claimed_by", sa.Uuid(), nullable=True),
        sa.Column("lease_until", tickets.ground.columns.Moment(timezone=True), nullable=True),
        sa.Column("first_tried_at", tickets.ground.columns.Moment(timezone=True), nullable=True),
        sa.Column("provider", sa.String(), nullable=True),
        sa.Column("provider_sid", sa.String(), nullable=True),
        sa.Column("error_code", sa.String(), nullable=True),
        sa.Column("segments", sa.Integer(), nullable=True),
        sa.Column("to_masked", sa.String(), nullable=True),
        sa.Column("created_at", tickets.ground.columns.Moment(timezone=True), nullable=False),
        sa.Column("sent_at", tickets.ground.columns.Moment(timezone=True), nullable=True),
        sa.Column("delivered_at", tickets.ground.columns.Moment(timezone=True), nullable=True),
        sa.CheckConstraint("audience in ('citizen')", name="audience_is_known"),
        sa.CheckConstraint(
            "fate in ('queued', 'sending', 'sent', 'delivered', 'undeliverable', 'given_up', 'withheld', 'expired')",
            name="fate_is_known",
        ),
        sa.ForeignKeyConstraint(
            ["ticket_id"],
            ["ticket.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("ticket_id", "seq", "audience", "template", name="message_of_fact"),
        postgresql_with={"fillfactor": 85},
    )
    op.create_index(
        "message_sid",
        "message",
        ["provider_sid"],
        unique=False,
        postgresql_where=sa.text("provider_sid is not null"),
    )
    op.create_index(
        "message_waiting",
        "message",
        [sa.literal_column("coalesce(lease_until, not_before)")],
        unique=False,
        postgresql_where=sa.text("fate in ('queued', 'sending')"),
    )
    op.create_table(
        "note",
        sa.Column("ticket_id", sa.BigInteger(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("visible_to", sa.String(), nullable=False),
        sa.Column("salt", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["ticket_id"],
            ["ticket.id"],
        ),
        sa.PrimaryKeyConstraint("ticket_id", "seq"),
    )
    op.create_table(
        "search_doc",
        sa.Column("ticket_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("txt", sa.Text(), nullable=False),
        sa.Column("tsv", postgresql.TSVECTOR(), nullable=False),
        sa.ForeignKeyConstraint(
            ["ticket_id"],
            ["ticket.id"],
        ),
        sa.PrimaryKeyConstraint("ticket_id"),
    )
    op.create_index(
        "search_doc_pieces",
        "search_doc",
        ["tsv"],
        unique=False,
        postgresql_using="gin",
        postgresql_with={"fastupdate": "on", "gin_pending_list_limit": 512},
    )
    op.create_table(
        "search_queue",
        sa.Column("ticket_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column(
            "at",
            tickets.ground.columns.Moment(timezone=True),
            server_default=sa.text("clock_timestamp()"),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(
            ["ticket_id"],
            ["ticket.id"],
        ),
        sa.PrimaryKeyConstraint("ticket_id"),
    )
    op.create_table(
        "timeline",
        sa.Column("ticket_id", sa.BigInteger(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("at", tickets.ground.columns.Moment(timezone=True), nullable=False),
        sa.Column("what", sa.String(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("unit", sa.String(), nullable=True),
        sa.Column("data", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("note_digest", sa.LargeBinary(), nullable=True),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["ticket_id"],
            ["ticket.id"],
        ),
        sa.PrimaryKeyConstraint("ticket_id", "seq"),
    )
    op.create_index(
        "timeline_called_back",
        "timeline",
        ["by", "ticket_id"],
        unique=False,
        postgresql_where=sa.text("what = 'called_back'"),
    )
    op.create_table(
        "unit_order",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("ticket_id", sa.BigInteger(), nullable=False),
        sa.Column("unit", sa.String(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("parent", sa.Uuid(), nullable=True),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("due_at", tickets.ground.columns.Moment(timezone=True), nullable=False),
        sa.Column("policy", sa.String(), nullable=False),
        sa.Column("designated", sa.Boolean(), nullable=False),
        sa.Column("given_at", tickets.ground.columns.Moment(timezone=True), nullable=False),
        sa.Column("signed_at", tickets.ground.columns.Moment(timezone=True), nullable=True),
        sa.Column("ended_at", tickets.ground.columns.Moment(timezone=True), nullable=True),
        sa.CheckConstraint("role in ('lead', 'joint', 'sub')", name="role_is_known"),
        sa.CheckConstraint(
            "state in ('open', 'signed', 'replied', 'returned', 'recalled', 'lapsed')", name="state_is_known"
        ),
        sa.ForeignKeyConstraint(
            ["parent"],
            ["unit_order.id"],
        ),
        sa.ForeignKeyConstraint(
            ["ticket_id"],
            ["ticket.id"],
        ),
        sa.ForeignKeyConstraint(
            ["unit"],
            ["unit.code"],
        ),
        sa.PrimaryKeyConstraint("id"),
        postgresql_with={"fillfactor": 85},
    )
    op.create_index(
        "order_at_unit", "unit_order", ["unit", sa.literal_column("ticket_id desc")], unique=False
    )
    op.create_index("order_of_ticket", "unit_order", ["ticket_id"], unique=False)
    op.create_index(
        "order_open_at_unit",
        "unit_order",
        ["unit", "state", "due_at"],
        unique=False,
        postgresql_where=sa.text("state in ('open', 'signed')"),
    )
    op.create_table(
        "vault",
        sa.Column("ticket_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("name", sa.LargeBinary(), nullable=True),
        sa.Column("phone", sa.LargeBinary(), nullable=True),
        sa.Column("id_number", sa.LargeBinary(), nullable=True),
        sa.Column("address", sa.LargeBinary(), nullable=True),
        sa.Column("phone_index", sa.LargeBinary(), nullable=True),
        sa.Column("id_number_index", sa.LargeBinary(), nullable=True),
        sa.Column("name_masked", sa.String(), nullable=True),
        sa.Column("phone_masked", sa.String(), nullable=True),
        sa.Column("code_hash", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["ticket_id"],
            ["ticket.id"],
        ),
        sa.PrimaryKeyConstraint("ticket_id"),
    )
    op.create_index(
        "vault_id_number",
        "vault",
        ["id_number_index"],
        unique=False,
        postgresql_where=sa.text("id_number_index is not null"),
    )
    op.create_index(
        "vault_phone",
        "vault",
        ["phone_index", sa.literal_column("ticket_id desc")],
        unique=False,
        postgresql_where=sa.text("phone_index is not null"),
    )
    op.create_table(
        "api_token",
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column(
            "made_at",
            tickets.ground.columns.Moment(timezone=True),
            server_default=sa.text("clock_timestamp()"),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["account.id"],
        ),
        sa.PrimaryKeyConstraint("hash"),
    )
    op.create_table(
        "clock_event",
        sa.Column("clock_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("due_at", tickets.ground.columns.Moment(timezone=True), nullable=False),
        sa.Column("fired_at", tickets.ground.columns.Moment(timezone=True), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.CheckConstraint("kind in ('warned', 'breached')", name="kind_is_known"),
        sa.ForeignKeyConstraint(
            ["clock_id"],
            ["clock.id"],
        ),
        sa.PrimaryKeyConstraint("clock_id", "kind", "due_at"),
    )
    op.create_table(
        "idempotency",
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("request", sa.LargeBinary(), nullable=False),
        sa.Column("status", sa.Integer(), nullable=False),
        sa.Column("answer", sa.LargeBinary(), nullable=False),
        sa.Column(
            "at",
            tickets.ground.columns.Moment(timezone=True),
            server_default=sa.text("clock_timestamp()"),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["account.id"],
        ),
        sa.PrimaryKeyConstraint("account_id", "key"),
    )
    op.create_index("idempotency_age", "idempotency", ["at"], unique=False)
    op.create_table(
        "receipt",
        sa.Column("provider", sa.String(), nullable=False),
        sa.Column("sid", sa.String(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("fate", sa.String(), nullable=True),
        sa.Column("message_id", sa.Uuid(), nullable=True),
        sa.Column("error_code", sa.String(), nullable=True),
        sa.Column("at", tickets.ground.columns.Moment(timezone=True), nullable=False),
        sa.CheckConstraint(
            "fate in ('queued', 'sending', 'sent', 'delivered', 'undeliverable', 'given_up', 'withheld', 'expired')",
            name="fate_is_known",
        ),
        sa.ForeignKeyConstraint(
            ["message_id"],
            ["message.id"],
        ),
        sa.PrimaryKeyConstraint("provider", "sid", "status"),
    )
    op.create_index(
        "receipt_of_message",
        "receipt",
        ["message_id"],
        unique=False,
        postgresql_where=sa.text("message_id is not null"),
    )
    op.create_table(
        "reply",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("ticket_id", sa.BigInteger(), nullable=False),
        sa.Column("order_id", sa.Uuid(), nullable=True),
        sa.Column("unit", sa.String(), nullable=True),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("public_text", sa.String(), nullable=True),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("founded", sa.String(), nullable=True),
        sa.Column("solved", sa.String(), nullable=True),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("told_how", sa.String(), nullable=True),
        sa.Column("told_at", tickets.ground.columns.Moment(timezone=True), nullable=True),
        sa.Column("at", tickets.ground.columns.Moment(timezone=True), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.CheckConstraint("founded in ('yes', 'partly', 'no')", name="founded_is_known"),
        sa.CheckConstraint("solved in ('yes', 'partly', 'no')", name="solved_is_known"),
        sa.CheckConstraint(
            "told_how in ('phone', 'visit', 'sms', 'letter', 'not_reached')", name="told_how_is_known"
        ),
        sa.ForeignKeyConstraint(
            ["order_id"],
            ["unit_order.id"],
        ),
        sa.ForeignKeyConstraint(
            ["ticket_id"],
            ["ticket.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("reply_of_ticket", "reply", ["ticket_id"], unique=False)
    op.create_table(
        "web_session",
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column(
            "made_at",
            tickets.ground.columns.Moment(timezone=True),
            server_default=sa.text("clock_timestamp()"),
            nullable=False,
        ),
        sa.Column(
            "seen_at",
            tickets.ground.columns.Moment(timezone=True),
            server_default=sa.text("clock_timestamp()"),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["account.id"],
        ),
        sa.PrimaryKeyConstraint("hash"),
    )
    op.execute(REFUSE)
    for table in APPEND_ONLY:
        op.execute(
            f"create trigger only_added_to before update or delete on {table}"
            " for each row execute function refuse_change()"
        )
        op.execute(
            f"create trigger never_emptied before truncate on {table}"
            " for each statement execute function refuse_change()"
        )


def downgrade() -> None:
    op.execute("drop function refuse_change() cascade")
    op.drop_table("web_session")
    op.drop_index("reply_of_ticket", table_name="reply")
    op.drop_table("reply")
    op.drop_index(
        "receipt_of_message", table_name="receipt", postgresql_where=sa.text("message_id is not null")
    )
    op.drop_table("receipt")
    op.drop_index("idempotency_age", table_name="idempotency")
    op.drop_table("idempotency")
    op.drop_table("clock_event")
    op.drop_table("api_token")
    op.drop_index("vault_phone", table_name="vault", postgresql_where=sa.text("phone_index is not null"))
    op.drop_index(
        "vault_id_number", table_name="vault", postgresql_where=sa.text("id_number_index is not null")
    )
    op.drop_table("vault")
    op.drop_index(
        "order_open_at_unit", table_name="unit_order", postgresql_where=sa.text("state in ('open', 'signed')")
    )
    op.drop_index("order_of_ticket", table_name="unit_order")
    op.drop_index("order_at_unit", table_name="unit_order")
    op.drop_table("unit_order")
    op.drop_table("timeline")
    op.drop_table("search_queue")
    op.drop_index(
        "search_doc_pieces",
        table_name="search_doc",
        postgresql_using="gin",
        postgresql_with={"fastupdate": "on", "gin_pending_list_limit": 512},
    )
    op.drop_table("search_doc")
    op.drop_table("note")
    op.drop_index(
        "message_waiting", table_name="message", postgresql_where=sa.text("fate in ('queued', 'sending')")
    )
    op.drop_index("message_sid", table_name="message", postgresql_where=sa.text("provider_sid is not null"))
    op.drop_table("message")
    op.drop_index(
        "inbound_text_of_ticket", table_name="inbound_text", postgresql_where=sa.text("ticket_id is not null")
    )
    op.drop_index("inbound_text_from", table_name="inbound_text")
    op.drop_table("inbound_text")
    op.drop_index("clock_of_ticket", table_name="clock")
    op.drop_index("clock_next", table_name="clock", postgresql_where=sa.text("next_at is not null"))
    op.drop_table("clock")
    op.drop_table("account")
    op.drop_table("unit")
    op.drop_table("tracking_try")
    op.drop_index("ticket_to_decide", table_name="ticket", postgresql_where=sa.text("awaits_reviewer"))
    op.drop_index("ticket_state", table_name="ticket")
    op.drop_index("ticket_open", table_name="ticket", postgresql_where=sa.text("closed_at is null"))
    op.drop_index(
        "ticket_external", table_name="ticket", postgresql_where=sa.text("external_ref is not null")
    )
    op.drop_index(
        "ticket_due",
        table_name="ticket",
        postgresql_where=sa.text("closed_at is null and due_at is not null"),
    )
    op.drop_index("ticket_channel", table_name="ticket")
    op.drop_table("ticket")
    op.drop_table("sla_policy")
    op.drop_index("simulated_text_phone", table_name="simulated_text")
    op.drop_index(
        "simulated_text_ours", table_name="simulated_text", postgresql_where=sa.text("our_id is not null")
    )
    op.drop_table("simulated_text")
    op.drop_table("heartbeat")
    op.drop_table("calendar_version")
    op.execute(sa.schema.DropSequence(sa.Sequence("ticket_number")))
