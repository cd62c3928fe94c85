"""What other rules would have meant: the same tickets and people, the clocks as those would set them."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from tickets.clocks.recompute import policy_now
from tickets.ground.clock import ONLY_LIMITS, Clock, ClockState
from tickets.ground.policy import Rulebook
from tickets.ticket import Ticket, promises
from tickets.ticket.orders import order_by_id


@dataclass
class Count:
    """Clocks of one unit and kind: how many, how many late under the rules they had, and under the others."""

    clocks: int = 0
    late: int = 0
    late_then: int = 0
    #: Due at another moment.
    moved: int = 0


#: By unit (None: the hotline itself) and kind of clock.
Counts = dict[tuple[str | None, str], Count]


def simulate(rules: Rulebook, tickets: Iterable[Ticket], *, now: datetime) -> Counts:
    """
    Count the promises of *tickets* that are or were broken, and that would be under *rules*.

    A promise kept is late if it was kept after its due moment; one still open, if that moment has passed by
    *now*; one that stands still, by the moment it was stopped. Nobody is assumed to have worked otherwise.
    Limits nobody owes anything by, and promises nobody waits for any more, are left out. Nothing is changed.
    """
    counts: Counts = defaultdict(Count)
    for ticket in tickets:
        for clock in ticket.clocks:
            if clock.state == ClockState.CANCELLED or clock.kind in ONLY_LIMITS:
                continue
            order = order_by_id(ticket, clock.order_id)
            count = counts[order.unit if order else None, clock.kind]
            policy = policy_now(rules, ticket, clock, anew=True)
            due = promises.due_under(rules, policy, clock, ticket, clock.latest_at).at
            ended = _ended(clock, now)
            count.clocks += 1
            count.late += ended > clock.due_at
            count.late_then += ended > due
            count.moved += due != clock.due_at
    return dict(counts)


def _ended(clock: Clock, now: datetime) -> datetime:
    return clock.met_at or clock.paused_since or now
