"""Engine and day-by-day oracle agree on random periods: a few here, CASES=200000 with `make vectors`."""

import os
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

import pytest

from tests.tickets import published
from tests.tickets.published import Vector
from tickets.clocks.seed_calendar import default_calendar_data
from tickets.ground.worktime.arithmetic import SHANGHAI
from tickets.ground.worktime.calendar import WEEKDAYS, Calendar

CASES = int(os.environ.get("CASES", "6000"))
#: So many are asked by one test, of so many calendars.
CHUNK = 2_000
CALENDARS = 20

#: Longest periods the slow arithmetic is asked for.
MOST = {
    "minute": 100_000,
    "hour": 2_000,
    "working_hour": 40,
    "working_day": 50,
    "calendar_day": 90,
    "calendar_month": 14,
    "month": 14,
    "half_year": 4,
}
#: Longest periods that are measured again.
SHORT = 12
DAYS = ("working_day", "calendar_day", "calendar_month")
FIRST, LAST = datetime(2023, 11, 1, tzinfo=SHANGHAI), datetime(2027, 3, 1, tzinfo=SHANGHAI)


def some_spans(chance: Random) -> list[list[int]]:
    """Up to three spans, some to 24:00, some that touch."""
    cuts = sorted(chance.sample(range(0, 1441, 30), chance.choice((0, 2, 4, 4, 6))))
    return [cuts[place : place + 2] for place in range(0, len(cuts), 2)]


def some_calendar(chance: Random) -> dict[str, Any]:
    """The seeded one, one of the file's, or any week with any exceptions."""
    drawn = chance.random()
    if drawn < 0.3:
        return default_calendar_data()
    if drawn < 0.6:
        return published.calendar_data(chance.choice(list(published.read()["calendars"].values())))
    monday = some_spans(chance) or [[540, 1020]]
    week = {weekday: some_spans(chance) for weekday in WEEKDAYS} | {"monday": monday}
    length = (LAST - FIRST).days
    days = {(FIRST + timedelta(days=chance.randrange(length))).date().isoformat() for _ in range(200)}
    return {
        "week": week,
        "days": {day: {"kind": chance.choice(("off", "working")), "name": ""} for day in sorted(days)},
        "announced": [year for year in range(2023, 2029) if chance.random() < 0.7],
    }


def some_moment(chance: Random) -> datetime:
    """Any microsecond, or as often one on which something begins or ends."""
    at = FIRST + (LAST - FIRST) * chance.random()
    if chance.random() < 0.5:
        at = at.replace(minute=chance.choice((0, 30)), second=0, microsecond=0)
        at -= timedelta(microseconds=chance.choice((0, 0, 1, 10**6)))
    return at.astimezone(UTC) if chance.random() < 0.2 else at


def some_period(chance: Random, data: dict[str, Any]) -> Vector:
    """A question, asked as the file asks; what is measured ends anywhere, with a period, or just before."""
    unit = chance.choice(list(MOST))
    rules = {"start_rule": "event", "roll_rule": "none"}
    if unit in DAYS:
        rolls = ("next_working_day",) if unit == "working_day" else ("next_working_day", "none")
        rules = {
            "start_rule": chance.choice(("next_day", "next_day", "next_working_day")),
            "roll_rule": chance.choice(rolls),
        }
    start = some_moment(chance)
    asked: Vector = {"ask": "add", "unit": unit, **rules, "start": start.isoformat()}
    asked |= {"length": chance.randint(1, MOST[unit])}
    if chance.random() < 0.6:
        return asked
    end = start + timedelta(days=30) * chance.random()
    if chance.random() < 0.7:
        due = published.by_oracle(data, asked | {"length": chance.randint(1, SHORT)}).due or end
        end = max(start, due - timedelta(microseconds=chance.choice((0, 1))))
    return asked | {"ask": "between", "end": end.isoformat()}


@pytest.mark.parametrize("chunk", range(-(-CASES // CHUNK)))
def test_engine_and_oracle_agree_on_random_periods(chunk: int) -> None:
    chance = Random(chunk)  # noqa: S311 - the same cases each time, no secret
    left = min(CHUNK, CASES - chunk * CHUNK)
    for number in range(CALENDARS):
        data = some_calendar(chance)
        calendar = Calendar.from_data(data)
        for _ in range(left * (number + 1) // CALENDARS - left * number // CALENDARS):
            asked = some_period(chance, data)
            assert published.by_engine(calendar, asked) == published.by_oracle(data, asked), asked
