"""Why this date? One clock, told from the ledger alone: what was promised, counted, granted, bounded."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from tickets.clocks.explanation import DayLine, Period, explain
from tickets.ground.clock import Clock
from tickets.ground.policy import Rulebook, SlaPolicy
from tickets.ground.worktime.arithmetic import Due
from tickets.ground.worktime.units import StartRule, Unit
from tickets.ticket import Ticket, promises


class Bound(StrEnum):
    """Why a clock is due at another moment than the counted one."""

    #: Somebody set this date.
    FIXED = "fixed"
    #: The platform it came from wants it sooner.
    OUTER = "outer"
    #: A share is never due after the order it was cut from.
    PARENT = "parent"


@dataclass(frozen=True)
class Why:
    """How a clock came by its due moment."""

    clock: Clock
    policy: SlaPolicy
    period: Period
    #: The end of the period, before anything bounded it.
    counted: Due
    bound: Bound | None
    #: Every day from the start to the counted end.
    days: Sequence[DayLine]

    @property
    def due_at(self) -> datetime:
        """When it is due."""
        return self.clock.due_at


def why(rules: Rulebook, ticket: Ticket, clock: Clock) -> Why:
    """
    Count *clock* of *ticket* once more, under the versions of policy and calendar it pinned.

    A pause that still runs lengthens nothing yet; it is told beside.
    """
    policy = rules.pinned(clock.policy, clock.kind, clock.policy_version)
    calendar = rules.calendars[clock.calendar, clock.calendar_version]
    period = Period(
        start=clock.started_at,
        length=policy.length,
        unit=Unit(policy.unit),
        start_rule=StartRule(policy.start_rule),
        pauses=promises.pauses_of(clock),
        extended=clock.extended,
        roll_rule=policy.roll,
    )
    counted = period.due(calendar)
    latest = promises.outer_latest(calendar, policy, clock.started_at, ticket)
    return Why(
        clock=clock,
        policy=policy,
        period=period,
        counted=counted,
        bound=_bound(clock, counted, latest),
        days=list(explain(period, calendar)),
    )


def _bound(clock: Clock, counted: Due, latest: datetime | None) -> Bound | None:
    if clock.fixed_at is not None:
        return Bound.FIXED
    if clock.due_at == counted.at:
        return None
    return Bound.OUTER if latest is not None and latest == clock.due_at else Bound.PARENT
