"""From when to when figures are asked for, and what they are held against."""

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from tickets.ground.errors import bad_field
from tickets.ground.refs import SHANGHAI

MONTH, DAY = re.compile(r"[0-9]{4}-[0-9]{2}"), re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
#: Longer nobody compares, and a slip of a year's digit must not ask for a century.
LONGEST = timedelta(days=5 * 366 + 1)
#: Years anybody asks for; beyond them the year before or the day after could not be reckoned.
YEARS = range(1900, 2200)


@dataclass(frozen=True)
class Period:
    """Some days, the first and the last one included."""

    first: date
    last: date

    @classmethod
    def read(cls, first: str | None, last: str | None, today: date, longest: timedelta = LONGEST) -> "Period":
        """
        Read `from` and `to`, each a day or a month; this month until today where neither is given.

        :raises FieldsRefused: one is neither, they are the wrong way round, or too far apart.
        """
        begins = _day("from", first, ends=False) if first else None
        ends = _day("to", last, ends=True) if last else None
        if begins is None:
            begins = (ends or today).replace(day=1)
        if ends is None:
            ends = max(today, begins)
        if ends < begins:
            raise bad_field("to", "ends_before")
        if ends - begins >= longest:
            raise bad_field("from", "period_too_long", most=longest.days)
        return cls(begins, ends)

    @property
    def begins(self) -> datetime:
        """The first moment of it, on a Shanghai clock."""
        return datetime.combine(self.first, time(), SHANGHAI)

    @property
    def ends(self) -> datetime:
        """The first moment after it."""
        return datetime.combine(self.last + timedelta(days=1), time(), SHANGHAI)

    @property
    def whole_months(self) -> bool:
        """It begins with a month and ends with one."""
        return self.first.day == 1 and self.last == _end(self.last)

    def before(self) -> "Period":
        """As much time just before: the months before whole months, else the same number of days."""
        if self.whole_months:
            months = _months(self.last) - _months(self.first) + 1
            first = _of_months(_months(self.first) - months)
            return Period(first, self.first - timedelta(days=1))
        if self.first.day == 1 and _months(self.first) == _months(self.last):
            # A month that is not over is held against as many days of the one before.
            first = _of_months(_months(self.first) - 1)
            return Period(first, min(first + (self.last - self.first), _end(first)))
        return Period(
            self.first - (self.last - self.first) - timedelta(days=1), self.first - timedelta(days=1)
        )

    def year_before(self) -> "Period":
        """The same days a year before; the end of February is its end."""
        first, last = _year_before(self.first), _year_before(self.last)
        return Period(first, _end(last) if self.whole_months else last)


def _day(name: str, written: str, *, ends: bool) -> date:
    month = MONTH.fullmatch(written) is not None
    if not (month or DAY.fullmatch(written)):
        raise bad_field(name, "bad_period_day")
    try:
        day = date.fromisoformat(f"{written}-01" if month else written)
    except ValueError:
        raise bad_field(name, "bad_period_day") from None
    if day.year not in YEARS:
        raise bad_field(name, "bad_period_day")
    return _end(day) if month and ends else day


def _end(day: date) -> date:
    return day.replace(day=monthrange(day.year, day.month)[1])


def _months(day: date) -> int:
    return day.year * 12 + day.month - 1


def _of_months(months: int) -> date:
    return date(months // 12, months % 12 + 1, 1)


def _year_before(day: date) -> date:
    year = day.year - 1
    return day.replace(year=year, day=min(day.day, monthrange(year, day.month)[1]))
