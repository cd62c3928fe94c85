"""More time: an extension the policy allows, or a matter put aside with a promise and a date."""

from datetime import datetime

from sqlalchemy import func
from sqlalchemy.orm import selectinload
from sqlmodel import col, select

from tickets.ground import flow
from tickets.ground.clock import ClockKind, ClockState
from tickets.ground.desk import Desk
from tickets.ground.errors import Refused, bad_field
from tickets.ground.facts import Decided, ExtensionAsked, Resumed, ShelvingAsked
from tickets.ground.flow import Move, OrderRole, State
from tickets.ground.policy import SlaPolicy
from tickets.ground.timeline import write_down
from tickets.ground.words import SHELVING_GROUNDS, PauseGround, RequestKind, RequestState
from tickets.ticket import Order, Request, Ticket, go, order_of, promises, stays
from tickets.ticket.orders import handle_policy_of, order_by_id
from tickets.ticket.requests import ask, check_decision, check_not_asked, settle_request


def ask_extension(desk: Desk, ticket: Ticket, *, days: int, text: str) -> None:
    """
    Ask for *days* more of the kind the policy counts in (安阳 第五十条: before expiry, with a reason).

    The policy says who grants it: the unit's own head as far as that goes, else the supervisor; and never
    the head who asks.

    :raises FieldsRefused: more days than the policy allows.
    :raises Refused: the time is over, the policy knows no extension, there was one in this round, it is asked
        already, or another date (an outer platform's, the parent order's) stands in the way.
    """
    flow.check(State(ticket.state), Move.ASK_EXTENSION)
    order = order_of(ticket, desk.actor.unit)
    policy = handle_policy_of(desk, ticket, order)
    if policy.extension_cap == 0:
        raise Refused("no_extension", policy=policy.code)
    if days > policy.extension_cap:
        raise bad_field("days", "over_cap", cap=policy.extension_cap)
    check_not_asked(ticket, RequestKind.EXTENSION, order)
    at = desk.now()
    _check_can_be_extended(desk, ticket, order, days, at)
    stays(ticket, Move.ASK_EXTENSION)
    decider, unit = _granter(desk, policy, order, days)
    request = ask(
        desk,
        ticket,
        RequestKind.EXTENSION,
        at=at,
        order=order,
        text=text,
        days=days,
        decider=decider,
        decider_unit=unit,
    )
    promises.settle(ticket)
    fact = ExtensionAsked(
        request=str(request.id),
        order=str(order.id),
        order_role=order.role,
        unit=order.unit,
        days=days,
        decider=decider,
    )
    write_down(desk, ticket, fact, at=at, note=text)


def _check_can_be_extended(desk: Desk, ticket: Ticket, order: Order, days: int, at: datetime) -> None:
    clock = next(iter(promises.running(ticket, ClockKind.HANDLE, order.id)), None)
    if clock is None or at > clock.due_at:
        raise Refused("extension_too_late")
    if clock.extended or any(_granted(one, order) for one in ticket.requests):
        raise Refused("extended_before")
    if promises.lengthened(desk, ticket, clock, days) <= clock.due_at:
        raise Refused("other_date_stands")


def _granted(request: Request, order: Order) -> bool:
    return (request.kind, request.state, request.order_id) == (
        RequestKind.EXTENSION,
        RequestState.GRANTED,
        order.id,
    )


def _granter(desk: Desk, policy: SlaPolicy, order: Order, days: int) -> tuple[str, str | None]:
    if days <= policy.head_grants and desk.actor.role != "head":
        return "head", order.unit
    return "supervisor", None


def decide_extension(desk: Desk, ticket: Ticket, request: Request, *, grant: bool, text: str) -> None:
    """
    Grant the days, counted in one go with the rest, or refuse them. The citizen is told the new date.

    :raises OwnRequest: the same human being asked it.
    :raises Refused: it is decided already.
    :raises FieldsRefused: a refusal without its reason.
    """
    check_decision(desk, request, grant=grant, text=text)
    order = order_by_id(ticket, request.order_id)
    if order is None or request.days is None:
        raise LookupError(f"{ticket.ref} has an extension without its order")
    stays(ticket, Move.DECIDE)
    at = desk.now()
    settle_request(desk, ticket, request, granted=grant, text=text, at=at)
    effect: dict[str, object] = {"days": request.days}
    if grant:
        _extend(desk, ticket, order, request.days, at)
        effect["due_at"] = order.due_at
    promises.settle(ticket)
    fact = Decided(
        request=str(request.id),
        kind=request.kind,
        granted=grant,
        to=ticket.state,
        order=str(order.id),
        order_role=order.role,
        unit=order.unit,
        effect=effect,
    )
    write_down(desk, ticket, fact, at=at, note=text)


def _extend(desk: Desk, ticket: Ticket, order: Order, days: int, at: datetime) -> None:
    for clock in ticket.clocks:
        if clock.kind != ClockKind.HANDLE or clock.order_id != order.id:
            continue
        if clock.state == ClockState.PAUSED:
            # It is counted when the pause ends.
            clock.extended += days
            clock.due_at = promises.lengthened(desk, ticket, clock, 0)
        elif clock.runs:
            promises.lengthen(desk, ticket, clock, days, at=at)
        order.due_at = clock.due_at


def ask_shelving(
    desk: Desk, ticket: Ticket, *, until: datetime, text: str, ground: PauseGround = PauseGround.LONG_TERM
) -> None:
    """
    Ask to put the matter aside until a day, with the measures taken meanwhile (济南市12345条例 第二十四条).

    :raises FieldsRefused: *until* lies in the past, or the policy does not pause for *ground* or not so long.
    :raises Refused: it is not the lead's to ask, or it is asked already.
    """
    flow.check(State(ticket.state), Move.ASK_SHELVING)
    order = order_of(ticket, desk.actor.unit)
    if order.role != OrderRole.LEAD:
        raise Refused("lead_only")
    check_not_asked(ticket, RequestKind.SHELVING, order)
    at = desk.now()
    if until <= at:
        raise bad_field("until", "in_the_past")
    policy = handle_policy_of(desk, ticket, order)
    if ground not in SHELVING_GROUNDS or not policy.pauses_for(ground):
        raise bad_field("ground", "no_such_pause", policy=policy.code)
    most = policy.longest_pause(ground)
    if most is not None and until > at + most:
        raise bad_field("until", "over_cap", cap=most.days)
    stays(ticket, Move.ASK_SHELVING)
    request = ask(
        desk, ticket, RequestKind.SHELVING, at=at, order=order, text=text, until=until, reason=ground
    )
    promises.settle(ticket)
    fact = ShelvingAsked(
        request=str(request.id),
        order=str(order.id),
        order_role=order.role,
        unit=order.unit,
        until=until,
        ground=ground,
    )
    write_down(desk, ticket, fact, at=at, note=text)


def decide_shelving(desk: Desk, ticket: Ticket, request: Request, *, grant: bool, text: str) -> None:
    """
    Put the matter aside, or leave it in handling. It comes back by itself when the date comes.

    :raises OwnRequest: the same human being asked it.
    :raises Refused: it is decided already, or the date has passed.
    :raises FieldsRefused: a refusal without its reason.
    """
    check_decision(desk, request, grant=grant, text=text)
    at = desk.now()
    if grant and request.until is not None and request.until <= at:
        raise Refused("date_has_passed")
    go(ticket, Move.DECIDE, State.LONG_TERM if grant else State(ticket.state))
    settle_request(desk, ticket, request, granted=grant, text=text, at=at)
    if grant:
        ticket.wakes_at = request.until
        ground = request.reason or PauseGround.LONG_TERM
        for clock in ticket.clocks:
            policy = desk.rules.pinned(clock.policy, clock.kind, clock.policy_version)
            if clock.kind == ClockKind.HANDLE and clock.runs and policy.pauses_for(ground):
                promises.pause(desk, ticket, clock, ground, at=at)
    promises.settle(ticket)
    order = order_by_id(ticket, request.order_id)
    fact = Decided(
        request=str(request.id),
        kind=request.kind,
        granted=grant,
        to=ticket.state,
        order=str(request.order_id),
        order_role=order.role if order else None,
        unit=request.asked_unit,
        effect={"until": request.until},
    )
    write_down(desk, ticket, fact, at=at, note=text)


def asleep_too_long(desk: Desk, *, at_most: int) -> list[Ticket]:
    """Lock tickets whose day has come; those in somebody else's hands are left to them."""
    return list(
        desk.session.exec(
            select(Ticket)
            .where(col(Ticket.wakes_at) <= func.statement_timestamp())
            .order_by(col(Ticket.wakes_at))
            .limit(at_most)
            .with_for_update(skip_locked=True, of=Ticket)
            .options(selectinload(Ticket.orders), selectinload(Ticket.clocks))  # type: ignore[arg-type] # a relation
        ).all()
    )


def resume(desk: Desk, ticket: Ticket) -> None:
    """Work on it again, before its date or because it came: the promises run on from where they stood."""
    go(ticket, Move.RESUME, State.HANDLING)
    at = desk.now()
    ticket.wakes_at = None
    for clock in ticket.clocks:
        if clock.state == ClockState.PAUSED and clock.paused_for in SHELVING_GROUNDS:
            promises.go_on(desk, ticket, clock, at=at)
    for order in ticket.open_orders():
        order.due_at = promises.handle_due(ticket, order)
    promises.settle(ticket)
    write_down(desk, ticket, Resumed(), at=at)
