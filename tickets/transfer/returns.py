"""A unit says that a ticket is not its own; the dispatcher decides, once and for all if need be."""

from datetime import datetime

from tickets.ground import flow
from tickets.ground.clock import ClockKind
from tickets.ground.desk import Desk
from tickets.ground.errors import Refused, bad_field
from tickets.ground.facts import Decided, ReturnAsked
from tickets.ground.flow import Move, OrderRole, OrderState, State
from tickets.ground.timeline import write_down
from tickets.ground.words import RequestKind, ReturnReason
from tickets.ticket import Order, Request, Ticket, end_order, go, order_of, promises, stays
from tickets.ticket.orders import order_by_id, trouble_with
from tickets.ticket.requests import ask, check_decision, check_not_asked, settle_request
from tickets.transfer.dispatch import back_to_dispatcher


def check_return(desk: Desk, ticket: Ticket, *, suggested_unit: str | None) -> None:
    """
    Whoever says "not mine" may say whose it is, but not one that may not have it.

    :raises FieldsRefused: the suggested unit cannot be given this ticket.
    """
    if suggested_unit and (trouble := trouble_with(desk.rules.units, ticket, suggested_unit)):
        raise bad_field("suggested_unit", trouble, unit=suggested_unit)


def ask_return(
    desk: Desk, ticket: Ticket, *, reason: ReturnReason, text: str, suggested_unit: str | None = None
) -> None:
    """
    Ask to take the order of the actor's unit back, with a reason (潍坊市12345条例 第二十二条).

    :raises Refused: the unit was designated, the window is over, or it is asked already.
    :raises FieldsRefused: the suggested unit cannot be given this ticket.
    """
    check_return(desk, ticket, suggested_unit=suggested_unit)
    flow.check(State(ticket.state), Move.ASK_RETURN)
    order = order_of(ticket, desk.actor.unit)
    if order.designated:
        raise Refused("designated")
    check_not_asked(ticket, RequestKind.RETURN, order)
    at = desk.now()
    if _window_is_over(ticket, order, at):
        raise Refused("return_window_over")
    stays(ticket, Move.ASK_RETURN)
    request = ask(
        desk,
        ticket,
        RequestKind.RETURN,
        at=at,
        order=order,
        text=text,
        reason=reason,
        suggested_unit=suggested_unit,
    )
    promises.settle(ticket)
    fact = ReturnAsked(
        request=str(request.id),
        order=str(order.id),
        order_role=order.role,
        unit=order.unit,
        reason=reason,
        suggested_unit=suggested_unit,
    )
    write_down(desk, ticket, fact, at=at, note=text)


def _window_is_over(ticket: Ticket, order: Order, at: datetime) -> bool:
    windows = [
        clock.due_at
        for clock in ticket.clocks
        if clock.kind == ClockKind.RETURN_WINDOW and clock.order_id == order.id
    ]
    return bool(windows) and at > max(windows)


def decide_return(
    desk: Desk, ticket: Ticket, request: Request, *, grant: bool, text: str, designate: bool = False
) -> None:
    """
    Take the order back, or leave it where it is; *designate* leaves it there for good.

    Granted for the lead, all open orders of the round end and the ticket is dispatched anew; granted for
    another, only that one and what it gave on.

    :raises OwnRequest: the same human being asked it.
    :raises Refused: it is decided already, or the moment is wrong.
    :raises FieldsRefused: a refusal without its reason.
    """
    check_decision(desk, request, grant=grant, text=text)
    order = order_by_id(ticket, request.order_id)
    if order is None:
        raise LookupError(f"{ticket.ref} has a request for an order that is not there")
    leads = order.role == OrderRole.LEAD
    to = State.REGISTERED if grant and leads else State(ticket.state)
    go(ticket, Move.DECIDE, to)
    at = desk.now()
    settle_request(desk, ticket, request, granted=grant, text=text, at=at)
    if grant:
        for ended in ticket.open_orders() if leads else [order, *ticket.orders_under(order)]:
            end_order(desk, ticket, ended, OrderState.RETURNED, at=at)
    elif designate:
        order.designated = True
    if to is State.REGISTERED:
        back_to_dispatcher(desk, ticket, at=at)
    promises.settle(ticket)
    fact = Decided(
        request=str(request.id),
        kind=request.kind,
        granted=grant,
        to=to,
        order=str(order.id),
        order_role=order.role,
        unit=order.unit,
        designated=designate and not grant,
        effect={"reason": request.reason},
    )
    write_down(desk, ticket, fact, at=at, note=text)
