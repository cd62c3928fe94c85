"""Give a unit its share of a ticket, take it away, and say which units may have one at all."""

from datetime import datetime
from uuid import UUID

from tickets.ground.clock import ClockKind
from tickets.ground.desk import Desk
from tickets.ground.errors import NotYours, Refused
from tickets.ground.flow import OrderRole, OrderState
from tickets.ground.policy import SlaPolicy
from tickets.ground.units import Units
from tickets.ground.words import UnitKind
from tickets.ticket import promises
from tickets.ticket.order_rows import Order
from tickets.ticket.requests import lapse_requests
from tickets.ticket.rows import Ticket


def trouble_with(units: Units, ticket: Ticket, code: str) -> str | None:
    """
    Say why the unit *code* cannot be given *ticket*; None where it can.

    Never the unit complained about or one below it (济南市12345条例 第三十二条), never an agency, because the
    handling of requests may not be handed to a third party (国办函〔2025〕66号).
    """
    unit = units.get(code)
    if unit is None or not unit.active:
        return "unknown_unit"
    if unit.kind == UnitKind.AGENCY:
        return "agency_not_allowed"
    if is_about(units, ticket, code):
        return "unit_complained_about"
    return None


def is_about(units: Units, ticket: Ticket, code: str) -> bool:
    """Whether *ticket* complains about the unit *code* or one above it."""
    return any(units.is_at_or_below(code, about) for about in ticket.about_units)


def give_order(  # noqa: PLR0913 - to whom, as what, from when, under what and until when, and no two are one
    desk: Desk,
    ticket: Ticket,
    unit: str,
    role: OrderRole,
    *,
    at: datetime,
    parent: Order | None = None,
    fixed_at: datetime | None = None,
) -> Order:
    """Give *unit* a share of *ticket* with a due time and the policy it rests on, and start its clocks."""
    policy = _handle_policy(desk, ticket, unit)
    latest_at = parent.due_at if parent and fixed_at is None else None
    counted = promises.promise(desk.rules, policy, at, ticket).at
    order = Order(
        ticket_id=ticket.id,
        unit=unit,
        role=role,
        parent=parent.id if parent else None,
        round=ticket.round,
        due_at=promises.bounded(counted, fixed_at, latest_at),
        policy=policy.code,
        given_at=at,
    )
    desk.add(order)
    ticket.orders.append(order)
    promises.start(desk, ticket, ClockKind.SIGN, at=at, order=order)
    promises.start(desk, ticket, ClockKind.RETURN_WINDOW, at=at, order=order)
    promises.start(desk, ticket, ClockKind.HANDLE, at=at, order=order, fixed_at=fixed_at, latest_at=latest_at)
    # Questions about a sealed matter go through the hotline, and the other units speak to the lead.
    if role is OrderRole.LEAD and not ticket.sealed:
        promises.start(desk, ticket, ClockKind.CONTACT, at=at, order=order)
    return order


def end_order(desk: Desk, ticket: Ticket, order: Order, state: OrderState, *, at: datetime) -> None:
    """End *order* without an answer: its clocks stop, and nobody decides any more what it asked for."""
    order.state = state
    order.ended_at = at
    promises.cancel_of_order(desk, ticket, order, at=at)
    lapse_requests(desk, ticket, at=at, order=order)


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


def order_by_id(ticket: Ticket, order_id: UUID | None) -> Order | None:
    """The order with this key, or None."""
    return next((order for order in ticket.orders if order.id == order_id), None)


def handle_policy_of(desk: Desk, ticket: Ticket, order: Order) -> SlaPolicy:
    """The promise *order* was given under, in the version it pinned."""
    clock = next(
        (one for one in ticket.clocks if one.kind == ClockKind.HANDLE and one.order_id == order.id), None
    )
    if clock is None:
        return _handle_policy(desk, ticket, order.unit)
    return desk.rules.pinned(clock.policy, clock.kind, clock.policy_version)


def _handle_policy(desk: Desk, ticket: Ticket, unit: str) -> SlaPolicy:
    policy = desk.rules.policy_for(ClockKind.HANDLE, ticket, unit)
    if policy is None:
        raise LookupError("the table of promises has no default row for handling")
    return policy
