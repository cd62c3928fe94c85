"""Calendar months and half-years in which something is owed once: a home visit, a check of a benefit."""

from datetime import date, datetime
from enum import StrEnum

from tickets.ground.worktime.calendar import moment
from tickets.ground.worktime.moments import local, wall_time, within_the_era
from tickets.ground.worktime.months import plus_months
from tickets.ground.worktime.units import PeriodRefused


class Every(StrEnum):
    """How often."""

    MONTH = "month"
    #: January to June, July to December: 最低生活保障审核确认办法 第三十一条 has incomes checked so often.
    HALF_YEAR = "half_year"


_MONTHS = {Every.MONTH: 1, Every.HALF_YEAR: 6}


def end_of(at: datetime, every: Every, number: int = 1) -> datetime:
    """
    Find when the period that *at* lies in is over, or with *number* the one so many less one after it.

    That is 24:00 of its last day, which is the midnight the next one begins with. It never rolls: a visit of
    June that is made in July is July's.

    :raises PeriodRefused: *number* is not 1 or more, *at* has no zone, or it lies beyond the year 9999.
    """
    if number < 1:
        raise PeriodRefused("length_not_positive", "The length must be more than nothing.")
    with within_the_era():
        return moment(plus_months(_first_day(local(at).date(), every), number * _MONTHS[every]), 0)


def ended_between(start: datetime, end: datetime, every: Every) -> int:
    """
    Number of periods that ended after *start* and by *end*: it undoes `end_of`.

    :raises PeriodRefused: *end* lies before *start*, or one has no zone.
    """
    begun, ended = local(start), local(end)
    if wall_time(begun, ended) < 0:
        raise PeriodRefused("end_before_start", "The end lies before the start.")
    first, last = _first_day(begun.date(), every), _first_day(ended.date(), every)
    return ((last.year - first.year) * 12 + last.month - first.month) // _MONTHS[every]


def _first_day(day: date, every: Every) -> date:
    months = _MONTHS[every]
    return date(day.year, (day.month - 1) // months * months + 1, 1)
