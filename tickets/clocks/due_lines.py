"""Questions for a due moment as people type them, one or a table full, and the answers as lines or data."""

import csv
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from enum import StrEnum
from typing import Any, TypeVar

from tickets.clocks.explanation import Period, explain
from tickets.ground.worktime.calendar import Calendar
from tickets.ground.worktime.units import (
    ROLLING_UNITS,
    PeriodRefused,
    RollRule,
    StartRule,
    Unit,
    roll_for,
    rule_for,
)

Word = TypeVar("Word", bound=StrEnum)

COLUMNS = ("start", "length", "unit", "start_rule", "roll_rule")
#: These may be left out.
_OPTIONAL = frozenset({"start_rule", "roll_rule"})

#: Lengths beyond this many digits reach past every calendar.
_MOST_DIGITS = 9

#: As printed: Shanghai's own offset differs before 1992, and a line must always read the same.
_EIGHT_HOURS_EAST = timezone(timedelta(hours=8))


@dataclass(frozen=True)
class Answer:
    """One line of output: the due moment, or what is wrong with the question."""

    line: str
    refused: bool


def parse(
    start: str, length: str, unit: str, start_rule: str | None = None, roll_rule: str | None = None
) -> Period:
    """
    Read a question.

    :raises PeriodRefused: a part of it cannot be read; the sentence quotes it.
    """
    return Period(
        start=_moment(start.strip()),
        length=_length(length.strip()),
        unit=_word(Unit, unit.strip(), "unit"),
        start_rule=_word(StartRule, start_rule.strip(), "start rule") if start_rule else None,
        roll_rule=_word(RollRule, roll_rule.strip(), "roll rule") if roll_rule else None,
    )


def due_line(period: Period, calendar: Calendar) -> str:
    """
    The due moment and nothing else, in whole seconds.

    :raises PeriodRefused: the period cannot be counted.
    """
    return _written(period.due(calendar).at)


def explanation(period: Period, calendar: Calendar) -> dict[str, Any]:
    """
    The due moment with all days that led to it, ready for JSON.

    :raises PeriodRefused: the period cannot be counted.
    """
    due = period.due(calendar)
    return {
        "start": _written(period.start),
        "length": period.length,
        "unit": period.unit.value,
        "start_rule": rule_for(period.unit, period.start_rule).value,
        "roll_rule": _roll_of(period),
        "due": _written(due.at),
        "provisional": due.provisional,
        "days": [line.to_data() for line in explain(period, calendar)],
    }


def answers(table: Iterable[str], calendar: Calendar) -> Iterator[Answer]:
    """
    Answer a CSV *table* with the header `start,length,unit,start_rule`: one line per row, in their order.

    A row that cannot be answered is one line, too. Empty lines are no rows. The start rule may be left out,
    and a `roll_rule` may be added.

    :raises PeriodRefused: the header is not this one.
    """
    rows = csv.DictReader(table)
    # Spreadsheets put a byte order mark before the first name.
    names = [name.strip().lstrip("\ufeff") for name in rows.fieldnames or ()]
    if not set(COLUMNS) - _OPTIONAL <= set(names) <= set(COLUMNS):
        raise PeriodRefused("header_unknown", f"The first line must be {','.join(COLUMNS)}.")
    rows.fieldnames = names
    return _answers(rows, calendar)


def _answers(rows: Iterator[dict[str | Any, str | Any]], calendar: Calendar) -> Iterator[Answer]:
    while True:
        try:
            row = next(rows)
            line = due_line(_period_in(row), calendar)
        except StopIteration:
            return
        except (PeriodRefused, csv.Error) as refusal:
            yield Answer(f"error: {refusal}", refused=True)
        else:
            yield Answer(line, refused=False)


def _roll_of(period: Period) -> str | None:
    if period.unit not in ROLLING_UNITS:
        return None
    return roll_for(period.unit, period.roll_rule).value


def _period_in(row: dict[str | Any, str | Any]) -> Period:
    # csv keeps the surplus under None.
    if None in row:
        raise PeriodRefused("row_too_long", "The row has more cells than the header.")
    return parse(*(row.get(name) or "" for name in COLUMNS))


def _moment(text: str) -> datetime:
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        example = "2026-09-30T16:30:00+08:00"
        raise PeriodRefused("start_unreadable", f"{text!r} is no moment like {example}.") from None
    if at.utcoffset() is None:
        raise PeriodRefused("moment_without_zone", f"{text!r} needs an offset from UTC, such as +08:00.")
    return at


def _length(text: str) -> int:
    if not (text.isascii() and text.isdigit()):
        raise PeriodRefused("length_unreadable", f"{text!r} is no whole number of 1 or more.")
    if len(text) > _MOST_DIGITS:
        raise PeriodRefused("too_far", "That lies outside the years 1 to 9999.")
    return int(text)


def _word(words: type[Word], text: str, what: str) -> Word:
    try:
        return words(text)
    except ValueError:
        known = ", ".join(words)
        raise PeriodRefused("word_unknown", f"{text!r} is no {what}; there are {known}.") from None


def _written(at: datetime) -> str:
    return at.astimezone(_EIGHT_HOURS_EAST).isoformat(timespec="seconds")
