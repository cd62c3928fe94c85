"""End handling without a result: asked in writing, agreed by a second person (潍坊市12345条例 第二十一条)."""

from tickets.ground import flow
from tickets.ground.desk import Desk
from tickets.ground.errors import MoveNotAllowed, Refused
from tickets.ground.facts import Decided, TerminationAsked
from tickets.ground.flow import Move, OrderRole, Outcome, State
from tickets.ground.timeline import write_down
from tickets.ground.words import RequestKind, TerminationGround
from tickets.ticket import Request, Ticket, finish, go, order_of, promises, stays
from tickets.ticket.followers import tell_followers
from tickets.ticket.requests import ask, check_decision, check_not_asked, settle_request


def ask_termination(desk: Desk, ticket: Ticket, *, ground: TerminationGround, text: str) -> None:
    """
    Ask to end the matter on a *ground* of the closed list, with a written statement in *text*.

    :raises Refused: it is not the lead's to ask, or it is asked already.
    """
    flow.check(State(ticket.state), Move.ASK_TERMINATION)
    order = order_of(ticket, desk.actor.unit)
    if order.role != OrderRole.LEAD:
        raise Refused("lead_only")
    check_not_asked(ticket, RequestKind.TERMINATION, order)
    stays(ticket, Move.ASK_TERMINATION)
    at = desk.now()
    request = ask(desk, ticket, RequestKind.TERMINATION, at=at, order=order, text=text, reason=ground)
    promises.settle(ticket)
    fact = TerminationAsked(
        request=str(request.id),
        order=str(order.id),
        order_role=order.role,
        unit=order.unit,
        ground=ground,
    )
    write_down(desk, ticket, fact, at=at, note=text)


def decide_termination(desk: Desk, ticket: Ticket, request: Request, *, grant: bool, text: str) -> None:
    """
    End the matter, or have it handled on.

    :raises OwnRequest: the same human being asked it.
    :raises Refused: it is decided already, or the moment is wrong.
    :raises FieldsRefused: a refusal without its reason.
    """
    check_decision(desk, request, grant=grant, text=text)
    to = State.CLOSED if grant else State(ticket.state)
    if grant and ticket.state != State.HANDLING:
        raise MoveNotAllowed(state=ticket.state, move=Move.DECIDE)
    go(ticket, Move.DECIDE, to)
    at = desk.now()
    settle_request(desk, ticket, request, granted=grant, text=text, at=at)
    if grant:
        finish(desk, ticket, _outcome(request), at)
    promises.settle(ticket)
    fact = Decided(
        request=str(request.id),
        kind=request.kind,
        granted=grant,
        to=to,
        order=str(request.order_id),
        order_role=OrderRole.LEAD,
        unit=request.asked_unit,
        effect={"ground": request.reason},
    )
    write_down(desk, ticket, fact, at=at, note=text)
    if grant:
        tell_followers(desk, ticket, Decided.name, to_callback=False, at=at)


def _outcome(request: Request) -> Outcome:
    return Outcome.NO_FURTHER if request.reason == TerminationGround.NO_FURTHER else Outcome.TERMINATED
