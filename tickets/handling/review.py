"""The reviewer's part: pass the lead's reply on to the citizen, or send it back with a reason."""

from datetime import datetime

from tickets.ground import flow
from tickets.ground.clock import ClockKind
from tickets.ground.desk import Desk
from tickets.ground.errors import bad_field
from tickets.ground.facts import Reviewed
from tickets.ground.flow import Move, OrderState, State
from tickets.ground.timeline import write_down
from tickets.ticket import Ticket, finish, go, outcome_of, promises
from tickets.ticket.followers import tell_followers


def review(desk: Desk, ticket: Ticket, *, passed: bool, text: str = "") -> None:
    """
    Pass the reply to the callback desk, or send it back to the unit with the reason in *text*.

    Where the citizen wants no answer or left no number, nobody is called and the ticket closes, unrated.

    :raises FieldsRefused: a reply cannot be sent back without a reason.
    """
    check_reason(passed=passed, text=text)
    flow.check(State(ticket.state), Move.REVIEW)
    at = desk.now()
    to = _destination(ticket, passed)
    go(ticket, Move.REVIEW, to)
    promises.meet(desk, ticket, ClockKind.REVIEW, at=at)
    if to is State.HANDLING:
        _back_to_unit(desk, ticket, at)
    elif to is State.CLOSED:
        finish(desk, ticket, outcome_of(ticket), at)
    else:
        ticket.holder_unit = ticket.holder_user = None
        promises.start(desk, ticket, ClockKind.CALLBACK, at=at)
    promises.settle(ticket)

    fact = Reviewed(passed=passed, to=to)
    write_down(desk, ticket, fact, at=at, note=text, visible_to="hotline" if passed else "all")
    if passed:
        tell_followers(desk, ticket, Reviewed.name, to_callback=True, at=at)


def check_reason(*, passed: bool, text: str) -> None:
    """
    A reply is not sent back without saying why.

    :raises FieldsRefused: the reason is missing.
    """
    if not passed and not text.strip():
        raise bad_field("text", "reason_needed")


def _destination(ticket: Ticket, passed: bool) -> State:
    if not passed:
        return State.HANDLING
    return State.CALLBACK if ticket.reachable else State.CLOSED


def _back_to_unit(desk: Desk, ticket: Ticket, at: datetime) -> None:
    order = ticket.lead_order()
    if order is None or order.ended_at is None:
        raise LookupError(f"{ticket.ref} is under review without a lead's reply")
    replied_at = order.ended_at
    order.state = OrderState.SIGNED
    order.ended_at = None
    ticket.unit_solved = None
    for clock in ticket.clocks:
        if clock.kind == ClockKind.HANDLE and clock.order_id == order.id:
            promises.run_again(desk, ticket, clock, since=replied_at, at=at)
            order.due_at = clock.due_at
