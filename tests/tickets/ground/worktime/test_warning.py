"""Warnings are counted backwards with the calendar the due moment was counted with."""

from datetime import datetime
from fractions import Fraction

import pytest

from tickets.clocks.seed_calendar import default_calendar_data
from tickets.ground.worktime.arithmetic import SHANGHAI, PeriodRefused, Unit, before, fraction_before
from tickets.ground.worktime.calendar import Calendar

SEED = Calendar.from_data(default_calendar_data())


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


@pytest.mark.parametrize(
    "due, length, unit, warned",
    [
        ("2026-03-02T10:30", 10, Unit.MINUTE, "2026-03-02T10:20"),
        ("2026-03-08T10:00", 4, Unit.HOUR, "2026-03-08T06:00"),
        ("2026-03-02T17:00", 4, Unit.WORKING_HOUR, "2026-03-02T13:00"),
        # At 12:00 and at 13:00 the same is left; 13:00 is the latest.
        ("2026-03-02T15:00", 2, Unit.WORKING_HOUR, "2026-03-02T13:00"),
        ("2026-03-09T10:00", 1, Unit.WORKING_HOUR, "2026-03-09T09:00"),
        ("2026-03-09T10:00", 2, Unit.WORKING_HOUR, "2026-03-06T16:00"),
        ("2026-10-08T10:00", 4, Unit.WORKING_HOUR, "2026-09-30T14:00"),
        ("2026-03-06T17:00", 1, Unit.WORKING_DAY, "2026-03-05T17:00"),
        ("2026-03-09T17:00", 1, Unit.WORKING_DAY, "2026-03-06T17:00"),
        ("2026-10-08T17:00", 1, Unit.WORKING_DAY, "2026-09-30T17:00"),
        ("2026-10-12T17:00", 1, Unit.WORKING_DAY, "2026-10-10T17:00"),
        ("2026-03-06T10:00", 1, Unit.WORKING_DAY, "2026-03-04T17:00"),
        ("2026-03-07T10:00", 1, Unit.WORKING_DAY, "2026-03-05T17:00"),
        ("2026-03-09T17:00", 3, Unit.CALENDAR_DAY, "2026-03-06T17:00"),
        ("2026-03-09T17:00", 1, Unit.CALENDAR_DAY, "2026-03-08T17:00"),
    ],
)
def test_a_warning_is_the_last_moment_with_so_much_left(
    due: str, length: int, unit: Unit, warned: str
) -> None:
    assert before(at(due), length, unit, SEED) == at(warned)


@pytest.mark.parametrize(
    "start, due, share, unit, warned",
    [
        ("2026-03-02T10:00", "2026-03-02T10:30", Fraction(1, 2), Unit.MINUTE, "2026-03-02T10:15"),
        ("2026-03-06T10:00", "2026-03-07T10:00", Fraction(1, 4), Unit.HOUR, "2026-03-07T04:00"),
        ("2026-03-06T15:00", "2026-03-09T11:00", Fraction(1, 4), Unit.WORKING_HOUR, "2026-03-09T10:00"),
        ("2026-03-06T15:00", "2026-03-09T11:00", Fraction(1, 2), Unit.WORKING_HOUR, "2026-03-09T09:00"),
        ("2026-03-02T17:00", "2026-03-04T17:00", Fraction(1, 2), Unit.WORKING_DAY, "2026-03-04T09:00"),
        ("2026-03-02T17:00", "2026-03-04T17:00", Fraction(1, 2), Unit.CALENDAR_DAY, "2026-03-03T17:00"),
        ("2026-03-02T10:00", "2026-03-02T10:30", Fraction(1), Unit.MINUTE, "2026-03-02T10:00"),
    ],
)
def test_a_share_is_of_the_time_the_unit_counts(
    start: str, due: str, share: Fraction, unit: Unit, warned: str
) -> None:
    assert fraction_before(at(start), at(due), share, unit, SEED) == at(warned)


@pytest.mark.parametrize("share", [Fraction(0), Fraction(-1, 2), Fraction(3, 2)])
def test_a_share_is_a_part_of_the_whole(share: Fraction) -> None:
    with pytest.raises(PeriodRefused, match="more than 0 and at most 1"):
        fraction_before(at("2026-03-02T10:00"), at("2026-03-03T10:00"), share, Unit.HOUR, SEED)


def test_a_share_of_a_span_that_runs_backwards_is_refused() -> None:
    with pytest.raises(PeriodRefused, match="before the start"):
        fraction_before(at("2026-03-03T10:00"), at("2026-03-02T10:00"), Fraction(1, 2), Unit.HOUR, SEED)


@pytest.mark.parametrize(
    "length, unit", [(1, Unit.CALENDAR_MONTH), (0, Unit.HOUR), (10**9, Unit.WORKING_DAY)]
)
def test_a_warning_that_cannot_be_counted_is_refused(length: int, unit: Unit) -> None:
    with pytest.raises(PeriodRefused):
        before(at("2026-03-02T10:00"), length, unit, SEED)
