"""Every move behind one door, named by the step it belongs to; pages and API go through the same."""

from collections.abc import Callable

from app.access.accounts import Viewer
from app.access.rules import may
from app.moves import callback, handling, intake, transfer
from app.moves.decisions import check_decision_body, decide, request_of
from app.moves.door import Door
from app.moves.taking_down import take_down
from app.reading.one_ticket import facts_of
from tickets.ground import flow
from tickets.ground.desk import CLOCKWORK, Desk
from tickets.ground.errors import MoveNotAllowed, NotYours, Stale
from tickets.ground.flow import Move, State
from tickets.intake.draft import Strict
from tickets.ticket import Ticket

__all__ = [
    "DOORS",
    "Door",
    "check_decision_body",
    "check_version",
    "decide",
    "make",
    "request_of",
    "step",
    "take_down",
]

DOORS: dict[Move, Door] = {**intake.DOORS, **transfer.DOORS, **handling.DOORS, **callback.DOORS}


def check_version(ticket: Ticket, expected: int | None) -> None:
    """
    Hold the version somebody read against the one there is.

    :raises Stale: the ticket was changed since.
    """
    if expected is not None and expected != ticket.version:
        raise Stale(version=ticket.version, expected=expected)


def step(desk: Desk, viewer: Viewer, ticket: Ticket, version: int | None, act: Callable[[], None]) -> None:
    """
    Take a step on the *ticket* somebody read as *version*; who comes too late is told who was first.

    :raises TicketError: it is refused; the error says why.
    """
    try:
        check_version(ticket, version)
        act()
    except (Stale, MoveNotAllowed) as late:
        last = facts_of(desk.session, viewer, ticket, limit=1, after=max(ticket.seq - 1, 0))
        if last and last[0].entry.role != CLOCKWORK.role:
            late.params["by"] = last[0].entry.by
        raise


def make(desk: Desk, ticket: Ticket, viewer: Viewer, move: Move, body: Strict) -> None:
    """
    Make *move* for *viewer*: first whether the moment is right (409), then whether the person is (403).

    :raises TicketError: it is refused; the error says why.
    """
    flow.check(State(ticket.state), move)
    if not may(viewer, move, ticket):
        raise NotYours(move=move)
    DOORS[move].act(desk, viewer, ticket, body)
