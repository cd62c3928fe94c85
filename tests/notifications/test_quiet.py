"""When the night begins and ends, to the second."""

from datetime import datetime, time, timedelta

import pytest

from notifications.quiet import Quiet
from notifications.standing import NOTICES
from notifications.table import TABLE
from notifications.wording import SHANGHAI

LATE = Quiet(time(22), time(8))
SMALL_HOURS = Quiet(time(0), time(6, 30))


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
    waits = [rule for rules in TABLE.values() for rule in rules if not rule.at_once]

    assert {rule.template for rule in waits} & NOTICES.keys() == {
        *("asked", "extended", "shelved", "answered", "ended", "withdrawn")
    }
    assert [rule.template for rule in waits if rule.valid_for < 2 * longest] == []


def test_the_texts_of_a_night_keep_their_order_and_are_out_within_a_minute() -> None:
    evening = at("11-23 21:00")
    asked = [evening + timedelta(minutes=minutes) for minutes in range(11 * 60)]

    goes = [until for moment in asked if (until := Quiet().until(moment)) is not None]

    assert len(goes) == len(asked)
    assert goes == sorted(set(goes))
    assert goes[-1] - goes[0] < timedelta(minutes=1)
    # Asked again as the morning comes, none of them waits for the next one.
    assert [Quiet().until(moment) for moment in goes] == [None] * len(goes)
