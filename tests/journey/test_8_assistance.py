"""Beside the river: a visit finds somebody burned; what he needs is sent, served, signed, and counted."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from flask import Flask
from sqlalchemy import text
from sqlmodel import select
from werkzeug.test import TestResponse

from app.assistance.visit_ticks import plan_visits
from app.clockwork import send_messages
from app.texts.hearing import hear
from app.wiring import House
from tests.app.assistance.registers import id_number
from tests.app.pages import Visitor, form_of, signed_in
from tests.makers import Api
from tickets.assistance.visits import Visit
from tickets.ground.refs import SHANGHAI

VILLAGE, SUBDISTRICT = "530103012210", "530103012"
VISITOR, HANDLER, BUREAU = f"visitor@{VILLAGE}", f"handler@{SUBDISTRICT}", "handler@panlong-civil"
MEDICAL, AGENCY = "handler@medical", "agency@service-agency"
A = "/assistance"
NAME = "柏某松"
LIVES = {"health": "poor", "food": "fair", "home": "fair", "mood": "poor"}
SAID = "上月在灶边烧伤，住院自费多，回家换药没人陪"
STROKES = "[[9,9,200,90]]"
CLOSED = {"result": "met", "signer": "self", "signature": NAME, "words": "报销已到账"}
#: Of the two who live this story, on pages and by the API.
PAGES, BY_API = 982_001, 982_002
WORKERS = {"workers": "服务员甲"}
CONTRACT: dict[str, Any] = {"title": "助医服务", "starts_on": "2020-01-01", "ends_on": "2099-12-31"}


def household_of(api: Api, number: int) -> int:
    """Somebody who lives alone in 牧羊村, on the register; his telephone has the same last digits."""
    head = {"kinship": "head", "name": NAME, "id_number": id_number(number), "phone": f"13800{number}"}
    said = {"division": VILLAGE, "kind": "tekun", "started_on": "2024-01-01", "address": "牧羊村二组"}
    made = api.post(HANDLER, f"{A}/households", {**said, "members": [head]})
    assert made.status_code == 201, made.text
    return int(made.get_json()["id"])


def visit_of(house: House, household: int) -> int:
    """The visit its community owes it this month."""
    plan_visits(house)
    with house.read() as session:
        owed = select(Visit.id).where(Visit.household_id == household, Visit.level == "community")
        return session.exec(owed).one() or 0


def time_has_come(house: House, order: int) -> None:
    """It is the time the agency agreed upon."""
    with house.engine.begin() as connection:
        connection.execute(text("update service_order set planned_at = now() where id = :id"), {"id": order})


def texts_back(house: House, number: int, words: str) -> None:
    """He is asked by text how it was, and answers."""
    send_messages(house)
    heard = hear(house, "simulator", uuid4().hex, f"+8613800{number}", words)
    assert heard.satisfaction == int(words)


def figures(api: Api) -> tuple[int, int]:
    """What the bureau reads of this month: visits made by communities, and person-times of agencies."""
    month = f"{datetime.now(SHANGHAI):%Y-%m}"
    told = api.get(BUREAU, "/statistics/assistance", **{"from": month, "to": month}).get_json()
    made = {row["level"]: row["done"] for row in told["visits"]}
    # Nobody is counted twice: the places add up to the whole.
    places = [row["done"] for row in told["visits_by_place"] if row["level"] == "community"]
    assert sum(places) == made["community"]
    agencies = [team["person_times"] for team in told["teams"] if team["kind"] == "agency"]
    return made["community"], sum(agencies)


def soon() -> datetime:
    return datetime.now(SHANGHAI) + timedelta(hours=2)


@dataclass
class People:
    """Everybody of the story at a browser, signed in as themselves."""

    app: Flask

    def __post_init__(self) -> None:
        names = (VISITOR, HANDLER, BUREAU, MEDICAL, AGENCY)
        self.visitor, self.handler, self.bureau, self.medical, self.agency = (
            signed_in(self.app, name) for name in names
        )


def goes(answer: TestResponse) -> str:
    """Where a form that was taken leads."""
    assert answer.status_code == 303, answer.text
    return answer.headers["Location"]


def test_on_pages_a_visit_becomes_help_that_is_signed_and_counted(app: Flask, api: Api, house: House) -> None:
    who = People(app)
    household = household_of(api, PAGES)
    number = visit_of(house, household)
    before = figures(api)

    assert "这个月还没走访" in who.visitor.get("/desk").text
    # At the door: whom was met, how he lives, what he needs, and that it may be told to who can help.
    door = {"met": "self", **LIVES, "needs": ["medical", "company"], "may_share": "1", "words": SAID}
    assert goes(who.visitor.send(f"/visits/{number}", f"/visits/{number}", door)).startswith("/visits")
    medical, company = needs_on_desk(who.handler, household)
    assert "本人同意告诉帮忙的部门和机构" in who.handler.get(medical).text

    referral = referred(who, household)
    assert "转介待签收" in who.medical.get("/desk").text
    assert goes(who.medical.send(referral, f"{referral}/receive", {})) == referral
    assert NAME in who.medical.send(referral, f"{referral}/open", {}).text
    assert goes(who.medical.send(referral, f"{referral}/answer", {"text": "已纳入二次报销"})) == referral
    assert "已纳入二次报销" in who.handler.get(referral).text
    answered = {"way": "referral", "ref": referral.rpartition("/")[2]}
    assert goes(who.handler.send(medical, f"{medical}/arrange", answered)) == medical
    assert goes(who.handler.send(medical, f"{medical}/close", CLOSED)) == medical

    order = served(who, house, company)
    texts_back(house, PAGES, "4")
    assert "4 分" in who.handler.get(order).text
    assert ["已签字了结" in who.handler.get(need).text for need in (medical, company)] == [True, True]
    assert figures(api) == (before[0] + 1, before[1] + 1)
    shown = who.bureau.get(f"{A}/statistics").text
    assert ("走访覆盖" in shown, "社区每月走访" in shown) == (True, True)


def needs_on_desk(handler: Visitor, household: int) -> list[str]:
    """The needs the visit put on the list, oldest first, as the subdistrict finds them from its desk."""
    assert "需求待安排" in handler.get("/desk").text
    found = re.findall(r'href="(/needs/\d+)"', handler.get("/needs", household=household).text)
    return sorted(dict.fromkeys(found), key=lambda path: int(path.rpartition("/")[2]))


def referred(who: People, household: int) -> str:
    """The subdistrict refers him to the medical-insurance bureau, with as little as that takes."""
    path = f"/households/{household}/refer"
    handed = {"to_unit": "medical", "fields": ["name", "traits"], "need": "烧伤住院费用无力支付"}
    return goes(who.handler.send(who.handler.get(path, theme="medical"), path, handed))


def served(who: People, house: House, need: str) -> str:
    """Ordered, approved under a contract, organised, served by the agency, signed and accepted."""
    priced = {**CONTRACT, "agency": "service-agency", "quota": "5", "price.PB-02": "50"} | WORKERS
    assert goes(who.bureau.send("/service-contracts", "/service-contracts", priced))
    page = who.handler.get("/service-orders/new", need=need.rpartition("/")[2])
    order = goes(who.handler.send(page, "/service-orders", {"item": "PB-02", "words": "腿脚不便"}))

    def step(person: Visitor, name: str, **typed: Any) -> None:
        assert goes(person.send(order, f"{order}/{name}", typed)) == order

    assert "服务订单待审批" in who.bureau.get("/desk").text
    step(who.bureau, "approve", contract=newest_contract(who.bureau, order))
    step(who.handler, "organise", serve_by=f"{soon():%Y-%m-%d}")
    assert "服务订单待安排" in who.agency.get("/desk").text
    step(who.agency, "schedule", worker="服务员甲", planned_at=f"{soon():%Y-%m-%dT%H:%M}")
    time_has_come(house, int(order.rpartition("/")[2]))
    assert NAME in who.agency.send(order, f"{order}/recipient", {}).text
    step(who.agency, "check_in")
    signed = {"signer": "self", "signature": NAME, "strokes": STROKES}
    step(who.agency, "deliver", done=checklist(who.agency, order), **signed)
    step(who.handler, "accept", result="met")
    return order


def newest_contract(bureau: Visitor, order: str) -> str:
    return form_of(bureau.get(order), f"{order}/approve")["contract"]


def checklist(agency: Visitor, order: str) -> str:
    """The first thing on the list of what is done."""
    found = re.search(r'name="done" value="([^"]+)"', agency.get(order).text)
    assert found is not None
    return found[1]


def test_by_the_api_alone_the_same(api: Api, house: House) -> None:
    household = household_of(api, BY_API)
    number = visit_of(house, household)
    before = figures(api)

    def post(who: str, path: str, body: dict[str, Any]) -> dict[str, Any]:
        answer = api.post(who, f"{A}{path}", body)
        assert answer.status_code in (200, 201), answer.text
        found: dict[str, Any] = answer.get_json()
        return found

    door = {"met": "self", **LIVES, "needs": ["medical", "company"], "may_share": True, "words": SAID}
    post(VISITOR, f"/visits/{number}/report", door)
    listed = api.get(HANDLER, f"{A}/needs", household=household).get_json()["items"]
    needs = {need["kind"]: need for need in listed}
    assert {need["agreed"] for need in listed} == {"self"}

    member = api.get(HANDLER, f"{A}/households/{household}").get_json()["members"][0]["id"]
    handed = {"household": household, "member": member, "theme": "medical", "to_unit": "medical"}
    sent = post(HANDLER, "/referrals", {**handed, "fields": ["name"], "need": "住院费用无力支付"})
    received = post(MEDICAL, f"/referrals/{sent['id']}/receive", {"version": sent["version"]})
    answer = {"version": received["version"], "text": "已纳入二次报销"}
    assert post(MEDICAL, f"/referrals/{sent['id']}/answer", answer)["state"] == "answered"
    medical = f"/needs/{needs['medical']['id']}"
    post(HANDLER, f"{medical}/arrange", {"way": "referral", "ref": str(sent["id"])})
    assert post(HANDLER, f"{medical}/close", CLOSED)["state"] == "closed"

    contract = {**CONTRACT, "agency": "service-agency", "quota": 5, "workers": ["服务员甲"]}
    under = post(BUREAU, "/service-contracts", {**contract, "prices": {"PB-02": 5000}})["id"]
    order = post(HANDLER, "/service-orders", {"need": needs["company"]["id"], "item": "PB-02"})
    path = f"/service-orders/{order['id']}"
    post(BUREAU, f"{path}/approve", {"contract": under})
    post(HANDLER, f"{path}/organise", {"serve_by": soon().date().isoformat()})
    post(AGENCY, f"{path}/schedule", {"worker": "服务员甲", "planned_at": soon().isoformat()})
    time_has_come(house, order["id"])
    listed_things = post(AGENCY, f"{path}/check_in", {})
    signed = {"signer": "self", "signature": NAME, "strokes": [[9, 9, 200, 90]]}
    post(AGENCY, f"{path}/deliver", {"done": listed_things["checklist"][:1], **signed})
    post(HANDLER, f"{path}/accept", {"result": "met"})
    texts_back(house, BY_API, "5")
    assert api.get(HANDLER, f"{A}{path}").get_json()["rating"] == 5

    closed = api.get(HANDLER, f"{A}/needs/{needs['company']['id']}").get_json()
    assert (closed["state"], closed["result"], closed["signer"]) == ("closed", "met", "self")
    assert figures(api) == (before[0] + 1, before[1] + 1)
