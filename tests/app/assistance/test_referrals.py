"""Referrals: as little as it takes goes to a department, each look is a fact, and what is owed is counted."""

from datetime import UTC, datetime
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event, text
from sqlmodel import select

from app.forgetting import erase_packages
from app.wiring import House
from tests.app.pages import signed_in
from tests.makers import Api
from tickets.assistance.referrals import Referral, due_moments, kept_since
from tickets.ground.policy import Rulebook

VILLAGE, SUBDISTRICT = "530103012210", "530103012"
HANDLER, BUREAU = f"handler@{SUBDISTRICT}", "handler@panlong-civil"
MEDICAL, HOUSING = "handler@medical", "handler@housing"
PATH = "/assistance/referrals"


@pytest.fixture(scope="module")
def household(api: Api) -> dict[str, Any]:
    head = {"kinship": "head", "name": "钱某甲", "phone": "13800005101", "traits": ["seriously_ill"]}
    wanted = {"division": VILLAGE, "kind": "dibao", "started_on": "2024-01-01", "address": "牧羊村五组"}
    answer = api.post(HANDLER, "/assistance/households", {**wanted, "members": [head]})
    assert answer.status_code == 201, answer.text
    made: dict[str, Any] = answer.get_json()
    return made


def wanted(household: dict[str, Any], **changes: Any) -> dict[str, Any]:
    plain = {"household": household["id"], "member": household["members"][0]["id"], "theme": "medical"}
    said = {"to_unit": "medical", "fields": ["name", "traits"], "need": "住院费用无力支付"}
    return {**plain, **said, **changes}


@pytest.fixture(scope="module")
def rules(house: House) -> Rulebook:
    return house.rules()


# On the calendar: National Day of 2026 is 1-7 October; 20 September and 10 October are worked.
@pytest.mark.parametrize(
    "sent, receipt, result",
    [
        # Mon 21 Sep: 22 23 24 | 28 29 (25-27 is Mid-Autumn); then 30, 8 9 10 Oct, 12 13 14 15 16, 19.
        ("2026-09-21T10:00", "2026-09-29T17:00", "2026-10-19T17:00"),
        # Sat 28 Nov counts from Mon 30: 1 is 30 Nov.
        ("2026-11-28T10:00", "2026-12-04T17:00", "2026-12-18T17:00"),
    ],
)
def test_days_owed_are_working_days(rules: Rulebook, sent: str, receipt: str, result: str) -> None:
    found = due_moments(rules, datetime.fromisoformat(f"{sent}+08:00"))
    assert [one.strftime("%Y-%m-%dT%H:%M") for one in found] == [receipt, result]


def test_three_years_are_of_the_calendar() -> None:
    assert kept_since(datetime(2028, 2, 29, 4, tzinfo=UTC)).isoformat() == "2025-02-28T12:00:00+08:00"


@pytest.mark.parametrize(
    "change, field",
    [
        ({"fields": ["name", "address"]}, "fields"),
        ({"fields": []}, "fields"),
        ({"fields": ["name", "income"]}, "fields.1"),
        ({"to_unit": "service-agency"}, "to_unit"),
        ({"to_unit": SUBDISTRICT}, "to_unit"),
        ({"member": "0190c9d0-0000-7000-8000-000000000001"}, "member"),
        ({"need": " "}, "need"),
    ],
)
def test_more_than_the_package_is_refused_at_its_field(
    api: Api, household: dict[str, Any], change: dict[str, Any], field: str
) -> None:
    refused = api.post(HANDLER, PATH, wanted(household, **change))
    assert refused.status_code == 422
    assert [one["field"] for one in refused.get_json()["errors"]] == [field]


def test_a_need_is_sent_opened_received_answered(api: Api, household: dict[str, Any]) -> None:
    assert api.post(f"head@{VILLAGE}", PATH, wanted(household)).status_code == 403
    assert api.post("handler@530103010", PATH, wanted(household)).status_code == 404
    sent = api.post(HANDLER, PATH, wanted(household)).get_json()
    path = f"{PATH}/{sent['id']}"
    assert (sent["state"], sent["fields"], sent["name"], sent["late"]) == (
        "sent",
        ["name", "traits"],
        "钱**",
        False,
    )
    reads = (HANDLER, BUREAU, MEDICAL, HOUSING, "handler@530103010", "supervisor")
    assert [api.get(who, path).status_code for who in reads] == [200, 200, 200, 404, 404, 404]
    assert api.post(HANDLER, f"{path}/open").status_code == 403
    opened = api.post(MEDICAL, f"{path}/open").get_json()
    assert opened["fields"] == {"name": "钱某甲", "traits": ["seriously_ill"]}
    assert opened["need"] == "住院费用无力支付"
    early = api.post(MEDICAL, f"{path}/answer", {"text": "已救助", "version": 1})
    assert (early.status_code, "先签收" in early.text) == (409, True)
    assert api.post(HANDLER, f"{path}/receive", {"version": 1}).status_code == 403
    assert api.post(MEDICAL, f"{path}/receive", {"version": 1}).get_json()["state"] == "received"
    assert api.post(MEDICAL, f"{path}/receive", {"version": 2}).status_code == 409
    assert api.post(MEDICAL, f"{path}/answer", {"text": "已救助", "version": 1}).status_code == 409
    done = api.post(MEDICAL, f"{path}/answer", {"text": "医疗救助已核定", "version": 2}).get_json()
    assert (done["state"], done["opened"], done["moves"]) == ("answered", 1, [])
    assert api.get(HANDLER, path).get_json()["answer"] == "医疗救助已核定"
    facts = api.get(BUREAU, f"/assistance/households/{household['id']}/facts").get_json()["items"]
    mine = [fact for fact in facts if fact["data"].get("referral") == sent["id"]]
    assert [(fact["what"], fact["by"]) for fact in mine] == [
        ("referral_answered", MEDICAL),
        ("referral_received", MEDICAL),
        ("referral_opened", MEDICAL),
        ("referral_sent", HANDLER),
    ]
    assert not any(word in str(mine) for word in ("钱某", "住院", "核定"))


def test_refused_late_counted_and_erased_after_three_years(
    api: Api, house: House, household: dict[str, Any]
) -> None:
    path = {}
    for name in ("refused", "late", "old"):
        body = wanted(household, theme="housing", to_unit="housing", fields=["name"])
        path[name] = f"{PATH}/{api.post(HANDLER, PATH, body).get_json()['id']}"
    assert api.post(HOUSING, f"{path['refused']}/refuse", {"text": "", "version": 1}).status_code == 422
    assert (
        api.post(HOUSING, f"{path['refused']}/refuse", {"text": "不归我局", "version": 1}).status_code == 200
    )
    assert api.post(HOUSING, f"{path['refused']}/open").status_code == 409
    with house.engine.begin() as connection:
        moved = "update referral set sent_at = sent_at - :by, receipt_due = receipt_due - :by where id = :id"
        for name, by in (("late", "30 days"), ("old", "1100 days")):
            number = int(path[name].rpartition("/")[2])
            connection.execute(text(moved.replace(":by", f"interval '{by}'")), {"id": number})
    ways = {
        (one["from_unit"], one["to_unit"]): one
        for one in api.get(BUREAU, f"{PATH}/matrix").get_json()["items"]
    }
    way = ways[SUBDISTRICT, "housing"]
    assert {name: way[name] for name in ("sent", "received", "refused", "answered", "late")} == {
        "sent": 3,
        "received": 0,
        "refused": 1,
        "answered": 0,
        "late": 2,
    }
    for asked, count in (({"late": True}, 2), ({"state": "refused"}, 1), ({"received": True}, 0), ({}, 3)):
        assert len(api.get(HOUSING, PATH, from_unit=SUBDISTRICT, **asked).get_json()["items"]) == count
    # What was never received is refused late after the days of a receipt, whatever is left for the result.
    tardy = api.post(HOUSING, f"{path['late']}/refuse", {"text": "不归我局", "version": 1})
    assert tardy.status_code == 200
    locked: list[str] = []

    def note(*said: Any) -> None:
        if "FOR UPDATE" in said[2]:
            locked.append(said[2].partition("FROM ")[2].split()[0])

    event.listen(house.engine, "before_cursor_execute", note)
    erase_packages(house)
    event.remove(house.engine, "before_cursor_execute", note)
    assert locked == ["household", "referral"]
    erase_packages(house)
    old = api.get(HOUSING, path["old"]).get_json()
    assert (old["erased_at"] is not None, old["fields"], old["late"]) == (True, ["name"], True)
    assert api.post(HOUSING, f"{path['old']}/open").status_code == 409
    assert api.get(BUREAU, f"{PATH}/matrix").get_json()["items"][0]["sent"] >= 1
    facts = api.get(BUREAU, f"/assistance/households/{household['id']}/facts").get_json()["items"]
    assert [fact["what"] for fact in facts].count("referral_erased") == 1
    refusals = [fact["data"]["late"] for fact in facts if fact["what"] == "referral_refused"]
    assert refusals == [True, False]
    with house.read() as session:
        rows = session.exec(select(Referral).where(Referral.household_id == household["id"])).all()
        assert all(row.package is None or "钱".encode() not in bytes(row.package) for row in rows)


def test_pages_serve_the_same(app: Flask, api: Api, household: dict[str, Any]) -> None:
    handler = signed_in(app, HANDLER)
    form = handler.get(f"/households/{household['id']}/refer", theme="education")
    assert ("社会救助暂行办法 第三十三条" in form.text, "钱某甲" in form.text) == (True, False)
    action = f"/households/{household['id']}/refer"
    member = household["members"][0]["id"]
    sent = {"member": member, "theme": "education", "to_unit": "education", "fields": "name", "need": "学费"}
    wrong = handler.send(form, action, {**sent, "need": ""})
    assert (wrong.status_code, "没有填写" in wrong.text) == (422, True)
    made = handler.send(form, action, sent)
    assert made.status_code == 303, made.text
    page = handler.get(made.headers["Location"])
    assert ("签收限" in page.text, "看移交的资料" in page.text) == (True, False)
    path = made.headers["Location"].partition("?")[0]
    school = signed_in(app, "head@education")
    listed = school.get("/referrals").text
    assert ("钱**" in listed, "从哪里到哪里" in listed) == (True, True)
    home = school.get(path)
    shown = school.send(home, f"{path}/open", {}).text
    assert ("钱某甲" in shown, "学费" in shown, "13800005101" in shown) == (True, True, False)
    assert school.send(home, f"{path}/receive", {}).status_code == 303
    stale = school.send(home, f"{path}/refuse", {"text": "不符"})
    assert (stale.status_code, "现在是第 2 版" in stale.text) == (409, True)
    assert "handler" not in path
    assert signed_in(app, "visitor@530103012210").get("/referrals").status_code == 403
