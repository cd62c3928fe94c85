"""Until when an application is owed what: by the table of promises and the working-day engine."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from tickets.assistance.application_words import CATEGORY_OF, ApplicationScheme
from tickets.ground.clock import ClockKind
from tickets.ground.errors import Refused
from tickets.ground.policy import Rulebook, SlaPolicy
from tickets.ground.words import Channel, Kind, PauseGround, Urgency
from tickets.ground.worktime.arithmetic import Pause, due_with_pauses
from tickets.ground.worktime.units import StartRule, Unit


@dataclass
class Case:
    """What the table of promises is asked with: an application is known by its category alone."""

    category: str | None
    urgency: str = Urgency.NORMAL
    round: int = 1
    channel: str = Channel.VISIT
    kind: str = Kind.HELP
    petition: dict[str, Any] | None = None


def policy_of(rules: Rulebook, scheme: str, clock: ClockKind) -> SlaPolicy:
    """
    The promise of *clock* for *scheme*.

    :raises Refused: the table has none: an administrator must add it.
    """
    found = rules.policy_for(clock, Case(CATEGORY_OF[ApplicationScheme(scheme)]), None)
    if found is None:
        raise Refused("no_term_in_table", clock=clock.value)
    return found


def last_moment(until: datetime) -> datetime:
    """What hangs out until a midnight does so through the day before: that day is its last, not the next."""
    return until - timedelta(microseconds=1)


def due_of(
    rules: Rulebook, policy: SlaPolicy, start: datetime, hung: tuple[datetime, datetime] | None = None
) -> datetime:
    """When *policy* ends that began at *start*; where it says so it stands still while a list *hung* out."""
    pauses: list[Pause] = [hung] if hung and policy.pauses_for(PauseGround.PUBLICATION) else []
    return due_with_pauses(
        start,
        policy.length,
        Unit(policy.unit),
        rules.calendar,
        StartRule(policy.start_rule),
        pauses,
        roll_rule=policy.roll,
    ).at
