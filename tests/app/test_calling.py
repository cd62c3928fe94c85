"""Calls as a switch tells of them, drafts of matters, and what is suggested while one writes."""

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlmodel import Session

from app.clockwork import fill_search
from app.wiring import House
from tests.app.pages import Visitor, counted, signed_in
from tests.makers import Api
from tickets.intake.calls import Call, missed_calls

AT = "2026-11-23T09:00:00+08:00"


@pytest.fixture
def operator(app: Flask) -> Visitor:
    return signed_in(app, "operator")


def tell(api: Api, call_id: str, event: str, **more: Any) -> dict[str, Any]:
    body = {"call_id": call_id, "event": event, "number": "13800012001", "seat": "07", "at": AT, **more}
    answer = api.post("operator", "/calls", body)
    assert answer.status_code == 200, answer.text
    told: dict[str, Any] = answer.get_json()
    return told


def test_a_switch_may_say_everything_twice(api: Api, house: House, session: Session) -> None:
    tell(api, "c-1", "ringing")
    again = tell(api, "c-1", "ringing", at="2026-11-23T10:00:00+08:00", seat="08", number="13800012002")
    answered = tell(api, "c-1", "answered", seat="08", number=None)
    tell(api, "c-2", "ringing", number=None)
    tell(api, "c-2", "missed", at="2026-11-23T09:01:00+08:00")
    row = session.get_one(Call, "c-1")

    assert (again["seat"], again["ringing_at"], again["number_masked"]) == ("07", AT, "138****2001")
    assert (answered["seat"], answered["answered_at"]) == ("08", AT)
    assert b"13800012001" not in bytes(row.number or b"")
    assert row.number_in_clear(house.vault) == "+8613800012001"
    assert [call.call_id for call in missed_calls(session, row.heard_at - timedelta(days=3650))] == ["c-2"]


def test_a_call_is_told_by_who_takes_calls_and_in_full(api: Api) -> None:
    body = {"call_id": "c-9", "event": "rings", "number": "12", "seat": "第七席", "at": "09:00"}
    refused = api.post("operator", "/calls", body)

    assert refused.status_code == 422
    assert {one["field"] for one in refused.get_json()["errors"]} == {"event", "number", "seat", "at"}
    assert api.post(
        "dispatcher", "/calls", {**body, "event": "ringing", "number": None, "seat": "7", "at": AT}
    )
    assert api.get("dispatcher", "/suggestions", text="路灯").status_code == 403


def test_suggestions_come_with_their_reasons_and_never_from_a_sealed_matter(
    api: Api, house: House, operator: Visitor
) -> None:
    words = "阿子营大街第三盏路灯整夜不亮，老人摔了一跤，请派人修路灯。"
    place = {"place": {"division": "530103012210"}}
    for number in range(3):
        api.ticket_in("closed", text=f"{words}{number}", category="CG-04-01", kind="help", **place)
    still_open = api.register(title="路灯不亮", text=words, category="CG-04-01", **place)
    sealed = api.register(title="谁举报路灯", text=words, kind="report", **place)
    fill_search(house)
    asked = {"text": "我们村口的路灯不亮，整夜都黑，老人差点摔一跤", "division": "530103012"}
    api.get("operator", "/suggestions", **asked)
    with counted(house.engine) as said:
        told = api.get("operator", "/suggestions", **asked).get_json()

    assert (told["category"][0]["value"], told["kind"][0]["value"]) == ("CG-04-01", "help")
    assert "路灯" in told["category"][0]["reason"]
    assert told["units"][0]["value"] == "panlong-civil"
    assert "阿子营街道相似的 3 件中，3 件最后由它答复" in told["units"][0]["reason"]
    assert [one["value"] for one in told["units"][1:]] == ["530103012"]
    assert [one["ref"] for one in told["near"]] == [still_open["ref"]]
    assert sealed["ref"] not in str(told)
    assert "路灯" in " ".join(told["near"][0]["shared"])
    # Whose token it is, the newest words, what became of them, the open ones.
    assert len(said) == 4
    blamed = api.get("operator", "/suggestions", **asked, about_unit="panlong-civil").get_json()
    assert "panlong-civil" not in str(blamed["units"])
