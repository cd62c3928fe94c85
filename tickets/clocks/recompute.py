"""Count what runs anew when the rules were changed: each clock that moves is a fact of its ticket."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from tickets.ground.clock import Clock, ClockKind, ClockState
from tickets.ground.desk import Desk
from tickets.ground.facts import ClockRecomputed
from tickets.ground.policy import Rulebook, SlaPolicy
from tickets.ground.timeline import write_down
from tickets.ground.worktime.arithmetic import Due
from tickets.ticket import Ticket, promises
from tickets.ticket.orders import order_by_id

#: Clocks somebody is still waiting for.
OPEN = (ClockState.RUNNING, ClockState.PAUSED, ClockState.BREACHED)


@dataclass
class AsOf:
    """A ticket as a policy sees it, in the round one of its clocks was started in."""

    urgency: str
    round: int
    category: str | None
    channel: str
    kind: str
    petition: dict[str, Any] | None

    @classmethod
    def of(cls, ticket: Ticket, clock: Clock) -> "AsOf":
        """The ticket as *clock* knows it."""
        return cls(
            urgency=ticket.urgency,
            round=clock.round,
            category=ticket.category,
            channel=ticket.channel,
            kind=ticket.kind,
            petition=ticket.petition,
        )


@dataclass(frozen=True)
class Planned:
    """An open clock, and where it stands under other rules."""

    clock: Clock
    #: The unit whose order it times; None for the hotline's own promises.
    unit: str | None
    policy: SlaPolicy
    latest_at: datetime | None
    due: Due

    @property
    def moves(self) -> bool:
        """It is due at another moment."""
        return self.due.at != self.clock.due_at

    @property
    def differs(self) -> bool:
        """It is due at another moment, for sure where it was provisional, or promised by another policy."""
        provisional = self.due.provisional and self.clock.fixed_at is None
        pinned = (self.clock.policy, self.clock.policy_version)
        return (
            self.moves
            or provisional != self.clock.provisional
            or pinned != (self.policy.code, self.policy.version)
        )

    def is_over(self, now: datetime) -> bool:
        """It has time now, and would be past its due at once."""
        return self.clock.due_at > now >= self.due.at


def policy_now(rules: Rulebook, ticket: Ticket, clock: Clock, *, anew: bool) -> SlaPolicy:
    """
    The policy *clock* is counted under: the one it pinned, or *anew* the one that fits it best in *rules*.

    A promise that was given is never taken away: where no policy of *rules* fits, it keeps its own.
    """
    pinned = rules.pinned(clock.policy, clock.kind, clock.policy_version)
    if not anew:
        return pinned
    order = order_by_id(ticket, clock.order_id)
    unit = order.unit if order else None
    return rules.policy_for(ClockKind(clock.kind), AsOf.of(ticket, clock), unit) or pinned


def plan(rules: Rulebook, ticket: Ticket, *, policies: bool) -> Iterator[Planned]:
    """
    Where each open clock of *ticket* stands under the calendar of *rules*, with *policies* under these, too.

    A share is never due after the order it was cut from: its bound follows that order's date. This changes
    nothing.
    """
    followed: dict[tuple[UUID, datetime], datetime] = {}
    for clock in _parents_first(ticket):
        order = order_by_id(ticket, clock.order_id)
        policy = policy_now(rules, ticket, clock, anew=policies)
        latest_at = clock.latest_at
        if order is not None and order.parent is not None and latest_at is not None:
            latest_at = followed.get((order.parent, latest_at), latest_at)
        due = promises.due_under(rules, policy, clock, ticket, latest_at)
        if order is not None and clock.kind == ClockKind.HANDLE:
            followed[order.id, clock.due_at] = due.at
        yield Planned(clock, order.unit if order else None, policy, latest_at, due)


def recompute(desk: Desk, ticket: Ticket, *, change: UUID, policies: bool) -> int:
    """
    Count the open clocks of *ticket* anew, as `plan` says; how many differ.

    Each of these is written down with the moment before and after. One that had broken runs again if its time
    is not over after all: the breach stays on record, excused. All pin the calendar in force, so that a pause
    or an extension to come is counted in it.
    """
    at = desk.now()
    differ = 0
    for one in list(plan(desk.rules, ticket, policies=policies)):
        clock = one.clock
        if not one.differs:
            clock.calendar_version = desk.rules.calendar_version
            continue
        differ += 1
        before, broke = clock.due_at, clock.state == ClockState.BREACHED
        promises.recount(desk, ticket, clock, one.policy, one.latest_at, at=at)
        order = order_by_id(ticket, clock.order_id)
        if order is not None and clock.kind == ClockKind.HANDLE:
            order.policy, order.due_at = one.policy.code, clock.due_at
        fact = ClockRecomputed(
            clock=str(clock.id),
            clock_kind=clock.kind,
            before=before,
            due_at=clock.due_at,
            policy=one.policy.code,
            policy_version=one.policy.version,
            calendar_version=clock.calendar_version,
            change=str(change),
            provisional=clock.provisional,
            excused=broke and clock.due_at > at,
        )
        write_down(desk, ticket, fact, at=at)
    if differ:
        promises.settle(ticket)
    return differ


def _parents_first(ticket: Ticket) -> list[Clock]:
    """Its open clocks, those of an order before those of the shares cut from it."""

    def depth(clock: Clock) -> int:
        order, found = order_by_id(ticket, clock.order_id), 0
        while order is not None and order.parent is not None:
            order, found = order_by_id(ticket, order.parent), found + 1
        return found

    return sorted((clock for clock in ticket.clocks if clock.state in OPEN), key=depth)
