"""The ladder (督办阶梯) of a promise: what is said as it comes near, breaks, stays broken; when; to whom."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from tickets.ground.clock import RUNGS, Notice
from tickets.ground.policy import SlaPolicy
from tickets.ground.worktime.calendar import Calendar
from tickets.ground.worktime.openings import opening_after

#: What a promise of an answer starts with. 国办发〔2020〕53号 wants supervision to close the loop; the days
#: are a city bureau's: urged in writing the day after, listed when five working days more went by in vain.
USUAL: tuple[dict[str, Any], ...] = (
    {"step": "warned", "tells": ["handler"]},
    {"step": "breached", "tells": ["head", "supervisor"]},
    {"step": "urged", "working_days": 1, "tells": ["handler", "head", "supervisor"]},
    {"step": "listed", "working_days": 5, "tells": ["handler", "head", "supervisor"]},
)


@dataclass(frozen=True)
class Step:
    """One step of a ladder."""

    notice: Notice
    #: Working days after the step before it; 0 for what the clock itself says when it comes near and breaks.
    working_days: int
    #: The roles that are told: those of the unit, and the hotline's own.
    tells: tuple[str, ...]


def steps_of(policy: SlaPolicy) -> tuple[Step, ...]:
    """The steps of *policy*, the first one first."""
    return tuple(
        Step(Notice(one["step"]), int(one.get("working_days", 0)), tuple(one["tells"]))
        for one in policy.ladder
    )


def step_after(policy: SlaPolicy, rung: str | None) -> Step | None:
    """What follows a breach that was chased as far as *rung*; None at the top, or where nobody is chased."""
    done = RUNGS.index(Notice(rung)) + 1 if rung else 0
    return next((step for step in steps_of(policy) if step.notice in RUNGS[done:]), None)


def moment_of(step: Step, since: datetime, calendar: Calendar) -> datetime:
    """When *step* is taken if the one before it was at *since*: as the office opens on its working day."""
    return opening_after(since, step.working_days, calendar)
