"""The same arithmetic once more, day by day from the plain data, slow, sharing nothing but the words."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta, timezone
from fractions import Fraction
from typing import Any

Data = dict[str, Any]
Pauses = list[tuple[datetime, datetime]]

CHINA = timezone(timedelta(hours=8))
DAY = timedelta(days=1)
WALL = {"minute": timedelta(minutes=1), "hour": timedelta(hours=1)}
#: Months in which a visit is owed once.
VISITS = {"month": 1, "half_year": 6}


def hours_of(data: Data, day: date) -> list[list[int]]:
    """Spans of one day."""
    told = data["days"].get(day.isoformat())
    weekday = day.strftime("%A").lower()
    if told is None:
        return list(data["week"].get(weekday, []))
    return list(data["week"]["monday"]) if told["kind"] == "working" else []


def openings(data: Data, day: date) -> list[tuple[datetime, datetime]]:
    """Spans of one day as moments."""
    midnight = datetime(day.year, day.month, day.day, tzinfo=CHINA)
    return [
        (midnight + timedelta(minutes=a), midnight + timedelta(minutes=b)) for a, b in hours_of(data, day)
    ]


def days_from(day: date) -> Iterator[date]:
    """Walk through *day* and all days after it."""
    while True:
        yield day
        day += DAY


def close(data: Data, day: date) -> datetime:
    """When the last span ends."""
    return openings(data, day)[-1][1]


def same_number(day: date, months: int) -> date:
    """Step through the months, then go back from the 31st until there is such a day."""
    year, month = day.year, day.month
    for _ in range(months):
        year, month = (year + 1, 1) if month == 12 else (year, month + 1)
    number = day.day
    while True:
        try:
            return date(year, month, number)
        except ValueError:
            number -= 1


def uncounted(data: Data, start: datetime, rule: str | None) -> date:
    """Find the day before day one."""
    today = start.astimezone(CHINA).date()
    if rule != "next_working_day":
        return today
    return next(day for day in days_from(today + DAY) if hours_of(data, day)) - DAY


def last_day(
    data: Data,
    start: datetime,
    length: int,
    unit: str,
    rule: str | None,
    more: int = 0,
    *,
    rolls: bool = True,
) -> date:
    """Find the day a period of days or months ends on, rolled if it *rolls*."""
    base = uncounted(data, start, rule)
    if unit == "working_day":
        for day in days_from(base + DAY):
            length -= bool(hours_of(data, day))
            if length + more == 0:
                return day
    last = (
        same_number(base, length) + more * DAY if unit == "calendar_month" else base + (length + more) * DAY
    )
    return next(day for day in days_from(last) if hours_of(data, day) or not rolls)


def worked(data: Data, start: datetime, end: datetime) -> timedelta:
    """Add up what lies inside the spans."""
    total = timedelta()
    for day in days_from(start.astimezone(CHINA).date()):
        if day > end.astimezone(CHINA).date():
            return total
        for opens, closes in openings(data, day):
            total += max(min(closes, end) - max(opens, start), timedelta())
    raise AssertionError


def use_up(data: Data, start: datetime, amount: timedelta) -> datetime:
    """Spend *amount* span by span."""
    for day in days_from(start.astimezone(CHINA).date()):
        for opens, closes in openings(data, day):
            here = max(closes - max(opens, start), timedelta())
            if amount <= here:
                return max(opens, start) + amount
            amount -= here
    raise AssertionError


def midnight_after(day: date) -> datetime:
    """24:00 of *day*."""
    return datetime(day.year, day.month, day.day, tzinfo=CHINA) + DAY


def end_of_visits(start: datetime, length: int, months: int) -> datetime:
    """Walk on until so many last days of a month whose number *months* divides have passed."""
    for day in days_from(start.astimezone(CHINA).date()):
        length -= (day + DAY).day == 1 and day.month % months == 0
        if length == 0:
            return midnight_after(day)
    raise AssertionError


def add(
    data: Data, start: datetime, length: int, unit: str, rule: str | None = None, roll: str | None = None
) -> datetime:
    """When the period ends."""
    if unit in VISITS:
        return end_of_visits(start, length, VISITS[unit])
    if unit in WALL:
        return start + length * WALL[unit]
    if unit == "working_hour":
        return use_up(data, start, timedelta(hours=length))
    if roll == "none":
        return midnight_after(last_day(data, start, length, unit, rule, rolls=False))
    return close(data, last_day(data, start, length, unit, rule))


def between(
    data: Data, start: datetime, end: datetime, unit: str, rule: str | None = None, roll: str | None = None
) -> int | Fraction:
    """How much of a period is used up: for days the greatest length that is due by then."""
    second = timedelta(microseconds=1)
    if unit in WALL:
        return Fraction((end - start) // second, WALL[unit] // second)
    if unit == "working_hour":
        return Fraction(worked(data, start, end) // second, timedelta(hours=1) // second)
    length = 0
    while add(data, start, length + 1, unit, rule, roll) <= end:
        length += 1
    return length


def is_provisional(
    data: Data, start: datetime, due: datetime, unit: str, rule: str | None = None, roll: str | None = None
) -> bool:
    """Whether some year the period had to look into the calendar for has no notice."""
    if unit in WALL or unit in VISITS:
        return False
    last = (due - timedelta(microseconds=1)).astimezone(CHINA).date()
    if roll == "none":
        if rule != "next_working_day":
            return False
        last = uncounted(data, start, rule) + DAY
    years = range(start.astimezone(CHINA).year, last.year + 1)
    return any(year not in data["announced"] for year in years)


def with_pauses(data: Data, start: datetime, length: int, unit: str, pauses: Pauses) -> datetime:
    """When a paused period ends, each pause counted if the period was still running when it began."""
    due = add(data, start, length, unit)
    time, days = timedelta(), 0
    for began, ended in pauses:
        if began > due or unit in VISITS:
            return due
        if unit in WALL:
            time += ended - began
            due = start + length * WALL[unit] + time
        elif unit == "working_hour":
            time += worked(data, began, ended)
            due = use_up(data, start, timedelta(hours=length) + time)
        else:
            days += days_paused(data, began, ended, unit)
            due = close(data, last_day(data, start, length, unit, None, days))
    return due


def days_paused(data: Data, began: datetime, ended: datetime, unit: str) -> int:
    """Count the days of the unit's kind after the day it began up to and including the day it ended."""
    last = ended.astimezone(CHINA).date()
    count = 0
    for day in days_from(began.astimezone(CHINA).date() + DAY):
        if day > last:
            return count
        count += unit != "working_day" or bool(hours_of(data, day))
    raise AssertionError
