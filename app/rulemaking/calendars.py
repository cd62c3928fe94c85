"""The calendar as somebody hands it in: a notice, a file, a closed day; and what that changes."""

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

import tomli_w

from tickets.clocks.notice import read_notice
from tickets.ground.errors import bad_field
from tickets.ground.worktime.calendar import Calendar, CalendarRefused, ExplicitDay

_SPAN = re.compile(r"(\d\d):([0-5]\d)-(\d\d):([0-5]\d)")
_RUN = re.compile(r"(\d{4})(?:-(\d{4}))?")

#: A closure longer than this is a slip of the pen.
LONGEST_CLOSURE = 60


def to_toml(calendar: Calendar) -> str:
    """The calendar as a file people can read, change and hand in again."""
    data = calendar.to_data()
    return tomli_w.dumps(
        {
            "announced": _ranges(data["announced"]),
            "week": {day: [_hours(*span) for span in spans] for day, spans in data["week"].items()},
            "days": {day: f"{told['kind']} {told['name']}".strip() for day, told in data["days"].items()},
        }
    )


def read_calendar(text: str, calendar: Calendar, year: int | None) -> Calendar:
    """
    Read *text*: a whole calendar as `to_toml` writes it, or a year's notice that goes into *calendar*.

    :raises FieldsRefused: says in the field `text` what is wrong with it, or in `year` that none is named.
    """
    if not text.strip():
        raise bad_field("text", "empty")
    if "[week]" not in text:
        return read_notice(text, year).into(calendar)
    try:
        return Calendar.from_data(_data_of(tomllib.loads(text)))
    except tomllib.TOMLDecodeError as wrong:
        raise bad_field("text", "not_toml", problem=str(wrong)) from None
    except CalendarRefused as wrong:
        raise bad_field("text", "not_a_calendar", problem=str(wrong)) from None


def _data_of(file: dict[str, Any]) -> dict[str, Any]:
    """What a file says, as a calendar takes it; what cannot be read is left for it to refuse."""
    week, days = (_table(file, name) for name in ("week", "days"))
    told = {day: (*str(said).split(" ", 1), "")[:2] for day, said in days.items()}
    return {
        **file,
        "announced": _years(file.get("announced", [])),
        "week": {day: [_span(span) for span in spans] for day, spans in week.items()},
        "days": {day: {"kind": kind, "name": name} for day, (kind, name) in told.items()},
    }


def _table(file: dict[str, Any], name: str) -> dict[str, Any]:
    table = file.get(name, {})
    if not isinstance(table, dict) or (
        name == "week" and not all(isinstance(s, list) for s in table.values())
    ):
        raise CalendarRefused(f"{name} must be a table.")
    return table


def _ranges(years: list[int]) -> list[str]:
    """Years in a row as 2004-2026."""
    found: list[list[int]] = []
    for year in years:
        if found and found[-1][-1] == year - 1:
            found[-1].append(year)
        else:
            found.append([year])
    return [f"{run[0]}-{run[-1]}" if len(run) > 1 else str(run[0]) for run in found]


def _years(written: Any) -> list[int]:
    if not isinstance(written, list):
        raise CalendarRefused('The announced years must be a list, as ["2004-2026"].')
    years: list[int] = []
    for one in written:
        match = _RUN.fullmatch(str(one))
        if not match:
            raise CalendarRefused(f"{one!r} is neither a year nor a run of years.")
        years += range(int(match[1]), int(match[2] or match[1]) + 1)
    return years


def _hours(start: int, end: int) -> str:
    return f"{start // 60:02}:{start % 60:02}-{end // 60:02}:{end % 60:02}"


def _span(written: Any) -> list[int]:
    match = _SPAN.fullmatch(str(written))
    if not match:
        raise CalendarRefused(f"{written!r} is no span of hours, as 09:00-12:00.")
    start_hour, start_minute, end_hour, end_minute = (int(part) for part in match.groups())
    return [start_hour * 60 + start_minute, end_hour * 60 + end_minute]


def with_days(calendar: Calendar, first: date, last: date, name: str, *, working: bool | None) -> Calendar:
    """
    Give *calendar* with the days from *first* to *last* off or worked, or (None) as their weekday says again.

    :raises FieldsRefused: the days run backwards, or are too many.
    """
    if last < first:
        raise bad_field("last", "days_in_disorder")
    if (last - first).days >= LONGEST_CLOSURE:
        raise bad_field("last", "too_many_days", most=LONGEST_CLOSURE)
    days = dict(calendar.days)
    for number in range((last - first).days + 1):
        day = first + timedelta(days=number)
        days.pop(day, None)
        if working is not None and working != bool(calendar.week[day.weekday()]):
            days[day] = ExplicitDay(working=working, name=name)
    try:
        return replace(calendar, days=dict(sorted(days.items())))
    except CalendarRefused as wrong:
        raise bad_field("working", "not_a_calendar", problem=str(wrong)) from None


@dataclass(frozen=True)
class DayChange:
    """A day that is something else than before."""

    day: date
    was_working: bool
    is_working: bool
    was_named: str
    is_named: str


def days_changed(before: Calendar, after: Calendar) -> list[DayChange]:
    """Every day that is worked or off now and was not, or has another name; changed hours are not days."""
    told = sorted({*before.days, *after.days})
    changes = (
        DayChange(day, before.is_working(day), after.is_working(day), before.name_of(day), after.name_of(day))
        for day in told
    )
    return [one for one in changes if (one.was_working, one.was_named) != (one.is_working, one.is_named)]


def first_change(before: Calendar, after: Calendar) -> date | None:
    """The first day from which dates may come out otherwise; None where nothing differs."""
    if before.week != after.week:
        return date.min
    days = (one.day for one in days_changed(before, after) if one.was_working != one.is_working)
    years = (date(year, 1, 1) for year in before.announced ^ after.announced)
    return min([*days, *years], default=None)


def unannounced(calendar: Calendar, first: date, last: date) -> Iterator[int]:
    """Years from *first* to *last* whose holidays nobody has announced."""
    return (year for year in range(first.year, last.year + 1) if year not in calendar.announced)
