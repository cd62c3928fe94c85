"""What every move does to the ticket row: lock it, go where the table says, end it."""

from datetime import datetime

from sqlalchemy.sql import ColumnElement
from sqlmodel import col, select

from tickets.ground import flow
from tickets.ground.clock import ClockState
from tickets.ground.desk import Desk
from tickets.ground.errors import NotFound
from tickets.ground.flow import Move, OrderState, Outcome, State
from tickets.ground.words import Verdict
from tickets.ticket import promises
from tickets.ticket.orders import end_order
from tickets.ticket.request_rows import SupervisionCard
from tickets.ticket.requests import lapse_requests
from tickets.ticket.rows import Ticket
from tickets.ticket.whole import read_whole


def lock_ticket(desk: Desk, *conditions: ColumnElement[bool]) -> Ticket:
    """
    Lock the one ticket that meets *conditions*, with its orders, requests, clocks and masked identity.

    :raises NotFound: there is none.
    """
    found = lock_tickets(desk, *conditions)
    if len(found) != 1:
        raise NotFound
    return found[0]


def lock_tickets(desk: Desk, *conditions: ColumnElement[bool]) -> list[Ticket]:
    """Lock all tickets that meet *conditions*, lowest number first, with what hangs on them."""
    # What was changed meanwhile is written first: a ticket on the desk is read anew as it is locked again.
    desk.clear()
    found = desk.session.exec(
        select(Ticket)
        .where(*conditions)
        .order_by(col(Ticket.id))
        .with_for_update(of=Ticket)
        .execution_options(populate_existing=True)
    ).all()
    # Only now: what was read beside the ticket would be as it was before the lock was waited for.
    read_whole(desk.session, found, anew=True)
    return list(found)


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


def outcome_of(ticket: Ticket) -> Outcome:
    """How a ticket closes by its unit's verdict: solved only where the lead's last reply says yes."""
    if ticket.follows is not None:
        return Outcome.MERGED
    return Outcome.SOLVED if ticket.unit_solved == Verdict.YES else Outcome.EXPLAINED


def finish(desk: Desk, ticket: Ticket, outcome: Outcome, at: datetime) -> None:
    """End *ticket*: nobody holds it, owes it an answer or a decision, and no promise of it runs any more."""
    ticket.outcome = outcome
    ticket.closed_at = at
    ticket.holder_unit = ticket.holder_user = None
    ticket.awaits_reviewer = False
    ticket.wakes_at = None
    for order in ticket.open_orders():
        end_order(desk, ticket, order, OrderState.LAPSED, at=at)
    lapse_requests(desk, ticket, at=at)
    for card in open_cards(desk, ticket):
        card.ended_at = at
    for clock in ticket.clocks:
        if clock.runs or clock.state == ClockState.PAUSED:
            promises.cancel(desk, ticket, clock, at=at)
    promises.settle(ticket)


def open_cards(desk: Desk, ticket: Ticket) -> list[SupervisionCard]:
    """Supervision cards that still wait for their answer, the one due first on top."""
    if ticket.supervised is None:
        return []
    return list(
        desk.session.exec(
            select(SupervisionCard)
            .where(
                SupervisionCard.ticket_id == ticket.id,
                col(SupervisionCard.answered_at).is_(None),
                col(SupervisionCard.ended_at).is_(None),
            )
            .order_by(col(SupervisionCard.due_at), col(SupervisionCard.number))
        ).all()
    )


def begin_round(ticket: Ticket) -> None:
    """Open the next round: what the unit and the citizen said of the last one stays in its rows and facts."""
    ticket.round += 1
    ticket.outcome = ticket.closed_at = None
    ticket.unit_solved = ticket.citizen_solved = ticket.satisfaction = None
    ticket.callback_attempts = 0
    ticket.awaits_reviewer = False
