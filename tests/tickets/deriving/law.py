"""民法典 200 to 204 walked through as worded: minute by minute, day by day, from the file's calendars."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from fractions import Fraction
from typing import Any

CHINA = timezone(timedelta(hours=8))
DAY = timedelta(days=1)
MINUTE = timedelta(minutes=1)
SECOND = timedelta(seconds=1)
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
#: Units that run by the wall clock, in minutes.
WALL = {"minute": 1, "hour": 60}
#: Months at whose ends a visit of the unit is owed.
PERIOD_ENDS = {"month": range(1, 13), "half_year": (6, 12)}


@dataclass(frozen=True)
class Answer:
    """What the law says of one question."""

    due: datetime
    rolled_from: date | None = None
    provisional: bool = False


class Office:
    """A calendar of the file, asked minute by minute."""

    def __init__(self, calendar: dict[str, Any]) -> None:
        self.week = [_minutes(calendar["week"][weekday]) for weekday in WEEKDAYS]
        self.off = {date.fromisoformat(day) for day in calendar["off"]}
        self.made_up = {date.fromisoformat(day) for day in calendar["working"]}
        self.announced = set(calendar["announced"])

    def open_minutes(self, day: date) -> set[int]:
        """Minutes of *day* somebody works in."""
        if day in self.off:
            return set()
        return self.week[0 if day in self.made_up else day.weekday()]

    def is_open(self, at: datetime) -> bool:
        """Whether the minute *at* lies in is worked."""
        return at.hour * 60 + at.minute in self.open_minutes(at.date())

    def close(self, day: date) -> datetime:
        """When business of *day* closes: the end of its last minute."""
        return _midnight(day) + (max(self.open_minutes(day)) + 1) * MINUTE

    def is_provisional(self, first: date, last: date) -> bool:
        """Whether a year between them has no notice yet."""
        return any(year not in self.announced for year in range(first.year, last.year + 1))


def add(calendar: dict[str, Any], asked: dict[str, Any]) -> Answer:
    """Walk from the start until the length is used up."""
    office, unit, length = Office(calendar), asked["unit"], asked["length"]
    start = datetime.fromisoformat(asked["start"]).astimezone(CHINA)
    if unit in WALL:
        return Answer(_wall(start, length * WALL[unit]))
    if unit in PERIOD_ENDS:
        return Answer(_period_end(start.date(), length, PERIOD_ENDS[unit]))
    if unit == "working_hour":
        due = _spend(office, start, length * timedelta(hours=1))
        return Answer(due, provisional=office.is_provisional(start.date(), _day_that_ends(due)))
    first = _day_one(office, start.date(), asked["start_rule"])
    last = _last_day(office, first, length, unit)
    if asked["roll_rule"] == "none":
        looked_up = asked["start_rule"] == "next_working_day"
        return Answer(
            _midnight(last) + DAY, provisional=looked_up and office.is_provisional(start.date(), first)
        )
    day = next(day for day in _days(last) if office.open_minutes(day))
    provisional = office.is_provisional(start.date(), day)
    return Answer(office.close(day), last if day != last else None, provisional)


def between(calendar: dict[str, Any], asked: dict[str, Any]) -> Fraction:
    """Count minute by minute what is used up; of days and months, find the greatest length due by then."""
    office, unit = Office(calendar), asked["unit"]
    start, end = (datetime.fromisoformat(asked[key]).astimezone(CHINA) for key in ("start", "end"))
    if unit in WALL or unit == "working_hour":
        used = timedelta()
        for begins, ends in _pieces(start):
            if begins >= end:
                break
            if unit in WALL or office.is_open(begins):
                used += min(ends, end) - begins
        return Fraction(used // timedelta(microseconds=1), WALL.get(unit, 60) * 60 * 10**6)
    length = 0
    while add(calendar, {**asked, "length": length + 1}).due <= end:
        length += 1
    return Fraction(length)


def _minutes(spans: list[list[str]]) -> set[int]:
    return {minute for opens, closes in spans for minute in range(_clock(opens), _clock(closes))}


def _clock(text: str) -> int:
    hours, minutes = text.split(":")
    return int(hours) * 60 + int(minutes)


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=CHINA)


def _days(day: date) -> Iterator[date]:
    while True:
        yield day
        day += DAY


def _pieces(at: datetime) -> Iterator[tuple[datetime, datetime]]:
    """What is left of this minute, then minute after minute."""
    while True:
        ends = at.replace(second=0, microsecond=0) + MINUTE
        yield at, ends
        at = ends


def _wall(at: datetime, minutes: int) -> datetime:
    for _ in range(minutes * 60):
        at += SECOND
    return at


def _spend(office: Office, start: datetime, left: timedelta) -> datetime:
    for begins, ends in _pieces(start):
        if office.is_open(begins):
            if left <= ends - begins:
                return begins + left
            left -= ends - begins
    raise AssertionError


def _day_that_ends(at: datetime) -> date:
    return (at - timedelta(microseconds=1)).date()


def _period_end(day: date, number: int, months: Any) -> datetime:
    for today in _days(day):
        number -= today.month != (today + DAY).month and today.month in months
        if number == 0:
            return _midnight(today) + DAY
    raise AssertionError


def _day_one(office: Office, start: date, rule: str) -> date:
    """201: the day itself is not counted; where the rule is so, counting begins with a working day."""
    after = start + DAY
    if rule == "next_day":
        return after
    return next(day for day in _days(after) if office.open_minutes(day))


def _last_day(office: Office, first: date, length: int, unit: str) -> date:
    if unit == "calendar_month":
        return _day_of_same_number(first - DAY, length)
    for day in _days(first):
        length -= unit == "calendar_day" or bool(office.open_minutes(day))
        if length == 0:
            return day
    raise AssertionError


def _day_of_same_number(day: date, months: int) -> date:
    """202: the day of the same number in the month it ends in; the month's last where there is none."""
    wanted, left = day.day, months
    for today in _days(day + DAY):
        left -= today.day == 1
        if left == 0 and (today.day == wanted or (today + DAY).day == 1):
            return today
    raise AssertionError
