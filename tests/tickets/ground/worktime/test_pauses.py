"""Paused and extended periods are counted in one go from the start, each in time of its own kind."""

from datetime import datetime

import pytest

from tickets.clocks.seed_calendar import default_calendar_data
from tickets.ground.worktime.arithmetic import SHANGHAI, Unit, due_with_pauses
from tickets.ground.worktime.calendar import Calendar

SEED = Calendar.from_data(default_calendar_data())


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


@pytest.mark.parametrize(
    "unit, start, length, pauses, due",
    [
        ("minute", "2026-03-02T10:00", 30, [("2026-03-02T10:10", "2026-03-02T10:25")], "2026-03-02T10:45"),
        ("hour", "2026-03-06T10:00", 24, [("2026-03-06T12:00", "2026-03-08T12:00")], "2026-03-09T10:00"),
        # A weekend's pause gives no working hours.
        (
            "working_hour",
            "2026-03-06T16:00",
            2,
            [("2026-03-06T17:00", "2026-03-09T09:00")],
            "2026-03-09T10:00",
        ),
        (
            "working_hour",
            "2026-03-06T16:00",
            2,
            [("2026-03-06T16:30", "2026-03-09T10:00")],
            "2026-03-09T11:30",
        ),
        (
            "working_day",
            "2026-03-02T10:00",
            2,
            [("2026-03-03T10:00", "2026-03-03T16:00")],
            "2026-03-04T17:00",
        ),
        (
            "working_day",
            "2026-03-02T10:00",
            2,
            [("2026-03-03T10:00", "2026-03-04T09:00")],
            "2026-03-05T17:00",
        ),
        (
            "working_day",
            "2026-03-05T10:00",
            2,
            [("2026-03-06T10:00", "2026-03-08T09:00")],
            "2026-03-09T17:00",
        ),
        (
            "calendar_day",
            "2026-03-02T10:00",
            1,
            [("2026-03-02T11:00", "2026-03-04T09:00")],
            "2026-03-05T17:00",
        ),
        (
            "calendar_day",
            "2026-03-02T10:00",
            1,
            [("2026-03-02T11:00", "2026-03-06T09:00")],
            "2026-03-09T17:00",
        ),
        (
            "calendar_month",
            "2026-03-10T10:00",
            1,
            [("2026-03-20T11:00", "2026-03-23T09:00")],
            "2026-04-13T17:00",
        ),
        (
            "working_day",
            "2026-03-02T10:00",
            2,
            [("2026-03-02T11:00", "2026-03-03T09:00"), ("2026-03-03T10:00", "2026-03-05T10:00")],
            "2026-03-09T17:00",
        ),
        # Begun at the very end it lengthens; begun a second later the period had run out.
        (
            "working_day",
            "2026-03-02T10:00",
            1,
            [("2026-03-03T17:00", "2026-03-05T10:00")],
            "2026-03-05T17:00",
        ),
        (
            "working_day",
            "2026-03-02T10:00",
            1,
            [("2026-03-03T17:00:01", "2026-03-05T10:00")],
            "2026-03-03T17:00",
        ),
    ],
)
def test_a_pause_lengthens_a_period_by_time_of_its_own_kind(
    unit: str, start: str, length: int, pauses: list[tuple[str, str]], due: str
) -> None:
    spans = [(at(began), at(ended)) for began, ended in pauses]

    assert due_with_pauses(at(start), length, Unit(unit), SEED, None, spans).at == at(due)


@pytest.mark.parametrize(
    "start, length, unit, extended, due",
    [
        ("2026-01-05T10:00", 60, Unit.CALENDAR_DAY, 30, "2026-04-07T17:00"),
        # Counted in one go, the first end's roll to Monday is not in it.
        ("2026-03-06T10:00", 1, Unit.CALENDAR_DAY, 3, "2026-03-10T17:00"),
        ("2026-09-28T10:00", 2, Unit.WORKING_DAY, 2, "2026-10-09T17:00"),
        ("2026-03-10T10:00", 1, Unit.CALENDAR_MONTH, 5, "2026-04-15T17:00"),
    ],
)
def test_an_extension_is_counted_from_the_start(
    start: str, length: int, unit: Unit, extended: int, due: str
) -> None:
    assert due_with_pauses(at(start), length, unit, SEED, None, [], extended).at == at(due)
