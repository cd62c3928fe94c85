"""RT's arithmetic: minutes by the wall clock, and business minutes counted by Perl's Business::Hours."""

import os
import shutil
import subprocess
from collections.abc import Sequence
from datetime import datetime
from fractions import Fraction
from pathlib import Path
from typing import Any

from tests.tickets.deriving.law import WEEKDAYS

PROGRAM = Path(__file__).with_name("rt.pl")
#: RT begins its week with Sunday.
NUMBERS = {weekday: (number + 1) % 7 for number, weekday in enumerate(WEEKDAYS)}
SECONDS = {"minute": 60, "hour": 3600, "working_hour": 3600}


class Absent(Exception):
    """Perl or Business::Hours is not here; the sentence says what to install."""


def check() -> str:
    """The version of Business::Hours."""
    perl = shutil.which("perl")
    if perl is None:
        raise Absent("perl is not here")
    asked = subprocess.run(  # noqa: S603 - perl, and nothing from outside
        [perl, "-MBusiness::Hours", "-e", "print $Business::Hours::VERSION"],
        capture_output=True,
        text=True,
        check=False,
    )
    if asked.returncode:
        raise Absent("Business::Hours is not here (Debian: apt install libbusiness-hours-perl)")
    return asked.stdout


def can_say(vector: dict[str, Any]) -> bool:
    """Whether RT has words for the question: it counts whole seconds, and knows no days or months."""
    moments = [datetime.fromisoformat(vector[key]) for key in ("start", "end") if key in vector]
    if any(moment.microsecond for moment in moments) or vector["unit"] not in SECONDS:
        return False
    return bool(vector["ask"] == "add" or vector["unit"] == "working_hour")


def answers(
    calendars: dict[str, dict[str, Any]], vectors: Sequence[dict[str, Any]]
) -> tuple[list[str], float]:
    """What Business::Hours says to each, as a moment or a measure, and the seconds its adds took."""
    lines = [line for name, calendar in calendars.items() for line in _calendar(name, calendar)]
    lines += [_question(vector) for vector in vectors]
    perl = shutil.which("perl")
    assert perl is not None
    ran = subprocess.run(  # noqa: S603 - perl, and our own program
        [perl, PROGRAM],
        input="\n".join(lines) + "\n",
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "TZ": "Asia/Shanghai"},
    )
    *said, took = ran.stdout.split()
    return [
        said_of if vector["ask"] == "add" else str(Fraction(int(said_of), SECONDS[vector["unit"]]))
        for vector, said_of in zip(vectors, said, strict=True)
    ], float(took)


def _calendar(name: str, calendar: dict[str, Any]) -> list[str]:
    lines = ["\t".join(["holidays", name, *calendar["off"]])]
    for weekday, spans in calendar["week"].items():
        if spans:
            # One span a day, with breaks in it.
            flat = [clock for span in spans for clock in span]
            lines.append("\t".join(["hours", name, str(NUMBERS[weekday]), flat[0], flat[-1], *flat[1:-1]]))
    return lines


def _question(vector: dict[str, Any]) -> str:
    start = int(datetime.fromisoformat(vector["start"]).timestamp())
    if vector["ask"] == "between":
        end = int(datetime.fromisoformat(vector["end"]).timestamp())
        return f"between\t{vector['calendar']}\t{start}\t{end}"
    verb = "add" if vector["unit"] == "working_hour" else "real"
    return f"{verb}\t{vector['calendar']}\t{start}\t{vector['length'] * SECONDS[vector['unit']]}"
