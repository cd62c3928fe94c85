"""The published vectors as our own engine and the day-by-day arithmetic ask for them."""

import json
from datetime import date, datetime
from fractions import Fraction
from pathlib import Path
from typing import Any, NamedTuple

from tests.tickets.ground.worktime import oracle
from tickets.ground.worktime import visits
from tickets.ground.worktime.arithmetic import RollRule, StartRule, Unit, add, between
from tickets.ground.worktime.calendar import Calendar

Vector = dict[str, Any]

FILE = Path(__file__).with_name("vectors.json")
VISITS = frozenset(visits.Every)


class Answer(NamedTuple):
    """What was asked for: a moment and what is told with it, or a measure."""

    due: datetime | None = None
    rolled_from: date | None = None
    provisional: bool = False
    measure: Fraction | None = None


def expected(vector: Vector) -> Answer:
    """What the file says."""
    if vector["ask"] == "between":
        return Answer(measure=Fraction(vector["measure"]))
    rolled = vector.get("rolled_from")
    return Answer(
        datetime.fromisoformat(vector["due"]),
        date.fromisoformat(rolled) if rolled else None,
        vector["provisional"],
    )


def calendar_data(drawn: dict[str, Any]) -> dict[str, Any]:
    """A calendar of the file as data of ours."""
    days = [(day, "off", name) for day, name in drawn["off"].items()]
    days += [(day, "working", name) for day, name in drawn["working"].items()]
    return {
        "week": {
            weekday: [[_minutes(clock) for clock in span] for span in spans]
            for weekday, spans in drawn["week"].items()
        },
        "days": {day: {"kind": kind, "name": name} for day, kind, name in days},
        "announced": drawn["announced"],
    }


def by_engine(calendar: Calendar, vector: Vector) -> Answer:
    """What the engine says."""
    start = datetime.fromisoformat(vector["start"])
    if vector["unit"] in VISITS:
        every = visits.Every(vector["unit"])
        if vector["ask"] == "add":
            return Answer(visits.end_of(start, every, vector["length"]))
        ended = visits.ended_between(start, datetime.fromisoformat(vector["end"]), every)
        return Answer(measure=Fraction(ended))
    unit, rules = Unit(vector["unit"]), _rules(vector)
    start_rule = StartRule(rules[0]) if rules[0] else None
    roll_rule = RollRule(rules[1]) if rules[1] else None
    if vector["ask"] == "add":
        due = add(start, vector["length"], unit, calendar, start_rule, roll_rule)
        return Answer(due.at, due.rolled_from, due.provisional)
    end = datetime.fromisoformat(vector["end"])
    return Answer(measure=Fraction(between(start, end, unit, calendar, start_rule, roll_rule)))


def by_oracle(data: dict[str, Any], vector: Vector) -> Answer:
    """What the day-by-day arithmetic says."""
    start, unit, rules = datetime.fromisoformat(vector["start"]), vector["unit"], _rules(vector)
    if vector["ask"] == "between":
        end = datetime.fromisoformat(vector["end"])
        return Answer(measure=Fraction(oracle.between(data, start, end, unit, *rules)))
    due = oracle.add(data, start, vector["length"], unit, *rules)
    provisional = oracle.is_provisional(data, start, due, unit, *rules)
    rolled_from = None
    if rules[1] == "next_working_day" and unit != "working_day":
        last = oracle.last_day(data, start, vector["length"], unit, rules[0], rolls=False)
        rolled_from = None if oracle.hours_of(data, last) else last
    return Answer(due, rolled_from, provisional)


def read() -> dict[str, Any]:
    """The file."""
    whole: dict[str, Any] = json.loads(FILE.read_text(encoding="utf-8"))
    return whole


def _rules(vector: Vector) -> tuple[str | None, str | None]:
    """The rules of a period of days; hours and visits have only their own."""
    if vector["start_rule"] in ("event", "period"):
        return None, None
    return vector["start_rule"], vector["roll_rule"]


def _minutes(clock: str) -> int:
    hours, minutes = clock.split(":")
    return int(hours) * 60 + int(minutes)
