"""Who else is on a ticket now. A row a reader, written at most every few seconds, erased by a tick."""

from datetime import datetime

from sqlalchemy import BigInteger, Column, ForeignKey, text
from sqlmodel import Field

from app.access.accounts import Role, Viewer
from tickets.ground.columns import Moment, Row
from tickets.ground.desk import Desk
from tickets.ticket import Ticket


class TicketReader(Row, table=True):
    """Somebody has the page of a ticket open, or had it a moment ago."""

    __tablename__ = "ticket_reader"

    ticket_id: int = Field(sa_column=Column(BigInteger, ForeignKey("ticket.id"), primary_key=True))
    account_id: int = Field(sa_column=Column(BigInteger, ForeignKey("account.id"), primary_key=True))
    seen_at: datetime | None = Field(
        default=None,
        nullable=False,
        sa_type=Moment,
        sa_column_kwargs={"server_default": text("clock_timestamp()")},
    )


#: Who reads without the others being told: an auditor looks over shoulders.
UNSEEN = frozenset({Role.AUDITOR})

#: Writes down that I am here, unless that was done a moment ago, and asks who else is.
HERE = text("""
    with mine as (
        insert into ticket_reader (ticket_id, account_id) select :ticket, :me where :told
        on conflict (ticket_id, account_id) do update set seen_at = excluded.seen_at
        where ticket_reader.seen_at < clock_timestamp() - interval '15 seconds'
    )
    select username from ticket_reader join account on account.id = account_id
    where ticket_id = :ticket and account_id <> :me and seen_at > clock_timestamp() - interval '45 seconds'
    order by username
""")

#: What is old enough that nobody asks for it.
FORGET = text("delete from ticket_reader where seen_at < clock_timestamp() - interval '1 hour'")


def others_on(desk: Desk, viewer: Viewer, ticket: Ticket) -> list[str]:
    """Say that *viewer* is here, and give the accounts of those who are here as well. One statement."""
    asked = {"ticket": ticket.id, "me": viewer.account_id, "told": viewer.role not in UNSEEN}
    rows = desk.session.connection().execute(HERE, asked)
    return list(rows.scalars())
