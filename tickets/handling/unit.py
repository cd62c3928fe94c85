"""A unit's part: sign for the order, call the citizen, answer."""

from datetime import datetime, timedelta
from typing import Any

from sqlmodel import select

from tickets.ground import flow
from tickets.ground.clock import ClockKind
from tickets.ground.desk import Desk
from tickets.ground.errors import Refused, bad_field
from tickets.ground.facts import Contacted, Replied, Signed
from tickets.ground.flow import Move, OrderRole, OrderState, State
from tickets.ground.timeline import Entry, write_down
from tickets.ground.words import Told, Verdict
from tickets.ticket import Order, Reply, Ticket, go, order_of, promises, stays

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


def reply(
    desk: Desk,
    ticket: Ticket,
    *,
    text: str,
    founded: Verdict,
    solved: Verdict,
    public_text: str | None = None,
    **more: Any,
) -> None:
    """
    Answer: the lead answers the citizen and the ticket goes to review; a joint unit answers the lead.

    *more* may hold `reason`, `told_how`, `told_at` and `without_joint`.

    :raises Refused: the order is not signed, or joint units owe an answer and `without_joint` is missing.
    """
    flow.check(State(ticket.state), Move.REPLY)
    order = order_of(ticket, desk.actor.unit)
    if order.state != OrderState.SIGNED:
        raise Refused("sign_first")
    leads = order.role == OrderRole.LEAD
    waiting = [other for other in ticket.open_orders() if other is not order] if leads else []
    without_joint = more.get("without_joint") if waiting else None
    if waiting and not without_joint:
        raise Refused("open_joint_orders", units=[other.unit for other in waiting])
    go(ticket, Move.REPLY, State.REPLIED if leads else State(ticket.state))
    at = desk.now()

    order.state = OrderState.REPLIED
    order.ended_at = at
    for other in waiting:
        _lapse(desk, ticket, other, at)
    promises.meet(desk, ticket, ClockKind.HANDLE, at=at, order=order.id)
    if leads:
        _hand_to_review(desk, ticket, solved, at)
    promises.settle(ticket)

    told_how: Told | None = more.get("told_how")
    answer = Reply(
        ticket_id=ticket.id,
        order_id=order.id,
        unit=order.unit,
        round=ticket.round,
        text=text,
        public_text=public_text,
        founded=founded,
        solved=solved,
        reason=more.get("reason"),
        told_how=told_how,
        told_at=more.get("told_at"),
        at=at,
        by=desk.actor.username,
    )
    desk.add(answer)
    fact = Replied(
        unit=order.unit,
        order_role=order.role,
        order=str(order.id),
        founded=founded,
        solved=solved,
        without_joint=without_joint,
        lapsed=tuple(other.unit for other in waiting),
    )
    write_down(desk, ticket, fact, at=at, note=text)


def _lapse(desk: Desk, ticket: Ticket, order: Order, at: datetime) -> None:
    order.state = OrderState.LAPSED
    order.ended_at = at
    for clock in ticket.clocks:
        if clock.order_id == order.id and clock.runs:
            promises.cancel(desk, ticket, clock, at=at)


def _hand_to_review(desk: Desk, ticket: Ticket, solved: Verdict, at: datetime) -> None:
    ticket.unit_solved = solved
    # The answer is given: whether the citizen was called before it is the reviewer's question now.
    for clock in promises.running(ticket, ClockKind.CONTACT):
        promises.cancel(desk, ticket, clock, at=at)
    promises.start(desk, ticket, ClockKind.REVIEW, at=at)
