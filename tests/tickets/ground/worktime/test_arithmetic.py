"""Due moments worked out by hand with the calendar of 2026 on the table."""

from datetime import datetime
from fractions import Fraction
from typing import Any

import pytest

from tickets.clocks.seed_calendar import default_calendar_data
from tickets.ground.worktime.arithmetic import (
    SHANGHAI,
    PeriodRefused,
    RollRule,
    StartRule,
    Unit,
    add,
    before,
    between,
    due_with_pauses,
)
from tickets.ground.worktime.calendar import WEEKDAYS, Calendar

SEED = Calendar.from_data(default_calendar_data())

ROUND_THE_CLOCK = Calendar.from_data({"week": {weekday: [[0, 1440]] for weekday in WEEKDAYS}})
NIGHT_SHIFT = Calendar.from_data({"week": {weekday: [[0, 360], [1320, 1440]] for weekday in WEEKDAYS}})
ONE_MORNING_A_WEEK = Calendar.from_data(
    {
        "week": {"thursday": [[540, 720]]},
        "days": {f"2026-03-{day}": {"kind": "off"} for day in (12, 19, 26)},
    }
)


def at(text: str) -> datetime:
    """A moment; without an offset it is Shanghai's."""
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=SHANGHAI)


#: 2026, as announced: off Jan 1-3, Feb 15-23, Apr 4-6, May 1-5, Jun 19-21, Sep 25-27, Oct 1-7;
#: working although a weekend: Jan 4, Feb 14, Feb 28, May 9, Sep 20, Oct 10. A row is: start, length, due.
BY_THE_CLOCK = [
    ("2026-03-02T10:00", 1, "minute", "2026-03-02T10:01"),
    ("2026-03-02T10:00:00.000001", 30, "minute", "2026-03-02T10:30:00.000001"),
    ("2026-12-31T23:59:59", 1, "minute", "2027-01-01T00:00:59"),
    ("2027-02-28T23:30", 60, "minute", "2027-03-01T00:30"),
    ("2028-02-28T23:30", 60, "minute", "2028-02-29T00:30"),
    ("2026-03-06T16:30", 24, "hour", "2026-03-07T16:30"),
    ("2026-09-30T23:00", 2, "hour", "2026-10-01T01:00"),
    ("2026-03-02T02:00Z", 1, "hour", "2026-03-02T11:00"),
    ("2026-03-01T21:00-05:00", 2, "hour", "2026-03-02T12:00"),
]
IN_WORKING_HOURS = [
    ("2026-03-02T09:00", 3, "2026-03-02T12:00"),
    ("2026-03-02T09:00", 4, "2026-03-02T14:00"),
    ("2026-03-02T09:00", 7, "2026-03-02T17:00"),
    ("2026-03-02T09:00", 8, "2026-03-03T10:00"),
    ("2026-03-02T00:00", 1, "2026-03-02T10:00"),
    ("2026-03-02T08:59:59", 1, "2026-03-02T10:00"),
    ("2026-03-02T11:30", 1, "2026-03-02T13:30"),
    ("2026-03-02T12:00", 1, "2026-03-02T14:00"),
    ("2026-03-02T12:30", 1, "2026-03-02T14:00"),
    ("2026-03-02T11:59:59.999999", 1, "2026-03-02T13:59:59.999999"),
    ("2026-03-02T09:00:30", 2, "2026-03-02T11:00:30"),
    ("2026-03-06T16:30", 1, "2026-03-09T09:30"),
    ("2026-03-06T16:59:59", 1, "2026-03-09T09:59:59"),
    ("2026-03-06T17:00", 2, "2026-03-09T11:00"),
    ("2026-03-06T17:00:01", 2, "2026-03-09T11:00"),
    ("2026-03-07T12:00", 3, "2026-03-09T12:00"),
    ("2026-03-02T09:00", 70, "2026-03-13T17:00"),
    ("2026-09-30T16:00", 1, "2026-09-30T17:00"),
    ("2026-09-30T16:00", 2, "2026-10-08T10:00"),
    ("2026-10-01T10:00", 4, "2026-10-08T14:00"),
    ("2026-10-10T09:00", 7, "2026-10-10T17:00"),
    ("2026-10-09T16:00", 8, "2026-10-10T17:00"),
    ("2026-10-09T16:00", 9, "2026-10-12T10:00"),
    ("2026-12-31T15:00", 2, "2026-12-31T17:00"),
    # Shanghai is eight hours ahead: this is Monday 09:00 there.
    ("2026-03-02T01:00Z", 3, "2026-03-02T12:00"),
]
IN_WORKING_DAYS = [
    ("2026-03-02T00:00", 1, "2026-03-03T17:00"),
    ("2026-03-02T09:00", 1, "2026-03-03T17:00"),
    ("2026-03-02T23:59:59.999999", 1, "2026-03-03T17:00"),
    ("2026-03-06T16:59", 5, "2026-03-13T17:00"),
    ("2026-03-06T22:00", 1, "2026-03-09T17:00"),
    ("2026-03-07T10:00", 1, "2026-03-09T17:00"),
    ("2026-03-08T10:00", 1, "2026-03-09T17:00"),
    # The starting day is Shanghai's: Thursday 23:30, Friday 00:30, Saturday 00:30.
    ("2026-03-05T15:30Z", 1, "2026-03-06T17:00"),
    ("2026-03-05T16:30Z", 1, "2026-03-09T17:00"),
    ("2026-03-06T16:30Z", 1, "2026-03-09T17:00"),
    ("2026-09-30T10:00", 1, "2026-10-08T17:00"),
    ("2026-09-30T10:00", 3, "2026-10-10T17:00"),
    ("2026-09-30T10:00", 4, "2026-10-12T17:00"),
    ("2026-10-03T10:00", 5, "2026-10-13T17:00"),
    ("2026-09-18T10:00", 1, "2026-09-20T17:00"),
    ("2026-09-24T10:00", 1, "2026-09-28T17:00"),
    ("2026-02-13T10:00", 1, "2026-02-14T17:00"),
    ("2026-02-13T10:00", 5, "2026-02-27T17:00"),
    ("2026-02-13T10:00", 6, "2026-02-28T17:00"),
    ("2026-12-30T10:00", 1, "2026-12-31T17:00"),
    ("2025-12-31T10:00", 1, "2026-01-04T17:00"),
    ("2025-12-31T23:59:59", 1, "2026-01-04T17:00"),
    ("2024-02-28T10:00", 1, "2024-02-29T17:00"),
    ("2025-02-28T10:00", 1, "2025-03-03T17:00"),
]
IN_CALENDAR_DAYS = [
    ("2026-03-02T10:00", 1, "2026-03-03T17:00"),
    ("2026-03-06T10:00", 1, "2026-03-09T17:00"),
    ("2026-03-06T10:00", 3, "2026-03-09T17:00"),
    ("2026-03-06T10:00", 4, "2026-03-10T17:00"),
    ("2026-03-07T10:00", 1, "2026-03-09T17:00"),
    ("2026-09-28T10:00", 5, "2026-10-08T17:00"),
    ("2026-09-30T10:00", 10, "2026-10-10T17:00"),
    ("2026-09-30T10:00", 11, "2026-10-12T17:00"),
    ("2026-02-02T10:00", 15, "2026-02-24T17:00"),
    ("2026-02-10T10:00", 15, "2026-02-25T17:00"),
    ("2026-01-05T10:00", 60, "2026-03-06T17:00"),
    ("2026-01-05T10:00", 90, "2026-04-07T17:00"),
    ("2025-12-31T23:59:59", 1, "2026-01-04T17:00"),
    ("2024-02-28T10:00", 1, "2024-02-29T17:00"),
    ("2025-02-27T10:00", 1, "2025-02-28T17:00"),
]
IN_MONTHS = [
    ("2026-01-15T10:00", 6, "2026-07-15T17:00"),
    ("2026-01-30T10:00", 1, "2026-02-28T17:00"),
    ("2026-01-31T10:00", 1, "2026-02-28T17:00"),
    ("2024-01-31T10:00", 1, "2024-02-29T17:00"),
    ("2025-01-31T10:00", 1, "2025-02-28T17:00"),
    ("2026-03-31T10:00", 1, "2026-04-30T17:00"),
    # The 30th of May is a Saturday; a month's last day is not owed a month's last day.
    ("2026-04-30T10:00", 1, "2026-06-01T17:00"),
    ("2026-07-01T10:00", 3, "2026-10-08T17:00"),
    ("2025-10-01T10:00", 12, "2026-10-08T17:00"),
    ("2024-02-29T10:00", 12, "2025-02-28T17:00"),
    # Seen from Shanghai it is the 1st already.
    ("2026-06-30T16:00Z", 1, "2026-08-03T17:00"),
]
FROM_THE_NEXT_WORKING_DAY = [
    ("2026-03-06T16:00", 1, "working_day", "2026-03-09T17:00"),
    ("2026-03-07T16:00", 2, "working_day", "2026-03-10T17:00"),
    ("2026-03-02T16:00", 1, "calendar_day", "2026-03-03T17:00"),
    ("2026-03-06T16:00", 1, "calendar_day", "2026-03-09T17:00"),
    ("2026-03-06T16:00", 5, "calendar_day", "2026-03-13T17:00"),
    ("2026-03-06T16:00", 6, "calendar_day", "2026-03-16T17:00"),
    ("2026-09-30T16:00", 3, "calendar_day", "2026-10-10T17:00"),
    ("2026-09-18T16:00", 1, "calendar_day", "2026-09-20T17:00"),
    # Day one is Monday, February 2; the month is counted from the day before and ends on Sunday, March 1.
    ("2026-01-30T16:00", 1, "calendar_month", "2026-03-02T17:00"),
    ("2026-03-03T16:00", 1, "calendar_month", "2026-04-03T17:00"),
]
INTO_A_YEAR_NOBODY_ANNOUNCED = [
    ("2026-12-31T16:00", 2, "working_hour", "2027-01-04T10:00"),
    ("2026-12-30T10:00", 2, "working_day", "2027-01-04T17:00"),
    ("2026-12-01T10:00", 30, "working_day", "2027-01-13T17:00"),
    ("2026-12-31T23:59:59", 1, "calendar_day", "2027-01-04T17:00"),
    ("2026-11-02T10:00", 60, "calendar_day", "2027-01-04T17:00"),
    ("2028-02-28T10:00", 1, "calendar_day", "2028-02-29T17:00"),
    ("2027-02-28T10:00", 1, "calendar_day", "2027-03-01T17:00"),
    ("2026-11-30T10:00", 3, "calendar_month", "2027-03-01T17:00"),
    ("2026-12-10T10:00", 1, "calendar_month", "2027-01-11T17:00"),
    ("2024-02-29T10:00", 48, "calendar_month", "2028-02-29T17:00"),
]

SETTLED = [
    *[(start, length, unit, None, due) for start, length, unit, due in BY_THE_CLOCK],
    *[(start, length, "working_hour", None, due) for start, length, due in IN_WORKING_HOURS],
    *[(start, length, "working_day", None, due) for start, length, due in IN_WORKING_DAYS],
    *[(start, length, "calendar_day", None, due) for start, length, due in IN_CALENDAR_DAYS],
    *[(start, length, "calendar_month", None, due) for start, length, due in IN_MONTHS],
    *[
        (start, length, unit, "next_working_day", due)
        for start, length, unit, due in FROM_THE_NEXT_WORKING_DAY
    ],
]


@pytest.mark.parametrize("start, length, unit, rule, due", SETTLED)
def test_a_period_ends_when_the_law_says(
    start: str, length: int, unit: str, rule: str | None, due: str
) -> None:
    answer = add(at(start), length, Unit(unit), SEED, StartRule(rule) if rule else None)

    assert answer.at.isoformat() == at(due).isoformat()
    assert not answer.provisional


@pytest.mark.parametrize("start, length, unit, due", INTO_A_YEAR_NOBODY_ANNOUNCED)
def test_a_period_that_touches_an_unannounced_year_is_provisional(
    start: str, length: int, unit: str, due: str
) -> None:
    answer = add(at(start), length, Unit(unit), SEED)

    assert answer.at == at(due)
    assert answer.provisional


def test_the_wall_clock_asks_no_calendar_so_no_notice_can_move_it() -> None:
    assert not add(at("2026-12-31T23:00"), 2, Unit.HOUR, SEED).provisional


@pytest.mark.parametrize("unit, rule", [(Unit.HOUR, "event"), (Unit.WORKING_DAY, "next_day")])
def test_the_default_rule_may_be_said_aloud(unit: Unit, rule: str) -> None:
    start = at("2026-03-02T10:00")

    assert add(start, 2, unit, SEED, StartRule(rule)) == add(start, 2, unit, SEED)


@pytest.mark.parametrize(
    "calendar, start, length, unit, due",
    [
        (ROUND_THE_CLOCK, "2026-03-02T00:00", 24, "working_hour", "2026-03-03T00:00"),
        (ROUND_THE_CLOCK, "2026-03-02T23:30", 1, "working_hour", "2026-03-03T00:30"),
        (ROUND_THE_CLOCK, "2026-12-31T23:59:59", 1, "working_hour", "2027-01-01T00:59:59"),
        (ROUND_THE_CLOCK, "2026-03-02T10:00", 1, "working_day", "2026-03-04T00:00"),
        (ROUND_THE_CLOCK, "2026-12-30T10:00", 1, "calendar_day", "2027-01-01T00:00"),
        (ROUND_THE_CLOCK, "2026-01-31T10:00", 1, "calendar_month", "2026-03-01T00:00"),
        (NIGHT_SHIFT, "2026-03-02T22:00", 8, "working_hour", "2026-03-03T06:00"),
        (NIGHT_SHIFT, "2026-03-02T22:00", 2, "working_hour", "2026-03-03T00:00"),
        (NIGHT_SHIFT, "2026-03-02T12:00", 3, "working_hour", "2026-03-03T01:00"),
        (ONE_MORNING_A_WEEK, "2026-03-05T11:00", 2, "working_hour", "2026-04-02T10:00"),
        (ONE_MORNING_A_WEEK, "2026-03-05T11:00", 1, "working_day", "2026-04-02T12:00"),
        (ONE_MORNING_A_WEEK, "2026-03-05T11:00", 2, "calendar_day", "2026-04-02T12:00"),
    ],
)
def test_unusual_hours_are_counted_as_they_are(
    calendar: Calendar, start: str, length: int, unit: str, due: str
) -> None:
    assert add(at(start), length, Unit(unit), calendar).at == at(due)


def test_a_day_that_ends_at_24_00_is_still_in_its_year() -> None:
    calendar = Calendar.from_data({**ROUND_THE_CLOCK.to_data(), "announced": [2026]})

    due = add(at("2026-12-30T10:00"), 1, Unit.WORKING_DAY, calendar)

    assert due.at == at("2027-01-01T00:00")
    assert not due.provisional


def test_the_year_a_period_began_in_must_be_announced_too() -> None:
    assert add(at("2003-12-30T10:00"), 5, Unit.WORKING_DAY, SEED).provisional


def test_a_night_the_clocks_were_put_forward_has_an_hour_less() -> None:
    assert between(at("1990-04-14T12:00+08:00"), at("1990-04-15T12:00+09:00"), Unit.HOUR, SEED) == 23


def test_it_is_told_from_which_day_a_period_rolled() -> None:
    rolled = add(at("2026-03-06T10:00"), 1, Unit.CALENDAR_DAY, SEED)
    straight = add(at("2026-03-02T10:00"), 1, Unit.CALENDAR_DAY, SEED)

    assert rolled.rolled_from == at("2026-03-07T00:00").date()
    assert straight.rolled_from is None


@pytest.mark.parametrize(
    "start, end, unit, measure",
    [
        ("2026-03-02T10:00", "2026-03-02T10:00", "minute", 0),
        ("2026-03-02T10:00", "2026-03-02T11:30", "minute", 90),
        ("2026-03-06T10:00", "2026-03-07T10:00", "hour", 24),
        ("2026-03-06T16:00", "2026-03-09T10:00", "working_hour", 2),
        ("2026-03-07T10:00", "2026-03-08T10:00", "working_hour", 0),
        ("2026-03-02T10:00", "2026-03-03T16:59:59", "working_day", 0),
        ("2026-03-02T10:00", "2026-03-03T17:00", "working_day", 1),
        ("2026-09-30T10:00", "2026-10-08T16:00", "working_day", 0),
        ("2026-09-30T10:00", "2026-10-11T16:00", "working_day", 3),
        ("2026-03-02T10:00", "2026-03-04T17:00", "calendar_day", 2),
        # One, two and three days from a Friday all end on Monday; before Monday's close not one is used up.
        ("2026-03-06T10:00", "2026-03-08T23:00", "calendar_day", 0),
        ("2026-03-06T10:00", "2026-03-09T17:00", "calendar_day", 3),
        ("2026-01-31T10:00", "2026-02-28T16:59", "calendar_month", 0),
        ("2026-01-31T10:00", "2026-02-28T17:00", "calendar_month", 1),
        ("2026-01-31T10:00", "2026-12-31T17:00", "calendar_month", 11),
    ],
)
def test_what_is_used_up_is_measured_by_the_same_rules(start: str, end: str, unit: str, measure: int) -> None:
    assert between(at(start), at(end), Unit(unit), SEED) == measure


def test_working_hours_are_measured_to_the_microsecond() -> None:
    measure = between(
        at("2026-03-02T11:59:59.999999"), at("2026-03-02T13:00:00.000002"), Unit.WORKING_HOUR, SEED
    )

    assert measure * 3600 * 10**6 == 3


MONDAY = at("2026-03-02T10:00")
TUESDAY = at("2026-03-03T10:00")
WEDNESDAY = at("2026-03-04T10:00")


@pytest.mark.parametrize(
    "code, question",
    [
        ("length_not_positive", lambda: add(MONDAY, 0, Unit.WORKING_DAY, SEED)),
        ("length_not_positive", lambda: add(MONDAY, -1, Unit.HOUR, SEED)),
        ("moment_without_zone", lambda: add(MONDAY.replace(tzinfo=None), 1, Unit.HOUR, SEED)),
        ("moment_without_zone", lambda: between(MONDAY, TUESDAY.replace(tzinfo=None), Unit.HOUR, SEED)),
        ("event_with_days", lambda: add(MONDAY, 1, Unit.WORKING_DAY, SEED, StartRule.EVENT)),
        ("event_with_days", lambda: between(MONDAY, TUESDAY, Unit.CALENDAR_MONTH, SEED, StartRule.EVENT)),
        ("day_with_hours", lambda: add(MONDAY, 1, Unit.MINUTE, SEED, StartRule.NEXT_DAY)),
        ("day_with_hours", lambda: add(MONDAY, 1, Unit.WORKING_HOUR, SEED, StartRule.NEXT_WORKING_DAY)),
        ("roll_not_for_unit", lambda: add(MONDAY, 1, Unit.WORKING_DAY, SEED, None, RollRule.NONE)),
        ("roll_not_for_unit", lambda: between(MONDAY, TUESDAY, Unit.HOUR, SEED, None, RollRule.NONE)),
        ("roll_with_hours", lambda: add(MONDAY, 1, Unit.HOUR, SEED, None, RollRule.NEXT_WORKING_DAY)),
        ("day_with_hours", lambda: add(MONDAY, 1, Unit.MONTH, SEED, StartRule.NEXT_DAY)),
        ("roll_not_for_unit", lambda: add(MONDAY, 1, Unit.MONTH, SEED, None, RollRule.NONE)),
        ("roll_with_hours", lambda: add(MONDAY, 1, Unit.HALF_YEAR, SEED, None, RollRule.NEXT_WORKING_DAY)),
        ("length_not_whole", lambda: add(MONDAY, Fraction(1, 2), Unit.HALF_YEAR, SEED)),
        ("extension_of_hours", lambda: due_with_pauses(MONDAY, 1, Unit.HALF_YEAR, SEED, None, [], 1)),
        ("unit_not_for_warning", lambda: before(MONDAY, 1, Unit.MONTH, SEED)),
        ("unit_not_for_warning", lambda: before(MONDAY, 1, Unit.HALF_YEAR, SEED)),
        ("too_far", lambda: add(MONDAY, 10**9, Unit.WORKING_HOUR, SEED)),
        ("too_far", lambda: add(MONDAY, 10**9, Unit.WORKING_DAY, SEED)),
        ("too_far", lambda: add(MONDAY, 10**12, Unit.CALENDAR_DAY, SEED)),
        ("too_far", lambda: add(MONDAY, 10**9, Unit.CALENDAR_MONTH, SEED)),
        ("too_far", lambda: add(MONDAY, 10**15, Unit.MINUTE, SEED)),
        ("end_before_start", lambda: between(TUESDAY, MONDAY, Unit.WORKING_DAY, SEED)),
        ("extension_of_hours", lambda: due_with_pauses(MONDAY, 1, Unit.HOUR, SEED, None, [], 1)),
        ("extension_negative", lambda: due_with_pauses(MONDAY, 5, Unit.WORKING_DAY, SEED, None, [], -1)),
        (
            "pauses_not_in_order",
            lambda: due_with_pauses(MONDAY, 5, Unit.WORKING_DAY, SEED, None, [(WEDNESDAY, TUESDAY)]),
        ),
        (
            "pauses_not_in_order",
            lambda: due_with_pauses(TUESDAY, 5, Unit.WORKING_DAY, SEED, None, [(MONDAY, WEDNESDAY)]),
        ),
        (
            "pauses_not_in_order",
            lambda: due_with_pauses(
                MONDAY, 5, Unit.HOUR, SEED, None, [(MONDAY, WEDNESDAY), (TUESDAY, WEDNESDAY)]
            ),
        ),
    ],
)
def test_what_cannot_be_counted_is_refused_by_name_and_in_a_sentence(code: str, question: Any) -> None:
    with pytest.raises(PeriodRefused) as refusal:
        question()

    assert refusal.value.code == code
    assert str(refusal.value).endswith(".")


@pytest.mark.parametrize(
    "start, length, unit, start_rule, due",
    [
        # 公示七日: Friday 6 March, the last day is Friday the 13th and ends with it.
        ("2026-03-06T10:00", 7, "calendar_day", None, "2026-03-14T00:00"),
        ("2026-03-07T10:00", 7, "calendar_day", None, "2026-03-15T00:00"),
        ("2026-09-28T10:00", 5, "calendar_day", None, "2026-10-04T00:00"),
        ("2026-01-31T10:00", 1, "calendar_month", None, "2026-03-01T00:00"),
        ("2026-02-13T23:59:59", 1, "calendar_day", "next_working_day", "2026-02-15T00:00"),
        ("2026-02-14T10:00", 1, "calendar_day", "next_working_day", "2026-02-25T00:00"),
    ],
)
def test_a_period_that_does_not_roll_ends_at_24_00_of_its_last_day(
    start: str, length: int, unit: str, start_rule: str | None, due: str
) -> None:
    rule = StartRule(start_rule) if start_rule else None

    end = add(at(start), length, Unit(unit), SEED, rule, RollRule.NONE)

    assert end.at == at(due)
    assert between(at(start), end.at, Unit(unit), SEED, rule, RollRule.NONE) == length
    assert end.rolled_from is None


def test_a_period_that_does_not_roll_asks_only_where_counting_begins() -> None:
    straight = add(at("2026-12-20T10:00"), 30, Unit.CALENDAR_DAY, SEED, None, RollRule.NONE)
    late = add(at("2026-12-31T10:00"), 3, Unit.CALENDAR_DAY, SEED, StartRule.NEXT_WORKING_DAY, RollRule.NONE)

    assert not straight.provisional
    assert late.provisional
