"""Calls as a switch tells of them, drafts of matters, and what is suggested while one writes."""

import re
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import text
from sqlmodel import Session, select
from werkzeug.test import TestResponse

from app.calling.drafts import MatterDraft
from app.clockwork import fill_search
from app.factory import create_app
from app.forgetting import forget_keys
from app.language.initials import divisions_to_type
from app.wiring import House
from tests.app.pages import Visitor, counted, form_of, signed_in
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


def test_suggestions_come_with_their_reasons_and_never_from_a_sealed_matter(fresh_house: House) -> None:
    # Learnt from all there is, so there must be nothing but this.
    house, api = fresh_house, Api(create_app(fresh_house.settings, fresh_house), fresh_house)
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
    assert told["near"][0]["ref"] == still_open["ref"]
    assert sealed["ref"] not in str(told)
    assert "路灯" in " ".join(told["near"][0]["shared"])
    # Whose token it is, the newest words, what became of them, the open ones.
    assert len(said) == 4
    blamed = api.get("operator", "/suggestions", **asked, about_unit="panlong-civil").get_json()
    assert "panlong-civil" not in str(blamed["units"])
    # The dispatcher finds them first, with the reason, and chooses.
    page = signed_in(api.app, "dispatcher").get(f"/tickets/{still_open['ref']}").text
    offered = page.partition('name="lead"')[2].partition("</select>")[0]
    assert re.findall(r'value="([^"]*)"( selected)?', offered)[:3] == [
        ("", " selected"),
        ("panlong-civil", ""),
        ("530103012", ""),
    ]
    assert "阿子营街道相似的 3 件中，3 件最后由它答复" in page


def test_a_call_comes_up_at_its_seat_and_nowhere_else(api: Api, operator: Visitor) -> None:
    seated = operator.send("/intake", "/intake", {"then": "seat", "seat": "21"})
    nothing = operator.get("/intake/ringing")
    unchanged = operator.client.get("/intake/ringing", headers={"If-None-Match": nothing.headers["ETag"]})
    phone = {"requester": {"name": "沈某", "phone": "13800012021", "reply_wanted": True}}
    older = api.ticket_in("closed", title="以前问过的", **phone)
    api.register(title="还开着的", requester={**phone["requester"], "name": "史某"})
    now = api.get("operator", "/tickets", limit=1).get_json()["items"][0]["registered_at"]
    tell(api, "c-21", "ringing", seat="21", number="13800012021", at=now)
    tell(api, "c-22", "ringing", seat="22", number="13800012022", at=now)
    rung = operator.client.get("/intake/ringing", headers={"If-None-Match": nothing.headers["ETag"]})
    taken = operator.send("/intake", "/intake", {"then": "call:c-21", "text": ""})
    page = operator.client.get(taken.headers["Location"])

    assert (seated.status_code, unchanged.status_code, rung.status_code) == (303, 304, 200)
    assert "138 0001 2021" in rung.text
    assert "138 0001 2022" not in rung.text
    assert rung.text.index("还开着的") < rung.text.index("以前问过的")
    assert "已安排每周上门。" in rung.text
    assert "这个号码登记过 2 个人" in page.text
    assert 'name="who" value="" form="call" checked' not in page.text
    assert form_of(page, "/intake")["call_id"] == "c-21"
    assert "138 0001 2021" not in operator.get("/intake/ringing").text
    # Who was chosen is written down by name, though the name is never shown.
    typed = {"text": "还是那件事", "who": older["ref"], "then": "register", "requester.phone": "13800012021"}
    ref = operator.send(page, "/intake", typed).headers["Location"].rsplit("/", 1)[1]
    assert api.get("operator", f"/tickets/{ref}/identity", reason="核对").get_json()["name"] == "沈某"
    wrong = operator.send("/intake", "/intake", {**typed, "requester.phone": "13800012023"})
    assert wrong.status_code == 422
    empty = operator.send("/intake", "/intake", {"then": "seat", "seat": "第七席"})
    assert (empty.status_code, "座席：" in empty.text) == (422, True)


def test_a_draft_lives_until_it_is_registered_or_old(
    operator: Visitor, app: Flask, house: House, session: Session
) -> None:
    page = operator.get("/intake")
    begun = {**form_of(page, "/intake"), "text": "写了一半的事", "requester.phone": "13800012030"}
    kept = operator.client.post("/intake/drafts", data=begun)
    draft = begun["draft"]
    again = operator.get("/intake", draft=draft)
    row = session.get_one(MatterDraft, UUID(draft))

    assert kept.status_code == 200
    assert "写了一半的事".encode() not in bytes(row.words or b"")
    assert 'value="13800012030"' in again.text
    assert "写了一半的事" in again.text
    assert form_of(again, "/intake")["idempotency_key"] == begun["idempotency_key"]
    # Nobody else's: neither read nor written.
    other = signed_in(app, "dispatcher")
    assert other.get("/intake", draft=draft).status_code == 403
    # Discarded and brought back.
    gone = operator.client.post("/intake", data={**begun, "then": "discard"})
    page = operator.client.get(gone.headers["Location"])
    late = operator.client.post("/intake/drafts", data=begun)
    back = operator.send(page, f"/intake/drafts/{draft}/back", {})
    assert (late.status_code, back.headers["Location"]) == (409, f"/intake?draft={draft}")
    # Registered: a save still on its way does not bring it back, and its words are gone.
    registered = operator.client.post("/intake", data={**begun, "then": "register"})
    late = operator.client.post("/intake/drafts", data=begun)
    session.expire_all()
    row = session.get_one(MatterDraft, UUID(draft))
    assert (registered.status_code, late.status_code, row.words) == (303, 409, None)
    assert operator.get("/intake", draft=draft).headers["Location"] == "/intake"
    assert operator.send("/intake", "/intake", {"then": "keep", "text": "第二份"}).status_code == 303
    with house.engine.begin() as connection:
        connection.execute(text("update matter_draft set touched_at = touched_at - interval '8 days'"))
    forget_keys(house)
    session.expire_all()
    assert session.exec(select(MatterDraft)).all() == []


def test_each_end_of_a_call_takes_one_button(operator: Visitor, api: Api) -> None:
    call = {"text": "楼下着火了", "kind": "help", "requester.phone": "13800012040"}

    def sent(**typed: str) -> TestResponse:
        return operator.send("/intake", "/intake", {**call, **typed})

    ended = {
        "handed_over": sent(then="hand_over", service="119", handed_text="已三方通话"),
        "declined": sent(then="decline", ground="其他", declined_text="不归热线"),
    }
    for outcome, answer in ended.items():
        ref = answer.headers["Location"].rsplit("/", 1)[1]
        assert api.get("operator", f"/tickets/{ref}").get_json()["outcome"] == outcome
    for then, said in (
        ("hand_over", "转给：没有填写。"),
        ("decline", "不受理的理由：没有填写。"),
        ("decline", "法定渠道："),
    ):
        refused = sent(then=then, ground="诉讼仲裁复议", declined_text="去法院" if "渠道" in said else "")
        assert (refused.status_code, said in refused.text) == (422, True), said
    open_one = api.register(requester={"phone": "13800012041", "reply_wanted": True})["ref"]
    added = sent(then=f"supplement:{open_one}", text="又打来了，还是没人去")
    assert added.headers["Location"] == f"/tickets/{open_one}"
    assert "又打来了，还是没人去" in operator.get(f"/tickets/{open_one}").text
    helped = sent(then="look", text="独居老人要申请低保，需要什么材料？")
    code = re.findall(r'data-policy="([^"]+)"', helped.text)[0]
    read = sent(then=f"look:policy={code}", text="独居老人要申请低保，需要什么材料？")
    assert f'name="policy_code" value="{code}"' in read.text
    answered = sent(then="answer", answer="带身份证到街道申请。", policy_code=code)
    facts = api.get(
        "operator", f"/tickets/{answered.headers['Location'].rsplit('/', 1)[1]}/timeline"
    ).get_json()
    assert facts["items"][-1]["data"]["policy_code"] == code
    assert "依据的政策：" in sent(then="answer", answer="可以。", policy_code="NO-SUCH").text
    looked = sent(then="look:category=CG-04-01")
    assert form_of(looked, "/intake")["category"] == "CG-04-01"
    assert "data-take" in looked.text


def test_places_are_found_by_the_initials_of_their_syllables(house: House, app: Flask) -> None:
    with app.test_request_context():
        letters = {name: found for _code, name, found in divisions_to_type(house.rules().units)}

    assert letters["阿子营街道"] == "azyjd"
    assert letters["阿子营街道 牧羊村"].startswith("azyjd myc")


def test_places_are_found_over_the_api_as_on_the_screen(api: Api) -> None:
    def found(q: str, **more: int) -> list[str]:
        answer = api.get("operator", "/divisions", q=q, **more)
        assert answer.status_code == 200
        return [one["name"] for one in answer.get_json()["items"]]

    assert found("azy")[0] == "阿子营街道"
    assert found("AZY my") == found("阿子营 牧羊") == ["牧羊村"]
    assert "牧羊村" in found("azy")
    assert len(found("azy", limit=2)) == 2
    assert found("zzzz") == found("  ") == found("牧羊村 xyz") == []
    assert len(api.get("operator", "/divisions").get_json()["items"]) > 100
    assert api.get("operator", "/divisions", q="azy", limit=0).status_code == 422
