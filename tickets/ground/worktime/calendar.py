"""When people work: hours of the week, public holidays and make-up days, countable at any distance."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import MAXYEAR, MINYEAR, date, datetime, time, timedelta
from functools import cached_property
from itertools import pairwise
from typing import Any, NamedTuple, Self
from zoneinfo import ZoneInfo

from tickets.ground.worktime.cumulative import Cumulative

SHANGHAI = ZoneInfo("Asia/Shanghai")

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")

_MICROSECOND = timedelta(microseconds=1)
_MINUTE = timedelta(minutes=1) // _MICROSECOND
_MIDNIGHT_TO_MIDNIGHT = 24 * 60


class CalendarRefused(ValueError):
    """This data is no calendar; the sentence says what to mend."""


class Span(NamedTuple):
    """Working time in minutes from midnight, half open: the end (1440 is 24:00) no longer belongs to it."""

    start: int
    end: int


@dataclass(frozen=True)
class ExplicitDay:
    """A day that is not what its weekday says."""

    working: bool
    #: What people call it, 国庆节; of a make-up day the holiday it makes up for.
    name: str = ""


@dataclass(frozen=True)
class Calendar:
    """
    Working time in Asia/Shanghai, compiled from plain data.

    Days are counted by closed formula over the weeks and a sorted list of the exceptions, so a far day costs
    what a near one costs, and there is no last year.
    """

    #: Spans of each weekday, Monday first.
    week: tuple[tuple[Span, ...], ...]
    days: Mapping[date, ExplicitDay] = field(default_factory=dict, hash=False)
    #: Years whose holidays and make-up days the State Council has announced. Any other year is a guess.
    announced: frozenset[int] = frozenset()

    def __post_init__(self) -> None:
        """Refuse hours that cannot be counted with."""
        if len(self.week) != len(WEEKDAYS):
            raise CalendarRefused("The week must have seven days.")
        for weekday, spans in zip(WEEKDAYS, self.week, strict=True):
            _check_spans(weekday, spans)
        if not any(self.week):
            raise CalendarRefused("The week must have at least one working span.")
        if not self.week[0] and any(day.working for day in self.days.values()):
            raise CalendarRefused("A make-up day has Monday's hours, and Monday has none.")

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> Self:
        """
        Compile what `to_data` gave.

        :raises CalendarRefused: the data is not a calendar.
        """
        unknown = sorted(set(data) - {"week", "days", "announced"})
        if unknown:
            raise CalendarRefused(f"A calendar does not have {', '.join(unknown)}.")
        week = _mapping(data.get("week"), "The week")
        strangers = sorted(set(week) - set(WEEKDAYS))
        if strangers:
            raise CalendarRefused(f"No weekday is called {', '.join(strangers)}.")
        return cls(
            week=tuple(tuple(_spans(weekday, week.get(weekday, ()))) for weekday in WEEKDAYS),
            days=dict(_explicit_days(_mapping(data.get("days", {}), "The list of days"))),
            announced=frozenset(_years(data.get("announced", ()))),
        )

    def to_data(self) -> dict[str, Any]:
        """Plain JSON values, in the order a person would write them."""
        return {
            "week": {
                weekday: [list(span) for span in spans]
                for weekday, spans in zip(WEEKDAYS, self.week, strict=True)
            },
            "days": {
                day.isoformat(): {"kind": "working" if explicit.working else "off", "name": explicit.name}
                for day, explicit in sorted(self.days.items())
            },
            "announced": sorted(self.announced),
        }

    def spans(self, day: date) -> tuple[Span, ...]:
        """Working hours of *day*; a make-up day has Monday's, whatever its own weekday has."""
        explicit = self.days.get(day)
        if explicit is None:
            return self.week[day.weekday()]
        return self.week[0] if explicit.working else ()

    def is_working(self, day: date) -> bool:
        """Whether anybody works on *day*."""
        return bool(self.spans(day))

    def name_of(self, day: date) -> str:
        """What people call *day*, if it is a holiday or made up for one."""
        explicit = self.days.get(day)
        return explicit.name if explicit else ""

    def is_settled(self, first: date, last: date) -> bool:
        """Whether every year from *first* to *last* is announced, so that no notice can still change it."""
        return self.announced.issuperset(range(first.year, last.year + 1))

    def open_of(self, day: date) -> datetime:
        """Beginning of business of the working day *day*."""
        return moment(day, self.spans(day)[0].start * _MINUTE)

    def close_of(self, day: date) -> datetime:
        """Close of business of the working day *day*; 24:00 is the next day's midnight."""
        return moment(day, self.spans(day)[-1].end * _MINUTE)

    def working_days_through(self, day: date) -> int:
        """Number of working days from the beginning of the era up to and including *day*."""
        return self._working_days.through(day)

    def working_day(self, number: int) -> date:
        """
        Find the working day with this number, as `working_days_through` counts them.

        :raises OverflowError: it lies outside the years 1 to 9999.
        """
        return self._working_days.reach(number)

    def working_days_between(self, after: date, until: date) -> int:
        """Number of working days after *after*, up to and including *until*."""
        return self.working_days_through(until) - self.working_days_through(after)

    def first_working_day_from(self, day: date) -> date:
        """*day* itself where it is a working day, else the next one."""
        if self.is_working(day):
            return day
        return self.working_day(self.working_days_through(day) + 1)

    def working_days_closed(self, at: datetime) -> int:
        """Number of working days whose close of business has come by the local moment *at*."""
        today = at.date()
        number = self.working_days_through(today)
        return number - 1 if self.is_working(today) and self.close_of(today) > at else number

    def worked(self, at: datetime) -> int:
        """Working time from the beginning of the era to the local moment *at*, in microseconds."""
        day = at.date()
        spent = (at.replace(tzinfo=None) - datetime.combine(day, time.min)) // _MICROSECOND
        minutes = self._minutes.through(day) - _minutes_in(self.spans(day))
        today = (
            min(max(spent - start * _MINUTE, 0), (end - start) * _MINUTE) for start, end in self.spans(day)
        )
        return minutes * _MINUTE + sum(today)

    def when_worked(self, total: int) -> tuple[date, datetime]:
        """
        Find the day and the first moment at which `worked` gives *total*: a span's end, not the next opening.

        :raises OverflowError: it lies outside the years 1 to 9999.
        """
        day = self._minutes.reach(-(-total // _MINUTE))
        left = total - (self._minutes.through(day) - _minutes_in(self.spans(day))) * _MINUTE
        for start, end in self.spans(day):
            if left <= (end - start) * _MINUTE:
                return day, moment(day, start * _MINUTE + left)
            left -= (end - start) * _MINUTE
        raise AssertionError("the day that reaches the total has the time")

    def last_when_worked(self, total: int) -> datetime:
        """
        Find the last moment at which `worked` gives *total*: at a span's end this is the next opening.

        :raises OverflowError: it lies outside the years 1 to 9999.
        """
        _, at = self.when_worked(total + 1)
        return at - _MICROSECOND

    @cached_property
    def _working_days(self) -> Cumulative:
        return self._cumulative(lambda spans: int(bool(spans)))

    @cached_property
    def _minutes(self) -> Cumulative:
        return self._cumulative(_minutes_in)

    def _cumulative(self, amount: Callable[[tuple[Span, ...]], int]) -> Cumulative:
        return Cumulative.of(
            [amount(spans) for spans in self.week], {day: amount(self.spans(day)) for day in self.days}
        )


def moment(day: date, microseconds: int) -> datetime:
    """The moment in Shanghai that lies *microseconds* after the midnight *day* begins with."""
    return datetime.combine(day, time.min, SHANGHAI) + microseconds * _MICROSECOND


def _minutes_in(spans: tuple[Span, ...]) -> int:
    return sum(end - start for start, end in spans)


def _check_spans(weekday: str, spans: tuple[Span, ...]) -> None:
    for start, end in spans:
        if not 0 <= start < end <= _MIDNIGHT_TO_MIDNIGHT:
            raise CalendarRefused(
                f"A span of {weekday} must run forward within 0 and 1440, not from {start} to {end}."
            )
    if any(later.start < earlier.end for earlier, later in pairwise(spans)):
        raise CalendarRefused(f"The spans of {weekday} must be in order and must not overlap.")


def _mapping(value: Any, what: str) -> Mapping[str, Any]:
    if not isinstance(value, Mapping):
        raise CalendarRefused(f"{what} must be a mapping.")
    return value


def _spans(weekday: str, value: Any) -> Iterator[Span]:
    if not isinstance(value, list | tuple):
        raise CalendarRefused(f"The hours of {weekday} must be a list of spans.")
    for pair in value:
        if not isinstance(pair, list | tuple) or [type(minute) for minute in pair] != [int, int]:
            raise CalendarRefused(f"A span of {weekday} must be two whole numbers of minutes.")
        yield Span(*pair)


def _explicit_days(value: Mapping[str, Any]) -> Iterator[tuple[date, ExplicitDay]]:
    for key, told in value.items():
        try:
            day = date.fromisoformat(key)
        except (TypeError, ValueError):
            raise CalendarRefused(f"{key!r} is no date.") from None
        explicit = _mapping(told, f"What is told of {key}")
        if explicit.get("kind") not in ("working", "off"):
            raise CalendarRefused(f"{key} must be working or off.")
        yield day, ExplicitDay(working=explicit["kind"] == "working", name=str(explicit.get("name", "")))


def _years(value: Any) -> Iterator[int]:
    if not isinstance(value, list | tuple):
        raise CalendarRefused("The announced years must be a list.")
    for year in value:
        if type(year) is not int or not MINYEAR <= year <= MAXYEAR:
            raise CalendarRefused(f"{year!r} is no year.")
        yield year
