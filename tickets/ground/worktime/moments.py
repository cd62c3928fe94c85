"""Moments in Shanghai, where days begin and end, and the time between them by the wall clock."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

from tickets.ground.worktime.calendar import SHANGHAI
from tickets.ground.worktime.units import PeriodRefused

_MICROSECOND = timedelta(microseconds=1)


def local(at: datetime) -> datetime:
    """
    Give the moment *at* in Shanghai.

    :raises PeriodRefused: it has no zone, so it is no moment.
    """
    if at.utcoffset() is None:
        raise PeriodRefused("moment_without_zone", "A moment needs an offset from UTC.")
    with within_the_era():
        return at.astimezone(SHANGHAI)


def wall_time(start: datetime, end: datetime) -> int:
    """Microseconds from *start* to *end*."""
    # In UTC: moments of one zone are subtracted by their faces, and Shanghai had summer time until 1991.
    return (end.astimezone(UTC) - start.astimezone(UTC)) // _MICROSECOND


def later(at: datetime, microseconds: int) -> datetime:
    """Find the moment so many *microseconds* after *at*."""
    return (at.astimezone(UTC) + microseconds * _MICROSECOND).astimezone(SHANGHAI)


@contextmanager
def within_the_era() -> Iterator[None]:
    """Refuse in our own words what Python's dates cannot hold."""
    try:
        yield
    except OverflowError:
        raise PeriodRefused("too_far", "That lies outside the years 1 to 9999.") from None
