"""The citizen does not want it any more; of reports and supervised matters somebody asks back."""

from tickets.ground import flow
from tickets.ground.desk import Desk
from tickets.ground.facts import Decided, WithdrawalAsked, Withdrawn
from tickets.ground.flow import Move, Outcome, State
from tickets.ground.timeline import write_down
from tickets.ground.words import RequestKind
from tickets.ticket import Request, Ticket, finish, go, promises, stays
from tickets.ticket.followers import release_followers
from tickets.ticket.requests import ask, check_decision, check_not_asked, settle_request


def withdraw(desk: Desk, ticket: Ticket, *, text: str) -> None:
    """
    End *ticket* because its citizen says so. What others said of the same matter goes on by itself.

    A report or a supervised matter waits for the reviewer, who hears the citizen first: nobody shall be
    talked out of it.

    :raises Refused: it is asked already.
    """
    flow.check(State(ticket.state), Move.WITHDRAW)
    if not ticket.sealed and ticket.supervised is None:
        go(ticket, Move.WITHDRAW, State.CLOSED)
        at = desk.now()
        release_followers(desk, ticket, at=at)
        finish(desk, ticket, Outcome.WITHDRAWN, at)
        write_down(desk, ticket, Withdrawn(), at=at, note=text)
        return
    check_not_asked(ticket, RequestKind.WITHDRAWAL, None)
    stays(ticket, Move.WITHDRAW)
    at = desk.now()
    request = ask(desk, ticket, RequestKind.WITHDRAWAL, at=at, order=None, text=text)
    promises.settle(ticket)
    fact = WithdrawalAsked(request=str(request.id))
    write_down(desk, ticket, fact, at=at, note=text, visible_to="hotline")


def decide_withdrawal(desk: Desk, ticket: Ticket, request: Request, *, grant: bool, text: str) -> None:
    """
    Let it end, or have it go on, after hearing the citizen.

    :raises OwnRequest: the same human being asked it.
    :raises Refused: it is decided already.
    :raises FieldsRefused: a refusal without its reason.
    """
    check_decision(desk, request, grant=grant, text=text)
    go(ticket, Move.DECIDE, State.CLOSED if grant else State(ticket.state))
    at = desk.now()
    settle_request(desk, ticket, request, granted=grant, text=text, at=at)
    if grant:
        release_followers(desk, ticket, at=at)
        finish(desk, ticket, Outcome.WITHDRAWN, at)
    promises.settle(ticket)
    fact = Decided(
        request=str(request.id),
        kind=request.kind,
        granted=grant,
        to=ticket.state,
        order=None,
        order_role=None,
        unit=None,
        effect={},
    )
    write_down(desk, ticket, fact, at=at, note=text, visible_to="hotline")
