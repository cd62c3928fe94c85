"""Once more: the reviewer opens another round; the ones before stay as they are."""

from tickets.ground import flow
from tickets.ground.clock import ClockKind
from tickets.ground.desk import Desk
from tickets.ground.errors import Refused, bad_field
from tickets.ground.facts import Reworked
from tickets.ground.flow import Move, OrderRole, State
from tickets.ground.timeline import write_down
from tickets.ground.units import Units
from tickets.ticket import Ticket, begin_round, give_order, go, promises
from tickets.ticket.followers import leave_master
from tickets.ticket.orders import trouble_with

#: Rounds a reviewer may open; from then on the supervisor decides.
ROUNDS_WITHOUT_SUPERVISOR = 3


def rework(desk: Desk, ticket: Ticket, *, text: str, unit: str | None = None) -> None:
    """
    Open the next round at the lead of the last one, or at *unit*. A ticket that followed another goes alone.

    :raises FieldsRefused: *unit* cannot be given this ticket, or none is named and there was no lead.
    :raises Refused: the supervisor must decide on a further round.
    """
    before = ticket.lead_order()
    lead = unit or (before.unit if before else "")
    check_rework(desk.rules.units, ticket, unit=unit)
    flow.check(State(ticket.state), Move.REWORK)
    if ticket.round >= ROUNDS_WITHOUT_SUPERVISOR and desk.actor.role != "supervisor":
        raise Refused("too_many_rounds", rounds=ticket.round)
    go(ticket, Move.REWORK, State.DISPATCHED)
    at = desk.now()
    begin_round(ticket)
    left = leave_master(desk, ticket, at=at)

    for clock in promises.running(ticket, ClockKind.CALLBACK):
        promises.cancel(desk, ticket, clock, at=at)
    order = give_order(desk, ticket, lead, OrderRole.LEAD, at=at)
    ticket.holder_unit, ticket.holder_user = lead, None
    promises.settle(ticket)

    fact = Reworked(unit=lead, round=ticket.round, due_at=order.due_at, left=left)
    write_down(desk, ticket, fact, at=at, note=text)


def check_rework(units: Units, ticket: Ticket, *, unit: str | None) -> None:
    """
    Hold the unit of a new round against what may be given a ticket.

    :raises FieldsRefused: it cannot be given this one, or there is none.
    """
    before = ticket.lead_order()
    code = unit or (before.unit if before else "")
    if not code:
        raise bad_field("unit", "missing")
    if trouble := trouble_with(units, ticket, code):
        raise bad_field("unit", trouble, unit=code)
