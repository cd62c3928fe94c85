"""What every move does to the ticket row: lock it, go where the table says, find one's order, end it."""

from datetime import datetime

from sqlalchemy.orm import selectinload
from sqlalchemy.sql import ColumnElement
from sqlmodel import select

from tickets.ground import flow
from tickets.ground.clock import ClockState
from tickets.ground.desk import Desk
from tickets.ground.errors import NotFound, NotYours, Refused
from tickets.ground.flow import Move, Outcome, State
from tickets.ground.words import Verdict
from tickets.ticket import promises
from tickets.ticket.rows import Order, Ticket


def lock_ticket(desk: Desk, *conditions: ColumnElement[bool]) -> Ticket:
    """
    Lock the one ticket that meets *conditions*, with its orders, clocks and masked identity.

    :raises NotFound: there is none.
    """
    found = desk.session.exec(
        select(Ticket)
        .where(*conditions)
        .with_for_update(of=Ticket)
        .options(
            selectinload(Ticket.orders),  # type: ignore[arg-type] # SQLModel types a relation as its value
            selectinload(Ticket.clocks),  # type: ignore[arg-type] # as above
            selectinload(Ticket.identity),  # type: ignore[arg-type] # as above
        )
        .execution_options(populate_existing=True)
    ).one_or_none()
    if found is None:
        raise NotFound
    return found


def go(ticket: Ticket, move: Move, to: State) -> None:
    """
    Take *move* to *to* and count it.

    :raises MoveNotAllowed: the table of moves does not have this step.
    """
    ticket.state = flow.after(State(ticket.state), move, to)
    ticket.version += 1


def stays(ticket: Ticket, move: Move) -> None:
    """Make a *move* that leaves the ticket in its state, and count it."""
    go(ticket, move, State(ticket.state))


def order_of(ticket: Ticket, unit: str | None) -> Order:
    """
    Find the open order of *unit* in this round.

    :raises NotYours: the unit has no share in this ticket.
    :raises Refused: its share has ended.
    """
    mine = [order for order in ticket.orders if order.unit == unit and order.round == ticket.round]
    if not mine:
        raise NotYours(unit=unit)
    still_open = [order for order in mine if order.is_open]
    if not still_open:
        raise Refused("order_ended", state=mine[-1].state)
    return still_open[0]


def outcome_of(ticket: Ticket) -> Outcome:
    """How a ticket closes by its unit's verdict: solved only where the lead's last reply says yes."""
    return Outcome.SOLVED if ticket.unit_solved == Verdict.YES else Outcome.EXPLAINED


def finish(desk: Desk, ticket: Ticket, outcome: Outcome, at: datetime) -> None:
    """End *ticket*: nobody holds it and no promise of it runs any more."""
    ticket.outcome = outcome
    ticket.closed_at = at
    ticket.holder_unit = ticket.holder_user = None
    ticket.awaits_reviewer = False
    for clock in ticket.clocks:
        if clock.runs or clock.state == ClockState.PAUSED:
            promises.cancel(desk, ticket, clock, at=at)
    promises.settle(ticket)
