"""When a period ends, how much of one a span is, and from when so much is left: 民法典 200 to 204 in code."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from fractions import Fraction
from itertools import pairwise
from typing import Self

from tickets.ground.worktime.calendar import SHANGHAI, Calendar, moment
from tickets.ground.worktime.moments import later, local, wall_time, within_the_era
from tickets.ground.worktime.months import months_between, plus_months
from tickets.ground.worktime.units import (
    CALENDAR_PERIODS,
    DAY_UNITS,
    MICROSECONDS,
    PeriodRefused,
    RollRule,
    StartRule,
    Unit,
    check_length,
    roll_for,
    rule_for,
)
from tickets.ground.worktime.visits import Every, end_of, ended_between
from tickets.ground.worktime.warning import before, fraction_before

__all__ = [
    "DAY_UNITS",
    "SHANGHAI",
    "Due",
    "Pause",
    "PeriodRefused",
    "RollRule",
    "StartRule",
    "Unit",
    "add",
    "before",
    "between",
    "due_with_pauses",
    "first_day",
    "fraction_before",
    "local",
]

_DAY = timedelta(days=1)

Pause = tuple[datetime, datetime]


@dataclass(frozen=True)
class Due:
    """The moment a period ends."""

    at: datetime
    #: The period touches a year whose holidays are not announced, so *at* may still move.
    provisional: bool
    #: The last day of a period of days or months, where it was no working day and *at* is on the next one.
    rolled_from: date | None = field(default=None, compare=False)


def add(
    start: datetime,
    length: int | Fraction,
    unit: Unit,
    calendar: Calendar,
    start_rule: StartRule | None = None,
    roll_rule: RollRule | None = None,
) -> Due:
    """
    Find the end of a period of *length* that begins with *start*. Fractions are for minutes and hours.

    An extension is not added to the end but counted in one go: `add(start, length + days, …)`.

    :raises PeriodRefused: the length, the start, or a rule for this unit cannot be used.
    """
    return _Period.of(start, length, unit, calendar, start_rule, roll_rule).end()


def between(
    start: datetime,
    end: datetime,
    unit: Unit,
    calendar: Calendar,
    start_rule: StartRule | None = None,
    roll_rule: RollRule | None = None,
) -> int | Fraction:
    """
    Measure how much of a period that began with *start* is used up at *end*.

    Minutes and hours are exact, days and months are whole ones: the greatest length due by *end*. So it
    undoes `add`, except that of calendar days which roll to one and the same working day it gives the last.

    :raises PeriodRefused: *end* lies before *start*, or a rule is not for this unit.
    """
    rule, roll = rule_for(unit, start_rule), roll_for(unit, roll_rule)
    begun, ended = local(start), local(end)
    if wall_time(begun, ended) < 0:
        raise PeriodRefused("end_before_start", "The end lies before the start.")
    if unit is Unit.WORKING_HOUR:
        return Fraction(calendar.worked(ended) - calendar.worked(begun), MICROSECONDS[unit])
    if unit in CALENDAR_PERIODS:
        return ended_between(begun, ended, Every(unit))
    if unit not in DAY_UNITS:
        return Fraction(wall_time(begun, ended), MICROSECONDS[unit])
    with within_the_era():
        uncounted = _uncounted_day(begun.date(), rule, calendar)
        if roll is RollRule.NONE:
            # A day is over at its 24:00, so the last whole one is yesterday.
            return max(0, _days_or_months(uncounted, ended.date() - _DAY, unit))
        return max(0, _whole_days(uncounted, ended, unit, calendar))


def due_with_pauses(  # noqa: PLR0913 - these are the eight things a due moment depends on, and no two are one
    start: datetime,
    length: int,
    unit: Unit,
    calendar: Calendar,
    start_rule: StartRule | None,
    pauses: Sequence[Pause],
    extended: int = 0,
    roll_rule: RollRule | None = None,
) -> Due:
    """
    Find the end of a period that was paused and perhaps *extended*, counted in one go from *start*.

    A pause lengthens a period of minutes or hours by its exact time, wall or working as the unit is; a period
    of days by the days of its kind after the day it began up to and including the day it ended. Months are
    lengthened by calendar days, and what is owed in a month or half-year of the calendar is not put off by a
    pause. *extended* is in the same days and not for hours. A pause that begins after the period has run out
    lengthens nothing: what is late stays late.

    :raises PeriodRefused: the pauses overlap or are out of order, or hours are to be extended.
    """
    period = _Period.of(start, length, unit, calendar, start_rule, roll_rule)
    _check_extension(unit, extended)
    _check_pauses(period.start, pauses)
    more: int | Fraction = extended
    due = period.end(more)
    for began, ended in pauses:
        if began > due.at:
            break
        more += _lengthening(local(began), local(ended), unit, calendar)
        due = period.end(more)
    return due


def first_day(start: datetime, unit: Unit, calendar: Calendar, start_rule: StartRule | None = None) -> date:
    """Day one of a period of days or months: the first day that is counted, or could be."""
    with within_the_era():
        return _uncounted_day(local(start).date(), rule_for(unit, start_rule), calendar) + _DAY


@dataclass(frozen=True)
class _Period:
    """What was asked, checked."""

    start: datetime
    length: int | Fraction
    unit: Unit
    calendar: Calendar
    rule: StartRule
    roll: RollRule

    @classmethod
    def of(
        cls,
        start: datetime,
        length: int | Fraction,
        unit: Unit,
        calendar: Calendar,
        rule: StartRule | None,
        roll: RollRule | None = None,
    ) -> Self:
        check_length(length, unit)
        return cls(local(start), length, unit, calendar, rule_for(unit, rule), roll_for(unit, roll))

    def end(self, more: int | Fraction = 0) -> Due:
        """End of the period when it is lengthened by *more*: days of its kind, or hours, or minutes."""
        with within_the_era():
            if self.unit in DAY_UNITS:
                last = self._last_day(int(more))
                if self.roll is RollRule.NONE:
                    return self._due_without_roll(last)
                day = self.calendar.first_working_day_from(last)
                return self._due(day, self.calendar.close_of(day), rolled_from=None if day == last else last)
            if self.unit in CALENDAR_PERIODS:
                # Like the wall clock's, no notice can move its end.
                return Due(end_of(self.start, Every(self.unit), int(self.length)), provisional=False)
            microseconds = _whole_microseconds((self.length + more) * MICROSECONDS[self.unit])
            if self.unit is Unit.WORKING_HOUR:
                return self._due(*self.calendar.when_worked(self.calendar.worked(self.start) + microseconds))
            # The wall clock asks no calendar, so no notice can move this moment.
            return Due(later(self.start, microseconds), provisional=False)

    def _due(self, day: date, at: datetime, rolled_from: date | None = None) -> Due:
        return Due(at, not self.calendar.is_settled(self.start.date(), day), rolled_from)

    def _due_without_roll(self, last: date) -> Due:
        # Of the calendar it asks at most where counting begins.
        asked = first_day(self.start, self.unit, self.calendar, self.rule)
        settled = self.rule is StartRule.NEXT_DAY or self.calendar.is_settled(self.start.date(), asked)
        return Due(moment(last + _DAY, 0), provisional=not settled)

    def _last_day(self, more: int) -> date:
        uncounted = _uncounted_day(self.start.date(), self.rule, self.calendar)
        length = int(self.length)
        if self.unit is Unit.WORKING_DAY:
            return self.calendar.working_day(self.calendar.working_days_through(uncounted) + length + more)
        if self.unit is Unit.CALENDAR_MONTH:
            return plus_months(uncounted, length) + more * _DAY
        return uncounted + (length + more) * _DAY


def _uncounted_day(start_day: date, rule: StartRule, calendar: Calendar) -> date:
    """The day before day one; months are counted from its number."""
    if rule is StartRule.NEXT_DAY:
        return start_day
    return calendar.first_working_day_from(start_day + _DAY) - _DAY


def _whole_days(uncounted: date, ended: datetime, unit: Unit, calendar: Calendar) -> int:
    closed = calendar.working_days_closed(ended)
    if unit is Unit.WORKING_DAY:
        return closed - calendar.working_days_through(uncounted)
    if closed == 0:
        return 0
    # A period that rolls is due on the working day it rolls to, so the last closed one decides.
    return _days_or_months(uncounted, calendar.working_day(closed), unit)


def _days_or_months(uncounted: date, last: date, unit: Unit) -> int:
    if unit is Unit.CALENDAR_MONTH:
        return months_between(uncounted, last)
    return (last - uncounted).days


def _lengthening(began: datetime, ended: datetime, unit: Unit, calendar: Calendar) -> int | Fraction:
    if unit in CALENDAR_PERIODS:
        return 0
    if unit not in DAY_UNITS:
        return between(began, ended, unit, calendar)
    if unit is Unit.WORKING_DAY:
        return calendar.working_days_between(began.date(), ended.date())
    return (ended.date() - began.date()).days


def _check_extension(unit: Unit, extended: int) -> None:
    if extended < 0:
        raise PeriodRefused("extension_negative", "An extension cannot be less than nothing.")
    if extended and unit not in DAY_UNITS:
        raise PeriodRefused("extension_of_hours", "Only periods of days and months are extended.")


def _check_pauses(start: datetime, pauses: Sequence[Pause]) -> None:
    moments = [start, *(local(at) for pause in pauses for at in pause)]
    if any(wall_time(earlier, later) < 0 for earlier, later in pairwise(moments)):
        raise PeriodRefused("pauses_not_in_order", "Pauses follow the start and do not overlap.")


def _whole_microseconds(exact: int | Fraction) -> int:
    if exact != int(exact):
        raise PeriodRefused("length_too_fine", "A length finer than a microsecond cannot be counted.")
    return int(exact)
