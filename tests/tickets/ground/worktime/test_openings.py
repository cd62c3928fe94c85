"""Papers go out as the office opens: make-up days count, holidays do not, 24:00 is of the day it ends."""

from datetime import datetime

import pytest

from tickets.clocks.seed_calendar import default_calendar_data
from tickets.ground.worktime.calendar import SHANGHAI, Calendar
from tickets.ground.worktime.openings import opening_after, working_days_late
from tickets.ground.worktime.units import PeriodRefused

SEED = Calendar.from_data(default_calendar_data())


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


@pytest.mark.parametrize(
    "since, working_days, opens",
    [
        ("2026-03-02T17:00", 1, "2026-03-03T09:00"),
        ("2026-03-06T17:00", 1, "2026-03-09T09:00"),
        # before the office opened, and on a day nobody works
        ("2026-03-03T02:00", 1, "2026-03-04T09:00"),
        ("2026-03-07T10:00", 1, "2026-03-09T09:00"),
        ("2026-03-03T00:00", 1, "2026-03-03T09:00"),
        ("2026-03-03T09:00", 5, "2026-03-10T09:00"),
        # seven days of the national holiday, then the Saturday that is worked for it
        ("2026-09-30T17:00", 1, "2026-10-08T09:00"),
        ("2026-10-09T17:00", 1, "2026-10-10T09:00"),
        ("2026-10-08T09:00", 5, "2026-10-14T09:00"),
        # the Sunday before it, too
        ("2026-09-18T17:00", 1, "2026-09-20T09:00"),
    ],
)
def test_the_office_opens_on_the_next_working_days(since: str, working_days: int, opens: str) -> None:
    assert opening_after(at(since), working_days, SEED) == at(opens)


def test_an_opening_beyond_all_dates_is_refused() -> None:
    with pytest.raises(PeriodRefused):
        opening_after(at("9999-12-30T10:00"), 9, SEED)


@pytest.mark.parametrize(
    "due, moment, days",
    [
        ("2026-03-06T17:00", "2026-03-06T18:00", 0),
        ("2026-03-06T17:00", "2026-03-08T18:00", 0),
        ("2026-03-06T17:00", "2026-03-09T09:00", 1),
        ("2026-09-30T17:00", "2026-10-10T09:00", 3),
        ("2026-03-10T00:00", "2026-03-10T09:00", 1),
    ],
)
def test_whole_working_days_are_counted_after_the_due_one(due: str, moment: str, days: int) -> None:
    assert working_days_late(at(due), at(moment), SEED) == days
