"""The calendars of the vectors, copied from the notices by hand, word for word."""

from datetime import date, timedelta
from typing import Any

from tests.tickets.deriving.law import WEEKDAYS

#: What each notice says: name, first and last day off, and the weekend days that are worked for it.
NOTICES: dict[int, list[tuple[str, str, str, list[str]]]] = {
    2024: [
        ("元旦", "01-01", "01-01", []),
        ("春节", "02-10", "02-17", ["02-04", "02-18"]),
        ("清明节", "04-04", "04-06", ["04-07"]),
        ("劳动节", "05-01", "05-05", ["04-28", "05-11"]),
        ("端午节", "06-10", "06-10", []),
        ("中秋节", "09-15", "09-17", ["09-14"]),
        ("国庆节", "10-01", "10-07", ["09-29", "10-12"]),
    ],
    2025: [
        ("元旦", "01-01", "01-01", []),
        ("春节", "01-28", "02-04", ["01-26", "02-08"]),
        ("清明节", "04-04", "04-06", []),
        ("劳动节", "05-01", "05-05", ["04-27"]),
        ("端午节", "05-31", "06-02", []),
        ("国庆节、中秋节", "10-01", "10-08", ["09-28", "10-11"]),
    ],
    2026: [
        ("元旦", "01-01", "01-03", ["01-04"]),
        ("春节", "02-15", "02-23", ["02-14", "02-28"]),
        ("清明节", "04-04", "04-06", []),
        ("劳动节", "05-01", "05-05", ["05-09"]),
        ("端午节", "06-19", "06-21", []),
        ("中秋节", "09-25", "09-27", []),
        ("国庆节", "10-01", "10-07", ["09-20", "10-10"]),
    ],
}

#: 全国年节及纪念日放假办法 第二条, for a year whose notice is not out: nothing is made up for.
STATUTORY: dict[int, list[tuple[str, str, str]]] = {
    2027: [
        ("元旦", "01-01", "01-01"),
        ("春节", "02-05", "02-08"),
        ("清明节", "04-05", "04-05"),
        ("劳动节", "05-01", "05-02"),
        ("端午节", "06-09", "06-09"),
        ("中秋节", "09-15", "09-15"),
        ("国庆节", "10-01", "10-03"),
    ],
}

LOCAL_CLOSURES = [
    ("自治州成立纪念日", "2024-04-15", "2024-04-16"),
    ("火把节", "2024-07-29", "2024-07-31"),
    ("火把节", "2025-07-16", "2025-07-18"),
]

OFFICE_HOURS = [["09:00", "12:00"], ["13:00", "17:00"]]


def calendars() -> dict[str, dict[str, Any]]:
    """Make all of them."""
    off, working = _of_notices()
    local = _each_day(LOCAL_CLOSURES)
    office = _week(OFFICE_HOURS, OFFICE_HOURS, [], [])
    return {
        "office": _calendar("Monday to Friday, as the notices say", office, off, working),
        "local": _calendar(
            "An autonomous prefecture's office, closed on its own holidays too", office, off | local, working
        ),
        "window": _calendar(
            "A service hall that is open on Saturday mornings as well",
            _week(OFFICE_HOURS, OFFICE_HOURS, [["09:00", "12:00"]], []),
            off,
            working,
        ),
        "uneven": _calendar(
            "Long Mondays and short Fridays: a make-up day has Monday's hours",
            _week([["08:30", "11:30"], ["14:00", "18:00"]], OFFICE_HOURS, [], [])
            | {"friday": [["08:30", "11:30"]]},
            off,
            working,
        ),
        "round_the_clock": _calendar(
            "A hotline that never closes", {weekday: [["00:00", "24:00"]] for weekday in WEEKDAYS}, {}, {}
        ),
        "night": _calendar(
            "The night shift: its day closes at 24:00",
            {weekday: [["00:00", "06:00"], ["22:00", "24:00"]] for weekday in WEEKDAYS},
            {},
            {},
        ),
    }


def _calendar(
    about: str, week: dict[str, list[list[str]]], off: dict[str, str], working: dict[str, str]
) -> dict[str, Any]:
    return {
        "about": about,
        "week": week,
        "off": dict(sorted(off.items())),
        "working": dict(sorted(working.items())),
        "announced": sorted(NOTICES),
    }


def _week(monday: Any, other: Any, saturday: Any, sunday: Any) -> dict[str, list[list[str]]]:
    return dict(zip(WEEKDAYS, [monday, other, other, other, other, saturday, sunday], strict=True))


def _of_notices() -> tuple[dict[str, str], dict[str, str]]:
    spans = [
        (name, f"{year}-{first}", f"{year}-{last}")
        for year, said in NOTICES.items()
        for name, first, last, _ in said
    ]
    spans += [
        (name, f"{year}-{first}", f"{year}-{last}")
        for year, said in STATUTORY.items()
        for name, first, last in said
    ]
    working = {
        f"{year}-{day}": name for year, said in NOTICES.items() for name, _, _, days in said for day in days
    }
    return _each_day(spans), working


def _each_day(spans: list[tuple[str, str, str]]) -> dict[str, str]:
    days = {}
    for name, first, last in spans:
        day = date.fromisoformat(first)
        while day <= date.fromisoformat(last):
            days[day.isoformat()] = name
            day += timedelta(days=1)
    return days
