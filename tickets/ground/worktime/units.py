"""What periods are counted in, from when, and the named refusal of one that cannot be counted."""

from enum import StrEnum
from fractions import Fraction


class Unit(StrEnum):
    """What a period is counted in."""

    #: Minutes and hours run by the wall clock, nights and holidays included.
    MINUTE = "minute"
    HOUR = "hour"
    #: Hours inside the calendar's working spans.
    WORKING_HOUR = "working_hour"
    WORKING_DAY = "working_day"
    CALENDAR_DAY = "calendar_day"
    CALENDAR_MONTH = "calendar_month"
    #: The months and half-years of the calendar themselves, in which something is owed once.
    MONTH = "month"
    HALF_YEAR = "half_year"


class StartRule(StrEnum):
    """From when a period is counted."""

    #: From the moment itself: the rule of minutes and hours, and of the month or half-year it lies in.
    EVENT = "event"
    #: The day after the start's day is day one: the rule of days and months.
    NEXT_DAY = "next_day"
    #: The first working day after the start's day is day one.
    NEXT_WORKING_DAY = "next_working_day"


class RollRule(StrEnum):
    """What becomes of a last day that is not a working day."""

    #: The period ends with the close of business of the next working day (民法典 第二百零三条).
    NEXT_WORKING_DAY = "next_working_day"
    #: It ends on that day itself, whatever day it is, at 24:00: a notice hung out for seven days (公示).
    NONE = "none"


#: Units that end with the close of business of a day. The others end at a moment.
DAY_UNITS = frozenset({Unit.WORKING_DAY, Unit.CALENDAR_DAY, Unit.CALENDAR_MONTH})

#: Units whose last day may be a day of rest.
ROLLING_UNITS = frozenset({Unit.CALENDAR_DAY, Unit.CALENDAR_MONTH})

#: Units that are periods of the calendar: `visits.py` knows their ends. They never roll.
CALENDAR_PERIODS = frozenset({Unit.MONTH, Unit.HALF_YEAR})

#: Length of one of the others.
MICROSECONDS = {Unit.MINUTE: 60 * 10**6, Unit.HOUR: 3600 * 10**6, Unit.WORKING_HOUR: 3600 * 10**6}


class PeriodRefused(ValueError):
    """This period cannot be counted; `code` names the reason and the text says it in a sentence."""

    def __init__(self, code: str, sentence: str) -> None:
        super().__init__(sentence)
        self.code = code


def rule_for(unit: Unit, rule: StartRule | None) -> StartRule:
    """
    The start rule of *unit*: the given one if it fits, else the unit's own.

    :raises PeriodRefused: days are never counted from the event, nor hours from a day.
    """
    if unit in DAY_UNITS:
        if rule is StartRule.EVENT:
            raise PeriodRefused("event_with_days", "Days and months are counted from a day, not the event.")
        return rule or StartRule.NEXT_DAY
    if rule not in (None, StartRule.EVENT):
        raise PeriodRefused("day_with_hours", "Only days are counted from a day, all else from the event.")
    return StartRule.EVENT


def roll_for(unit: Unit, rule: RollRule | None) -> RollRule:
    """
    The roll rule of *unit*: the given one if it fits, else the law's.

    :raises PeriodRefused: hours end at a moment, and working days on a working day.
    """
    if rule is RollRule.NONE and unit not in ROLLING_UNITS:
        raise PeriodRefused("roll_not_for_unit", "Only so many calendar days or months can roll or not.")
    if rule is not None and unit not in DAY_UNITS:
        raise PeriodRefused("roll_with_hours", "Only periods of days roll to a working day.")
    return rule or RollRule.NEXT_WORKING_DAY


def check_length(length: int | Fraction, unit: Unit) -> None:
    """
    Refuse a length nothing can be counted with.

    :raises PeriodRefused: it is not positive, or a part of a day.
    """
    if length <= 0:
        raise PeriodRefused("length_not_positive", "The length must be more than nothing.")
    if unit in DAY_UNITS | CALENDAR_PERIODS and length != int(length):
        raise PeriodRefused("length_not_whole", "Days and months are counted whole.")
