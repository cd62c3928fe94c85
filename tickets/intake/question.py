"""Ask the citizen for more, hear what is said, or go on without it."""

from datetime import datetime, timedelta

from sqlmodel import select

from tickets.ground import flow
from tickets.ground.clock import Clock, ClockKind, ClockState
from tickets.ground.desk import Desk
from tickets.ground.errors import Refused
from tickets.ground.facts import CitizenAsked, NotSupplemented, Supplemented
from tickets.ground.flow import Move, OrderRole, State
from tickets.ground.timeline import Entry, write_down
from tickets.ground.words import PauseGround
from tickets.ticket import Ticket, go, order_of, promises

#: Why a clock stands still meanwhile.
GROUND = PauseGround.AWAITING_INFORMATION
#: What does not run while the citizen is asked: our promise to dispatch, and the unit's to handle.
STOPS = frozenset({ClockKind.DISPATCH, ClockKind.HANDLE})


def ask_citizen(desk: Desk, ticket: Ticket, *, text: str) -> None:
    """
    Ask the citizen for papers or words; the promise to handle stands still until they come, or time is over.

    :raises Refused: a unit asked in this round already, it is not the lead, or its share has ended.
    """
    flow.check(State(ticket.state), Move.ASK_CITIZEN)
    unit = _asking_unit(desk, ticket)
    go(ticket, Move.ASK_CITIZEN, State.AWAITING_INFORMATION)
    at = desk.now()
    longest: list[timedelta] = []
    for clock in ticket.clocks:
        policy = desk.rules.pinned(clock.policy, clock.kind, clock.policy_version)
        if clock.kind in STOPS and clock.runs and policy.pauses_for(GROUND):
            promises.pause(desk, ticket, clock, GROUND, at=at)
            longest += filter(None, [policy.longest_pause(GROUND)])
    latest_at = at + min(longest) if longest else None
    limit = promises.start(desk, ticket, ClockKind.SUPPLEMENT, at=at, latest_at=latest_at)
    if limit is None:
        raise LookupError("the table of promises has no row for waiting for the citizen")
    promises.settle(ticket)
    write_down(desk, ticket, CitizenAsked(unit=unit, until=limit.due_at), at=at, note=text)


def _asking_unit(desk: Desk, ticket: Ticket) -> str | None:
    """The unit that asks, once a round; None where the hotline asks for itself."""
    if desk.actor.role not in ("handler", "head"):
        return None
    order = order_of(ticket, desk.actor.unit)
    if order.role != OrderRole.LEAD:
        raise Refused("lead_only")
    asked = select(Entry.data, Entry.at).where(Entry.ticket_id == ticket.id, Entry.what == CitizenAsked.name)
    if any(data["unit"] and at >= order.given_at for data, at in desk.session.exec(asked).all()):
        raise Refused("asked_this_round")
    return order.unit


def supplement(desk: Desk, ticket: Ticket, *, text: str) -> None:
    """Add what the citizen said since. A ticket that waited for it goes back to where it was."""
    waited = ticket.state == State.AWAITING_INFORMATION
    to = _state_before(ticket) if waited else State(ticket.state)
    go(ticket, Move.SUPPLEMENT, to)
    at = desk.now()
    if waited:
        _go_on(desk, ticket, ClockState.MET, at)
    write_down(desk, ticket, Supplemented(to=to), at=at, note=text)


def stop_waiting(desk: Desk, ticket: Ticket, _clock: Clock) -> None:
    """The citizen's time is over: go on with what there is."""
    to = _state_before(ticket)
    go(ticket, Move.STOP_WAITING, to)
    at = desk.now()
    _go_on(desk, ticket, ClockState.CANCELLED, at)
    write_down(desk, ticket, NotSupplemented(to=to), at=at)


def _state_before(ticket: Ticket) -> State:
    lead = ticket.lead_order()
    return State.HANDLING if lead is not None and lead.is_open else State.REGISTERED


def _go_on(desk: Desk, ticket: Ticket, ended: ClockState, at: datetime) -> None:
    for clock in ticket.clocks:
        if clock.kind == ClockKind.SUPPLEMENT and clock.runs:
            clock.state, clock.next_at = ended, None
            clock.met_at = at if ended is ClockState.MET else None
        elif clock.state == ClockState.PAUSED and clock.paused_for == GROUND:
            promises.go_on(desk, ticket, clock, at=at)
    for order in ticket.orders:
        order.due_at = promises.handle_due(ticket, order)
    promises.settle(ticket)
