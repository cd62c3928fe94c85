"""When the office opens again: the moment at which papers go out."""

from datetime import datetime, timedelta

from tickets.ground.worktime.calendar import Calendar
from tickets.ground.worktime.moments import local, within_the_era

_MICROSECOND = timedelta(microseconds=1)


def opening_after(at: datetime, working_days: int, calendar: Calendar) -> datetime:
    """
    Find the opening of the office on the *working_days*-th working day after the day of *at*.

    What ends at 24:00 ends on the day before that midnight. Make-up days count, holidays do not.

    :raises PeriodRefused: it lies outside the years 1 to 9999.
    """
    with within_the_era():
        day = (local(at) - _MICROSECOND).date()
        return calendar.open_of(calendar.working_day(calendar.working_days_through(day) + working_days))


def working_days_late(due: datetime, at: datetime, calendar: Calendar) -> int:
    """Count the working days after the day of *due*, up to and including the day of *at*."""
    return calendar.working_days_between((local(due) - _MICROSECOND).date(), local(at).date())
