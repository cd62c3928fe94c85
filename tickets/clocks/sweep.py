"""Notice promises that come near or break. It may run twice, late, or in many places at once."""

from sqlalchemy import func
from sqlalchemy.orm import selectinload
from sqlmodel import col, select

from tickets.ground.clock import Clock
from tickets.ground.desk import Desk
from tickets.ticket import Ticket, promises


def sweep(desk: Desk, *, at_most: int) -> int:
    """
    Say of every clock whose moment has come that it is near its due or past it; gives how many tickets.

    It locks tickets, not clocks, as every move does; a ticket in somebody else's hands is left to them.
    Its cost grows with what is due, not with what is open.
    """
    tickets = (
        desk.session.exec(
            select(Ticket)
            .join(Clock, col(Clock.ticket_id) == col(Ticket.id))
            .where(col(Clock.next_at) <= func.clock_timestamp())
            .order_by(col(Clock.next_at))
            .limit(at_most)
            .with_for_update(skip_locked=True, of=Ticket)
            .options(selectinload(Ticket.orders), selectinload(Ticket.clocks))  # type: ignore[arg-type] # a relation
        )
        .unique()
        .all()
    )
    if not tickets:
        return 0
    at = desk.now()
    for ticket in tickets:
        for clock in ticket.clocks:
            if clock.next_at is not None and clock.next_at <= at:
                say = promises.breach if at >= clock.due_at else promises.warn
                say(desk, ticket, clock, at)
    return len(tickets)
