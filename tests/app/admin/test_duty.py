"""The duty list: whose turn a moment is in, who is called for a unit, and who may read the number."""

import re
from datetime import UTC, date, datetime, time
from typing import Any

import pytest
from sqlmodel import Session

from app.admin.duty import DutyRow, as_shown, on_duty, on_duty_among, responsible, turn_at
from app.admin.units import all_units
from app.wiring import House
from tests.app.pages import counted
from tests.makers import Staff
from tickets.ground.refs import SHANGHAI
from tickets.ground.units import UnitRow, Units
from tickets.ground.words import UnitKind

NIGHT = {"begins": time(17), "ends": time(9)}
DAY = {"begins": time(9), "ends": time(17)}
ALL_DAY = {"begins": time(9), "ends": time(9)}


def at(written: str) -> datetime:
    """A moment on a Shanghai clock in the week of Monday, 23 November 2026."""
    return datetime.fromisoformat(f"2026-11-{written}:00").replace(tzinfo=SHANGHAI)


def turn(**values: Any) -> DutyRow:
    return DutyRow(**{"unit": "housing", "name": "值班人", "phone": b"", **NIGHT, **values})


TURNS = [
    # a night crosses midnight
    ({}, "23T16:59", None),
    ({}, "23T17:00", "24T09:00"),
    ({}, "24T08:59", "24T09:00"),
    ({}, "24T09:00", None),
    # the weekday is that of the evening
    ({"weekdays": [5]}, "27T17:00", "28T09:00"),
    ({"weekdays": [5]}, "28T08:00", "28T09:00"),
    ({"weekdays": [5]}, "28T17:00", None),
    ({"weekdays": [1, 7]}, "23T08:00", "23T09:00"),
    ({"weekdays": [1]}, "23T08:00", None),
    # a day within one day
    ({**DAY, "weekdays": [1]}, "23T09:00", "23T17:00"),
    ({**DAY, "weekdays": [1]}, "23T17:00", None),
    ({**DAY, "weekdays": [1]}, "24T09:00", None),
    # from nine to nine is a whole day
    ({**ALL_DAY, "weekdays": [6, 7]}, "28T08:59", None),
    ({**ALL_DAY, "weekdays": [6, 7]}, "28T09:00", "29T09:00"),
    ({**ALL_DAY, "weekdays": [6, 7]}, "29T09:00", "30T09:00"),
    ({**ALL_DAY, "weekdays": [6, 7]}, "30T09:00", None),
    # days between which turns begin, both included
    ({"from_day": date(2026, 11, 24), "to_day": date(2026, 11, 25)}, "24T08:00", None),
    ({"from_day": date(2026, 11, 24), "to_day": date(2026, 11, 25)}, "24T17:00", "25T09:00"),
    ({"from_day": date(2026, 11, 24), "to_day": date(2026, 11, 25)}, "26T08:00", "26T09:00"),
    ({"from_day": date(2026, 11, 24), "to_day": date(2026, 11, 25)}, "26T17:00", None),
]


@pytest.mark.parametrize("values, moment, over", TURNS, ids=str)
def test_a_moment_is_in_a_turn_or_not(values: dict[str, Any], moment: str, over: str | None) -> None:
    assert turn_at(turn(**values), at(moment)) == (at(over) if over else None)


def test_a_moment_of_another_zone_is_read_on_a_shanghai_clock() -> None:
    assert turn_at(turn(), at("23T17:00").astimezone(UTC)) == at("24T09:00")
    assert turn_at(turn(), at("23T16:59").astimezone(UTC)) is None


UNITS = Units(
    UnitRow(code=code, name=code, name_en=code, kind=UnitKind.BUREAU, parent=parent)
    for code, parent in (("top", None), ("middle", "top"), ("low", "middle"), ("other", None))
)


def names(rows: list[DutyRow], unit: str, moment: str) -> list[str]:
    return [row.name for row, _until in on_duty_among(rows, UNITS, unit, at(moment))]


def test_those_of_the_unit_are_called_in_order_and_else_those_above() -> None:
    rows = [
        turn(unit="top", name="上级", **ALL_DAY),
        turn(unit="low", name="第二", position=2),
        turn(unit="low", name="第一", position=1),
        turn(unit="other", name="别家", **ALL_DAY),
    ]

    assert names(rows, "low", "23T18:00") == ["第一", "第二"]
    assert names(rows, "low", "23T12:00") == ["上级"], "by day nobody of the unit, nor of the one between"
    assert names(rows, "middle", "23T18:00") == ["上级"]
    assert names([], "low", "23T18:00") == []
    assert responsible(UNITS, "low") == ["low", "middle", "top"]
    assert responsible(UNITS, "nowhere") == []


def test_the_question_opens_the_numbers_in_one_query(house: House, session: Session) -> None:
    units = all_units(session)
    with counted(house.engine) as said:
        found = on_duty(session, house.vault, units, "530103012210", at("23T18:00"))

    assert [(one.unit, one.until) for one in found] == [("530103012", at("24T09:00"))]
    assert re.fullmatch(r"\+86138000090\d\d", found[0].phone or "")
    assert len(said) == 1, said


def test_a_number_is_shown_to_the_hotline_and_to_the_unit_and_those_it_stands_in_for(
    house: House, session: Session, staff: Staff
) -> None:
    units = all_units(session)
    found = on_duty(session, house.vault, units, "530103012", at("23T18:00"))

    def is_shown(username: str) -> bool:
        return all(one.phone is not None for one in as_shown(staff[username], units, found))

    shown = {name for name in ("dispatcher", "operator", "auditor") if is_shown(name)}
    shown |= {
        name
        for name in ("head@530103012", "handler@530103012210", "head@530103011", "handler@housing")
        if is_shown(name)
    }
    assert shown == {"dispatcher", "operator", "auditor", "head@530103012", "handler@530103012210"}
