"""Give a ticket to one lead unit and any joint ones, and take it back while nobody has signed."""

from datetime import datetime

from tickets.ground import flow
from tickets.ground.clock import ClockKind
from tickets.ground.desk import Desk
from tickets.ground.errors import BadField, FieldsRefused, Refused
from tickets.ground.facts import Dispatched, Recalled
from tickets.ground.flow import Move, OrderRole, OrderState, State
from tickets.ground.timeline import write_down
from tickets.ground.units import Units
from tickets.ground.words import Urgency
from tickets.ticket import Ticket, end_order, give_order, go, promises
from tickets.ticket.orders import trouble_with


def check_units(units: Units, ticket: Ticket, *, lead: str, joint: list[str]) -> None:
    """
    Hold the named units against what may be given a ticket.

    :raises FieldsRefused: names each field that cannot be used.
    """
    named = [("lead", lead), *((f"joint.{n}", code) for n, code in enumerate(joint))]
    seen: set[str] = set()
    wrong = []
    for field, code in named:
        trouble = trouble_with(units, ticket, code) or ("unit_named_twice" if code in seen else None)
        if trouble:
            wrong.append(BadField(field, trouble, {"unit": code}))
        seen.add(code)
    if wrong:
        raise FieldsRefused(*wrong)


def dispatch(
    desk: Desk, ticket: Ticket, *, lead: str, joint: list[str], note: str = "", urgency: Urgency | None = None
) -> None:
    """
    Give *ticket* to *lead*, with any *joint* units, each with a due time and the policy it rests on.

    :raises FieldsRefused: a unit cannot be given this ticket.
    :raises Refused: the petition rules gave the same petitioner a final answer on this matter
        (信访工作条例 第三十六条).
    """
    check_units(desk.rules.units, ticket, lead=lead, joint=joint)
    flow.check(State(ticket.state), Move.DISPATCH)
    if ticket.final is not None:
        raise Refused("petition_final", final=ticket.final)
    go(ticket, Move.DISPATCH, State.DISPATCHED)
    at = desk.now()
    changed = urgency is not None and urgency != ticket.urgency
    if urgency is not None:
        ticket.urgency = urgency

    promises.meet(desk, ticket, ClockKind.DISPATCH, at=at)
    lead_order = give_order(desk, ticket, lead, OrderRole.LEAD, at=at)
    for unit in joint:
        give_order(desk, ticket, unit, OrderRole.JOINT, at=at)
    ticket.holder_unit, ticket.holder_user = lead, None
    promises.settle(ticket)

    fact = Dispatched(
        lead=lead,
        joint=tuple(joint),
        round=ticket.round,
        due_at=lead_order.due_at,
        urgency=str(urgency) if changed else None,
    )
    write_down(desk, ticket, fact, at=at, note=note)


def recall(desk: Desk, ticket: Ticket, *, text: str) -> None:
    """Take *ticket* back from all its units; the table allows it only until the lead has signed."""
    go(ticket, Move.RECALL, State.REGISTERED)
    at = desk.now()
    taken = ticket.open_orders()
    for order in taken:
        end_order(desk, ticket, order, OrderState.RECALLED, at=at)
    back_to_dispatcher(desk, ticket, at=at)
    write_down(desk, ticket, Recalled(units=tuple(order.unit for order in taken)), at=at, note=text)


def back_to_dispatcher(desk: Desk, ticket: Ticket, *, at: datetime) -> None:
    """Nobody holds it; the promise to dispatch begins anew."""
    ticket.holder_unit = ticket.holder_user = None
    promises.start(desk, ticket, ClockKind.DISPATCH, at=at)
    promises.settle(ticket)
