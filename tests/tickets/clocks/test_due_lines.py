"""A question as people type it, a table of them, and the day-by-day account of an answer."""

import io
import json
from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest

from tickets.clocks.due_lines import Answer, answers, due_line, explanation, parse
from tickets.clocks.explanation import DayLine, Period, explain
from tickets.clocks.seed_calendar import default_calendar_data
from tickets.ground.worktime.arithmetic import SHANGHAI, PeriodRefused, RollRule, Unit
from tickets.ground.worktime.calendar import Calendar

SEED = Calendar.from_data(default_calendar_data())


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


@pytest.mark.parametrize(
    "start, length, unit, start_rule, line",
    [
        ("2026-09-25T16:30:00+08:00", "5", "working_day", None, "2026-10-09T17:00:00+08:00"),
        ("2026-09-25T08:30:00Z", "5", "working_day", "", "2026-10-09T17:00:00+08:00"),
        ("2026-09-25 03:30:00-05:00", " 5 ", " working_day ", "next_day", "2026-10-09T17:00:00+08:00"),
        ("2026-03-06T16:00:00+08:00", "6", "calendar_day", "next_working_day", "2026-03-16T17:00:00+08:00"),
        ("2026-03-02T10:00:00.9+08:00", "1", "hour", "event", "2026-03-02T11:00:00+08:00"),
        ("2026-05-04T10:00:00+08:00", "1", "month", None, "2026-06-01T00:00:00+08:00"),
        ("2026-05-04T10:00:00+08:00", "1", "half_year", "event", "2026-07-01T00:00:00+08:00"),
        # Shanghai had summer time then; the line does not.
        ("1990-07-01T10:00:00+08:00", "1", "hour", None, "1990-07-01T11:00:00+08:00"),
    ],
)
def test_a_question_is_answered_by_the_due_moment_and_nothing_else(
    start: str, length: str, unit: str, start_rule: str | None, line: str
) -> None:
    assert due_line(parse(start, length, unit, start_rule), SEED) == line


@pytest.mark.parametrize(
    "unit, roll_rule, line, rolls",
    [
        ("calendar_day", "", "2026-03-09T17:00:00+08:00", "next_working_day"),
        ("calendar_day", "next_working_day", "2026-03-09T17:00:00+08:00", "next_working_day"),
        ("calendar_day", "none", "2026-03-08T00:00:00+08:00", "none"),
        ("working_day", "", "2026-03-09T17:00:00+08:00", None),
    ],
)
def test_a_last_day_off_rolls_or_stays_as_the_question_has_it(
    unit: str, roll_rule: str, line: str, rolls: str | None
) -> None:
    period = parse("2026-03-06T10:00:00+08:00", "1", unit, None, roll_rule)
    table = ["start,length,unit,roll_rule\n", f"2026-03-06T10:00:00+08:00,1,{unit},{roll_rule}\n"]

    assert due_line(period, SEED) == line
    assert [answer.line for answer in answers(table, SEED)] == [line]
    assert explanation(period, SEED)["roll_rule"] == rolls


GOOD = {"start": "2026-03-02T10:00:00+08:00", "length": "1", "unit": "hour", "start_rule": "event"}


@pytest.mark.parametrize(
    "change, code",
    [
        ({"start": "yesterday"}, "start_unreadable"),
        ({"start": ""}, "start_unreadable"),
        ({"start": "2026-02-30T10:00:00+08:00"}, "start_unreadable"),
        ({"start": "2026-03-02T10:00:00"}, "moment_without_zone"),
        ({"start": "2026-03-02"}, "moment_without_zone"),
        ({"length": ""}, "length_unreadable"),
        ({"length": "1.5"}, "length_unreadable"),
        ({"length": "-1"}, "length_unreadable"),
        ({"length": "１"}, "length_unreadable"),
        ({"length": "9" * 5000}, "too_far"),
        ({"unit": "fortnight"}, "word_unknown"),
        ({"start_rule": "at_once"}, "word_unknown"),
        ({"roll_rule": "back"}, "word_unknown"),
    ],
    ids=str,
)
def test_what_cannot_be_read_is_refused_with_what_was_written(change: dict[str, str], code: str) -> None:
    with pytest.raises(PeriodRefused) as refusal:
        parse(**{**GOOD, **change})

    assert refusal.value.code == code
    assert "\n" not in str(refusal.value)


def test_a_table_is_answered_line_by_line_in_its_order() -> None:
    table = io.StringIO(
        "\ufeffstart,length,unit,start_rule\r\n"
        "2026-09-25T16:30:00+08:00,5,working_day,\r\n"
        "2026-09-25T16:30:00+08:00,5,working_day,event\r\n"
        "2026-09-25T16:30:00+08:00,0,hour,event\r\n"
        "2026-09-25T16:30:00+08:00,1\r\n"
        "2026-09-25T16:30:00+08:00,1,hour,event,more\r\n"
        '2026-09-25T16:30:00+08:00,1,"ho\nur",event\r\n'
        "\r\n"
        "2026-09-25T08:30:00Z,1,calendar_day,next_working_day\r\n",
        newline="",
    )

    assert list(answers(table, SEED)) == [
        Answer("2026-10-09T17:00:00+08:00", refused=False),
        Answer("error: Days and months are counted from a day, not the event.", refused=True),
        Answer("error: The length must be more than nothing.", refused=True),
        Answer(
            "error: '' is no unit; there are minute, hour, working_hour, working_day, calendar_day,"
            " calendar_month, month, half_year.",
            refused=True,
        ),
        Answer("error: The row has more cells than the header.", refused=True),
        Answer(
            "error: 'ho\\nur' is no unit; there are minute, hour, working_hour, working_day, calendar_day,"
            " calendar_month, month, half_year.",
            refused=True,
        ),
        Answer("2026-09-28T17:00:00+08:00", refused=False),
    ]


def test_the_start_rule_may_be_left_out_and_columns_may_change_places() -> None:
    table = ["unit,start,length\n", "hour,2026-03-02T10:00:00+08:00,2\n"]

    assert [answer.line for answer in answers(table, SEED)] == ["2026-03-02T12:00:00+08:00"]


def test_a_cell_beyond_all_measure_spoils_its_own_line_only() -> None:
    table = ["start,length,unit\n", "x" * 200_000 + ",1,hour\n", "2026-03-02T10:00:00+08:00,2,hour\n"]

    assert [answer.refused for answer in answers(table, SEED)] == [True, False]


@pytest.mark.parametrize(
    "table", [[], ["start,length\n"], ["start,length,unit,rule\n"], ["2026-03-02,1,hour\n"]]
)
def test_a_table_without_the_header_is_refused_at_once(table: list[str]) -> None:
    with pytest.raises(PeriodRefused, match="start,length,unit,start_rule"):
        answers(table, SEED)


def told(period: Period) -> list[tuple[str, int | float | None, str]]:
    return [(f"{line.day:%m-%d}", line.n, line.reason.value) for line in explain(period, SEED)]


def test_the_account_names_every_day_and_can_be_json() -> None:
    account: dict[str, Any] = explanation(parse("2026-09-24T08:30:00Z", "2", "working_day"), SEED)

    assert json.loads(json.dumps(account)) == {
        "start": "2026-09-24T16:30:00+08:00",
        "length": 2,
        "unit": "working_day",
        "start_rule": "next_day",
        "roll_rule": None,
        "due": "2026-09-29T17:00:00+08:00",
        "provisional": False,
        "days": [
            {"date": "2026-09-24", "counted": False, "n": None, "reason": "start_day", "name": ""},
            {"date": "2026-09-25", "counted": False, "n": None, "reason": "holiday", "name": "中秋节"},
            {"date": "2026-09-26", "counted": False, "n": None, "reason": "rest_day", "name": ""},
            {"date": "2026-09-27", "counted": False, "n": None, "reason": "rest_day", "name": ""},
            {"date": "2026-09-28", "counted": True, "n": 1, "reason": "working_day", "name": ""},
            {"date": "2026-09-29", "counted": True, "n": 2, "reason": "working_day", "name": ""},
        ],
    }


def test_the_account_of_a_make_up_day_names_the_holiday_it_makes_up_for() -> None:
    lines = list(explain(Period(at("2026-10-09T10:00"), 1, Unit.WORKING_DAY), SEED))

    assert [line.to_data() for line in lines[1:]] == [
        {"date": "2026-10-10", "counted": True, "n": 1, "reason": "make_up_day", "name": "国庆节"}
    ]
    assert isinstance(lines[0], DayLine)


def test_the_account_of_calendar_days_counts_rest_days_and_tells_the_roll() -> None:
    assert told(Period(at("2026-09-30T10:00"), 4, Unit.CALENDAR_DAY)) == [
        ("09-30", None, "start_day"),
        ("10-01", 1, "calendar_day"),
        ("10-02", 2, "calendar_day"),
        ("10-03", 3, "calendar_day"),
        ("10-04", 4, "calendar_day"),
        ("10-05", None, "holiday"),
        ("10-06", None, "holiday"),
        ("10-07", None, "holiday"),
        ("10-08", None, "rolled_to"),
    ]


def test_the_account_of_a_late_beginning_tells_when_counting_begins() -> None:
    period = parse("2026-03-06T16:00:00+08:00", "2", "calendar_day", "next_working_day")

    assert told(period) == [
        ("03-06", None, "start_day"),
        ("03-07", None, "not_begun"),
        ("03-08", None, "not_begun"),
        ("03-09", 1, "calendar_day"),
        ("03-10", 2, "calendar_day"),
    ]


def test_the_account_of_days_that_do_not_roll_ends_on_the_day_of_rest() -> None:
    period = Period(at("2026-03-06T10:00"), 1, Unit.CALENDAR_DAY)

    assert told(replace(period, roll_rule=RollRule.NONE)) == [
        ("03-06", None, "start_day"),
        ("03-07", 1, "calendar_day"),
    ]
    assert [reason for _, _, reason in told(period)] == ["start_day", "calendar_day", "rest_day", "rolled_to"]


def test_the_account_of_a_month_counts_its_days() -> None:
    lines = told(Period(at("2026-01-31T10:00"), 1, Unit.CALENDAR_MONTH))

    assert len(lines) == 29
    assert lines[-1] == ("02-28", 28, "calendar_day")


def test_the_account_of_a_month_of_the_calendar_goes_to_its_last_day() -> None:
    lines = told(Period(at("2026-05-29T10:00"), 1, Unit.MONTH))

    assert lines == [
        ("05-29", None, "in_period"),
        ("05-30", None, "in_period"),
        ("05-31", 1, "period_end"),
    ]


def test_the_account_of_half_years_counts_each() -> None:
    lines = told(Period(at("2026-05-29T10:00"), 2, Unit.HALF_YEAR))

    assert [line for line in lines if line[2] == "period_end"] == [
        ("06-30", 1, "period_end"),
        ("12-31", 2, "period_end"),
    ]


def test_the_account_of_working_hours_tells_how_many_by_each_evening() -> None:
    assert told(Period(at("2026-03-05T17:30"), 8, Unit.WORKING_HOUR)) == [
        ("03-05", None, "out_of_hours"),
        ("03-06", 7, "working_day"),
        ("03-07", None, "rest_day"),
        ("03-08", None, "rest_day"),
        ("03-09", 8, "working_day"),
    ]


def test_the_account_of_plain_hours_counts_every_day() -> None:
    assert told(Period(at("2026-03-06T16:30"), 24, Unit.HOUR)) == [
        ("03-06", 7.5, "wall_clock"),
        ("03-07", 24, "wall_clock"),
    ]


@pytest.mark.parametrize(
    "unit, length, lines",
    [
        (
            Unit.WORKING_DAY,
            2,
            [
                ("03-02", None, "start_day"),
                ("03-03", None, "paused"),
                ("03-04", None, "paused"),
                ("03-05", 1, "working_day"),
                ("03-06", 2, "working_day"),
            ],
        ),
        (
            Unit.WORKING_HOUR,
            8,
            [
                ("03-02", 2, "working_day"),
                ("03-03", None, "paused"),
                ("03-04", 8, "working_day"),
            ],
        ),
    ],
)
def test_paused_days_are_told_as_paused(
    unit: Unit, length: int, lines: list[tuple[str, int | float | None, str]]
) -> None:
    pauses = [(at("2026-03-02T12:00"), at("2026-03-04T10:00"))]

    assert told(Period(at("2026-03-02T10:00"), length, unit, pauses=pauses)) == lines


def test_the_day_a_pause_began_is_counted_and_the_day_it_ended_is_not() -> None:
    pauses = [(at("2026-03-03T12:00"), at("2026-03-04T10:00"))]

    assert told(Period(at("2026-03-02T10:00"), 2, Unit.WORKING_DAY, pauses=pauses)) == [
        ("03-02", None, "start_day"),
        ("03-03", 1, "working_day"),
        ("03-04", None, "paused"),
        ("03-05", 2, "working_day"),
    ]


def test_an_extension_is_in_the_account() -> None:
    lines = told(Period(at("2026-03-02T10:00"), 1, Unit.WORKING_DAY, extended=2))

    assert lines[-1] == ("03-05", 3, "working_day")
