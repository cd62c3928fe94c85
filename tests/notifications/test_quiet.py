"""When the night begins and ends, to the second, and which days are as quiet as a night."""

from datetime import date, datetime, time, timedelta

import holidays
import pytest

from notifications.lunar_year import EVES_AND_FIRST_DAYS, FIRST_DAYS
from notifications.quiet import Quiet
from notifications.standing import NOTICES
from notifications.table import TABLE
from notifications.wording import SHANGHAI

LATE = Quiet(time(22), time(8))
SMALL_HOURS = Quiet(time(0), time(6, 30))
#: What is left of a day between two nights.
DAYTIME = timedelta(hours=13)


def at(written: str) -> datetime:
    return datetime.fromisoformat(f"2026-{written}").replace(tzinfo=SHANGHAI)


@pytest.mark.parametrize(
    "quiet, moment, goes",
    [
        (Quiet(), "11-23 20:59:59", None),
        (Quiet(), "11-23 21:00:00", "11-24 08:00"),
        (Quiet(), "11-23 21:59:59", "11-24 08:00"),
        (Quiet(), "11-23 22:00:00", "11-24 08:00"),
        (Quiet(), "11-23 23:59:59", "11-24 08:00"),
        (Quiet(), "11-24 00:00:00", "11-24 08:00"),
        (Quiet(), "11-24 07:59:59", "11-24 08:00"),
        (Quiet(), "11-24 08:00:00", None),
        (Quiet(), "11-24 12:00:00", None),
        (Quiet(), "12-31 23:30:00", "12-31 32:00"),
        (LATE, "11-23 21:59:59", None),
        (LATE, "11-23 22:00:00", "11-24 08:00"),
        (SMALL_HOURS, "11-23 23:59:59", None),
        (SMALL_HOURS, "11-24 00:00:00", "11-24 06:30"),
        (SMALL_HOURS, "11-24 06:29:59", "11-24 06:30"),
        (SMALL_HOURS, "11-24 06:30:00", None),
    ],
)
def test_a_text_waits_for_the_morning(quiet: Quiet, moment: str, goes: str | None) -> None:
    until = quiet.until(at(moment))

    if goes is None:
        assert until is None
    else:
        morning = at("12-31 08:00") + timedelta(days=1) if goes == "12-31 32:00" else at(goes)
        assert until is not None
        assert until.replace(second=0, microsecond=0) == morning


def test_no_night_outlasts_a_text_that_waits_for_its_end() -> None:
    """Notices wait like others. None is lost by it, and none that is urgent or an answer waits."""
    longest = timedelta(days=1)  # a night that begins when it ends
    new_year = timedelta(days=2) + timedelta(hours=3 + 8)  # two days, the night before and the one after
    waits = [rule for rules in TABLE.values() for rule in rules if not rule.at_once]

    assert {rule.template for rule in waits} & NOTICES.keys() == {
        *("asked", "extended", "shelved", "answered", "ended", "withdrawn")
    }
    assert [rule.template for rule in waits if rule.valid_for < max(2 * longest, new_year + DAYTIME)] == []


def test_the_texts_of_a_night_keep_their_order_and_are_out_within_a_minute() -> None:
    evening = at("11-23 21:00")
    asked = [evening + timedelta(minutes=minutes) for minutes in range(11 * 60)]

    goes = [until for moment in asked if (until := Quiet().until(moment)) is not None]

    assert len(goes) == len(asked)
    assert goes == sorted(set(goes))
    assert goes[-1] - goes[0] < timedelta(minutes=1)
    # Asked again as the morning comes, none of them waits for the next one.
    assert [Quiet().until(moment) for moment in goes] == [None] * len(goes)


@pytest.mark.parametrize(
    "quiet, moment, goes",
    [
        (Quiet(), "2027-02-04 20:59:59", None),
        (Quiet(), "2027-02-04 21:00", "2027-02-07 08:00"),
        (Quiet(), "2027-02-05 12:00", "2027-02-07 08:00"),
        (Quiet(), "2027-02-06 23:59:59", "2027-02-07 08:03"),
        (Quiet(), "2027-02-07 07:59:59", "2027-02-07 08:03"),
        (Quiet(), "2027-02-07 08:00", None),
        (SMALL_HOURS, "2027-02-04 23:59:59", None),
        (SMALL_HOURS, "2027-02-05 00:00", "2027-02-07 06:30"),
        (SMALL_HOURS, "2027-02-07 06:29:59", "2027-02-07 06:33"),
        (Quiet(time(21), time(0)), "2027-02-04 21:00", "2027-02-07 00:00"),
        (Quiet(days=frozenset()), "2027-02-05 12:00", None),
        # Beyond the days that are known.
        (Quiet(), "2101-01-29 12:00", None),
    ],
)
def test_nothing_that_can_wait_leaves_at_the_lunar_new_year(
    quiet: Quiet, moment: str, goes: str | None
) -> None:
    local = datetime.fromisoformat(moment).replace(tzinfo=SHANGHAI)
    until = quiet.until(local)

    assert (until and f"{until:%Y-%m-%d %H:%M}") == goes
    assert quiet.is_for_a_day(local) == (goes is not None)
    # And then it goes, and does not begin to wait anew.
    assert until is None or quiet.until(until) is None


def test_the_texts_of_quiet_days_keep_their_order() -> None:
    eve = datetime(2027, 2, 4, 21, tzinfo=SHANGHAI)
    asked = [eve + timedelta(minutes=10 * number) for number in range(59 * 6)]

    goes = [until for moment in asked if (until := Quiet().until(moment)) is not None]

    assert len(goes) == len(asked)
    assert goes == sorted(set(goes))
    assert goes[-1] - goes[0] < timedelta(minutes=4)


def test_the_lunar_years_begin_when_the_package_says() -> None:
    known = holidays.country_holidays("CN", years=range(2026, 2101), observed=False, language="zh_CN")
    eves = {day for day, name in known.items() if "除夕" in name}

    assert [day.year for day in FIRST_DAYS] == list(range(2026, 2101))
    assert eves | {day + timedelta(days=1) for day in eves} == EVES_AND_FIRST_DAYS
    assert {date(2026, 2, 16), date(2027, 2, 6), date(2030, 2, 3)} < EVES_AND_FIRST_DAYS
