"""The seeded calendar agrees with both libraries on every day, and what cannot be counted with is refused."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

import chinese_calendar
import holidays
import pytest

from tickets.clocks.seed_calendar import default_calendar_data
from tickets.ground.worktime.calendar import SHANGHAI, Calendar, CalendarRefused, ExplicitDay, Span

OFFICE = [[540, 720], [780, 1020]]
SEED = Calendar.from_data(default_calendar_data())


def days(first: date, last: date) -> Iterator[date]:
    return (first + timedelta(days=number) for number in range((last - first).days + 1))


def test_every_announced_day_is_what_chinesecalendar_says() -> None:
    announced = days(date(2004, 1, 1), date(2026, 12, 31))

    assert [day for day in announced if SEED.is_working(day) != chinese_calendar.is_workday(day)] == []


#: Days the two libraries tell apart, and who is right.
DIFFERENCES = {
    date(
        2005, 12, 31
    ): "a Saturday worked for 元旦 2006 by that year's notice; chinesecalendar leaves it out",
}


def test_every_day_both_libraries_know_is_told_alike_or_listed_with_its_reason() -> None:
    other = holidays.country_holidays("CN", years=range(2004, 2028))
    both_know = days(date(2004, 1, 1), date(2026, 12, 31))

    assert [day for day in both_know if SEED.is_working(day) != other.is_working_day(day)] == [*DIFFERENCES]


def test_the_year_2026_has_248_working_days() -> None:
    assert SEED.working_days_between(date(2025, 12, 31), date(2026, 12, 31)) == 248


@pytest.mark.parametrize(
    "day, name",
    [
        (date(2026, 1, 4), "元旦"),
        (date(2026, 2, 14), "春节"),
        (date(2026, 2, 28), "春节"),
        (date(2026, 5, 9), "劳动节"),
        (date(2026, 9, 20), "国庆节"),
        (date(2026, 10, 10), "国庆节"),
    ],
    ids=str,
)
def test_a_make_up_day_has_mondays_hours_and_the_holidays_name(day: date, name: str) -> None:
    assert SEED.days[day] == ExplicitDay(working=True, name=name)
    assert SEED.spans(day) == (Span(540, 720), Span(780, 1020))


def test_the_notice_for_2026_is_all_that_is_listed_of_2026() -> None:
    listed = {day.strftime("%m-%d"): told for day, told in SEED.days.items() if day.year == 2026}

    assert [day for day, told in sorted(listed.items()) if not told.working] == [
        *("01-01", "01-02"),
        *("02-16", "02-17", "02-18", "02-19", "02-20", "02-23"),
        "04-06",
        *("05-01", "05-04", "05-05"),
        "06-19",
        "09-25",
        *("10-01", "10-02", "10-05", "10-06", "10-07"),
    ]
    assert listed["04-06"].name == "清明节"
    assert listed["06-19"].name == "端午节"
    assert listed["09-25"].name == "中秋节"


def test_a_year_without_a_notice_has_its_statutory_weekdays_and_nothing_made_up() -> None:
    listed = {day.strftime("%m-%d"): told for day, told in SEED.days.items() if day.year == 2027}

    assert {day: told.name for day, told in sorted(listed.items())} == {
        "01-01": "元旦",
        "02-05": "农历除夕",
        "02-08": "春节",
        "04-05": "清明节",
        "06-09": "端午节",
        "09-15": "中秋节",
        "10-01": "国庆节",
    }
    assert not any(told.working for day, told in SEED.days.items() if day.year > 2026)


def test_statutory_days_are_known_until_2040_and_after_that_weekends() -> None:
    assert {day.year for day in SEED.days} == set(range(2004, 2041))
    assert SEED.is_working(date(2041, 10, 1))
    assert not SEED.is_working(date(2041, 10, 5))


def test_only_years_with_a_notice_are_settled() -> None:
    assert SEED.announced == set(range(2004, 2027))
    assert SEED.is_settled(date(2025, 12, 31), date(2026, 12, 31))
    assert not SEED.is_settled(date(2026, 12, 31), date(2027, 1, 1))
    assert not SEED.is_settled(date(2003, 12, 31), date(2004, 1, 2))


def test_counting_days_one_by_one_comes_to_what_the_index_says() -> None:
    number = SEED.working_days_through(date(2025, 12, 31))

    for day in days(date(2026, 1, 1), date(2028, 12, 31)):
        number += SEED.is_working(day)
        assert SEED.working_days_through(day) == number
        assert SEED.working_day(number) <= day
        assert SEED.working_day(number + 1) > day


@pytest.mark.parametrize("number", [0, -1, 10**9])
def test_a_working_day_outside_the_era_is_not_invented(number: int) -> None:
    with pytest.raises(OverflowError):
        SEED.working_day(number)


def test_data_survives_the_way_there_and_back() -> None:
    data = default_calendar_data()

    assert SEED.to_data() == data
    assert Calendar.from_data(SEED.to_data()) == SEED


def test_what_is_not_said_is_free() -> None:
    calendar = Calendar.from_data({"week": {"wednesday": [[0, 1440]]}})

    assert [calendar.is_working(day) for day in days(date(2026, 3, 2), date(2026, 3, 8))] == [
        *(False, False, True),
        *(False, False, False, False),
    ]
    assert calendar.announced == frozenset()


def test_a_span_that_ends_at_24_00_closes_at_the_next_midnight() -> None:
    calendar = Calendar.from_data({"week": {"wednesday": [[1080, 1440]]}})

    assert calendar.close_of(date(2026, 12, 30)) == datetime(2026, 12, 31, tzinfo=SHANGHAI)
    assert calendar.working_days_closed(datetime(2026, 12, 30, 23, 59, 59, tzinfo=SHANGHAI)) + 1 == (
        calendar.working_days_closed(datetime(2026, 12, 31, tzinfo=SHANGHAI))
    )


def test_spans_may_touch() -> None:
    calendar = Calendar.from_data({"week": {"monday": [[540, 720], [720, 1020]]}})

    assert calendar.spans(date(2026, 3, 2)) == (Span(540, 720), Span(720, 1020))


def test_a_make_up_saturday_has_mondays_hours_even_where_saturdays_are_half_days() -> None:
    calendar = Calendar.from_data(
        {
            "week": {"monday": OFFICE, "saturday": [[540, 720]]},
            "days": {"2026-10-10": {"kind": "working", "name": "国庆节"}},
        }
    )

    assert calendar.spans(date(2026, 10, 10)) == (Span(540, 720), Span(780, 1020))
    assert calendar.spans(date(2026, 10, 17)) == (Span(540, 720),)


@pytest.mark.parametrize(
    "data, sentence",
    [
        ({}, "The week must be a mapping."),
        ({"week": []}, "The week must be a mapping."),
        ({"week": {}}, "The week must have at least one working span."),
        ({"week": {"monday": []}}, "The week must have at least one working span."),
        ({"week": {"mon": OFFICE}}, "No weekday is called mon."),
        ({"week": {"monday": "09:00-17:00"}}, "The hours of monday must be a list of spans."),
        ({"week": {"monday": [[540]]}}, "A span of monday must be two whole numbers of minutes."),
        ({"week": {"monday": [[540.5, 720]]}}, "A span of monday must be two whole numbers of minutes."),
        ({"week": {"monday": [[False, True]]}}, "A span of monday must be two whole numbers of minutes."),
        (
            {"week": {"monday": [[720, 540]]}},
            "A span of monday must run forward within 0 and 1440, not from 720 to 540.",
        ),
        (
            {"week": {"monday": [[540, 540]]}},
            "A span of monday must run forward within 0 and 1440, not from 540 to 540.",
        ),
        (
            {"week": {"friday": [[540, 1441]]}},
            "A span of friday must run forward within 0 and 1440, not from 540 to 1441.",
        ),
        (
            {"week": {"monday": [[-1, 60]]}},
            "A span of monday must run forward within 0 and 1440, not from -1 to 60.",
        ),
        (
            {"week": {"monday": [[540, 720], [700, 1020]]}},
            "The spans of monday must be in order and must not overlap.",
        ),
        (
            {"week": {"monday": [[780, 1020], [540, 720]]}},
            "The spans of monday must be in order and must not overlap.",
        ),
        ({"week": {"monday": OFFICE}, "zone": "UTC"}, "A calendar does not have zone."),
        ({"week": {"monday": OFFICE}, "days": []}, "The list of days must be a mapping."),
        ({"week": {"monday": OFFICE}, "days": {"2026-02-30": {"kind": "off"}}}, "'2026-02-30' is no date."),
        (
            {"week": {"monday": OFFICE}, "days": {"2026-10-01": "off"}},
            "What is told of 2026-10-01 must be a mapping.",
        ),
        (
            {"week": {"monday": OFFICE}, "days": {"2026-10-01": {"kind": "half"}}},
            "2026-10-01 must be working or off.",
        ),
        ({"week": {"monday": OFFICE}, "announced": 2026}, "The announced years must be a list."),
        ({"week": {"monday": OFFICE}, "announced": ["2026"]}, "'2026' is no year."),
        ({"week": {"monday": OFFICE}, "announced": [0]}, "0 is no year."),
        (
            {"week": {"friday": OFFICE}, "days": {"2026-10-10": {"kind": "working"}}},
            "A make-up day has Monday's hours, and Monday has none.",
        ),
    ],
    ids=str,
)
def test_what_cannot_be_counted_with_is_refused_with_a_sentence(data: dict[str, Any], sentence: str) -> None:
    with pytest.raises(CalendarRefused) as refusal:
        Calendar.from_data(data)

    assert str(refusal.value) == sentence


def test_a_week_has_seven_days() -> None:
    with pytest.raises(CalendarRefused, match="seven days"):
        Calendar(week=((Span(540, 720),),))
