"""What is said of a clock: that it comes near its due, that it broke; each once, whatever crashes."""

from datetime import datetime

from tickets.ground.clock import ONLY_LIMITS, Clock, ClockEvent, ClockState, Notice
from tickets.ground.desk import Desk
from tickets.ground.facts import ClockBreached, ClockWarned, Fact
from tickets.ground.policy import Rulebook, SlaPolicy
from tickets.ground.timeline import write_down
from tickets.ground.worktime.units import Unit
from tickets.ground.worktime.warning import before
from tickets.ticket.rows import Ticket


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


def notice_if_late(desk: Desk, ticket: Ticket, clock: Clock, at: datetime) -> None:
    """A promise kept late is a broken one, even if no worker was awake to see it break."""
    if clock.state == ClockState.RUNNING and at > clock.due_at and clock.kind not in ONLY_LIMITS:
        breach(desk, ticket, clock, at, kept_late=True)


def warn_moment(rules: Rulebook, policy: SlaPolicy, start_at: datetime, due_at: datetime) -> datetime | None:
    """The moment to warn, or None where it would be before the clock began."""
    if policy.warn_share is not None:
        return start_at + (due_at - start_at) * policy.warn_share / 100
    if policy.warn_length is None or policy.warn_unit is None:
        return None
    moment = before(due_at, policy.warn_length, Unit(policy.warn_unit), rules.calendar)
    return moment if moment > start_at else None


def _timed(ticket: Ticket, clock: Clock) -> tuple[str | None, str | None]:
    """Whose order *clock* times, and in what role; neither for the hotline's own promises."""
    order = next((order for order in ticket.orders if order.id == clock.order_id), None)
    return (order.unit, order.role) if order else (None, None)


def _say(desk: Desk, ticket: Ticket, clock: Clock, what: Notice, fact: Fact, at: datetime) -> None:
    entry = write_down(desk, ticket, fact, at=at)
    desk.add(ClockEvent(clock_id=clock.id, kind=what, due_at=clock.due_at, fired_at=at, seq=entry.seq))
