"""
Signalen's arithmetic: a length in days, working or calendar ones, and nothing else.

It has no public library to call: its backend counts with Python's datetime alone, in
`signals/apps/services/domain/deadlines.py`. What is here was written from what that file says it does: a
working day is Monday to Friday, holidays are not known, work on what comes at a weekend begins on Monday at
00:00, and a period ends at the time of day it began. `--signalen FILE` asks the original instead.
"""

import importlib.util
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

DAY = timedelta(days=1)
SATURDAY = 5
UNITS = {"working_day": False, "calendar_day": True}

Deadline = Callable[[datetime, int, bool], datetime]


def deadline(start: datetime, days: int, calendar_days: bool) -> datetime:
    """When so many days have passed."""
    if calendar_days:
        return start + days * DAY
    while start.weekday() >= SATURDAY:
        start = start.replace(hour=0, minute=0, second=0, microsecond=0) + DAY
    while days:
        start += DAY
        days -= start.weekday() < SATURDAY
    return start


def original(file: Path) -> Deadline:
    """The arithmetic of Signalen's own file."""
    spec = importlib.util.spec_from_file_location("signalen_deadlines", file)
    if spec is None or spec.loader is None:
        raise ImportError(f"{file} is no module")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    found: Deadline = module.DeadlineCalculationService.get_deadline
    return found


def can_say(vector: dict[str, Any]) -> bool:
    """Whether Signalen has words for the question."""
    return vector["ask"] == "add" and vector["unit"] in UNITS
