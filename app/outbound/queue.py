"""Whose turn the machine takes: citizens whom no text asks how it went, and whom nobody is calling."""

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import TextClause, and_, or_
from sqlalchemy.sql import ColumnElement
from sqlmodel import Session, col, exists, func, select, text

from app.outbound.rows import GOING_ON, LEFT_TO_PEOPLE, OutboundCall, Result
from app.reading.callbacks import TO_ASK, may_be_asked
from notifications.message import Fate, Message
from notifications.rules import Held, Numbers
from notifications.table import SURVEY
from tickets.callback import turns
from tickets.ground.desk import Desk
from tickets.ground.flow import State
from tickets.ticket import Ticket

#: Calls at once, of all workers together.
AT_ONCE = 10
#: What the provider did not take is tried again after a while, and so often in a round.
PAUSE, MOST_NOT_TAKEN = timedelta(minutes=10), 5


def next_to_call(
    desk: Desk, at: datetime, *, tries: int, leave_out: set[int], only: int | None = None
) -> int | None:
    """
    Lock the ticket to call about next, what is due first, or *only* this one; None where there is none.

    The first *tries* of a round are the machine's, all others the callback desk's.
    """
    wanted = (
        select(Ticket.id)
        .where(
            col(Ticket.closed_at).is_(None),
            *TO_ASK,
            may_be_asked(at),
            turns.free_for(desk.actor.username, at),
            col(Ticket.callback_attempts) < tries,
            _no_text_asks(),
            ~_has_call(text(GOING_ON)),
            ~_has_call(_of_this_round(), col(OutboundCall.result).in_(LEFT_TO_PEOPLE)),
            ~_has_call(col(OutboundCall.result) == Result.NOT_TAKEN, col(OutboundCall.over_at) > at - PAUSE),
            _times_not_taken() < MOST_NOT_TAKEN,
            col(Ticket.id).not_in(leave_out),
        )
        .order_by(col(Ticket.due_at), col(Ticket.id))
        .limit(1)
        .with_for_update(skip_locked=True, of=Ticket)
    )
    if only is not None:
        wanted = wanted.where(col(Ticket.id) == only)
    return desk.session.exec(wanted).first()


def still_to_ask(ticket: Ticket, call: OutboundCall) -> bool:
    """Whether the citizen of *ticket* is still to be asked what *call* asks: how that very round went."""
    return ticket.state == State.CALLBACK and not ticket.awaits_reviewer and ticket.round == call.round


def calls_now(session: Session) -> int:
    """How many calls go on."""
    return session.exec(select(func.count()).select_from(OutboundCall).where(text(GOING_ON))).one()


def is_rung(session: Session, numbers: Numbers, phone: str, but: UUID | None = None) -> bool:
    """Whether a call to *phone* goes on, other than *but*: one number is not rung by two calls at once."""
    theirs = select(OutboundCall.id).where(
        text(GOING_ON), col(OutboundCall.ticket_id).in_(numbers.tickets_of(phone))
    )
    if but is not None:
        theirs = theirs.where(col(OutboundCall.id) != but)
    return session.exec(theirs.limit(1)).first() is not None


def _no_text_asks() -> ColumnElement[bool]:
    """No text could ask: the number is a landline, or the citizen wants calls and no texts."""
    by_wish = and_(
        col(Ticket.no_sms), col(Message.held_because).in_((Held.OPTED_OUT, Held.ONE_WAY, Held.NO_WAY))
    )
    withheld = select(Message.id).where(
        col(Message.ticket_id) == col(Ticket.id),
        Message.template == SURVEY,
        Message.fate == Fate.WITHHELD,
        or_(col(Message.held_because) == Held.NOT_A_MOBILE, by_wish),
    )
    return withheld.exists()


def _has_call(*conditions: ColumnElement[bool] | TextClause) -> ColumnElement[bool]:
    return exists().where(col(OutboundCall.ticket_id) == col(Ticket.id), *conditions)


def _of_this_round() -> ColumnElement[bool]:
    return col(OutboundCall.round) == col(Ticket.round)


def _times_not_taken() -> ColumnElement[int]:
    return (
        select(func.count())
        .select_from(OutboundCall)
        .where(
            col(OutboundCall.ticket_id) == col(Ticket.id),
            _of_this_round(),
            col(OutboundCall.result) == Result.NOT_TAKEN,
        )
        .correlate(Ticket)
        .scalar_subquery()
    )
