"""How a clock stands just now, as a page tells it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from tickets.clocks.words import Left, left
from tickets.ground.clock import ONLY_LIMITS, Clock, ClockKind, ClockState
from tickets.ground.policy import Rulebook
from tickets.ground.words import Channel, Kind, Urgency
from tickets.ground.worktime import arithmetic
from tickets.ground.worktime.units import StartRule, Unit


@dataclass(frozen=True)
class Standing:
    """One promise, with the time left or overdue in words."""

    kind: str
    #: What `components/due.html` asks: running, paused, met in time, cancelled.
    state: str
    due_at: datetime
    left: Left | None
    met_at: datetime | None
    provisional: bool
    #: Past the moment at which somebody is warned.
    near: bool
    ground: str
    order_id: UUID | None
    round: int


def standing(clock: Clock, now: datetime, rules: Rulebook) -> Standing:
    """Tell how *clock* stands at *now*."""
    state, told = ("running" if clock.runs else clock.state), None
    if clock.runs:
        told = left(now, clock.due_at, rules.calendar)
    elif clock.state == ClockState.MET and clock.met_at and clock.met_at > clock.due_at:
        # Kept, but late: that is told, not that it was kept.
        state, told = "running", left(clock.met_at, clock.due_at, rules.calendar)
    return Standing(
        kind=clock.kind,
        state=state,
        due_at=clock.due_at,
        left=told,
        met_at=clock.met_at,
        provisional=clock.provisional,
        near=clock.runs and clock.warn_at is not None and now >= clock.warn_at,
        ground=clock.paused_for or "",
        order_id=clock.order_id,
        round=clock.round,
    )


def next_due(clocks: Iterable[Clock], now: datetime, rules: Rulebook) -> Standing | None:
    """
    Of *clocks*, the one that is due first; a mere limit only where nobody owes anything.

    How long a unit may still say "not mine" is never what a ticket waits for.
    """
    runs = [clock for clock in clocks if clock.runs and clock.kind != ClockKind.RETURN_WINDOW]
    owed = [clock for clock in runs if clock.kind not in ONLY_LIMITS]
    first = min(owed or runs, key=lambda clock: clock.due_at, default=None)
    return standing(first, now, rules) if first else None


@dataclass
class _Call:
    """As much of a call as a policy asks, before anything is known of it."""

    urgency: str
    round: int = 1
    category: str | None = None
    channel: str = Channel.PHONE
    kind: str = Kind.HELP
    petition: dict[str, Any] | None = None


def first_promises(now: datetime, rules: Rulebook) -> dict[str, datetime]:
    """Until when a call taken at *now* would be dispatched, by urgency."""
    found = {}
    for urgency in Urgency:
        policy = rules.policy_for(ClockKind.DISPATCH, _Call(urgency), None)
        if policy is not None:
            unit, start_rule = Unit(policy.unit), StartRule(policy.start_rule)
            due = arithmetic.add(now, policy.length, unit, rules.calendar, start_rule, policy.roll)
            found[str(urgency)] = due.at
    return found
