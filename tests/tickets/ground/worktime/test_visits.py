"""A visit is owed once in a calendar month or half-year, until 24:00 of its last day."""

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.tickets.ground.worktime import oracle
from tickets.ground.worktime.calendar import SHANGHAI
from tickets.ground.worktime.units import PeriodRefused
from tickets.ground.worktime.visits import Every, end_of, ended_between

MOMENTS = st.datetimes(datetime(2020, 1, 1), datetime(2036, 1, 1), timezones=st.sampled_from([SHANGHAI, UTC]))  # noqa: DTZ001 - hypothesis wants its limits without a zone


def at(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=SHANGHAI)


@pytest.mark.parametrize(
    "start, every, number, due",
    [
        ("2026-03-02T10:00", "month", 1, "2026-04-01T00:00"),
        ("2024-02-29T23:59:59", "month", 1, "2024-03-01T00:00"),
        ("2024-03-01T00:00", "month", 1, "2024-04-01T00:00"),
        # In Shanghai it is April already.
        ("2026-03-31T16:00Z", "month", 1, "2026-05-01T00:00"),
        # The last day is a Sunday, and the visit is due on it.
        ("2026-05-04T10:00", "month", 1, "2026-06-01T00:00"),
        ("2026-11-15T10:00", "month", 3, "2027-02-01T00:00"),
        ("2026-06-30T23:59:59", "half_year", 1, "2026-07-01T00:00"),
        ("2026-07-01T00:00", "half_year", 1, "2027-01-01T00:00"),
        ("2026-01-01T00:00", "half_year", 3, "2027-07-01T00:00"),
    ],
)
def test_a_visit_is_due_when_its_period_is_over(start: str, every: str, number: int, due: str) -> None:
    assert end_of(at(start), Every(every), number) == at(due)


@settings(max_examples=60, deadline=None, database=None)
@given(MOMENTS, st.sampled_from(Every), st.integers(1, 9))
def test_every_day_walked_gives_the_same_end(start: datetime, every: Every, number: int) -> None:
    due = end_of(start, every, number)

    assert due == oracle.add({}, start, number, every)
    assert ended_between(start, due, every) == number
    assert ended_between(start, due - datetime.resolution, every) == number - 1


@pytest.mark.parametrize(
    "code, question",
    [
        ("length_not_positive", lambda: end_of(at("2026-03-02T10:00"), Every.MONTH, 0)),
        ("moment_without_zone", lambda: end_of(datetime(2026, 3, 2), Every.MONTH)),  # noqa: DTZ001 - refused
        ("too_far", lambda: end_of(at("9999-12-31T10:00"), Every.MONTH)),
        ("end_before_start", lambda: ended_between(at("2026-03-02"), at("2026-03-01"), Every.MONTH)),
    ],
)
def test_what_cannot_be_counted_is_refused_by_name(code: str, question: Any) -> None:
    with pytest.raises(PeriodRefused) as refusal:
        question()

    assert refusal.value.code == code
