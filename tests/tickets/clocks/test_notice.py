"""The State Council's notice, read as it is worded: every announced year comes back as it was written."""

from collections.abc import Iterator
from datetime import date, timedelta
from itertools import groupby

import pytest

from tickets.clocks.notice import WEEKDAY_WORDS, read_notice
from tickets.clocks.seed_calendar import default_calendar_data
from tickets.ground.errors import FieldsRefused
from tickets.ground.worktime.calendar import Calendar, ExplicitDay

CALENDAR = Calendar.from_data(default_calendar_data())
NUMBERS = "一二三四五六七八九十"


def runs(days: list[date]) -> Iterator[list[date]]:
    for _, run in groupby(enumerate(days), lambda pair: pair[1] - timedelta(days=pair[0])):
        yield [day for _, day in run]


def named(day: date, before: date | None) -> str:
    month = "" if before and before.month == day.month else f"{day.month}月"
    return f"{month}{day.day}日（周{WEEKDAY_WORDS[day.weekday()]}）"


def worded(year: int) -> str:
    """The days of *year* in the words of a notice: ranges, make-up days, numbers of days."""
    told = [(day, explicit) for day, explicit in sorted(CALENDAR.days.items()) if day.year == year]
    names = list(dict.fromkeys(explicit.name for _, explicit in told))
    items = []
    for number, name in enumerate(names):
        off = [day for day, one in told if one.name == name and not one.working]
        on = [day for day, one in told if one.name == name and one.working]
        spans = "、".join(
            named(run[0], None) + (f"至{named(run[-1], run[0])}" if len(run) > 1 else "") for run in runs(off)
        )
        made_up = "、".join(named(day, None) for day in on)
        items.append(
            f"{NUMBERS[number]}、{name}：{spans}放假调休，共{len(off)}天。"
            + (f"{made_up}上班。" if on else "")
        )
    title = f"国务院办公厅关于{year}年部分节假日安排的通知\n各省、自治区：现将具体安排通知如下。\n"
    return title + "\n".join(items) + f"\n节假日期间，要安排好值班。\n{year - 1}年11月4日"


@pytest.mark.parametrize("year", sorted(CALENDAR.announced))
def test_every_announced_year_comes_back(year: int) -> None:
    assert read_notice(worded(year)).into(CALENDAR) == CALENDAR


@pytest.mark.parametrize(
    "change",
    [
        lambda text: text.replace("（", "(").replace("）", ")").replace("：", ":").replace("，", ","),
        lambda text: text.replace("\n", ""),
        lambda text: text.replace("周", "星期"),
        lambda text: text.replace("、元旦", ". 元旦").replace("一.", "1."),
    ],
    ids=["half-width signs", "one paragraph", "星期 for 周", "Arabic numbers"],
)
def test_other_ways_of_writing_are_read_too(change: object) -> None:
    assert callable(change)
    assert read_notice(change(worded(2026))).into(CALENDAR) == CALENDAR


def test_a_guessed_year_loses_its_guesses_and_days_at_weekends_need_no_mention() -> None:
    text = "一、元旦：2029年12月31日至2030年1月2日放假，共3天。1月5日（周六）上班。"
    calendar = read_notice(text, 2030).into(CALENDAR)

    assert 2030 in calendar.announced
    assert {day: told for day, told in calendar.days.items() if day.year == 2030} == {
        date(2030, 1, 1): ExplicitDay(working=False, name="元旦"),
        date(2030, 1, 2): ExplicitDay(working=False, name="元旦"),
        date(2030, 1, 5): ExplicitDay(working=True, name="元旦"),
    }
    assert not calendar.is_working(date(2029, 12, 31))


@pytest.mark.parametrize(
    "text, codes",
    [
        ("你好", ["notice_without_days"]),
        ("一、元旦：2月30日放假。", ["notice_no_date"]),
        ("一、元旦：1月1日（周五）放假1天。", ["notice_weekday"]),
        ("一、元旦：1月1日至3日放假，共4天。", ["notice_count"]),
        ("一、元旦：1月5日（周一）上班。", ["notice_worked_anyway"]),
        ("一、元旦：1月4日放假。1月4日上班。", ["notice_twice"]),
        ("一、元旦：1月3日至1日放假。", ["notice_span"]),
        (
            "一、元旦：1月1日（周五）放假2天。1月32日上班。",
            ["notice_weekday", "notice_count", "notice_no_date"],
        ),
    ],
)
def test_what_does_not_fit_is_named(text: str, codes: list[str]) -> None:
    with pytest.raises(FieldsRefused) as refused:
        read_notice(text, 2026)

    assert [(bad.field, bad.code) for bad in refused.value.fields] == [("text", code) for code in codes]


def test_without_a_year_it_is_asked_for() -> None:
    with pytest.raises(FieldsRefused) as refused:
        read_notice("一、元旦：1月1日放假1天。")

    assert [bad.field for bad in refused.value.fields] == ["year"]
