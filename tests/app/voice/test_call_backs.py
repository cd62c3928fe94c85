"""Calls to give back, on the page and by the API: seen masked, opened with a step, done and put back."""

import re
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from sqlmodel import Session, col, select, text

from app.voice.rows import CallBack, CallBackStep, Cause, Hours
from app.voice.whom import call_back_for, number_shown, want_call
from app.wiring import House
from tests.app.pages import signed_in
from tests.app.voice.calling import a_phone, code_of
from tests.makers import Api
from tickets.ground.desk import CITIZEN, Actor


def wanted(house: House, phone: str, cause: Cause = Cause.WISH) -> str:
    with house.open_desk(CITIZEN) as desk:
        row = want_call(desk, phone, cause, at=desk.now(), tongue="en", hours=Hours.MORNING)
        return str(row.id)


@pytest.fixture(autouse=True)
def nobody_waits(house: House) -> None:
    with house.session() as session, session.begin():
        session.connection().execute(text("delete from call_back_step"))
        session.connection().execute(text("delete from call_back"))


def steps(session: Session, number: str) -> list[tuple[str, str]]:
    session.expire_all()
    found = (
        select(CallBackStep).where(CallBackStep.call_back_id == UUID(number)).order_by(col(CallBackStep.id))
    )
    return [(step.what, step.by) for step in session.exec(found).all()]


def test_the_api_opens_gives_back_and_takes_back(api: Api, house: House, session: Session) -> None:
    phone = a_phone()
    number, second = wanted(house, phone), wanted(house, a_phone(), Cause.MISSED)
    listed = api.get("operator", "/call-backs", limit=1).get_json()
    assert [one["id"] for one in listed["items"]] == [number]
    one: dict[str, Any] = listed["items"][0]
    assert (one["cause"], one["hours"], one["language"], one["calls"]) == ("wish", "morning", "en", 1)
    assert phone not in str(listed)
    following = api.get("operator", "/call-backs", cursor=listed["next"]).get_json()
    assert [row["id"] for row in following["items"]] == [second]

    assert (one["opened_by"], one["opened_at"]) == (None, None)
    opened = api.post("operator", f"/call-backs/{number}/open").get_json()
    assert (opened["phone"], opened["opened_by"]) == (phone, "operator")
    items = api.get("operator", "/call-backs").get_json()["items"]
    assert [(row["id"], row["opened_by"]) for row in items] == [(number, "operator"), (second, None)]
    done = api.post("operator", f"/call-backs/{number}/done").get_json()
    assert done["done_by"] == "operator"
    again = api.post("operator", f"/call-backs/{number}/done")
    assert (again.status_code, code_of(again)) == (409, "call_back_done")
    listed = api.get("operator", "/call-backs", done="true").get_json()
    assert [row["id"] for row in listed["items"]] == [number]
    # Put back only while the number has not called anew.
    anew = wanted(house, phone)
    assert anew != number
    refused = api.post("operator", f"/call-backs/{number}/undo")
    assert code_of(refused) == "call_back_anew"
    api.post("operator", f"/call-backs/{anew}/done")
    assert api.post("operator", f"/call-backs/{number}/undo").get_json()["done_at"] is None
    assert code_of(api.post("operator", f"/call-backs/{number}/undo")) == "call_back_open"
    assert steps(session, number) == [("opened", "operator"), ("done", "operator"), ("undone", "operator")]

    assert api.get("reviewer", "/call-backs").status_code == 403
    assert api.post("auditor", f"/call-backs/{number}/open").status_code == 403
    assert code_of(api.post("operator", "/call-backs/17/done")) == "no_such_call_back"
    assert api.get("operator", "/call-backs", cursor="x").status_code == 422


def test_the_page_shows_a_number_only_when_asked(app: Flask, house: House, session: Session) -> None:
    phone = a_phone()
    number = wanted(house, phone)
    operator = signed_in(app, "operator")
    assert "1 个电话等您回" in operator.get("/desk").text
    assert "个电话等您回" not in signed_in(app, "caller").get("/desk").text
    shown = operator.get("/to-call-back").text
    assert "希望的时间：上午" in shown
    assert phone[3:] not in shown.replace(" ", "")
    # A colleague who was shown it a moment ago may be speaking with them.
    with house.open_desk(Actor("colleague", "operator")) as desk:
        number_shown(desk, call_back_for(desk, number))
    opened = operator.send("/to-call-back", f"/to-call-back/{number}/open", {})
    assert phone[3:] in opened.text.replace(" ", "")
    assert re.search(r"<b[^>]*>colleague [^<]+ 看了号码，可能正在打</b>", opened.text)
    with house.session() as other, other.begin():
        other.connection().execute(text("update call_back_step set at = at - interval '15 minutes'"))
    assert "看了号码" not in operator.get("/to-call-back").text
    stale = operator.get("/to-call-back")
    assert operator.send(opened, f"/to-call-back/{number}/done", {}).status_code == 303
    assert operator.send(stale, f"/to-call-back/{number}/done", {}).status_code == 409
    assert "没有等着回的电话" in operator.get("/to-call-back").text
    assert "个电话等您回" not in operator.get("/desk").text
    done = operator.get("/to-call-back", done=1)
    assert operator.send(done, f"/to-call-back/{number}/undo", {}).status_code == 303
    assert session.exec(select(CallBack).where(CallBack.id == UUID(number))).one().done_at is None
    assert signed_in(app, "reviewer").get("/to-call-back").status_code == 403
