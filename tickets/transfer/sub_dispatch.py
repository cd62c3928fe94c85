"""A unit gives a share of its order to a unit below it, with a sign, an answer and a due time of its own."""

from datetime import datetime

from tickets.ground import flow
from tickets.ground.desk import Desk
from tickets.ground.errors import Refused, bad_field
from tickets.ground.facts import SubDispatched
from tickets.ground.flow import Move, OrderRole, OrderState, State
from tickets.ground.timeline import write_down
from tickets.ground.units import Units
from tickets.ground.words import RequestKind, UnitKind
from tickets.ticket import Ticket, give_order, order_of, promises, stays
from tickets.ticket.orders import trouble_with


def check_sub_unit(units: Units, ticket: Ticket, *, giver: str | None, unit: str) -> None:
    """
    A share goes down the tree of units; a bureau may give one to any subdistrict, too.

    :raises FieldsRefused: *unit* does not stand below the giver, may not be given the ticket, or has a share.
    """
    trouble = trouble_with(units, ticket, unit)
    if trouble is None and not may_give(units, giver or "", unit):
        trouble = "not_below"
    if trouble is None and any(order.unit == unit for order in ticket.open_orders()):
        trouble = "unit_has_share"
    if trouble:
        raise bad_field("unit", trouble, unit=unit)


def may_give(units: Units, giver: str, unit: str) -> bool:
    """Whether *unit* stands below *giver*, or is a subdistrict and the giver a bureau."""
    above, below = units.get(giver), units.get(unit)
    if above is None or below is None or giver == unit:
        return False
    if above.kind == UnitKind.BUREAU and below.kind == UnitKind.SUBDISTRICT:
        return True
    return units.is_at_or_below(unit, giver)


def sub_dispatch(
    desk: Desk, ticket: Ticket, *, unit: str, note: str = "", due_at: datetime | None = None
) -> None:
    """
    Give *unit* a share of the order of the actor's unit, due no later than that one.

    :raises FieldsRefused: *unit* cannot have it, or *due_at* lies in the past or after the order's own due.
    :raises Refused: the order is not signed, or its answer waits for a signature.
    """
    check_sub_unit(desk.rules.units, ticket, giver=desk.actor.unit, unit=unit)
    flow.check(State(ticket.state), Move.SUB_DISPATCH)
    parent = order_of(ticket, desk.actor.unit)
    if parent.state != OrderState.SIGNED:
        raise Refused("sign_first")
    if any(one.kind == RequestKind.SIGN_OFF and one.order_id == parent.id for one in ticket.open_requests()):
        raise Refused("sign_off_waits")
    at = desk.now()
    if due_at is not None and due_at <= at:
        raise bad_field("due_at", "in_the_past")
    if due_at is not None and due_at > parent.due_at:
        raise bad_field("due_at", "after_parent")
    stays(ticket, Move.SUB_DISPATCH)
    order = give_order(desk, ticket, unit, OrderRole.SUB, at=at, parent=parent, fixed_at=due_at)
    promises.settle(ticket)
    fact = SubDispatched(
        unit=unit, by_unit=parent.unit, parent=str(parent.id), order=str(order.id), due_at=order.due_at
    )
    write_down(desk, ticket, fact, at=at, note=note)
