"""Why this date? Every day between start and due, whether it was counted, and the reason."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from fractions import Fraction
from typing import Any

from tickets.ground.worktime.arithmetic import Due, Pause, between, due_with_pauses, first_day
from tickets.ground.worktime.calendar import Calendar, moment
from tickets.ground.worktime.moments import local
from tickets.ground.worktime.units import CALENDAR_PERIODS, DAY_UNITS, RollRule, StartRule, Unit
from tickets.ground.worktime.visits import Every, ended_between

_DAY = timedelta(days=1)
_MICROSECOND = timedelta(microseconds=1)


class Reason(StrEnum):
    """Why a day was counted, or was not."""

    #: The day the period began is not counted.
    START_DAY = "start_day"
    #: Counting begins only with the first working day.
    NOT_BEGUN = "not_begun"
    WORKING_DAY = "working_day"
    MAKE_UP_DAY = "make_up_day"
    CALENDAR_DAY = "calendar_day"
    WALL_CLOCK = "wall_clock"
    #: It lies in the month or half-year of the calendar, or ends it.
    IN_PERIOD = "in_period"
    PERIOD_END = "period_end"
    #: A day of the week on which nobody works.
    REST_DAY = "rest_day"
    HOLIDAY = "holiday"
    PAUSED = "paused"
    #: A working day, but the period touches none of its hours.
    OUT_OF_HOURS = "out_of_hours"
    #: The last day was not a working day, so the period ends on this one.
    ROLLED_TO = "rolled_to"


@dataclass(frozen=True)
class DayLine:
    """What became of one day."""

    day: date
    counted: bool
    #: How much had been counted by the end of this day, in the period's unit; months are told in days.
    n: int | float | None
    reason: Reason
    #: The holiday's name, where the day has one.
    name: str

    def to_data(self) -> dict[str, Any]:
        """Plain JSON values."""
        return {
            "date": self.day.isoformat(),
            "counted": self.counted,
            "n": self.n,
            "reason": self.reason.value,
            "name": self.name,
        }


@dataclass(frozen=True)
class Period:
    """A period and all that happened to it."""

    start: datetime
    length: int
    unit: Unit
    start_rule: StartRule | None = None
    pauses: Sequence[Pause] = ()
    extended: int = 0
    roll_rule: RollRule | None = None

    def due(self, calendar: Calendar) -> Due:
        """
        Find its end.

        :raises PeriodRefused: it cannot be counted.
        """
        return due_with_pauses(
            self.start,
            self.length,
            self.unit,
            calendar,
            self.start_rule,
            self.pauses,
            self.extended,
            self.roll_rule,
        )


def explain(period: Period, calendar: Calendar) -> Iterator[DayLine]:
    """
    Tell of every day from the start to the due moment.

    :raises PeriodRefused: the period cannot be counted.
    """
    due = period.due(calendar)
    if period.unit in DAY_UNITS:
        return _days_of_days(period, due, calendar)
    if period.unit in CALENDAR_PERIODS:
        return _days_of_the_calendar(period, due, calendar)
    return _days_of_hours(period, due, calendar)


def _days_of_the_calendar(period: Period, due: Due, calendar: Calendar) -> Iterator[DayLine]:
    ended = 0
    for day in _days(local(period.start).date(), due.at):
        by_evening = ended_between(period.start, moment(day + _DAY, 0), Every(period.unit))
        reason = Reason.PERIOD_END if by_evening > ended else Reason.IN_PERIOD
        n = by_evening if by_evening > ended else None
        ended = by_evening
        yield DayLine(day, True, n, reason, calendar.name_of(day))


def _days_of_days(period: Period, due: Due, calendar: Calendar) -> Iterator[DayLine]:
    start_day = local(period.start).date()
    begins = first_day(period.start, period.unit, calendar, period.start_rule)
    n = 0
    for day in _days(start_day, due.at):
        if day == start_day:
            reason = Reason.START_DAY
        elif day < begins:
            reason = Reason.NOT_BEGUN
        elif _is_paused(day, period.pauses):
            reason = Reason.PAUSED
        else:
            reason = _reason(day, period.unit, due.rolled_from, calendar)
        counted = reason in (Reason.WORKING_DAY, Reason.MAKE_UP_DAY, Reason.CALENDAR_DAY)
        n += counted
        yield DayLine(day, counted, n if counted else None, reason, calendar.name_of(day))


def _reason(day: date, unit: Unit, rolled_from: date | None, calendar: Calendar) -> Reason:
    if unit is Unit.WORKING_DAY:
        return _kind_of(day, calendar)
    if rolled_from is None or day <= rolled_from:
        return Reason.CALENDAR_DAY
    return Reason.ROLLED_TO if calendar.is_working(day) else _kind_of(day, calendar)


def _days_of_hours(period: Period, due: Due, calendar: Calendar) -> Iterator[DayLine]:
    start = local(period.start)
    pauses = [pause for pause in period.pauses if pause[0] <= due.at]
    total = Fraction(0)
    for day in _days(start.date(), due.at):
        paused = sum(_share(day, pause, period.unit, calendar) for pause in pauses)
        spent = _share(day, (start, due.at), period.unit, calendar) - paused
        total += spent
        reason = _reason_of_hours(day, period.unit, spent > 0, paused > 0, calendar)
        yield DayLine(day, spent > 0, _number(total) if spent else None, reason, calendar.name_of(day))


def _reason_of_hours(day: date, unit: Unit, counted: bool, paused: bool, calendar: Calendar) -> Reason:
    if paused and not counted:
        return Reason.PAUSED
    if unit is not Unit.WORKING_HOUR:
        return Reason.WALL_CLOCK
    if not counted and calendar.is_working(day):
        return Reason.OUT_OF_HOURS
    return _kind_of(day, calendar)


def _kind_of(day: date, calendar: Calendar) -> Reason:
    explicit = calendar.days.get(day)
    if explicit is None:
        return Reason.WORKING_DAY if calendar.is_working(day) else Reason.REST_DAY
    return Reason.MAKE_UP_DAY if explicit.working else Reason.HOLIDAY


def _days(first: date, until: datetime) -> Iterator[date]:
    # What is due at 24:00 is due on the day that ends then.
    last = (until - _MICROSECOND).date()
    return (first + number * _DAY for number in range((last - first).days + 1))


def _is_paused(day: date, pauses: Sequence[Pause]) -> bool:
    return any(local(began).date() < day <= local(ended).date() for began, ended in pauses)


def _share(day: date, span: Pause, unit: Unit, calendar: Calendar) -> int | Fraction:
    """How much of *span* falls on *day*."""
    start = max(local(span[0]), moment(day, 0))
    end = min(local(span[1]), moment(day + _DAY, 0))
    return between(start, end, unit, calendar) if start < end else 0


def _number(exact: Fraction) -> int | float:
    return int(exact) if exact.denominator == 1 else round(float(exact), 4)
