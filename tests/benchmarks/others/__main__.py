"""
`python -m tests.benchmarks.others`: what ours, Signalen's and RT's arithmetic make of the published vectors.

It needs nothing but Python; RT's part needs Perl with Business::Hours, and is left out where that is not.
"""

import argparse
import sys
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from tests.benchmarks.others import rt, signalen
from tests.tickets import published
from tests.tickets.deriving.law import CHINA
from tickets.ground.worktime.calendar import Calendar

Vector = dict[str, Any]
Calendars = dict[str, dict[str, Any]]

WORKING_WEEK = range(5)
#: RT's Business::Hours looks no further ahead.
GIVES_UP = -1
#: Seconds adds are timed for.
LONG_ENOUGH = 0.5


@dataclass
class Score:
    """One engine's answers."""

    engine: str
    can_say: int = 0
    right: int = 0
    #: Days that are right though the time of day is not.
    right_day: int = 0
    adds: int = 0
    seconds: float = 0.0
    #: Why the others are wrong, and how many.
    reasons: Counter[str] = field(default_factory=Counter)

    def count(self, vector: Vector, reason: str | None, answer: datetime | None) -> None:
        """Note one answer; it is right if there is no *reason*."""
        self.can_say += 1
        self.right += reason is None
        if reason is not None:
            self.reasons[reason] += 1
            self.right_day += answer is not None and _on_its_day(answer, vector)

    def row(self) -> list[str]:
        """A row of the table."""
        rate = f"{self.adds / self.seconds:,.0f}" if self.seconds else ""
        wrong = self.can_say - self.right
        return [self.engine, str(self.can_say), str(self.right), str(wrong), str(self.right_day), rate]


def main() -> int:
    """Hold each engine against the file and print the table."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.others", description=__doc__)
    parser.add_argument("--signalen", type=Path, metavar="FILE", help="Signalen's own deadlines.py")
    asked = parser.parse_args()
    whole = published.read()
    calendars, vectors = whole["calendars"], whole["vectors"]
    scores = [score_ours(calendars, vectors), score_signalen(calendars, vectors, asked.signalen)]
    try:
        scores.append(score_rt(calendars, vectors, rt.check()))
    except rt.Absent as absent:
        sys.stderr.write(f"RT is left out: {absent}.\n")
    sys.stdout.write(f"{len(vectors)} vectors.\n\n{_table(scores)}\n{_reasons(scores)}")
    return 0


def score_ours(calendars: Calendars, vectors: list[Vector]) -> Score:
    """Ours, which has words for all."""
    score = Score("Zhuanban")
    ready = {name: Calendar.from_data(published.calendar_data(drawn)) for name, drawn in calendars.items()}
    for vector in vectors:
        answer = published.by_engine(ready[vector["calendar"]], vector)
        score.count(vector, None if answer == published.expected(vector) else "a mistake", answer.due)
    adds = [vector for vector in vectors if vector["ask"] == "add"]
    _time(score, adds, lambda vector: published.by_engine(ready[vector["calendar"]], vector))
    return score


def score_signalen(calendars: Calendars, vectors: list[Vector], file: Path | None = None) -> Score:
    """Signalen's, or its original in *file*."""
    deadline = signalen.original(file) if file else signalen.deadline

    def answer(vector: Vector) -> datetime:
        # Days are Shanghai's, whatever offset the file writes.
        start = datetime.fromisoformat(vector["start"]).astimezone(CHINA)
        return deadline(start, vector["length"], signalen.UNITS[vector["unit"]])

    score = Score("Signalen")
    said = [vector for vector in vectors if signalen.can_say(vector)]
    for vector in said:
        at = answer(vector)
        right = at == _due(vector)
        score.count(vector, None if right else _signalens_reason(calendars, vector, at), at)
    _time(score, said, answer)
    return score


def _signalens_reason(calendars: Calendars, vector: Vector, at: datetime) -> str:
    calendar = calendars[vector["calendar"]]
    if _on_its_day(at, vector):
        return "ends at the start's time of day, not at close of business or 24:00"
    if vector.get("rolled_from"):
        return "a last day of rest does not roll"
    if vector["start_rule"] == "next_working_day":
        return "counting cannot begin on the next working day"
    if vector["unit"] == "calendar_day":
        return "ends at the start's time of day, not at close of business or 24:00"
    if _told(calendar, vector, "off") | _told(calendar, vector, "working"):
        return "holidays and make-up days (调休) are not known"
    if any(bool(spans) != (number in WORKING_WEEK) for number, spans in enumerate(calendar["week"].values())):
        return "the week is always Monday to Friday"
    return "Monday is not day one of what comes at a weekend"


def score_rt(calendars: Calendars, vectors: list[Vector], version: str) -> Score:
    """RT's, with Business::Hours of that *version*."""
    score = Score(f"RT (Business::Hours {version})")
    said = [vector for vector in vectors if rt.can_say(vector)]
    found, score.seconds = rt.answers(calendars, said)
    for vector, answer in zip(said, found, strict=True):
        if vector["ask"] == "between":
            right = answer == vector["measure"]
            score.count(vector, None if right else _rts_reason(calendars, vector, None), None)
            continue
        score.adds += 1
        at = None if int(answer) == GIVES_UP else datetime.fromtimestamp(int(answer), CHINA)
        score.count(vector, None if at == _due(vector) else _rts_reason(calendars, vector, at), at)
    return score


def _rts_reason(calendars: Calendars, vector: Vector, at: datetime | None) -> str:
    calendar = calendars[vector["calendar"]]
    if _told(calendar, vector, "working"):
        return "make-up days (调休) are not known"
    if vector["ask"] == "between":
        return "the last second is counted, too"
    if at is None:
        return "gives up after 30 days"
    return "hours used up at a span's end are due at the next opening"


def _told(calendar: dict[str, Any], vector: Vector, kind: str) -> set[str]:
    """Days of the kind that the period passes through."""
    first = datetime.fromisoformat(vector["start"]).astimezone(CHINA).date()
    last = _day(datetime.fromisoformat(vector["due" if "due" in vector else "end"]))
    return {day for day in calendar[kind] if first <= date.fromisoformat(day) <= last}


def _due(vector: Vector) -> datetime:
    return datetime.fromisoformat(vector["due"])


def _on_its_day(at: datetime, vector: Vector) -> bool:
    """Whether an answer lies on the right day; a midnight may be meant as either of its two."""
    return _day(_due(vector)) in {_day(at), at.astimezone(CHINA).date()}


def _day(at: datetime) -> date:
    """The day that *at* ends, if it is midnight, else the day it lies in."""
    return (at.astimezone(CHINA) - timedelta(microseconds=1)).date()


def _time(score: Score, vectors: list[Vector], answer: Callable[[Vector], object]) -> None:
    began = time.perf_counter()
    while score.seconds < LONG_ENOUGH:
        for vector in vectors:
            answer(vector)
        score.adds += len(vectors)
        score.seconds = time.perf_counter() - began


def _table(scores: list[Score]) -> str:
    head = ["Engine", "can say", "right", "wrong", "wrong, yet on the right day", "adds/s"]
    rows = [head, ["---", *["---:"] * (len(head) - 1)], *(score.row() for score in scores)]
    return "".join(f"| {' | '.join(row)} |\n" for row in rows)


def _reasons(scores: list[Score]) -> str:
    rows = [
        f"| {score.engine} | {reason} | {count} |\n"
        for score in scores
        for reason, count in score.reasons.most_common()
    ]
    return "| Engine | why it is wrong | vectors |\n| --- | --- | ---: |\n" + "".join(rows)


if __name__ == "__main__":
    sys.exit(main())
