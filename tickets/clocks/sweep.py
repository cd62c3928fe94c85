"""Notice promises that come near, break or stay broken. It may run twice, late, or in many places at once."""

from collections.abc import Callable, Mapping

from sqlalchemy import func
from sqlalchemy.orm import selectinload
from sqlmodel import col, select

from tickets.ground.clock import Clock, ClockKind, ClockState
from tickets.ground.desk import Desk
from tickets.ticket import Ticket, notices

#: What happens when a limit is over that nobody broke.
Over = Callable[[Desk, Ticket, Clock], None]


def let_pass(_desk: Desk, _ticket: Ticket, clock: Clock) -> None:
    """The time is over and that is all."""
    clock.state = ClockState.CANCELLED
    clock.next_at = None


def sweep(desk: Desk, *, at_most: int, over: Mapping[ClockKind, Over]) -> int:
    """
    Say of every clock whose moment has come that it is near its due, past it, or still broken when its ladder
    goes on; gives how many tickets.

    Of a limit that nobody owes anything by, what *over* has for it happens in place of a breach.

    It locks tickets, not clocks, as every move does; a ticket in somebody else's hands is left to them.
    Its cost grows with what is due, not with what is open.
    """
    tickets = (
        desk.session.exec(
            select(Ticket)
            .join(Clock, col(Clock.ticket_id) == col(Ticket.id))
            # The time of the statement: no index can be asked with a moment that changes from row to row.
            .where(col(Clock.next_at) <= func.statement_timestamp())
            .order_by(col(Clock.next_at))
            .limit(at_most)
            .with_for_update(skip_locked=True, of=Ticket)
            .options(
                selectinload(Ticket.orders),  # type: ignore[arg-type] # a relation
                # Few acts ask for pauses, and those that do read them then.
                selectinload(Ticket.clocks).defer(col(Clock.paused)),  # type: ignore[arg-type] # a relation
            )
        )
        .unique()
        .all()
    )
    if not tickets:
        return 0
    at = desk.now()
    for ticket in tickets:
        for clock in ticket.clocks:
            if clock.next_at is None or clock.next_at > at:
                continue
            if clock.state == ClockState.BREACHED:
                notices.climb(desk, ticket, clock, at)
            elif at < clock.due_at:
                notices.warn(desk, ticket, clock, at)
            elif (act := over.get(ClockKind(clock.kind))) is not None:
                act(desk, ticket, clock)
            else:
                notices.breach(desk, ticket, clock, at)
    return len(tickets)
