"""Questions about what could not be brought by text: whom somebody must call, and with what."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import and_, func, or_, text, tuple_
from sqlalchemy.orm import selectinload
from sqlalchemy.sql import ColumnElement
from sqlmodel import col, select

from app.access.accounts import Viewer
from app.access.rules import to_tell_by
from app.reading.desks import may_be_called
from app.reading.paging import read
from notifications.message import Message
from notifications.told import TO_TELL
from tickets.ground.desk import Desk
from tickets.ground.flow import State
from tickets.ground.words import Channel
from tickets.ticket import Ticket

#: What is older was told in another way, or nobody cares any more.
LOOKED_BACK = timedelta(days=30)
#: Whoever handed a matter in like this heard its number there and then.
SPOKEN = (Channel.PHONE, Channel.WALK_IN, Channel.VOICE)
#: What must still be told when all is over.
LASTING = ("ended", "withdrawn")


@dataclass(frozen=True)
class ToTell:
    """A citizen to call, with all that could not be brought."""

    ticket: Ticket
    #: Oldest first.
    messages: list[Message]
    #: When the first could not be brought, or somebody last called in vain.
    since: datetime

    @property
    def tries(self) -> int:
        """Times somebody called in vain."""
        return max(message.tell_tries for message in self.messages)


def _wanted(at: datetime) -> ColumnElement[bool]:
    """Texts to tell, on tickets where they still matter; on a callback the agent tells everything else."""
    goes_on = and_(col(Ticket.closed_at).is_(None), col(Ticket.state) != State.CALLBACK)
    heard = and_(col(Message.template) == "received", col(Ticket.channel).in_(SPOKEN))
    return and_(
        text(TO_TELL),
        col(Message.created_at) > at - LOOKED_BACK,
        or_(
            and_(goes_on, ~heard),
            and_(col(Ticket.closed_at).is_not(None), col(Message.template).in_(LASTING)),
            col(Message.template) == "code_again",
        ),
    )


def calls_to_make(
    desk: Desk, viewer: Viewer, *, later: bool = False, limit: int, after: str | None = None
) -> list[ToTell]:
    """
    Whom to call to tell what no text could, who waits longest first; *later* those outside their hours.

    One more than *limit* if there are more.
    """
    at = desk.now()
    in_hours = may_be_called(at)
    since = func.max(func.coalesce(Message.tell_tried_at, Message.created_at))
    query = (
        select(Ticket.id, since)
        .join(Message, col(Message.ticket_id) == col(Ticket.id))
        .where(_wanted(at), to_tell_by(viewer, desk.rules.units), ~in_hours if later else in_hours)
        .group_by(col(Ticket.id))
    )
    if after:
        query = query.having(tuple_(since, Ticket.id) > read(after, int, field="cursor"))
    found = desk.session.exec(query.order_by(since, col(Ticket.id)).limit(limit + 1)).all()
    return _whole(desk, dict(found), at)


def one_call(desk: Desk, ticket: Ticket, *, lock: bool = False) -> list[Message]:
    """What is to be told of *ticket*, oldest first."""
    query = (
        select(Message)
        .join(Ticket, col(Ticket.id) == col(Message.ticket_id))
        .where(Message.ticket_id == ticket.id, _wanted(desk.now()))
        .order_by(col(Message.seq), col(Message.id))
    )
    if lock:
        query = query.with_for_update(of=Message).execution_options(populate_existing=True)
    return list(desk.session.exec(query).all())


def count_calls(desk: Desk, viewer: Viewer) -> int:
    """How many citizens are to be called, within their hours or not."""
    query = (
        select(func.count(func.distinct(Ticket.id)))
        .join(Message, col(Message.ticket_id) == col(Ticket.id))
        .where(_wanted(desk.now()), to_tell_by(viewer, desk.rules.units))
    )
    return desk.session.exec(query).one()


def _whole(desk: Desk, found: dict[int, datetime], at: datetime) -> list[ToTell]:
    if not found:
        return []
    rows = desk.session.exec(
        select(Message, Ticket)
        .join(Ticket, col(Ticket.id) == col(Message.ticket_id))
        .where(col(Message.ticket_id).in_(found), _wanted(at))
        .order_by(col(Message.seq), col(Message.id))
        .options(selectinload(Ticket.identity))  # type: ignore[arg-type] # SQLModel types a relation as its value
    ).all()
    tickets = {ticket.id: ticket for _message, ticket in rows}
    return [
        ToTell(tickets[id_], [message for message, ticket in rows if ticket.id == id_], since)
        for id_, since in found.items()
        if id_ in tickets
    ]
