"""Start, meet, pause and cancel the clocks of a ticket, for every move that promises something."""

from datetime import datetime
from uuid import UUID

from tickets.ground.clock import Clock, ClockEvent, ClockKind, ClockState, Notice
from tickets.ground.desk import Desk
from tickets.ground.facts import ClockBreached, ClockWarned, Fact
from tickets.ground.policy import Rulebook, SlaPolicy
from tickets.ground.timeline import write_down
from tickets.ground.worktime import arithmetic
from tickets.ground.worktime.arithmetic import Due
from tickets.ground.worktime.units import StartRule, Unit
from tickets.ground.worktime.warning import before
from tickets.ticket.rows import Order, Ticket


def promise(rules: Rulebook, policy: SlaPolicy, start: datetime, ticket: Ticket) -> Due:
    """When *policy* says a clock started at *start* is due, never later than an outer platform's own date."""
    due = arithmetic.add(
        start, policy.length, Unit(policy.unit), rules.calendar, StartRule(policy.start_rule)
    )
    return _within_outer(rules, policy, due, start, ticket)


def _within_outer(rules: Rulebook, policy: SlaPolicy, due: Due, start: datetime, ticket: Ticket) -> Due:
    if policy.clock != ClockKind.HANDLE or ticket.external_due_at is None:
        return due
    latest = ticket.external_due_at
    if policy.buffer_days:
        buffered = before(latest, policy.buffer_days, Unit.WORKING_DAY, rules.calendar)
        # An outer date that leaves no room for the buffer is kept itself: a promise is never broken at birth.
        latest = buffered if buffered > start else latest
    return Due(latest, due.provisional) if latest < due.at else due


def start(
    desk: Desk,
    ticket: Ticket,
    kind: ClockKind,
    *,
    at: datetime,
    order: Order | None = None,
    unit: str | None = None,
) -> Clock | None:
    """Start the clock of *kind*; None where no policy promises anything of the sort."""
    policy = desk.rules.policy_for(kind, ticket, order.unit if order else unit)
    if policy is None:
        return None
    due = promise(desk.rules, policy, at, ticket)
    warn_at = _warn_at(desk.rules, policy, at, due.at)
    clock = Clock(
        ticket_id=ticket.id,
        order_id=order.id if order else None,
        round=ticket.round,
        kind=kind,
        policy=policy.code,
        policy_version=policy.version,
        calendar=desk.rules.calendar_code,
        calendar_version=desk.rules.calendar_version,
        provisional=due.provisional,
        started_at=at,
        due_at=due.at,
        warn_at=warn_at,
        next_at=warn_at or due.at,
    )
    desk.add(clock)
    ticket.clocks.append(clock)
    return clock


def running(ticket: Ticket, kind: ClockKind, order: UUID | None = None) -> list[Clock]:
    """The running clocks of *kind*, of one order if named."""
    return [
        clock
        for clock in ticket.clocks
        if clock.kind == kind and clock.runs and (order is None or clock.order_id == order)
    ]


def meet(desk: Desk, ticket: Ticket, kind: ClockKind, *, at: datetime, order: UUID | None = None) -> None:
    """Stop the running clocks of *kind*: the promise is kept, or was kept late."""
    for clock in running(ticket, kind, order):
        _notice_if_late(desk, ticket, clock, at)
        clock.state = ClockState.MET
        clock.met_at = at
        clock.next_at = None


def cancel(desk: Desk, ticket: Ticket, clock: Clock, *, at: datetime) -> None:
    """Stop *clock* because nobody is waiting for it any more. What was late stays on record."""
    if clock.runs:
        _notice_if_late(desk, ticket, clock, at)
    clock.state = ClockState.CANCELLED
    clock.next_at = None


def run_again(desk: Desk, ticket: Ticket, clock: Clock, *, since: datetime, at: datetime) -> None:
    """Set a met *clock* running again: the time under review, from *since* to *at*, was not the unit's."""
    clock.paused = [*clock.paused, {"from": since.isoformat(), "to": at.isoformat(), "ground": "review"}]
    policy = desk.rules.pinned(clock.policy, clock.kind, clock.policy_version)
    calendar = desk.rules.calendars[clock.calendar, clock.calendar_version]
    spans = [
        (datetime.fromisoformat(span["from"]), datetime.fromisoformat(span["to"])) for span in clock.paused
    ]
    due = arithmetic.due_with_pauses(
        clock.started_at,
        policy.length,
        Unit(policy.unit),
        calendar,
        StartRule(policy.start_rule),
        spans,
        clock.extended,
    )
    # Pauses of ours do not move the date an outer platform set.
    due_at = _within_outer(desk.rules, policy, due, clock.started_at, ticket).at
    # What was met late stays late, and was said to be: a due moment breaks once.
    broke = clock.met_at is not None and clock.met_at > clock.due_at == due_at
    clock.due_at = due_at
    clock.provisional = clock.provisional or due.provisional
    clock.met_at = None
    clock.state = ClockState.BREACHED if broke else ClockState.RUNNING
    clock.warn_at = _warn_at(desk.rules, policy, clock.started_at, clock.due_at)
    next_at = clock.warn_at if clock.warn_at and clock.warn_at > at else clock.due_at
    clock.next_at = None if broke else next_at


def settle(ticket: Ticket) -> None:
    """Keep on the ticket which of its running clocks is due first, for the lists."""
    runs = [clock for clock in ticket.clocks if clock.runs]
    first = min(runs, key=lambda clock: clock.due_at, default=None)
    ticket.due_at = first.due_at if first else None
    ticket.due_clock = first.kind if first else None


def warn(desk: Desk, ticket: Ticket, clock: Clock, at: datetime) -> None:
    """Say once that *clock* is near its due. The key of the event refuses a second time."""
    unit, role = _timed(ticket, clock)
    fact = ClockWarned(
        clock=str(clock.id), clock_kind=clock.kind, due_at=clock.due_at, unit=unit, order_role=role
    )
    _say(desk, ticket, clock, Notice.WARNED, fact, at)
    clock.next_at = clock.due_at


def breach(desk: Desk, ticket: Ticket, clock: Clock, at: datetime, *, kept_late: bool = False) -> None:
    """Say once that *clock* is past its due; *kept_late* where it is only noticed as the promise is kept."""
    unit, role = _timed(ticket, clock)
    fact = ClockBreached(
        clock=str(clock.id),
        clock_kind=clock.kind,
        due_at=clock.due_at,
        unit=unit,
        order_role=role,
        kept_late=kept_late,
    )
    _say(desk, ticket, clock, Notice.BREACHED, fact, at)
    clock.state = ClockState.BREACHED
    clock.next_at = None


def _timed(ticket: Ticket, clock: Clock) -> tuple[str | None, str | None]:
    """Whose order *clock* times, and in what role; neither for the hotline's own promises."""
    order = next((order for order in ticket.orders if order.id == clock.order_id), None)
    return (order.unit, order.role) if order else (None, None)


def _say(desk: Desk, ticket: Ticket, clock: Clock, what: Notice, fact: Fact, at: datetime) -> None:
    entry = write_down(desk, ticket, fact, at=at)
    desk.add(ClockEvent(clock_id=clock.id, kind=what, due_at=clock.due_at, fired_at=at, seq=entry.seq))


def _notice_if_late(desk: Desk, ticket: Ticket, clock: Clock, at: datetime) -> None:
    """A promise kept late is a broken one, even if no worker was awake to see it break."""
    if clock.state == ClockState.RUNNING and at > clock.due_at:
        breach(desk, ticket, clock, at, kept_late=True)


def _warn_at(rules: Rulebook, policy: SlaPolicy, start_at: datetime, due_at: datetime) -> datetime | None:
    """The moment to warn, or None where it would be before the clock began."""
    if policy.warn_share is not None:
        return start_at + (due_at - start_at) * policy.warn_share / 100
    if policy.warn_length is None or policy.warn_unit is None:
        return None
    moment = before(due_at, policy.warn_length, Unit(policy.warn_unit), rules.calendar)
    return moment if moment > start_at else None
