"""What is said of a clock: that it comes near its due, broke, and stays so; each once, whatever crashes."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from tickets.ground.clock import ONLY_LIMITS, RUNGS, Clock, ClockEvent, ClockState, Notice
from tickets.ground.desk import Desk
from tickets.ground.facts import ClockBreached, ClockListed, ClockUrged, ClockWarned, Fact
from tickets.ground.ladder import Step, moment_of, step_after
from tickets.ground.policy import SlaPolicy
from tickets.ground.timeline import write_down
from tickets.ground.worktime.calendar import Calendar
from tickets.ground.worktime.openings import working_days_late
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
    clock.rung = None
    clock.next_at = next_step(desk, clock, clock.due_at)


def climb(desk: Desk, ticket: Ticket, clock: Clock, at: datetime) -> None:
    """Take the next step of the ladder of a *clock* that is still broken."""
    policy = desk.rules.pinned(clock.policy, clock.kind, clock.policy_version)
    step = step_after(policy, clock.rung)
    if step is None:
        clock.next_at = None
        return
    if clock.rung is None and at < (due := moment_of(step, clock.due_at, desk.rules.calendar)):
        # Looked at too early: its office is closed today after all, or it broke before there were ladders.
        clock.next_at = due
        return
    clock.rung = step.notice
    # Counted from when it was said: a unit that hears late has its days all the same.
    clock.next_at = next_step(desk, clock, at)
    _say(desk, ticket, clock, step.notice, _chasing(desk, ticket, clock, step, at), at)
    ticket.rung = most_chased(ticket.clocks)


def next_step(desk: Desk, clock: Clock, since: datetime) -> datetime | None:
    """When a broken *clock* takes the next step of its ladder, chased as far as it is *since* then."""
    policy = desk.rules.pinned(clock.policy, clock.kind, clock.policy_version)
    step = step_after(policy, clock.rung)
    return moment_of(step, since, desk.rules.calendar) if step else None


def most_chased(clocks: Iterable[Clock]) -> str | None:
    """How far the most chased of *clocks* is chased, for the lists."""
    rungs = [Notice(clock.chased) for clock in clocks if clock.chased]
    return max(rungs, key=RUNGS.index, default=None)


def notice_if_late(desk: Desk, ticket: Ticket, clock: Clock, at: datetime) -> None:
    """A promise kept late is a broken one, even if no worker was awake to see it break."""
    if clock.state == ClockState.RUNNING and at > clock.due_at and clock.kind not in ONLY_LIMITS:
        breach(desk, ticket, clock, at, kept_late=True)


def warn_moment(
    calendar: Calendar, policy: SlaPolicy, start_at: datetime, due_at: datetime
) -> datetime | None:
    """The moment to warn, by the *calendar* a clock pinned; None where it would be before the clock began."""
    if policy.warn_share is not None:
        return start_at + (due_at - start_at) * policy.warn_share / 100
    if policy.warn_length is None or policy.warn_unit is None:
        return None
    moment = before(due_at, policy.warn_length, Unit(policy.warn_unit), calendar)
    return moment if moment > start_at else None


def _timed(ticket: Ticket, clock: Clock) -> tuple[str | None, str | None]:
    """Whose order *clock* times, and in what role; neither for the hotline's own promises."""
    order = next((order for order in ticket.orders if order.id == clock.order_id), None)
    return (order.unit, order.role) if order else (None, None)


def _chasing(desk: Desk, ticket: Ticket, clock: Clock, step: Step, at: datetime) -> Fact:
    """Tell that *clock* is chased by *step*; `next_at` already says when the one after it is due."""
    unit, role = _timed(ticket, clock)
    told: dict[str, Any] = {
        "clock": str(clock.id),
        "clock_kind": clock.kind,
        "due_at": clock.due_at,
        "unit": unit,
        "order_role": role,
        "days_late": working_days_late(clock.due_at, at, desk.rules.calendar),
        "tells": step.tells,
    }
    if step.notice == Notice.LISTED:
        return ClockListed(**told)
    ticket.urge_notices += 1
    return ClockUrged(**told, number=ticket.urge_notices, lists_at=clock.next_at)


def _say(desk: Desk, ticket: Ticket, clock: Clock, what: Notice, fact: Fact, at: datetime) -> None:
    entry = write_down(desk, ticket, fact, at=at)
    desk.add(ClockEvent(clock_id=clock.id, kind=what, due_at=clock.due_at, fired_at=at, seq=entry.seq))
