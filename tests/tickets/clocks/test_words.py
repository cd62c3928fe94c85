"""How far a due moment is, told in the unit people would choose."""

from datetime import datetime

import pytest

from tickets.clocks.seed_calendar import default_calendar_data
from tickets.clocks.words import Left, LeftKind, left
from tickets.ground.worktime.arithmetic import SHANGHAI, PeriodRefused
from tickets.ground.worktime.calendar import Calendar

SEED = Calendar.from_data(default_calendar_data())


def at(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=SHANGHAI)


@pytest.mark.parametrize(
    "now, due, kind, amount",
    [
        ("2026-03-04T10:00", "2026-03-06T17:00", "working_days", 2),
        ("2026-03-06T17:30", "2026-03-09T17:00", "working_days", 1),
        ("2026-09-30T10:00", "2026-10-08T17:00", "working_days", 1),
        ("2026-03-04T00:00", "2026-03-04T17:00", "today", 17),
        ("2026-03-04T10:00", "2026-03-04T17:00", "today", 7),
        # Due at 24:00 is due on the day that ends then.
        ("2026-03-04T10:00", "2026-03-05T00:00", "today", 14),
        ("2026-03-04T16:00", "2026-03-04T17:00", "minutes", 60),
        ("2026-03-04T16:59:30", "2026-03-04T17:00", "minutes", 1),
        ("2026-03-04T23:30", "2026-03-05T00:15", "minutes", 45),
        ("2026-03-04T17:00", "2026-03-04T17:00", "minutes", 0),
        # No working day lies between Friday and Sunday.
        ("2026-03-06T23:00", "2026-03-08T01:00", "hours", 26),
        # Seen from Shanghai it is Thursday, so one day is left.
        ("2026-03-04T16:30Z", "2026-03-06T17:00", "working_days", 1),
    ],
)
def test_what_is_left_is_told_in_the_nearest_unit(now: str, due: str, kind: str, amount: int) -> None:
    assert left(at(now), at(due), SEED) == Left(LeftKind(kind), amount, False, at(due))


@pytest.mark.parametrize(
    "now, due, kind, amount",
    [
        ("2026-03-04T17:00:01", "2026-03-04T17:00", "minutes", 1),
        ("2026-03-04T17:59:59", "2026-03-04T17:00", "minutes", 59),
        ("2026-03-04T18:00", "2026-03-04T17:00", "hours", 1),
        ("2026-03-05T16:59", "2026-03-04T17:00", "hours", 23),
        ("2026-03-05T17:00", "2026-03-04T17:00", "working_days", 1),
        ("2026-03-09T10:00", "2026-03-05T17:00", "working_days", 2),
        ("2026-03-06T10:00", "2026-03-05T00:00", "working_days", 2),
        # Over a weekend no working day goes by.
        ("2026-03-08T18:00", "2026-03-06T17:00", "hours", 49),
    ],
)
def test_what_is_overdue_is_told_in_minutes_hours_or_working_days(
    now: str, due: str, kind: str, amount: int
) -> None:
    assert left(at(now), at(due), SEED) == Left(LeftKind(kind), amount, True, at(due))


def test_a_moment_without_a_zone_is_refused() -> None:
    with pytest.raises(PeriodRefused):
        left(at("2026-03-04T10:00"), at("2026-03-04T10:00").replace(tzinfo=None), SEED)
