"""How long is left until a due moment, as data: the template has the words."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum

from tickets.ground.worktime.calendar import Calendar
from tickets.ground.worktime.moments import local

_MINUTE = timedelta(minutes=1)
_HOUR = timedelta(hours=1)
_DAY = timedelta(days=1)
_MICROSECOND = timedelta(microseconds=1)


class LeftKind(StrEnum):
    """How the distance to a due moment is told."""

    MINUTES = "minutes"
    HOURS = "hours"
    #: Due before this day ends; `Left.at` has the time, and the amount is whole hours.
    TODAY = "today"
    WORKING_DAYS = "working_days"


@dataclass(frozen=True)
class Left:
    """What is left, or by how much it is overdue: 还剩 2 个工作日, 今日 17:00 到期, 逾期 3 小时."""

    kind: LeftKind
    amount: int
    overdue: bool
    #: The due moment in Shanghai.
    at: datetime


def left(now: datetime, due: datetime, calendar: Calendar) -> Left:
    """
    Tell how far *due* is from *now*, in the words people would choose.

    Minutes left are rounded up, all else down, and what is overdue is so by a minute at least. Where no
    working day lies between the two days hours are told: nobody says that 0 working days are left.
    """
    due = local(due)
    now = local(now)
    distance = due.astimezone(UTC) - now.astimezone(UTC)
    if distance < timedelta():
        return _overdue(now, due, -distance, calendar)
    if distance <= _HOUR:
        return Left(LeftKind.MINUTES, -(-distance // _MINUTE), False, due)
    if _day_of(due) == now.date():
        return Left(LeftKind.TODAY, distance // _HOUR, False, due)
    days = calendar.working_days_between(now.date(), _day_of(due))
    if days:
        return Left(LeftKind.WORKING_DAYS, days, False, due)
    return Left(LeftKind.HOURS, distance // _HOUR, False, due)


def _overdue(now: datetime, due: datetime, late: timedelta, calendar: Calendar) -> Left:
    if late < _HOUR:
        return Left(LeftKind.MINUTES, max(1, late // _MINUTE), True, due)
    days = calendar.working_days_between(_day_of(due), now.date()) if late >= _DAY else 0
    if days:
        return Left(LeftKind.WORKING_DAYS, days, True, due)
    return Left(LeftKind.HOURS, late // _HOUR, True, due)


def _day_of(due: datetime) -> date:
    # Due at 24:00 is due on the day that ends then, not on the one that begins.
    return (due - _MICROSECOND).date()
