"""Two persons to open who is behind a sealed ticket: one asks with a reason, the auditor agrees."""

from datetime import timedelta

from tickets.ground import flow
from tickets.ground.desk import Desk
from tickets.ground.errors import Refused
from tickets.ground.facts import Decided, UnsealAsked
from tickets.ground.flow import Move, State
from tickets.ground.timeline import write_down
from tickets.ground.words import RequestKind
from tickets.ticket import Request, Ticket, promises, stays
from tickets.ticket.requests import ask, check_decision, check_not_asked, settle_request

#: How long who asked may look, once it is granted.
OPEN_FOR = timedelta(hours=24)


def ask_unseal(desk: Desk, ticket: Ticket, *, text: str) -> None:
    """
    Ask to see the citizen's identity, with the reason in *text* (济南市12345条例 第三十二条).

    :raises Refused: the ticket is not sealed, or it is asked already.
    """
    flow.check(State(ticket.state), Move.ASK_UNSEAL)
    if not ticket.sealed:
        raise Refused("not_sealed")
    check_not_asked(ticket, RequestKind.UNSEAL, None)
    stays(ticket, Move.ASK_UNSEAL)
    at = desk.now()
    request = ask(desk, ticket, RequestKind.UNSEAL, at=at, order=None, text=text)
    promises.settle(ticket)
    write_down(desk, ticket, UnsealAsked(request=str(request.id)), at=at, note=text, visible_to="hotline")


def decide_unseal(desk: Desk, ticket: Ticket, request: Request, *, grant: bool, text: str) -> None:
    """
    Let who asked look for a day, or not. Each look is a fact of its own.

    :raises OwnRequest: the same human being asked it.
    :raises Refused: it is decided already.
    :raises FieldsRefused: a refusal without its reason.
    """
    check_decision(desk, request, grant=grant, text=text)
    stays(ticket, Move.DECIDE)
    at = desk.now()
    settle_request(desk, ticket, request, granted=grant, text=text, at=at)
    promises.settle(ticket)
    fact = Decided(
        request=str(request.id),
        kind=request.kind,
        granted=grant,
        to=State(ticket.state),
        order=None,
        order_role=None,
        unit=None,
        effect={},
    )
    write_down(desk, ticket, fact, at=at, note=text, visible_to="hotline")
