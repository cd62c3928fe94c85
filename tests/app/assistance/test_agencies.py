"""What an agency sees: its own orders, and of them what serving needs; of anybody else nothing at all."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from flask import Flask
from sqlalchemy import text
from sqlmodel import Session

from app.wiring import House
from tests.app.assistance.registers import id_number
from tests.app.assistance.test_service_orders import (
    AGENCY,
    BUREAU,
    HANDLER,
    NEEDS,
    ORDERS,
    VILLAGE,
    contract,
    step,
)
from tests.app.canaries import Canary, traces
from tests.app.pages import signed_in
from tests.app.walking import GAP, NAMED, TAKEN
from tests.makers import Api
from tickets.ground.refs import SHANGHAI

#: Whom it serves, whom another agency serves, and of whom no agency has heard.
OWN = Canary("鹳鹭鸶", "13957310911", id_number(971_001), "翠鸢里一百九十一号")
OTHERS = Canary("鸸鹋晏", "13957310922", id_number(971_002), "赤鹮弄二百八十二号")
NOBODYS = Canary("鹡鸰舒", "13957310933", id_number(971_003), "墨鸻坊三百七十三号")
WORDS = {OWN: "后门进，狗不咬人", OTHERS: "钥匙在花盆下", NOBODYS: "屋后有井"}
#: The one door to whom it serves.
RECIPIENT = "recipient"


def ordered_for(api: Api, canary: Canary) -> dict[str, Any]:
    head = {"kinship": "head", "name": canary.name, "id_number": canary.id_number, "phone": canary.phone}
    said = {"division": VILLAGE, "kind": "dibao", "started_on": "2023-01-01", "address": canary.address}
    home = api.post(HANDLER, "/assistance/households", {**said, "members": [head]}).get_json()
    about = {"household": home["id"], "kind": "care", "severity": "urgent"}
    need = api.post(HANDLER, NEEDS, {**about, "evidence": f"{canary.name}住{canary.address}"}).get_json()
    made = api.post(HANDLER, ORDERS, {"need": need["id"], "item": "SH-02", "words": WORDS[canary]})
    assert made.status_code == 201, made.text
    order: dict[str, Any] = made.get_json()
    return order


def scheduled(api: Api, order: dict[str, Any], under: dict[str, Any]) -> None:
    at = datetime.now(SHANGHAI) + timedelta(hours=3)
    step(api, BUREAU, order, "approve", contract=under["id"])
    step(api, HANDLER, order, "organise", serve_by=(at.date() + timedelta(days=7)).isoformat())
    step(api, AGENCY, order, "schedule", worker="服务员甲", planned_at=at.isoformat())


def addresses(app: Flask, method: str, numbers: list[int]) -> Iterator[str]:
    """Every address of *method*, each gap for a number filled with each of *numbers*."""
    for rule in app.url_map.iter_rules():
        if method not in (rule.methods or ()) or rule.endpoint.endswith("static"):
            continue
        for number in numbers if "<int:" in rule.rule else [0]:
            yield filled(rule.rule, number)


def filled(rule: str, number: int) -> str:
    taken = {**TAKEN, "int": str(number)}
    return GAP.sub(lambda gap: NAMED.get(gap["name"]) or taken.get(gap["takes"], "x"), rule)


def seen_in(where: str, told: bytes) -> list[str]:
    """What stands there of somebody, or was said of their door."""
    found = traces(where, told, (OWN, OTHERS, NOBODYS))
    return found + [f"{where}: words" for said in WORDS.values() if said.encode() in told]


def test_an_agency_sees_nobody_but_whom_it_serves_and_them_by_one_door(
    app: Flask, api: Api, house: House
) -> None:
    orders = {canary: ordered_for(api, canary) for canary in (OWN, OTHERS, NOBODYS)}
    under = contract(api)
    for canary in (OWN, OTHERS):
        scheduled(api, orders[canary], under)
    with Session(house.engine) as session, session.begin():
        moved = text("update service_order set agency = 'housing' where id = :id")
        session.connection().execute(moved, {"id": orders[OTHERS]["id"]})
    whole = [api.get(HANDLER, f"{ORDERS}/{order['id']}").get_json() for order in orders.values()]
    numbers = sorted({one[name] for one in whole for name in ("id", "household", "need")} | {under["id"]})

    agency = signed_in(app, AGENCY)
    token = {"Authorization": f"Bearer {api.token(AGENCY)}"}
    heard = [(path, agency.client.get(path, headers=token)) for path in addresses(app, "GET", numbers)]
    answered = sum(answer.status_code == 200 for _path, answer in heard)
    for path in addresses(app, "POST", numbers):
        if path.startswith("/api/v1/assistance") and not path.endswith(RECIPIENT):
            heard.append((path, agency.client.post(path, json={}, headers=token)))

    # All at once, for looking takes longer than asking; where, only if there is something.
    if seen_in("somewhere", b"\n".join(answer.data for _path, answer in heard)):
        assert not [seen for path, answer in heard for seen in seen_in(path, answer.data)]
    # It came in where it may: the list of orders, its own order, leads, contracts, help.
    assert answered > 10
    listed = api.get(AGENCY, ORDERS).get_json()["items"]
    assert orders[OWN]["id"] in {one["id"] for one in listed}
    assert not {orders[canary]["id"] for canary in (OTHERS, NOBODYS)} & {one["id"] for one in listed}
    shown = api.post(AGENCY, f"{ORDERS}/{orders[OWN]['id']}/{RECIPIENT}")
    assert shown.get_json()["name"] == OWN.name
    for canary in (OTHERS, NOBODYS):
        assert api.post(AGENCY, f"{ORDERS}/{orders[canary]['id']}/{RECIPIENT}").status_code == 404
