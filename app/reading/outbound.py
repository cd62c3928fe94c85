"""Questions about the calls the house makes: those about one ticket, and how all of a week fared."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import text
from sqlmodel import Session, col, select

from app.outbound.rows import OutboundCall
from tickets.ground.columns import first_id_of
from tickets.ticket import Ticket

#: How far back the figures go.
WEEK = timedelta(days=7)

FARED = text(
    """
    select coalesce(result, 'going_on') as result, count(*) as calls, max(first_tried_at) as newest
    from outbound_call where id >= :first and first_tried_at > :since group by 1 order by 2 desc, 1
    """
)


@dataclass(frozen=True)
class Fared:
    """How many calls of the last week ended in one way."""

    #: A result, or `going_on`.
    result: str
    calls: int
    newest: datetime


def calls_of(session: Session, ticket: Ticket) -> list[OutboundCall]:
    """Every call the house made about *ticket*, oldest first."""
    mine = select(OutboundCall).where(OutboundCall.ticket_id == ticket.id).order_by(col(OutboundCall.id))
    return list(session.exec(mine).all())


def how_calls_fared(session: Session, now: datetime) -> list[Fared]:
    """How the calls of the last week ended, the most frequent first."""
    since = now - WEEK
    found = session.connection().execute(FARED, {"first": first_id_of(since), "since": since})
    return [Fared(row.result, row.calls, row.newest) for row in found]
