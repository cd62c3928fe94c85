"""The calendar a new house starts with: the State Council's lists as far as they go, then statutory days."""

from datetime import date
from typing import Any

import holidays
from chinese_calendar import constants as announced

from tickets.ground.worktime.calendar import WEEKDAYS, Calendar, ExplicitDay, Span

#: Statutory days of years to come are known this far; beyond, only weekends are.
LAST_GUESSED_YEAR = 2040

_OFFICE_HOURS = (Span(9 * 60, 12 * 60), Span(13 * 60, 17 * 60))
_WORKING_WEEKDAYS = 5

#: The library shortens these three.
_FULL_NAMES = {"清明": "清明节", "端午": "端午节", "中秋": "中秋节"}


def default_calendar_data() -> dict[str, Any]:
    """
    Data of the first calendar version: Monday to Friday 09:00-12:00 and 13:00-17:00.

    Only days that differ from the weekday's rule are listed. A year nobody has announced yet has its
    statutory days and nothing else: days off in lieu and make-up days are what the notice decides.
    """
    years = _announced_years()
    week = tuple(_OFFICE_HOURS if number < _WORKING_WEEKDAYS else () for number in range(len(WEEKDAYS)))
    days = _announced_days() | _statutory_days(range(max(years) + 1, LAST_GUESSED_YEAR + 1))
    return Calendar(week=week, days=days, announced=years).to_data()


def _announced_years() -> frozenset[int]:
    return frozenset(day.year for day in announced.holidays)


def _announced_days() -> dict[date, ExplicitDay]:
    off = {day: word for day, word in announced.holidays.items() if _is_weekday(day)}
    make_up = {day: word for day, word in announced.workdays.items() if not _is_weekday(day)}
    return {
        **{day: ExplicitDay(working=False, name=_name(word)) for day, word in off.items()},
        **{day: ExplicitDay(working=True, name=_name(word)) for day, word in make_up.items()},
    }


def _statutory_days(years: range) -> dict[date, ExplicitDay]:
    # Without `observed=False` the library invents days in lieu for years nobody has announced.
    known = holidays.country_holidays("CN", years=years, observed=False, language="zh_CN")
    weekdays = {day: name.replace("; ", "、") for day, name in known.items() if _is_weekday(day)}
    return {day: ExplicitDay(working=False, name=name) for day, name in weekdays.items()}


def _is_weekday(day: date) -> bool:
    return day.weekday() < _WORKING_WEEKDAYS


def _name(word: str) -> str:
    chinese: str = announced.Holiday(word).chinese
    return _FULL_NAMES.get(chinese, chinese)
