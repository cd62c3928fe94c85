"""The pages on which heads and administrators keep the duty list, and everybody else reads it."""

import pytest
from flask import Flask
from sqlalchemy import text
from sqlmodel import Session, select

from app.admin.duty import DutyRow
from app.wiring import House
from tests.app.admin.ledgers import written
from tests.app.pages import counted, signed_in

UNIT = "education"
TYPED = {
    "name": "周某",
    "phone": "138 0000 7001",
    "weekdays": ["1", "2"],
    "begins": "17:00",
    "ends": "09:00",
    "from_day": "",
    "to_day": "",
    "position": "1",
}


def rows_of(session: Session, name: str) -> list[DutyRow]:
    wanted = select(DutyRow).where(DutyRow.name == name).execution_options(populate_existing=True)
    return list(session.exec(wanted).all())


@pytest.mark.parametrize("username", ["admin", f"head@{UNIT}"])
def test_a_turn_is_added_changed_and_removed_and_the_ledger_knows_no_number(
    app: Flask, house: House, session: Session, username: str
) -> None:
    visitor, name = signed_in(app, username), f"周{username[:4]}"
    page = f"/duty/{UNIT}"
    with written(house) as facts:
        added = visitor.send(page, page, {**TYPED, "name": name})
        row = rows_of(session, name)[0]
        one = f"{page}/{row.id}"
        shown = visitor.get(one).text
        changed = visitor.send(one, one, {**TYPED, "name": name, "phone": "0871-68000000", "ends": "08:30"})
        again = visitor.send(one, one, {**TYPED, "name": name, "phone": "087168000000", "ends": "08:30"})
        sealed = rows_of(session, name)[0]
        phone = house.vault.open(sealed.phone, sealed.place())
        removed = visitor.send(one, f"{one}/remove", {})

    assert [answer.status_code for answer in (added, changed, again, removed)] == [303] * 4
    assert 'value="13800007001"' in shown
    assert phone == "+8687168000000"
    assert [(fact.what, fact.data["subject"]) for fact in facts] == [
        ("duty_added", UNIT),
        ("duty_changed", UNIT),
        ("duty_removed", UNIT),
    ]
    assert facts[1].data["before"] == {"name": name, "ends": "09:00"}
    assert facts[1].data["after"] == {"ends": "08:30", "phone": "changed"}
    assert not any("7001" in str(fact.data) or "6800" in str(fact.data) for fact in facts)
    assert rows_of(session, name) == []


@pytest.mark.parametrize(
    "typed, said",
    [
        ({"phone": "123"}, "不是有效的电话号码"),
        ({"phone": ""}, "值班电话：没有填写"),
        ({"name": ""}, "姓名：没有填写"),
        ({"begins": "five"}, "不是钟点"),
        ({"from_day": "2026-11-25", "to_day": "2026-11-24"}, "最后一天早于第一天"),
        ({"from_day": "soon"}, "不是日期"),
        ({"weekdays": ["8"]}, "星期"),
        ({"position": "0"}, "数值超出范围"),
    ],
    ids=str,
)
def test_a_turn_that_cannot_be_is_refused_with_what_was_typed(
    app: Flask, house: House, typed: dict[str, str], said: str
) -> None:
    head, page = signed_in(app, f"head@{UNIT}"), f"/duty/{UNIT}"
    with written(house) as facts:
        refused = head.send(page, page, {**TYPED, "name": "郑某", **typed})

    assert refused.status_code == 422
    assert said in refused.text
    assert 'name="weekdays" value="2" checked' in refused.text or "weekdays" in typed
    assert facts == []


def test_a_head_keeps_the_own_list_and_a_handler_reads_it(app: Flask, house: House, session: Session) -> None:
    head, handler = signed_in(app, "head@justice"), signed_in(app, "handler@justice")
    row = rows_of(session, session.exec(select(DutyRow.name).where(DutyRow.unit == "housing")).all()[0])[0]
    own = handler.get("/duty").text
    token = {"csrf_token": head.get("/duty").text.partition('name="csrf_token" value="')[2].partition('"')[0]}
    with written(house) as facts:
        answers = {
            "read another": head.get("/duty/housing"),
            "add to another": head.client.post("/duty/housing", data={**token, **TYPED}),
            "change another": head.client.post(f"/duty/housing/{row.id}", data={**token, **TYPED}),
            "smuggle": head.client.post(f"/duty/justice/{row.id}/remove", data=token),
            "handler adds": handler.client.post("/duty/justice", data={**token, **TYPED}),
        }

    assert {name: answer.status_code for name, answer in answers.items()} == {
        "read another": 404,
        "add to another": 404,
        "change another": 404,
        "smuggle": 404,
        "handler adds": 403,
    }
    assert "司法局" in own
    assert "138 0000 90" in own
    assert 'action="/duty/justice"' not in own
    assert facts == []


def test_the_hotline_sees_who_is_on_duty_in_every_unit(app: Flask, house: House) -> None:
    visitor = signed_in(app, "dispatcher")
    page = visitor.get("/duty").text
    with counted(house.engine) as said:
        visitor.get("/duty")

    assert "阿子营街道" in page
    assert "区民政局" in page
    assert visitor.get("/duty/530103012").status_code == 200
    # visitor, the time, all turns
    assert len(said) == 3, said


def test_a_house_without_turns_says_what_to_do(app: Flask, house: House) -> None:
    assert "还没有排班" in signed_in(app, "head@530103012210").get("/duty").text
    with house.engine.begin() as connection:
        kept = connection.execute(text("select count(*) from duty where unit = '530103012210'")).scalar_one()

    assert kept == 0
