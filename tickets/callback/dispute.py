"""The citizen does not accept how it ended: within ten days, once, a new round begins."""

from datetime import timedelta

from sqlmodel import col, select

from tickets.ground import flow
from tickets.ground.clock import ClockKind
from tickets.ground.desk import Desk
from tickets.ground.errors import Refused
from tickets.ground.facts import Disputed
from tickets.ground.flow import Move, Outcome, State
from tickets.ground.timeline import write_down
from tickets.ticket import Ticket, begin_round, go, promises
from tickets.ticket.followers import leave_master

#: How long after closing, and how often without new facts (the district's own rule).
WITHIN, MOST = timedelta(days=10), 1


def dispute(desk: Desk, ticket: Ticket, *, text: str) -> None:
    """
    Open a closed ticket again, in a new round, for the dispatcher to give out.

    :raises Refused: it is too late, was disputed before, was handed over, or goes on in another ticket.
    """
    flow.check(State(ticket.state), Move.DISPUTE)
    at = desk.now()
    if ticket.outcome == Outcome.HANDED_OVER:
        raise Refused("handed_over")
    if ticket.closed_at is None or at - ticket.closed_at > WITHIN:
        raise Refused("dispute_too_late", days=WITHIN.days)
    if ticket.disputes >= MOST:
        raise Refused("disputed_before")
    if _goes_on_elsewhere(desk, ticket):
        raise Refused("master_open", master=ticket.follows)
    go(ticket, Move.DISPUTE, State.REGISTERED)
    begin_round(ticket)
    ticket.disputes += 1
    left = leave_master(desk, ticket, at=at)
    promises.start(desk, ticket, ClockKind.DISPATCH, at=at)
    promises.settle(ticket)
    write_down(desk, ticket, Disputed(round=ticket.round, left=left), at=at, note=text)


def _goes_on_elsewhere(desk: Desk, ticket: Ticket) -> bool:
    if ticket.follows is None:
        return False
    open_master = select(Ticket.id).where(Ticket.ref == ticket.follows, col(Ticket.closed_at).is_(None))
    return desk.session.exec(open_master).first() is not None
