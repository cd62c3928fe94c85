"""How long each unit held a ticket: working time, charged to whoever had to act."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime, timedelta

from tickets.ground.clock import ClockKind
from tickets.ground.worktime.calendar import Calendar
from tickets.ground.worktime.moments import local
from tickets.ticket.order_rows import Order
from tickets.ticket.rows import Ticket

Span = tuple[datetime, datetime]


def time_held(ticket: Ticket, calendar: Calendar, now: datetime) -> dict[str, timedelta]:
    """
    Working time by unit, up to *now*.

    While a share given on is open, the time is that unit's and not the giver's. Time in which the clock stood
    still (waiting for the citizen, put aside, under review) is nobody's.
    """
    held: dict[str, timedelta] = defaultdict(timedelta)
    for order in ticket.orders:
        spans = [(order.given_at, order.ended_at or now)]
        for away in _not_its_own(ticket, order, now):
            spans = [rest for span in spans for rest in _without(span, away)]
        held[order.unit] += sum((_worked(span, calendar) for span in spans), timedelta())
    return dict(held)


def _not_its_own(ticket: Ticket, order: Order, now: datetime) -> Iterator[Span]:
    """When others had to act, or nobody."""
    for share in ticket.orders:
        if share.parent == order.id:
            yield share.given_at, share.ended_at or now
    for clock in ticket.clocks:
        if clock.order_id != order.id or clock.kind != ClockKind.HANDLE:
            continue
        for pause in clock.paused:
            yield datetime.fromisoformat(pause["from"]), datetime.fromisoformat(pause["to"])
        if clock.paused_since is not None:
            yield clock.paused_since, now


def _without(span: Span, away: Span) -> Iterator[Span]:
    """What is left of *span* when *away* is cut out of it."""
    start, end = span
    if away[1] <= start or away[0] >= end:
        yield span
        return
    if start < away[0]:
        yield start, away[0]
    if away[1] < end:
        yield away[1], end


def _worked(span: Span, calendar: Calendar) -> timedelta:
    start, end = span
    return timedelta(microseconds=calendar.worked(local(end)) - calendar.worked(local(start)))
