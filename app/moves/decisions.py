"""Decide on what somebody else asked: which request it is, who may, and the operation of its kind."""

from collections.abc import Callable, Mapping
from uuid import UUID

from app.access.accounts import Viewer
from app.access.rules import may_decide
from app.api import bodies
from tickets import callback, handling, transfer, unsealing
from tickets.ground import flow
from tickets.ground.desk import Desk
from tickets.ground.errors import NotFound, NotYours
from tickets.ground.flow import Move, State
from tickets.ground.words import RequestKind
from tickets.ticket import Request, Ticket
from tickets.ticket.requests import check_refusal

Decide = Callable[[Desk, Ticket, Request, bodies.DecideBody], None]


def _return(desk: Desk, ticket: Ticket, request: Request, body: bodies.DecideBody) -> None:
    transfer.decide_return(desk, ticket, request, grant=body.grant, text=body.text, designate=body.designate)


def _extension(desk: Desk, ticket: Ticket, request: Request, body: bodies.DecideBody) -> None:
    handling.decide_extension(desk, ticket, request, grant=body.grant, text=body.text)


def _shelving(desk: Desk, ticket: Ticket, request: Request, body: bodies.DecideBody) -> None:
    handling.decide_shelving(desk, ticket, request, grant=body.grant, text=body.text)


def _termination(desk: Desk, ticket: Ticket, request: Request, body: bodies.DecideBody) -> None:
    handling.decide_termination(desk, ticket, request, grant=body.grant, text=body.text)


def _sign_off(desk: Desk, ticket: Ticket, request: Request, body: bodies.DecideBody) -> None:
    handling.decide_sign_off(desk, ticket, request, grant=body.grant, text=body.text)


def _withdrawal(desk: Desk, ticket: Ticket, request: Request, body: bodies.DecideBody) -> None:
    callback.decide_withdrawal(desk, ticket, request, grant=body.grant, text=body.text)


def _unseal(desk: Desk, ticket: Ticket, request: Request, body: bodies.DecideBody) -> None:
    unsealing.decide_unseal(desk, ticket, request, grant=body.grant, text=body.text)


DECISIONS: Mapping[RequestKind, Decide] = {
    RequestKind.RETURN: _return,
    RequestKind.EXTENSION: _extension,
    RequestKind.SHELVING: _shelving,
    RequestKind.TERMINATION: _termination,
    RequestKind.SIGN_OFF: _sign_off,
    RequestKind.WITHDRAWAL: _withdrawal,
    RequestKind.UNSEAL: _unseal,
}


def request_of(ticket: Ticket, number: str) -> Request:
    """
    Find the request *number* of *ticket*.

    :raises NotFound: it has none of that number.
    """
    try:
        wanted = UUID(number)
    except ValueError:
        raise NotFound from None
    found = next((one for one in ticket.requests if one.id == wanted), None)
    if found is None:
        raise NotFound
    return found


def check_decision_body(body: bodies.DecideBody) -> None:
    """
    Hold the body against itself.

    :raises FieldsRefused: a refusal without its reason.
    """
    check_refusal(grant=body.grant, text=body.text)


def decide(desk: Desk, viewer: Viewer, ticket: Ticket, request: Request, body: bodies.DecideBody) -> None:
    """
    Decide on *request* for *viewer*: is the moment right (409), then is it the right person (403).

    :raises TicketError: it is refused; the error says why.
    """
    flow.check(State(ticket.state), Move.DECIDE)
    if not may_decide(viewer, ticket, request):
        raise NotYours(move=Move.DECIDE)
    DECISIONS[RequestKind(request.kind)](desk, ticket, request, body)
