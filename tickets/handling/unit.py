"""A unit's part until it answers: sign for the order, say who works on it, call the citizen."""

from datetime import datetime, timedelta

from sqlmodel import select

from tickets.ground import flow
from tickets.ground.clock import ClockKind
from tickets.ground.desk import Desk
from tickets.ground.errors import Refused, bad_field
from tickets.ground.facts import Contacted, Signed, Taken
from tickets.ground.flow import Move, OrderRole, OrderState, State
from tickets.ground.timeline import Entry, write_down
from tickets.ticket import Order, Ticket, go, order_of, promises, stays

#: Two calls this far apart count as having tried.
BETWEEN_ATTEMPTS = timedelta(hours=2)


def sign(desk: Desk, ticket: Ticket) -> None:
    """
    Take the order of the actor's unit. The ticket follows when the lead signs.

    :raises Refused: the unit has signed already.
    """
    flow.check(State(ticket.state), Move.SIGN)
    order = order_of(ticket, desk.actor.unit)
    if order.state != OrderState.OPEN:
        raise Refused("already_signed")
    go(ticket, Move.SIGN, State.HANDLING if order.role == OrderRole.LEAD else State(ticket.state))
    at = desk.now()
    order.state = OrderState.SIGNED
    order.signed_at = at
    promises.meet(desk, ticket, ClockKind.SIGN, at=at, order=order.id)
    promises.settle(ticket)

    fact = Signed(unit=order.unit, order_role=order.role, order=str(order.id))
    write_down(desk, ticket, fact, at=at)


def take(desk: Desk, ticket: Ticket, *, username: str, instead_of: str | None = None) -> None:
    """
    Write down that *username* works on the order of the actor's unit.

    *instead_of* is for whom it was meant, where that one is absent and *username* is the deputy. That it is a
    colleague of the unit is for the caller to check: a ticket knows no accounts.

    :raises FieldsRefused: this person has nothing to do with the matter (回避, 济南市12345条例 第三十二条).
    """
    flow.check(State(ticket.state), Move.TAKE)
    order = order_of(ticket, desk.actor.unit)
    if username in ticket.recused:
        raise bad_field("username", "recused", username=username)
    stays(ticket, Move.TAKE)
    order.taken_by = username
    if order.role == OrderRole.LEAD:
        ticket.holder_user = username
    fact = Taken(
        unit=order.unit,
        order=str(order.id),
        order_role=order.role,
        username=username,
        instead_of=instead_of,
    )
    write_down(desk, ticket, fact, at=desk.now())


def contact(
    desk: Desk, ticket: Ticket, *, reached: bool, called_at: datetime | None = None, note: str = ""
) -> None:
    """
    Record a call to the citizen. The clock `contact` is met when reached, or after two tries two hours apart.

    :raises Refused: the matter is sealed; questions go through the hotline.
    :raises FieldsRefused: the call lies in the future.
    """
    flow.check(State(ticket.state), Move.CONTACT)
    order = order_of(ticket, desk.actor.unit)
    if ticket.sealed:
        raise Refused("sealed_no_contact")
    at = desk.now()
    if called_at is not None and called_at > at + timedelta(minutes=1):
        raise bad_field("at", "in_the_future")
    called_at = called_at or at
    stays(ticket, Move.CONTACT)
    if reached or _tried_before(desk, ticket, order, called_at):
        promises.meet(desk, ticket, ClockKind.CONTACT, at=at)
        promises.settle(ticket)

    fact = Contacted(unit=order.unit, order=str(order.id), reached=reached, called_at=called_at)
    write_down(desk, ticket, fact, at=at, note=note)


def _tried_before(desk: Desk, ticket: Ticket, order: Order, called_at: datetime) -> bool:
    told = desk.session.exec(
        select(Entry.data).where(Entry.ticket_id == ticket.id, Entry.what == Contacted.name)
    ).all()
    moments = [datetime.fromisoformat(data["called_at"]) for data in told if data["order"] == str(order.id)]
    return any(abs(called_at - moment) >= BETWEEN_ATTEMPTS for moment in moments)
