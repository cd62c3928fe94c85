"""Service orders: approved, organised, served under a contract, signed, accepted, settled by the month."""

import io
from base64 import b64encode
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, timedelta
from hashlib import sha256
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask
from python_calamine import CalamineWorkbook
from sqlalchemy import text
from sqlmodel import Session, col, select

from app.assistance.visit_ticks import erase_visit_files
from app.clockwork import send_messages
from app.texts.hearing import hear
from app.wiring import House
from notifications.message import Message
from tests.app.assistance.registers import id_number
from tests.app.attachments.samples import picture
from tests.app.pages import form_of, signed_in
from tests.makers import CALL, Api
from tickets.ground.refs import SHANGHAI

VILLAGE, SUBDISTRICT = "530103012210", "530103012"
VISITOR, HANDLER, BUREAU = f"visitor@{VILLAGE}", f"handler@{SUBDISTRICT}", "handler@panlong-civil"
AGENCY = "agency@service-agency"
ORDERS, CONTRACTS, NEEDS = (
    f"/assistance/{name}" for name in ("service-orders", "service-contracts", "needs")
)
NAME, PHONE = "金某丁", "13800007001"
SIGNED: dict[str, Any] = {"done": ["清扫房间"], "signer": "self", "signature": NAME, "rating": 5}


@pytest.fixture(scope="module")
def home(api: Api) -> dict[str, Any]:
    members = [{"kinship": "head", "name": NAME, "id_number": id_number(970_001), "phone": PHONE}]
    said = {"division": VILLAGE, "kind": "tekun", "started_on": "2023-01-01", "address": "牧羊村五组"}
    made: dict[str, Any] = api.post(
        HANDLER, "/assistance/households", {**said, "members": members}
    ).get_json()
    return made


def contract(api: Api, quota: int = 20) -> dict[str, Any]:
    said = {
        "agency": "service-agency",
        "title": "居家服务",
        "starts_on": "2020-01-01",
        "ends_on": "2099-12-31",
    }
    more = {"quota": quota, "prices": {"SH-02": 8000, "PB-02": 5000}, "workers": ["服务员甲", "服务员乙"]}
    made = api.post(BUREAU, CONTRACTS, {**said, **more})
    assert made.status_code == 201, made.text
    found: dict[str, Any] = made.get_json()
    return found


def ordered(api: Api, home: dict[str, Any], item: str = "SH-02") -> dict[str, Any]:
    said = {"household": home["id"], "kind": "care", "severity": "serious", "evidence": "独居"}
    need = api.post(HANDLER, NEEDS, {**said, "member": home["members"][0]["id"]}).get_json()
    made = api.post(HANDLER, ORDERS, {"need": need["id"], "item": item, "words": "门口有狗"})
    assert made.status_code == 201, made.text
    found: dict[str, Any] = made.get_json()
    return found


def step(api: Api, who: str, order: dict[str, Any], name: str, /, **body: Any) -> dict[str, Any]:
    answer = api.post(who, f"{ORDERS}/{order['id']}/{name}", body)
    assert answer.status_code == 200, answer.text
    after: dict[str, Any] = answer.get_json()
    return after


def code(api: Api, who: str, order: dict[str, Any], name: str, /, **body: Any) -> int:
    return api.post(who, f"{ORDERS}/{order['id']}/{name}", body).status_code


def planned(api: Api, house: House, order: dict[str, Any], *, minutes_ago: int) -> None:
    """The agency scheduled it, and by now the planned time was so long ago."""
    at = datetime.now(SHANGHAI) + timedelta(hours=3)
    step(api, AGENCY, order, "schedule", worker="服务员甲", planned_at=at.isoformat())
    moved = text("update service_order set planned_at = now() - make_interval(mins => :ago) where id = :id")
    with Session(house.engine) as session, session.begin():
        session.connection().execute(moved, {"ago": minutes_ago, "id": order["id"]})


def organised(api: Api, home: dict[str, Any], under: dict[str, Any]) -> dict[str, Any]:
    order = ordered(api, home)
    step(api, BUREAU, order, "approve", contract=under["id"])
    day = datetime.now(SHANGHAI).date() + timedelta(days=7)
    return step(api, HANDLER, order, "organise", serve_by=day.isoformat())


def test_an_order_goes_from_the_need_to_a_signed_result(api: Api, home: dict[str, Any], house: House) -> None:
    under = contract(api)
    order = ordered(api, home)
    assert (order["state"], order["steps"]) == ("proposed", ["cancel"])
    need = api.get(HANDLER, f"{NEEDS}/{order['need']}").get_json()
    assert (need["state"], need["way"], need["way_ref"]) == ("arranged", "service_order", str(order["id"]))
    # Who may not: the subdistrict does not approve, the agency does not know of it yet.
    assert code(api, HANDLER, order, "approve", contract=under["id"]) == 403
    assert code(api, VISITOR, order, "cancel", reason="无") == 403
    assert api.get(AGENCY, f"{ORDERS}/{order['id']}").status_code == 404
    assert code(api, HANDLER, order, "accept") == 409
    assert code(api, BUREAU, ordered(api, home, "SH-01"), "approve", contract=under["id"]) == 422
    # Nor does who proposed it with another account of theirs.
    for person, got in ((HANDLER, 409), (BUREAU, 200)):
        with Session(house.engine) as session, session.begin():
            belongs = text("update account set person = :person where username = :username")
            session.connection().execute(belongs, {"person": person, "username": BUREAU})
        answer = api.post(BUREAU, f"{ORDERS}/{order['id']}/approve", {"contract": under["id"]})
        assert answer.status_code == got, answer.text
    assert answer.get_json()["price"] == 8000
    day = datetime.now(SHANGHAI).date()
    assert code(api, HANDLER, order, "organise", serve_by=(day - timedelta(days=1)).isoformat()) == 422
    step(api, HANDLER, order, "organise", serve_by=(day + timedelta(days=7)).isoformat())
    seen = api.get(AGENCY, f"{ORDERS}/{order['id']}").get_json()
    hidden = ("household", "need", "recipient", "proposed_by")
    assert [seen[name] for name in hidden] == [None] * len(hidden)
    assert code(api, AGENCY, order, "recipient") == 409
    at = datetime.now(SHANGHAI) + timedelta(hours=2)
    for wrong in ({"worker": "别人"}, {"planned_at": (at - timedelta(days=1)).isoformat()}):
        said = {"worker": "服务员甲", "planned_at": at.isoformat(), **wrong}
        assert code(api, AGENCY, order, "schedule", **said) == 422
    planned(api, house, order, minutes_ago=40)
    whom = api.post(AGENCY, f"{ORDERS}/{order['id']}/recipient").get_json()
    assert whom == {"name": NAME, "phone": f"+86{PHONE}", "address": "牧羊村五组", "words": "门口有狗"}
    assert code(api, HANDLER, order, "recipient") == 403
    assert step(api, AGENCY, order, "check_in")["late_minutes"] == 40
    assert code(api, AGENCY, order, "deliver", **{**SIGNED, "done": ["唱歌"]}) == 422
    assert code(api, AGENCY, order, "deliver", **{**SIGNED, "rating": 6}) == 422
    assert step(api, AGENCY, order, "deliver", **SIGNED)["rating"] == 5
    assert code(api, AGENCY, order, "recipient") == 409
    assert step(api, HANDLER, order, "accept", result="met")["state"] == "accepted"
    closed = api.get(HANDLER, f"{NEEDS}/{order['need']}").get_json()
    assert (closed["state"], closed["result"], closed["signer"]) == ("closed", "met", "self")
    facts = api.get(BUREAU, f"/assistance/households/{home['id']}/facts").get_json()["items"]
    assert [one["what"] for one in facts[:6]] == [
        "need_closed",
        "service_accept",
        "service_deliver",
        "service_check_in",
        "identity_read",
        "service_schedule",
    ]
    month = f"{day:%Y-%m}"
    sheet = api.get(AGENCY, f"{CONTRACTS}/{under['id']}/settlement", month=month).get_json()
    line = {"item": "SH-02", "name": "保洁", "price": 8000, "times": 1, "persons": 1, "late": 1}
    assert sheet["lines"] == [{**line, "worker_missed": 0, "fen": 8000}]
    paper = signed_in(api.app, BUREAU).get(f"/service-contracts/{under['id']}/settlement.xlsx", month=month)
    rows = CalamineWorkbook.from_filelike(io.BytesIO(paper.data)).get_sheet_by_index(0).to_python()
    assert rows[2][:5] == ["保洁", 80.0, 1.0, 1.0, 80.0]
    for never in ("9999-12", "0000-01"):
        refused = api.get(AGENCY, f"{CONTRACTS}/{under['id']}/settlement", month=never)
        assert (refused.status_code, refused.get_json()["errors"][0]["field"]) == (422, "month")
        page = signed_in(api.app, BUREAU).get(f"/service-contracts/{under['id']}/settlement", month=never)
        assert page.status_code == 422


def test_who_does_not_come_is_counted_and_comes_again(api: Api, home: dict[str, Any], house: House) -> None:
    order = organised(api, home, contract(api))
    planned(api, house, order, minutes_ago=5)
    assert code(api, AGENCY, order, "no_show", missing="recipient") == 409
    planned(api, house, order, minutes_ago=20)
    assert step(api, AGENCY, order, "no_show", missing="worker")["worker_missed"] == 1
    # Its last day went by meanwhile: the subdistrict names another, and the agency plans anew.
    over = text("update service_order set serve_by = current_date - 2 where id = :id")
    with Session(house.engine) as session, session.begin():
        session.connection().execute(over, {"id": order["id"]})
    at = datetime.now(SHANGHAI) + timedelta(hours=3)
    assert code(api, AGENCY, order, "schedule", worker="服务员甲", planned_at=at.isoformat()) == 422
    day = at.date() + timedelta(days=7)
    anew = step(api, HANDLER, order, "organise", serve_by=day.isoformat())
    assert (anew["state"], anew["serve_by"]) == ("organised", day.isoformat())
    planned(api, house, order, minutes_ago=-90)
    assert code(api, AGENCY, order, "check_in") == 409
    for state in ("organised", "approved"):
        planned(api, house, order, minutes_ago=20)
        assert step(api, AGENCY, order, "no_show", missing="recipient")["state"] == state
    # Twice nobody at home: it is the subdistrict's again, and the agency does not see it.
    again = api.get(HANDLER, f"{ORDERS}/{order['id']}").get_json()
    assert (again["state"], again["recipient_missed"]) == ("approved", 2)
    assert api.get(AGENCY, f"{ORDERS}/{order['id']}").status_code == 404


def test_two_at_once_never_overrun_a_quota_and_a_cancelled_order_gives_its_time_back(
    app: Flask, api: Api, home: dict[str, Any]
) -> None:
    under = contract(api, quota=2)
    orders = [ordered(api, home) for _ in range(4)]
    api.token(BUREAU)
    with ThreadPoolExecutor(4) as pool:
        codes = list(pool.map(lambda one: code(api, BUREAU, one, "approve", contract=under["id"]), orders))
    assert sorted(codes) == [200, 200, 409, 409]
    approved, waiting = (
        [one for one, got in zip(orders, codes, strict=True) if got == wanted] for wanted in (200, 409)
    )
    assert used(api, under) == 2
    assert step(api, HANDLER, approved[0], "cancel", reason="住院了")["state"] == "cancelled"
    assert api.get(HANDLER, f"{NEEDS}/{approved[0]['need']}").get_json()["state"] == "open"
    assert used(api, under) == 1
    assert code(api, BUREAU, waiting[0], "approve", contract=under["id"]) == 200
    refused = step(api, BUREAU, waiting[1], "refuse", reason="已有同类服务")
    assert (refused["state"], refused["reason"]) == ("refused", "已有同类服务")
    # The ledger, which is never rewritten, keeps no word of why.
    fact = api.get(BUREAU, f"/assistance/households/{home['id']}/facts").get_json()["items"][0]
    digest = sha256("已有同类服务".encode()).hexdigest()
    assert fact["data"] == {"service_order": refused["id"], "reason_digest": digest}
    assert "已有同类服务" in signed_in(app, HANDLER).get(f"/service-orders/{refused['id']}").text
    assert used(api, under) == 2


def used(api: Api, under: dict[str, Any]) -> int:
    found = {one["id"]: one["used"] for one in api.get(BUREAU, CONTRACTS).get_json()["items"]}
    return int(found[under["id"]])


def test_pages_do_the_same(app: Flask, api: Api, home: dict[str, Any], house: House) -> None:
    bureau, handler, agency = (signed_in(app, who) for who in (BUREAU, HANDLER, AGENCY))
    typed = {"title": "页面合同", "starts_on": "2020-01-01", "ends_on": "2099-12-31", "quota": "3"}
    empty = bureau.send("/service-contracts", "/service-contracts", {**typed, "workers": "服务员甲"})
    assert empty.status_code == 422
    priced = {**typed, "workers": "服务员甲 服务员乙", "price.SH-02": "80.50"}
    assert bureau.send("/service-contracts", "/service-contracts", priced).status_code == 303
    under = api.get(BUREAU, CONTRACTS).get_json()["items"][0]
    assert (under["prices"], under["workers"]) == ({"SH-02": 8050}, ["服务员甲", "服务员乙"])
    changes = signed_in(app, "auditor").get("/changes", what="contract_made").text
    assert ("签订服务合同" in changes, "SH-02 80.50" in changes, "服务员甲" in changes) == (True, True, False)
    order = organised(api, home, under)
    path = f"/service-orders/{order['id']}"
    late = datetime.now(SHANGHAI) + timedelta(days=30)
    refused = agency.send(path, f"{path}/schedule", {"planned_at": f"{late:%Y-%m-%dT%H:%M}"})
    assert refused.status_code == 422
    planned(api, house, order, minutes_ago=1)
    assert NAME not in agency.get(path).text
    assert NAME in agency.send(path, f"{path}/recipient", {}).text
    assert agency.send(path, f"{path}/check_in", {}).status_code == 303
    signed = {"done": "清扫房间", "signature": NAME, "rating": "4"}
    assert agency.send(path, f"{path}/deliver", signed).status_code == 303
    assert handler.send(path, f"{path}/accept", {"result": "met"}).status_code == 303
    for visitor, page in ((handler, "/service-orders"), (agency, "/service-contracts"), (bureau, path)):
        assert visitor.get(page).status_code == 200
    # Whose bureau does no work of services reads none of its contracts, by page as by API.
    other = signed_in(app, "handler@medical")
    assert other.get("/service-contracts").status_code == 403
    linked = ["/service-contracts" in who.get("/service-orders").text for who in (handler, other)]
    assert linked == [True, False]
    assert api.get("handler@medical", CONTRACTS).status_code == 403
    operator = signed_in(app, "operator")
    assert "/intake?about=service-agency" in operator.get("/service-contracts").text
    assert operator.get(f"/service-contracts/{under['id']}/settlement").status_code == 403
    begun = form_of(operator.get("/intake", about="service-agency"), "/intake")
    assert (begun["kind"], begun["about_units"]) == ("report", "service-agency")
    assert "80.50" in bureau.get(f"/service-contracts/{under['id']}/settlement").text
    assert "保洁" in handler.get("/service-orders/new", need=order["need"]).text


#: A name as a finger draws it, and the lines it is kept as.
STROKES = [[60, 40, 64, 120, 70, 200], [120, 60, 300, 60, 300, 180]]


def served(api: Api, house: House, home: dict[str, Any], under: dict[str, Any]) -> dict[str, Any]:
    """An order whose worker is there."""
    order = organised(api, home, under)
    planned(api, house, order, minutes_ago=1)
    return step(api, AGENCY, order, "check_in")


def test_what_was_signed_is_kept_as_lines_and_looked_at_with_a_reason(
    api: Api, home: dict[str, Any], house: House
) -> None:
    order = served(api, house, home, contract(api))
    shot = b64encode(picture("JPEG")).decode()
    signed = {**SIGNED, "rating": None}
    wrong: dict[str, dict[str, Any]] = {
        "photo_consent": {"photos": [shot]},
        "strokes": {"strokes": [[5, 5, 6, 6]]},
        "photos": {"photos": [shot] * 4, "photo_consent": True},
    }
    for field, more in wrong.items():
        refused = api.post(AGENCY, f"{ORDERS}/{order['id']}/deliver", {**signed, **more})
        assert [bad["field"] for bad in refused.get_json()["errors"]] == [field], refused.text
    more = {"strokes": STROKES, "photos": [shot], "photo_consent": True}
    done = step(api, AGENCY, order, "deliver", **signed, **more)
    assert (done["state"], done["signed_how"], done["rating"]) == ("delivered", "drawn", None)
    # The agency handed them in and is told of them no more; who settles it looks with a reason.
    assert api.get(AGENCY, f"{ORDERS}/{order['id']}").get_json()["files"] == []
    files = {one["kind"]: one for one in api.get(HANDLER, f"{ORDERS}/{order['id']}").get_json()["files"]}
    assert {kind: (one["ground"], one["agreed"]) for kind, one in files.items()} == {
        "photo": ("consent", "self"),
        "signature": ("signed", "self"),
    }
    days = [date.fromisoformat(files[kind]["keep_until"]) for kind in ("photo", "signature")]
    assert days[1] - days[0] == timedelta(days=1095 - 365)
    look = f"{ORDERS}/{order['id']}/files/{files['signature']['id']}/look"
    assert [api.post(who, look, {"reason": "看看"}).status_code for who in (AGENCY, VISITOR)] == [403, 403]
    assert api.post(HANDLER, look, {"reason": ""}).status_code == 422
    shown = api.post(HANDLER, look, {"reason": "验收"})
    assert (shown.status_code, shown.mimetype) == (200, "image/svg+xml")
    assert '<polyline points="60,40 64,120 70,200"/>' in shown.text
    fact = api.get(BUREAU, f"/assistance/households/{home['id']}/facts").get_json()["items"][0]
    assert (fact["what"], fact["by"], fact["data"]["reason"]) == ("service_file_read", HANDLER, "验收")
    with Session(house.engine) as session, session.begin():
        old = text("update service_file set keep_until = current_date - 2 where order_id = :id")
        session.connection().execute(old, {"id": order["id"]})
    erase_visit_files(house)
    assert api.post(HANDLER, look, {"reason": "验收"}).status_code == 404
    after = api.get(HANDLER, f"{ORDERS}/{order['id']}").get_json()
    assert (after["signer"], {one["erased_at"] is None for one in after["files"]}) == ("self", {False})


def test_whoever_was_served_rates_it_by_text_and_a_ticket_asked_later_is_another_question(
    api: Api, house: House
) -> None:
    phone = f"+8613{uuid4().int % 10**9:09d}"
    members = [{"kinship": "head", "name": "金某庚", "phone": phone}]
    said = {"division": VILLAGE, "kind": "tekun", "started_on": "2023-01-01", "members": members}
    home = api.post(HANDLER, "/assistance/households", said).get_json()
    order = served(api, house, home, contract(api))
    signed = {**SIGNED, "rating": 5}
    step(api, AGENCY, order, "deliver", **signed)
    send_messages(house)
    (asked,) = texts(house, order)
    assert (asked.template, asked.fate) == ("service_survey", "delivered")
    assert f"（订单{order['id']}）" in asked.words(house.vault)
    ticket = api.ticket_in("callback", requester={**CALL["requester"], "phone": phone})
    send_messages(house)
    # Asked about the ticket last: that is what a digit answers.
    heard = hear(house, "simulator", uuid4().hex, phone, "5")
    assert (heard.ref, heard.order) == (ticket["ref"], None)
    with Session(house.engine) as session, session.begin():
        later = text("update message set sent_at = sent_at + interval '1 minute' where id = :id")
        session.connection().execute(later, {"id": asked.id})
    heard = hear(house, "simulator", uuid4().hex, phone, "2")
    assert (heard.order, heard.satisfaction) == (order["id"], 2)
    told = api.get(HANDLER, f"{ORDERS}/{order['id']}").get_json()
    assert (told["rating"], told["rated_how"]) == (2, "text")
    send_messages(house)
    thanks = texts(house, order)[1]
    assert (thanks.template, thanks.fate) == ("service_rated", "delivered")
    assert f"（订单{order['id']}）打的2分" in thanks.words(house.vault)
    # What they said stands, whoever asks again; and nobody has to read the text.
    assert hear(house, "simulator", uuid4().hex, phone, "5").satisfaction is None
    assert code(api, HANDLER, order, "rate", rating=5) == 409
    assert api.get("operator", "/texts", state="waiting").get_json().get("items") in ([], None)
    with Session(house.engine) as session, session.begin():
        old = text("update message set sent_at = sent_at - interval '8 days' where service_order_id = :id")
        session.connection().execute(old, {"id": order["id"]})
    assert hear(house, "simulator", uuid4().hex, phone, "1").ref == ticket["ref"]


def texts(house: House, order: dict[str, Any]) -> list[Message]:
    with house.read() as session:
        query = select(Message).where(Message.service_order_id == order["id"])
        return list(session.exec(query.order_by(col(Message.id))).all())


def test_a_rating_on_a_visit_and_a_sealed_complaint_are_without_the_agency(
    api: Api, home: dict[str, Any], house: House
) -> None:
    order = served(api, house, home, contract(api))
    assert code(api, VISITOR, order, "rate", rating=4) == 409
    step(api, AGENCY, order, "deliver", **{**SIGNED, "signer": "witness"})
    assert code(api, AGENCY, order, "rate", rating=5) == 403
    rated = step(api, VISITOR, order, "rate", rating=2)
    assert (rated["rating"], rated["rated_how"]) == (2, "visit")
    complaint = {"text": "没有扫地，让老人先签了字"}
    assert code(api, AGENCY, order, "complaint", **complaint) == 403
    made = api.post(VISITOR, f"{ORDERS}/{order['id']}/complaint", complaint)
    assert made.status_code == 201, made.text
    ref = made.get_json()["ref"]
    ticket = api.get("dispatcher", f"/tickets/{ref}").get_json()
    assert (ticket["kind"], ticket["sealed"], ticket["about_units"]) == ("report", True, ["service-agency"])
    assert str(order["id"]) in ticket["text"]
    whole = api.get(BUREAU, f"/assistance/households/{home['id']}/facts").text
    page = signed_in(api.app, HANDLER).get(f"/service-orders/{order['id']}").text
    assert [ref in told for told in (whole, page)] == [False, False]


def test_a_need_is_closed_by_the_signature_of_its_order_once_none_is_under_way(
    api: Api, home: dict[str, Any], house: House
) -> None:
    order = served(api, house, home, contract(api))
    need = f"{NEEDS}/{api.get(HANDLER, ORDERS + '/' + str(order['id'])).get_json()['need']}"
    second = api.post(HANDLER, ORDERS, {"need": int(need.rpartition("/")[2]), "item": "SH-02"}).get_json()
    step(api, AGENCY, order, "deliver", **SIGNED)
    # A second order for the same need is on its way, so neither the first nor a name closes it.
    assert code(api, HANDLER, order, "accept", result="met") == 409
    result = {"result": "met", "words": "好了", "signer": "self", "signature": NAME}
    assert api.post(HANDLER, f"{need}/close", result).status_code == 409
    step(api, HANDLER, second, "cancel", reason="重复")
    assert api.get(HANDLER, need).get_json()["way_ref"] == str(order["id"])
    step(api, HANDLER, order, "accept")
    refused = api.post(HANDLER, f"{need}/close", result).get_json()
    assert [bad["field"] for bad in refused["errors"]] == ["signature"]
    closed = api.post(HANDLER, f"{need}/close", {"result": "met", "words": "好了"}).get_json()
    assert (closed["state"], closed["signer"], closed["answer_state"]) == ("closed", "self", "accepted")
    facts = api.get(BUREAU, f"/assistance/households/{home['id']}/facts").get_json()["items"]
    assert facts[0]["what"] == "need_closed"
