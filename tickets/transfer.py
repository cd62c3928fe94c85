"""Give a ticket to the units that must answer: one lead, any joint ones; once more in a new round."""

from datetime import datetime

from tickets.ground.clock import ClockKind
from tickets.ground.desk import Desk
from tickets.ground.errors import BadField, FieldsRefused, Refused
from tickets.ground.facts import Dispatched, Reworked
from tickets.ground.flow import Move, OrderRole, State
from tickets.ground.policy import SlaPolicy
from tickets.ground.timeline import write_down
from tickets.ground.units import Units
from tickets.ground.words import UnitKind, Urgency
from tickets.ticket import Order, Ticket, go, promises

#: Rounds a reviewer may open; from then on the supervisor decides.
ROUNDS_WITHOUT_SUPERVISOR = 3


def check_units(units: Units, ticket: Ticket, *, lead: str, joint: list[str]) -> None:
    """
    Hold the named units against what may be given a ticket.

    Never the unit complained about or one below it (济南市12345条例 第三十二条), never an agency, because the
    handling of requests may not be handed to a third party (国办函〔2025〕66号).

    :raises FieldsRefused: names each field that cannot be used.
    """
    named = [("lead", lead), *((f"joint.{n}", code) for n, code in enumerate(joint))]
    seen: set[str] = set()
    wrong = []
    for field, code in named:
        if trouble := _trouble(units, ticket, code, seen):
            wrong.append(BadField(field, trouble, {"unit": code}))
        seen.add(code)
    if wrong:
        raise FieldsRefused(*wrong)


def _trouble(units: Units, ticket: Ticket, code: str, seen: set[str]) -> str | None:
    unit = units.get(code)
    if unit is None or not unit.active:
        return "unknown_unit"
    if unit.kind == UnitKind.AGENCY:
        return "agency_not_allowed"
    if any(units.is_at_or_below(code, about) for about in ticket.about_units):
        return "unit_complained_about"
    return "unit_named_twice" if code in seen else None


def dispatch(
    desk: Desk, ticket: Ticket, *, lead: str, joint: list[str], note: str = "", urgency: Urgency | None = None
) -> None:
    """
    Give *ticket* to *lead*, with any *joint* units, each with a due time and the policy it rests on.

    :raises FieldsRefused: a unit cannot be given this ticket.
    """
    check_units(desk.rules.units, ticket, lead=lead, joint=joint)
    go(ticket, Move.DISPATCH, State.DISPATCHED)
    at = desk.now()
    if urgency is not None:
        ticket.urgency = urgency

    promises.meet(desk, ticket, ClockKind.DISPATCH, at=at)
    lead_order = _give(desk, ticket, lead, OrderRole.LEAD, at)
    for unit in joint:
        _give(desk, ticket, unit, OrderRole.JOINT, at)
    ticket.holder_unit, ticket.holder_user = lead, None
    promises.settle(ticket)

    fact = Dispatched(lead=lead, joint=tuple(joint), round=ticket.round, due_at=lead_order.due_at)
    write_down(desk, ticket, fact, at=at, note=note)


def rework(desk: Desk, ticket: Ticket, *, text: str, unit: str | None = None) -> None:
    """
    Open the next round at the lead of the last one, or at *unit*. Earlier rounds stay as they are.

    :raises FieldsRefused: *unit* cannot be given this ticket.
    :raises Refused: the supervisor must decide on a further round.
    """
    before = ticket.lead_order()
    lead = unit or (before.unit if before else "")
    check_rework(desk.rules.units, ticket, unit=lead)
    if ticket.round >= ROUNDS_WITHOUT_SUPERVISOR and desk.actor.role != "supervisor":
        raise Refused("too_many_rounds", rounds=ticket.round)
    go(ticket, Move.REWORK, State.DISPATCHED)
    at = desk.now()
    ticket.round += 1
    ticket.unit_solved = ticket.citizen_solved = ticket.satisfaction = None
    ticket.callback_attempts = 0
    ticket.awaits_reviewer = False

    for clock in promises.running(ticket, ClockKind.CALLBACK):
        promises.cancel(desk, ticket, clock, at=at)
    order = _give(desk, ticket, lead, OrderRole.LEAD, at)
    ticket.holder_unit, ticket.holder_user = lead, None
    promises.settle(ticket)

    write_down(desk, ticket, Reworked(unit=lead, round=ticket.round, due_at=order.due_at), at=at, note=text)


def check_rework(units: Units, ticket: Ticket, *, unit: str | None) -> None:
    """
    Hold the unit of a new round against what may be given a ticket.

    :raises FieldsRefused: it cannot be given this one.
    """
    if unit and (trouble := _trouble(units, ticket, unit, set())):
        raise FieldsRefused(BadField("unit", trouble, {"unit": unit}))


def _give(desk: Desk, ticket: Ticket, unit: str, role: OrderRole, at: datetime) -> Order:
    policy = _handle_policy(desk, ticket, unit)
    due = promises.promise(desk.rules, policy, at, ticket)
    order = Order(
        ticket_id=ticket.id,
        unit=unit,
        role=role,
        round=ticket.round,
        due_at=due.at,
        policy=policy.code,
        given_at=at,
    )
    desk.add(order)
    ticket.orders.append(order)
    promises.start(desk, ticket, ClockKind.SIGN, at=at, order=order)
    promises.start(desk, ticket, ClockKind.HANDLE, at=at, order=order)
    # Questions about a sealed matter go through the hotline, and joint units speak to the lead.
    if role is OrderRole.LEAD and not ticket.sealed:
        promises.start(desk, ticket, ClockKind.CONTACT, at=at, order=order)
    return order


def _handle_policy(desk: Desk, ticket: Ticket, unit: str) -> SlaPolicy:
    policy = desk.rules.policy_for(ClockKind.HANDLE, ticket, unit)
    if policy is None:
        raise LookupError("the table of promises has no default row for handling")
    return policy
