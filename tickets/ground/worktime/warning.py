"""When to warn: the latest moment from which a length, or a share of the whole, is left until due."""

from datetime import datetime, timedelta
from fractions import Fraction
from math import ceil

from tickets.ground.worktime.calendar import Calendar
from tickets.ground.worktime.moments import later, local, wall_time, within_the_era
from tickets.ground.worktime.units import CALENDAR_PERIODS, MICROSECONDS, PeriodRefused, Unit, check_length

#: Months are of no one length, so nobody could say when one is left.
FOR_WARNING = frozenset(Unit) - CALENDAR_PERIODS - {Unit.CALENDAR_MONTH}


def before(due: datetime, length: int, unit: Unit, calendar: Calendar) -> datetime:
    """
    Find the latest moment from which *length* of the unit is left until *due*: when to warn.

    Working hours left at a span's end are left at the next opening too, so that is the moment. Working days
    are counted from one close of business to another: one before Friday 17:00 is Thursday 17:00, and one
    before Friday 10:00 is Wednesday 17:00, for only Thursday is whole. Calendar days go back to the same time
    of day.

    :raises PeriodRefused: months, or a length that is not positive.
    """
    if unit not in FOR_WARNING:
        raise PeriodRefused("unit_not_for_warning", "A warning is given in days, not in months.")
    check_length(length, unit)
    ending = local(due)
    with within_the_era():
        if unit is Unit.CALENDAR_DAY:
            return ending - timedelta(days=length)
        if unit is Unit.WORKING_DAY:
            return calendar.close_of(calendar.working_day(calendar.working_days_closed(ending) - length))
        if unit is Unit.WORKING_HOUR:
            return calendar.last_when_worked(calendar.worked(ending) - length * MICROSECONDS[unit])
        return later(ending, -length * MICROSECONDS[unit])


def fraction_before(
    start: datetime, due: datetime, share: Fraction, unit: Unit, calendar: Calendar
) -> datetime:
    """
    Find the latest moment from which *share* of the time between *start* and *due* is left.

    The time is working time for working hours and working days, and the wall clock's for all other units.

    :raises PeriodRefused: *share* is not above 0 and at most 1, or *due* lies before *start*.
    """
    if not 0 < share <= 1:
        raise PeriodRefused("share_out_of_range", "The share must be more than 0 and at most 1.")
    begun, ending = local(start), local(due)
    if wall_time(begun, ending) < 0:
        raise PeriodRefused("end_before_start", "The end lies before the start.")
    if unit not in (Unit.WORKING_HOUR, Unit.WORKING_DAY):
        return later(ending, -ceil(share * wall_time(begun, ending)))
    total = calendar.worked(ending)
    with within_the_era():
        return min(ending, calendar.last_when_worked(total - ceil(share * (total - calendar.worked(begun)))))
