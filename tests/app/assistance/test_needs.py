"""Clues are checked within three working days; needs are set going and closed only by a signed result."""

from base64 import b64encode
from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text
from sqlmodel import Session, select

from app.admin.ledger import facts_of_house
from app.assistance.needs import need_from_visit
from app.wiring import House
from tests.app.assistance.registers import as_csv, as_xlsx, household, id_number
from tests.app.pages import signed_in
from tests.makers import Api
from tickets.assistance.households import Household
from tickets.ground.desk import Actor

VILLAGE, OTHER_VILLAGE, SUBDISTRICT = "530103012210", "530103012211", "530103012"
VISITOR, HANDLER, BUREAU = f"visitor@{VILLAGE}", f"handler@{SUBDISTRICT}", "handler@panlong-civil"
AGENCY, MEDICAL = "agency@service-agency", "handler@medical"
LEADS, NEEDS = "/assistance/leads", "/assistance/needs"
KNOWN, STRANGER = id_number(880_001), id_number(880_002)
CLUE: dict[str, Any] = {
    "division": VILLAGE,
    "kind": "medical",
    "name": "金某丙",
    "id_number": KNOWN,
    "phone": "13800006001",
    "words": "烧伤住院，家里没有人照看",
}
NEED: dict[str, Any] = {"kind": "medical", "severity": "urgent", "evidence": "出院小结"}
SIGNED: dict[str, Any] = {"result": "met", "signer": "self", "signature": "金某丙", "words": "已报销"}


HOME: dict[str, Any] = {"division": VILLAGE, "kind": "dibao", "started_on": "2023-01-01"}
OTHER: dict[str, Any] = {"kinship": "head", "name": "金某己", "id_number": id_number(880_003)}


@pytest.fixture(scope="module")
def home(api: Api) -> dict[str, Any]:
    members = [{"kinship": "head", "name": "金某丙", "id_number": KNOWN, "phone": "13800006001"}]
    made: dict[str, Any] = api.post(
        HANDLER, "/assistance/households", {**HOME, "members": members}
    ).get_json()
    return made


def referred(api: Api, home: dict[str, Any]) -> str:
    """The number of a referral of the household."""
    said = {"to_unit": "medical", "theme": "medical", "fields": ["name"], "need": "住院费用"}
    who = {"household": home["id"], "member": home["members"][0]["id"]}
    sent = api.post(HANDLER, "/assistance/referrals", {**who, **said})
    assert sent.status_code == 201, sent.text
    return str(sent.get_json()["id"])


def why(refused: Any) -> str:
    assert refused.status_code == 409, refused.text
    code: str = refused.get_json()["type"].rpartition("#")[2]
    return code


def facts(api: Api, home: dict[str, Any]) -> list[str]:
    items = api.get(BUREAU, f"/assistance/households/{home['id']}/facts").get_json()["items"]
    return [item["what"] for item in items]


def test_a_clue_of_the_agency_becomes_a_need_of_the_household(
    app: Flask, api: Api, home: dict[str, Any]
) -> None:
    made = api.post(AGENCY, LEADS, CLUE)
    assert made.status_code == 201, made.text
    lead = made.get_json()
    # Who only reports never hears whether the register knows the person.
    assert (lead["channel"], lead["household"], lead["name"]) == ("agency", None, "金**")
    due, reported = (datetime.fromisoformat(lead[name]) for name in ("due_at", "reported_at"))
    assert timedelta(days=3) <= due - reported <= timedelta(days=12)
    path = f"{LEADS}/{lead['id']}"
    assert [api.get(who, path).get_json()["household"] for who in (AGENCY, VISITOR)] == [None, home["id"]]
    listed = {who: api.get(who, LEADS).get_json()["items"][0]["household"] for who in (AGENCY, VISITOR)}
    assert listed == {AGENCY: None, VISITOR: home["id"]}
    pages = {who: signed_in(app, who).get(f"/leads/{lead['id']}").text for who in (AGENCY, VISITOR)}
    assert ["台账里" in pages[who] for who in (AGENCY, VISITOR)] == [False, True]
    # Whoever reports the same person again hears of it, whichever way they say who it is.
    for again in (CLUE, {**CLUE, "id_number": None}):
        refused = api.post(VISITOR, LEADS, again)
        assert (refused.status_code, refused.get_json()["type"].rpartition("#")[2]) == (409, "lead-known")
    others = (f"visitor@{OTHER_VILLAGE}", "handler@530103010", "head@medical", "supervisor", "admin")
    assert {api.get(who, path).status_code for who in others} == {404}
    assert api.post(AGENCY, f"{path}/close", {"reason": "no_need", "words": "无"}).status_code == 403
    assert api.post(AGENCY, f"{path}/clear", {"reason": "看"}).status_code == 403
    clear = api.post(VISITOR, f"{path}/clear", {"reason": "上门核查"}).get_json()
    assert (clear["name"], clear["id_number"], clear["words"]) == ("金某丙", KNOWN, CLUE["words"])
    wrong = api.post(VISITOR, f"{path}/need", {**NEED, "household": home["id"] + 10**6})
    assert wrong.status_code == 404
    found = api.post(VISITOR, f"{path}/need", {**NEED, "household": home["id"]})
    assert found.status_code == 200, found.text
    need = api.get(HANDLER, f"{NEEDS}/{found.get_json()['need']}").get_json()
    assert (need["source"], need["source_ref"], need["state"]) == ("lead", str(lead["id"]), "open")
    assert api.post(VISITOR, f"{path}/close", {"reason": "no_need", "words": "无"}).status_code == 409
    assert (found.get_json()["household"], api.get(AGENCY, path).get_json()["need"]) == (home["id"], None)
    assert facts(api, home)[:3] == ["lead_checked", "need_noted", "lead_reported"]


def test_a_clue_without_ground_is_closed_with_a_reason_and_an_overdue_one_stands_out(
    api: Api, home: dict[str, Any], house: House
) -> None:
    said = {**CLUE, "id_number": STRANGER, "phone": None}
    lead = api.post(VISITOR, LEADS, said).get_json()
    assert (lead["channel"], lead["household"], lead["overdue"]) == ("community", None, False)
    with Session(house.engine) as session, session.begin():
        session.connection().execute(
            text("update assistance_lead set due_at = due_at - interval '30 days' where id = :id"), lead
        )
    late = [one["id"] for one in api.get(HANDLER, LEADS, overdue="true").get_json()["items"]]
    assert late == [lead["id"]]
    assert api.post(VISITOR, f"{LEADS}/{lead['id']}/close", {"reason": "no_need"}).status_code == 422
    closed = api.post(VISITOR, f"{LEADS}/{lead['id']}/close", {"reason": "not_found", "words": "已搬走"})
    assert (closed.get_json()["state"], closed.get_json()["close_reason"]) == ("closed", "not_found")
    assert api.get(HANDLER, LEADS, overdue="true").get_json()["items"] == []
    # No household has a ledger for it, so the house's ledger tells, without the person.
    with Session(house.engine) as session:
        lately = facts_of_house(session, limit=50)
        # Contracts have numbers of their own, which may be the same.
        told = [one for one in lately if one.data["subject"] == str(lead["id"]) and "lead" in one.what]
    assert [one.what for one in told] == ["lead_checked", "lead_reported"]
    about = {"division": VILLAGE, "channel": "community", "kind": CLUE["kind"]}
    assert told[1].data["after"] == about
    assert told[0].data["after"] == {"division": VILLAGE, "reason": "not_found"}
    page = signed_in(api.app, "auditor").get("/changes", what="lead_checked").text
    assert ("核查线索" in page, "找不到人" in page, "牧羊村" in page) == (True, True, True)
    # Who was looked into once may be reported again.
    assert api.post(VISITOR, LEADS, said).status_code == 201
    assert api.post(VISITOR, LEADS, {**said, "id_number": None}).status_code == 422
    assert api.post(VISITOR, LEADS, {**said, "division": OTHER_VILLAGE}).status_code == 422


def test_a_need_is_set_going_and_closed_only_by_a_signed_result(
    api: Api, app: Flask, home: dict[str, Any]
) -> None:
    person = home["members"][0]["id"]
    said = {**NEED, "kind": "care", "household": home["id"], "member": person}
    assert api.post(VISITOR, NEEDS, said).status_code == 403
    made = api.post(HANDLER, NEEDS, said)
    assert made.status_code == 201, made.text
    path = f"{NEEDS}/{made.get_json()['id']}"
    asked = {"household": home["id"], "member": person, "kind": "care", "state": "open"}
    assert [one["id"] for one in api.get(VISITOR, NEEDS, **asked).get_json()["items"]] == [
        made.get_json()["id"]
    ]
    assert api.get("handler@530103010", path).status_code == 404
    hidden = api.post(HANDLER, f"{path}/arrange", {"way": "ticket", "ref": "ZB209901010001"})
    assert hidden.status_code == 404
    by_form = api.post(HANDLER, f"{path}/arrange", {"way": "service_order", "ref": "1"})
    assert by_form.get_json()["errors"][0]["field"] == "way"
    other = api.post(HANDLER, "/assistance/households", {**HOME, "members": [OTHER]}).get_json()
    for wrong in ("医保局 12", "999999", referred(api, other)):
        refused = api.post(HANDLER, f"{path}/arrange", {"way": "referral", "ref": wrong})
        assert [bad["field"] for bad in refused.get_json()["errors"]] == ["ref"]
    sent = referred(api, home)
    arranged = api.post(HANDLER, f"{path}/arrange", {"way": "referral", "ref": sent})
    told = [arranged.get_json()[name] for name in ("state", "way_ref", "answer_state")]
    assert told == ["arranged", sent, "sent"]
    # A ticket is told to who may know of it: to all others, not even that there is one.
    ref = api.ticket_in("dispatched", kind="complaint")["ref"]
    by_bureau = api.post(
        BUREAU, f"{path}/arrange", {"way": "ticket", "ref": f"{ref[:8]} {ref[8:]}"}
    ).get_json()
    assert (by_bureau["way"], by_bureau["way_ref"]) == ("ticket", ref)
    for who, way in ((BUREAU, ("ticket", ref)), (HANDLER, (None, None)), (VISITOR, (None, None))):
        one, listed = api.get(who, path), api.get(who, NEEDS, household=home["id"], kind="care")
        for told in (one.get_json(), listed.get_json()["items"][0]):
            assert (told["state"], told["way"], told["way_ref"]) == ("arranged", *way)
        client, number = signed_in(app, who), path.rpartition("/")[2]
        shown = [client.get(f"/needs/{number}").text, client.get("/needs", household=str(home["id"])).text]
        assert {ref in page for page in shown} == {who == BUREAU}
    assert ref not in api.get(BUREAU, f"/assistance/households/{home['id']}/facts").text
    # Nor does a list that asks for it say so; and who may know of the ticket finds the need by it.
    found = {
        who: len(api.get(who, NEEDS, way="ticket", way_ref=ref).get_json()["items"])
        for who in (BUREAU, HANDLER)
    }
    assert found == {BUREAU: 1, HANDLER: 0}
    assert [f"/needs/{number}" in signed_in(app, who).get(f"/tickets/{ref}").text for who in (BUREAU,)] == [
        True
    ]
    assert why(api.post(HANDLER, f"{path}/close", SIGNED)) == "need-answer-open"
    assert api.post(HANDLER, f"{path}/arrange", {"way": "referral", "ref": sent}).status_code == 200
    (linked,) = api.get(HANDLER, NEEDS, way="referral", way_ref=sent).get_json()["items"]
    assert linked["id"] == made.get_json()["id"]
    assert f"/needs/{number}" in signed_in(app, HANDLER).get(f"/referrals/{sent}").text
    assert f"/referrals/{sent}" in signed_in(app, HANDLER).get(f"/needs/{number}").text
    # Its answer is not there yet, whatever somebody signs; refused, it can only be needed no longer.
    for result in ("met", "no_longer"):
        assert why(api.post(HANDLER, f"{path}/close", {**SIGNED, "result": result})) == "need-answer-open"
    assert api.post(MEDICAL, f"/assistance/referrals/{sent}/receive", {"version": 1}).status_code == 200
    done = api.post(MEDICAL, f"/assistance/referrals/{sent}/answer", {"version": 2, "text": "已报销"})
    assert api.get(HANDLER, path).get_json()["answer_state"] == done.get_json()["state"] == "answered"
    unsigned = api.post(HANDLER, f"{path}/close", {**SIGNED, "signature": " "})
    assert unsigned.status_code == 422
    closed = api.post(HANDLER, f"{path}/close", SIGNED)
    assert (closed.get_json()["state"], closed.get_json()["result"]) == ("closed", "met")
    assert api.post(HANDLER, f"{path}/close", SIGNED).status_code == 409
    assert api.post(HANDLER, f"{path}/arrange", {"way": "referral", "ref": "2"}).status_code == 409
    steps = ("need_arranged", "need_closed", "need_noted")
    mine = [one for one in facts(api, home) if one in steps]
    assert mine[:5] == ["need_closed", *["need_arranged"] * 3, "need_noted"]


def test_without_a_signed_result_a_need_is_only_no_longer_one(api: Api, home: dict[str, Any]) -> None:
    made = api.post(HANDLER, NEEDS, {**NEED, "kind": "housing", "household": home["id"]}).get_json()
    path = f"{NEEDS}/{made['id']}"
    assert why(api.post(HANDLER, f"{path}/close", SIGNED)) == "need-without-result"
    sent = referred(api, home)
    api.post(HANDLER, f"{path}/arrange", {"way": "referral", "ref": sent})
    api.post(MEDICAL, f"/assistance/referrals/{sent}/refuse", {"version": 1, "text": "不归这里"})
    assert why(api.post(HANDLER, f"{path}/close", SIGNED)) == "need-without-result"
    bare = {"result": "no_longer", "words": "随子女迁出"}
    missing = api.post(HANDLER, f"{path}/close", bare).get_json()["errors"]
    assert [bad["field"] for bad in missing] == ["signer", "signature"]
    closed = api.post(HANDLER, f"{path}/close", {**SIGNED, **bare}).get_json()
    assert (closed["state"], closed["result"]) == ("closed", "no_longer")


def test_a_list_or_clue_of_another_subdistrict_hears_nothing_of_the_register(
    api: Api, home: dict[str, Any]
) -> None:
    """The person is of a household, and another subdistrict asks by the ID number."""
    elsewhere = "handler@530103010"
    rows = [["街道", "姓名", "身份证号码"], ["松华", "金某丙", KNOWN]]
    body = {"content": b64encode(as_csv(rows)).decode(), "kind": "medical", "words": "高额费用名单"}
    tried = api.post(elsewhere, f"{LEADS}/import", body).get_json()
    assert (tried["found"], tried["on_register"]) == (1, 0)
    assert api.post(BUREAU, f"{LEADS}/import", body).get_json()["on_register"] == 1
    lead = api.post(elsewhere, LEADS, {**CLUE, "division": "530103010"})
    assert (lead.status_code, lead.get_json()["household"]) == (201, None), lead.text
    path = f"{LEADS}/{lead.get_json()['id']}"
    assert api.get(elsewhere, path).get_json()["household"] is None
    assert api.get(BUREAU, path).get_json()["household"] == home["id"]


@pytest.mark.parametrize("write", [as_xlsx, as_csv, lambda rows: as_csv(rows, "gbk")])
def test_a_list_is_tried_out_before_its_people_become_clues(
    api: Api, home: dict[str, Any], write: Any
) -> None:
    heads = [
        "街道",
        "村（社区）",
        "姓名",
        "身份证号码",
        "与户主关系",
        "救助类别",
        "联系电话",
        "家庭住址",
        "",
        "",
    ]
    rows = [
        heads,
        *household(990_100),
        *household(990_102),
        ["阿子营街道", "没有的村", "金某", id_number(990_104)],
    ]
    body = {"content": b64encode(write(rows)).decode(), "kind": "medical", "words": "医保高额费用名单"}
    tried = api.post(HANDLER, f"{LEADS}/import", body).get_json()
    assert (tried["dry_run"], tried["lines"], len(tried["faults"])) == (True, 3, 1)
    brought = api.post(HANDLER, f"{LEADS}/import", {**body, "dry_run": False}).get_json()
    assert brought["found"] + len(brought["known"]) == 2
    again = api.post(HANDLER, f"{LEADS}/import", {**body, "dry_run": False}).get_json()
    assert (again["found"], len(again["known"])) == (0, 2)
    assert api.post(VISITOR, f"{LEADS}/import", body).status_code == 403


def test_pages_do_the_same(app: Flask, home: dict[str, Any]) -> None:
    visitor = signed_in(app, HANDLER)
    shown = [visitor.get(path) for path in ("/leads", "/leads/matching", "/needs")]
    assert {page.status_code for page in shown} == {200}
    assert visitor.get("/leads", overdue="1").status_code == 200
    typed = {"household": str(home["id"]), "kind": "mind", "severity": "light", "evidence": "独居"}
    done = visitor.send("/needs", "/needs", typed)
    assert done.status_code == 303, done.text
    path = done.headers["Location"]
    assert "独居" in visitor.get(path).text
    refused = visitor.send(path, f"{path}/close", {"words": "好了"})
    assert refused.status_code == 422
    assert "签字人姓名" in refused.text
    typed = {"words": "好了", "signature": "金某丙", "result": "no_longer"}
    assert visitor.send(path, f"{path}/close", typed).status_code == 303
    clue = {**CLUE, "id_number": id_number(990_200), "phone": "13800006009"}
    reported = visitor.send("/leads", "/leads", clue)
    assert reported.status_code == 303, reported.text
    lead = visitor.get("/leads").text.partition("/leads/")[2]
    assert "待核查" in lead


def test_what_is_ticked_on_a_visit_is_a_need(house: House, home: dict[str, Any], api: Api) -> None:
    with house.open_desk(Actor(VISITOR, "visitor", VILLAGE)) as desk:
        locked = desk.session.exec(
            select(Household).where(Household.id == home["id"]).with_for_update()
        ).one()
        made = [need_from_visit(desk, locked, None, kind, "visit-1").id for kind in ("meals", "medical")]
        desk.clear()
    found = [api.get(HANDLER, f"{NEEDS}/{number}").get_json() for number in made]
    assert [(one["kind"], one["source"], one["source_ref"]) for one in found] == [
        ("living", "visit", "visit-1"),
        ("medical", "visit", "visit-1"),
    ]
