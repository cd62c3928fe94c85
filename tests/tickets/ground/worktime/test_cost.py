"""A far date costs what a near one costs: calls are counted, so no machine is too slow for this test."""

import sys
from collections.abc import Callable
from datetime import datetime
from functools import partial
from types import FrameType
from typing import Any

import pytest

from tickets.clocks.seed_calendar import default_calendar_data
from tickets.ground.worktime.arithmetic import SHANGHAI, Unit, add, between
from tickets.ground.worktime.calendar import Calendar

SEED = Calendar.from_data(default_calendar_data())
START = datetime(2016, 3, 2, 10, tzinfo=SHANGHAI)

#: About ten days and ten years of each.
SHORT_AND_LONG = {
    Unit.MINUTE: (14_400, 5_256_000),
    Unit.HOUR: (240, 87_600),
    Unit.WORKING_HOUR: (50, 17_500),
    Unit.WORKING_DAY: (7, 2_500),
    Unit.CALENDAR_DAY: (10, 3_650),
    Unit.CALENDAR_MONTH: (1, 120),
    Unit.MONTH: (1, 120),
    Unit.HALF_YEAR: (1, 20),
}


def calls(question: Callable[[], object]) -> int:
    """Count the functions called, Python's and C's, to answer *question*."""
    count = 0

    def seen(_frame: FrameType, event: str, _argument: Any) -> None:
        nonlocal count
        count += event in ("call", "c_call")

    before = sys.getprofile()
    sys.setprofile(seen)
    try:
        question()
    finally:
        sys.setprofile(before)
    return count


@pytest.mark.parametrize("unit", Unit)
def test_ten_years_cost_no_more_than_ten_days(unit: Unit) -> None:
    short, long = SHORT_AND_LONG[unit]
    # Totals of the calendar are made at first use.
    due = {length: add(START, length, unit, SEED).at for length in (short, long)}

    adding = {length: calls(partial(add, START, length, unit, SEED)) for length in due}
    measuring = {length: calls(partial(between, START, at, unit, SEED)) for length, at in due.items()}

    # A search by halves may end a step or two sooner; a walk through the days would be thousands.
    assert adding[long] <= adding[short] + 20
    assert measuring[long] <= measuring[short] + 20
    assert max(*adding.values(), *measuring.values()) < 400
