"""The quick arithmetic agrees with the slow one on calendars nobody would draw up, and undoes itself."""

from datetime import UTC, date, datetime, timedelta, timezone
from fractions import Fraction
from typing import Any

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from tests.tickets.ground.worktime import oracle
from tickets.clocks.seed_calendar import default_calendar_data
from tickets.ground.worktime.arithmetic import (
    DAY_UNITS,
    SHANGHAI,
    Pause,
    RollRule,
    StartRule,
    Unit,
    add,
    before,
    between,
    due_with_pauses,
    fraction_before,
)
from tickets.ground.worktime.calendar import WEEKDAYS, Calendar
from tickets.ground.worktime.units import ROLLING_UNITS

quickly = settings(max_examples=120, deadline=None, database=None)

SEED_DATA = default_calendar_data()
SEED = Calendar.from_data(SEED_DATA)

#: Longest lengths the slow arithmetic is asked for.
MOST = {
    Unit.MINUTE: 100_000,
    Unit.HOUR: 2_000,
    Unit.WORKING_HOUR: 20,
    Unit.WORKING_DAY: 40,
    Unit.CALENDAR_DAY: 90,
    Unit.CALENDAR_MONTH: 14,
    Unit.MONTH: 14,
    Unit.HALF_YEAR: 4,
}

MICROSECOND = timedelta(microseconds=1)

Asked = tuple[int, Unit, StartRule | None, RollRule | None]


@st.composite
def hours(draw: st.DrawFn) -> list[list[int]]:
    """Spans of a day, some touching, some to 24:00, none shorter than half an hour."""
    cuts = sorted(draw(st.sets(st.integers(0, 48), max_size=6)))
    return [[30 * cuts[n], 30 * cuts[n + 1]] for n in range(0, len(cuts) - 1, draw(st.sampled_from([1, 2])))]


@st.composite
def calendars(draw: st.DrawFn) -> dict[str, Any]:
    """Any week, any exceptions around the turn of a year, any announced years."""
    week = {weekday: draw(hours()) for weekday in WEEKDAYS}
    assume(any(week.values()))
    kinds = ["off", "working"] if week["monday"] else ["off"]
    day = st.dates(date(2026, 11, 1), date(2027, 3, 31)).map(date.isoformat)
    told = st.fixed_dictionaries({"kind": st.sampled_from(kinds), "name": st.just("")})
    announced = [year for year in range(2026, 2031) if draw(st.booleans())]
    return {
        "week": week,
        "days": draw(st.dictionaries(day, told, max_size=25)),
        "announced": announced,
    }


ZONES = st.sampled_from(
    [SHANGHAI, UTC, timezone(timedelta(hours=-9, minutes=-30)), timezone(timedelta(hours=14))]
)
STARTS = st.datetimes(datetime(2026, 11, 1), datetime(2027, 2, 28), timezones=ZONES) | st.builds(  # noqa: DTZ001 - hypothesis wants its limits without a zone
    lambda day, half_hours: (
        datetime(day.year, day.month, day.day, tzinfo=SHANGHAI) + timedelta(minutes=30 * half_hours)
    ),
    st.dates(date(2026, 11, 1), date(2027, 2, 28)),
    st.integers(0, 47),
)


@st.composite
def periods(draw: st.DrawFn) -> Asked:
    """A length, its unit, and the rules that fit."""
    unit = draw(st.sampled_from(Unit))
    day_rules = [None, StartRule.NEXT_DAY, StartRule.NEXT_WORKING_DAY]
    rule = draw(st.sampled_from(day_rules if unit in DAY_UNITS else [None, StartRule.EVENT]))
    rolls = [None, RollRule.NEXT_WORKING_DAY, *([RollRule.NONE] if unit in ROLLING_UNITS else [])]
    roll = draw(st.sampled_from(rolls)) if unit in DAY_UNITS else None
    return draw(st.integers(1, MOST[unit])), unit, rule, roll


@st.composite
def pauses_after(draw: st.DrawFn, start: datetime) -> list[Pause]:
    """Up to three pauses that follow each other."""
    steps = draw(st.lists(st.integers(0, 12 * 24 * 60), max_size=6))
    moments = [start]
    for step in steps:
        moments.append(moments[-1] + timedelta(minutes=step))
    return [(moments[n], moments[n + 1]) for n in range(1, len(moments) - 1, 2)]


@quickly
@given(calendars(), STARTS, periods())
def test_every_day_counted_one_by_one_gives_the_same_due_moment(
    data: dict[str, Any], start: datetime, period: Asked
) -> None:
    length, unit, rule, roll = period

    due = add(start, length, unit, Calendar.from_data(data), rule, roll)

    assert due.at == oracle.add(data, start, length, unit, rule, roll)
    assert due.provisional == oracle.is_provisional(data, start, due.at, unit, rule, roll)


@quickly
@given(calendars(), STARTS, STARTS, periods())
def test_every_day_counted_one_by_one_gives_the_same_measure(
    data: dict[str, Any], one: datetime, other: datetime, period: Asked
) -> None:
    start, end = sorted((one, other))
    _, unit, rule, roll = period

    measure = between(start, end, unit, Calendar.from_data(data), rule, roll)

    assert measure == oracle.between(data, start, end, unit, rule, roll)


@quickly
@given(calendars(), STARTS, periods())
def test_a_measured_period_has_the_length_it_was_given(
    data: dict[str, Any], start: datetime, period: Asked
) -> None:
    length, unit, rule, roll = period
    calendar = Calendar.from_data(data)
    due = add(start, length, unit, calendar, rule, roll)

    measure = between(start, due.at, unit, calendar, rule, roll)

    # Where several lengths roll to one working day, no measure can tell them apart: it gives the longest.
    if unit in ROLLING_UNITS and roll is not RollRule.NONE:
        assert measure >= length
        assert add(start, measure, unit, calendar, rule).at == due.at
        assert add(start, measure + 1, unit, calendar, rule).at > due.at
    else:
        assert measure == length


@quickly
@given(calendars(), STARTS, STARTS, periods())
def test_a_due_moment_is_the_first_with_its_measure(
    data: dict[str, Any], one: datetime, other: datetime, period: Asked
) -> None:
    start, end = sorted((one, other))
    _, unit, rule, roll = period
    calendar = Calendar.from_data(data)
    measure = between(start, end, unit, calendar, rule, roll)
    assume(measure)

    first = add(start, measure, unit, calendar, rule, roll).at

    assert first <= end
    assert between(start, first, unit, calendar, rule, roll) == measure
    assert between(start, first - MICROSECOND, unit, calendar, rule, roll) < measure


@quickly
@given(st.data(), calendars(), STARTS, periods())
def test_pauses_counted_one_by_one_give_the_same_due_moment(
    data: st.DataObject, plain: dict[str, Any], start: datetime, period: Asked
) -> None:
    length, unit, *_ = period
    pauses = data.draw(pauses_after(start))

    due = due_with_pauses(start, length, unit, Calendar.from_data(plain), None, pauses)

    assert due.at == oracle.with_pauses(plain, start, length, unit, pauses)


@quickly
@given(calendars(), STARTS, st.integers(1, 30), st.integers(0, 15), st.sampled_from(sorted(DAY_UNITS)))
def test_an_extension_is_counted_in_one_go(
    data: dict[str, Any], start: datetime, length: int, days: int, unit: Unit
) -> None:
    assume(unit is not Unit.CALENDAR_MONTH)
    calendar = Calendar.from_data(data)

    due = due_with_pauses(start, length, unit, calendar, None, [], days)

    assert due == add(start, length + days, unit, calendar)


@quickly
@given(calendars(), STARTS, st.sampled_from([Unit.MINUTE, Unit.HOUR, Unit.WORKING_HOUR]), st.integers(1, 20))
def test_a_warning_in_hours_leaves_just_that_much(
    data: dict[str, Any], due: datetime, unit: Unit, length: int
) -> None:
    calendar = Calendar.from_data(data)

    at = before(due, length, unit, calendar)

    assert between(at, due, unit, calendar) == length
    assert between(at + MICROSECOND, due, unit, calendar) < length


@quickly
@given(calendars(), STARTS, st.integers(1, 20))
def test_a_warning_in_working_days_is_the_close_from_which_so_many_closes_follow(
    data: dict[str, Any], due: datetime, length: int
) -> None:
    calendar = Calendar.from_data(data)

    at = before(due, length, Unit.WORKING_DAY, calendar)

    day = (at - MICROSECOND).date()
    assert at == oracle.close(data, day)
    assert between(oracle.close(data, day) - MICROSECOND, due, Unit.WORKING_DAY, calendar) == length


@quickly
@given(calendars(), STARTS, periods(), st.fractions(Fraction(1, 100), 1))
def test_a_warning_by_share_leaves_that_share(
    data: dict[str, Any], start: datetime, period: Asked, share: Fraction
) -> None:
    length, unit, rule, roll = period
    calendar = Calendar.from_data(data)
    due = add(start, length, unit, calendar, rule, roll).at
    measured_in = Unit.WORKING_HOUR if unit in (Unit.WORKING_HOUR, Unit.WORKING_DAY) else Unit.MINUTE

    at = fraction_before(start, due, share, unit, calendar)

    whole = between(start, due, measured_in, calendar)
    assert between(at, due, measured_in, calendar) >= share * whole
    assert at == due or between(at + MICROSECOND, due, measured_in, calendar) <= share * whole


@settings(max_examples=10, deadline=None, database=None)
@given(STARTS, st.integers(1500, 2500), st.sampled_from([Unit.WORKING_DAY, Unit.CALENDAR_DAY]))
def test_ten_years_are_counted_as_surely_as_ten_days(start: datetime, length: int, unit: Unit) -> None:
    assert add(start, length, unit, SEED).at == oracle.add(SEED_DATA, start, length, unit)
