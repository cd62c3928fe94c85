"""Social assistance at work, all invented: something on every list of households."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import text

from app.assistance.visit_ticks import plan_visits
from app.wiring import House
from tests.app.assistance.registers import id_number
from tests.makers import Api
from tickets.ground.refs import SHANGHAI

VILLAGE, SUBDISTRICT = "530103012210", "handler@530103012"
VISITOR, AGENCY, MEDICAL = f"visitor@{VILLAGE}", "agency@service-agency", "handler@medical"


def furnish(api: Api, house: House) -> str:
    """A household, its visits, a clue, needs, orders of services, a referral, an application; its number."""
    path = "/assistance"
    members = [
        {
            "kinship": "head",
            "name": "金某甲",
            "id_number": id_number(970_001),
            "phone": "13800005001",
            "traits": ["seriously_ill"],
        },
        {"kinship": "child", "name": "金某乙", "traits": ["student"]},
    ]
    said = {
        "division": VILLAGE,
        "kind": "dibao",
        "started_on": "2023-01-01",
        "address": "牧羊村三组 27 号",
    }
    home = _post(api, SUBDISTRICT, f"{path}/households", {**said, "members": members})
    plan_visits(house)
    clue = {
        "division": VILLAGE,
        "kind": "medical",
        "name": "金某甲",
        "id_number": id_number(970_001),
        "phone": "13800005001",
        "words": "烧伤住院，家里没有人照看",
    }
    _post(api, AGENCY, f"{path}/leads", clue)
    contract = _post(
        api,
        "handler@panlong-civil",
        f"{path}/service-contracts",
        {
            "agency": "service-agency",
            "title": "居家服务合同",
            "starts_on": "2020-01-01",
            "ends_on": "2099-12-31",
            "quota": 200,
            "prices": {"SH-02": 8000, "PB-02": 5000},
            "workers": ["服务员甲", "服务员乙"],
        },
    )
    need = {"household": home["id"], "kind": "care", "severity": "serious", "evidence": "独居，左臂烧伤"}
    _post(api, SUBDISTRICT, f"{path}/needs", {**need, "kind": "company"})
    for steps in range(4):
        wanted = _post(api, SUBDISTRICT, f"{path}/needs", {**need, "member": home["members"][0]["id"]})
        order = _post(
            api,
            SUBDISTRICT,
            f"{path}/service-orders",
            {"need": wanted["id"], "item": "SH-02", "words": "门口有狗"},
        )
        _serve(api, house, order["id"], contract["id"], steps)
    referral = {"household": home["id"], "member": home["members"][0]["id"], "theme": "medical"}
    _post(
        api,
        SUBDISTRICT,
        f"{path}/referrals",
        {**referral, "to_unit": "medical", "fields": ["name", "traits"], "need": "住院费用无力支付"},
    )
    person = {"scheme": "dibao", "division": VILLAGE, "name": "孙某甲", "phone": "13800005201"}
    made = _post(api, VISITOR, f"{path}/applications", {**person, "id_number": id_number(970_002)})
    accepted = {"version": made["version"]}
    _post(api, SUBDISTRICT, f"{path}/applications/{made['id']}/accept", accepted)
    _post(api, VISITOR, f"{path}/applications", {**person, "id_number": id_number(970_003)})
    return str(home["id"])


def _serve(api: Api, house: House, order: int, contract: int, steps: int) -> None:
    today = datetime.now(SHANGHAI)
    way: tuple[tuple[str, str, dict[str, Any]], ...] = (
        ("handler@panlong-civil", "approve", {"contract": contract}),
        (SUBDISTRICT, "organise", {"serve_by": (today + timedelta(days=5)).date().isoformat()}),
        (
            AGENCY,
            "schedule",
            {"worker": "服务员甲", "planned_at": (today + timedelta(hours=2)).isoformat()},
        ),
    )
    for who, move, body in way[:steps]:
        _post(api, who, f"/assistance/service-orders/{order}/{move}", body)
    if steps < len(way):
        return
    with house.engine.begin() as connection:
        earlier = "update service_order set planned_at = now() - interval '5 minutes' where id = :id"
        connection.execute(text(earlier), {"id": order})
    _post(api, AGENCY, f"/assistance/service-orders/{order}/check_in", {})
    done = {"done": ["清扫房间"], "signer": "self", "signature": "金某甲", "rating": 5}
    _post(api, AGENCY, f"/assistance/service-orders/{order}/deliver", done)


def _post(api: Api, who: str, path: str, body: dict[str, Any]) -> dict[str, Any]:
    answer = api.post(who, path, body)
    assert answer.status_code in (200, 201), f"{path}: {answer.text}"
    told: dict[str, Any] = answer.get_json()
    return told
