"""Service orders: pictures and drawn signatures, a rating by text or visit; needs found by what answers them."""

import sqlalchemy as sa
from alembic import op

import tickets.ground.columns

revision = "0051"
down_revision = "0050"
branch_labels = None
depends_on = None

_HANDLED = "settled_as is null and handled_as in ('words', 'progress', 'answer')"
WAITING_BEFORE = f"ticket_id is null and {_HANDLED}"
WAITING = f"ticket_id is null and service_order_id is null and {_HANDLED}"
MOMENT = tickets.ground.columns.Moment(timezone=True)


def upgrade() -> None:
    _orders()
    _files()
    _texts()
    op.create_index(
        "assistance_need_way",
        "assistance_need",
        ["way", "way_ref"],
        postgresql_where=sa.text("way is not null"),
    )


def _orders() -> None:
    op.add_column("service_order", sa.Column("signed_how", sa.String(), nullable=True))
    op.add_column("service_order", sa.Column("rated_how", sa.String(), nullable=True))
    op.execute("update service_order set signed_how = 'typed' where signature is not null")
    op.execute("update service_order set rated_how = 'door' where rating is not null")
    op.create_check_constraint(
        "signed_how_is_known", "service_order", "signed_how in ('drawn', 'paper', 'typed')"
    )
    op.create_check_constraint(
        "rated_how_is_known", "service_order", "rated_how in ('door', 'text', 'visit')"
    )
    op.create_check_constraint(
        "a_rating_came_somehow", "service_order", "(rating is null) = (rated_how is null)"
    )
    op.create_index("service_order_need", "service_order", ["need_id"])


def _files() -> None:
    op.create_table(
        "service_file",
        sa.Column("attachment_id", sa.Uuid(), nullable=False),
        sa.Column("order_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("ground", sa.String(), nullable=False),
        sa.Column("agreed", sa.String(), nullable=False),
        sa.Column("keep_until", sa.Date(), nullable=False),
        sa.Column("erased_at", MOMENT, nullable=True),
        sa.CheckConstraint("kind in ('photo', 'signature')", name="kind_is_known"),
        sa.CheckConstraint("ground in ('consent', 'signed')", name="ground_is_known"),
        sa.CheckConstraint("agreed in ('self', 'family', 'guardian', 'witness')", name="agreed_is_known"),
        sa.ForeignKeyConstraint(["attachment_id"], ["attachment.id"]),
        sa.ForeignKeyConstraint(["order_id"], ["service_order.id"]),
        sa.PrimaryKeyConstraint("attachment_id"),
    )
    op.create_index("service_file_of_order", "service_file", ["order_id"])
    op.create_index(
        "service_file_to_erase", "service_file", ["keep_until"], postgresql_where=sa.text("erased_at is null")
    )


def _texts() -> None:
    op.alter_column("message", "ticket_id", nullable=True)
    for table in ("message", "inbound_text"):
        op.add_column(table, sa.Column("service_order_id", sa.BigInteger(), nullable=True))
        op.create_foreign_key(
            f"{table}_service_order_id_fkey", table, "service_order", ["service_order_id"], ["id"]
        )
    op.create_check_constraint(
        "it_is_about_one_thing", "message", "(ticket_id is null) <> (service_order_id is null)"
    )
    op.drop_index("inbound_text_waiting", "inbound_text")
    op.create_index("inbound_text_waiting", "inbound_text", ["id"], postgresql_where=sa.text(WAITING))
    op.create_index(
        "message_of_order",
        "message",
        ["service_order_id"],
        postgresql_where=sa.text("service_order_id is not null"),
    )


def downgrade() -> None:
    op.drop_index("message_of_order", "message")
    op.drop_constraint("it_is_about_one_thing", "message")
    op.execute("delete from receipt where message_id in (select id from message where ticket_id is null)")
    op.execute("delete from message where ticket_id is null")
    op.drop_index("inbound_text_waiting", "inbound_text")
    op.create_index("inbound_text_waiting", "inbound_text", ["id"], postgresql_where=sa.text(WAITING_BEFORE))
    for table in ("inbound_text", "message"):
        op.drop_column(table, "service_order_id")
    op.alter_column("message", "ticket_id", nullable=False)
    op.execute("delete from attachment_piece where attachment_id in (select attachment_id from service_file)")
    op.execute(
        "create temporary table gone_of_services on commit drop as select attachment_id from service_file"
    )
    op.drop_table("service_file")
    op.execute("delete from attachment where id in (select attachment_id from gone_of_services)")
    op.drop_index("service_order_need", "service_order")
    for column in ("rated_how", "signed_how"):
        op.drop_column("service_order", column)
    op.drop_index("assistance_need_way", "assistance_need")
