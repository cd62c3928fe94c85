"""
Ticks that go on whatever happens to the machine's clock.

APScheduler plans by the wall clock. Put back by an hour, it sleeps for that hour; put forward by a month, its
interval trigger first counts each of 2.6 million missed seconds for every tick. So the trigger here makes up
for nothing, and whoever waits beside the scheduler, by the clock that only goes forward, wakes what was left
asleep.
"""

from datetime import UTC, datetime, timedelta

from apscheduler.schedulers.base import BaseScheduler
from apscheduler.triggers.base import BaseTrigger

#: How much further off than its interval a tick may be planned before the clock must have been put back.
GRACE = timedelta(seconds=1)


class Every(BaseTrigger):  # type: ignore[misc] # APScheduler ships no types
    """Once each interval; what was missed is missed."""

    def __init__(self, interval: timedelta) -> None:
        self.interval = interval

    def get_next_fire_time(self, previous_fire_time: datetime | None, now: datetime) -> datetime:
        """One interval after the last time, or after now where that is past."""
        planned = (previous_fire_time or now) + self.interval
        return planned if planned > now else now + self.interval


def awaken(scheduler: BaseScheduler) -> int:
    """Have every tick run now that was put off because the clock was put back; gives how many."""
    now = datetime.now(UTC)
    asleep = [
        job
        for job in scheduler.get_jobs()
        if job.next_run_time is not None and job.next_run_time - now > job.trigger.interval + GRACE
    ]
    for job in asleep:
        # Whoever changes a job has the scheduler look again at once.
        job.modify(next_run_time=now)
    return len(asleep)
