"""The register: whose households are whose, changed with facts, people masked, found by number or name."""

import re
from collections import Counter
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text
from sqlmodel import Session, select

from app.verify.households import check_households
from app.wiring import House, make_engine
from tests.app.pages import signed_in
from tests.makers import Api
from tickets.assistance.households import Household, Member
from tickets.assistance.ledger import HouseholdFact, hash_of

VILLAGE, OTHER_VILLAGE, SUBDISTRICT = "530103012210", "530103012211", "530103012"
VISITOR, HANDLER, BUREAU = f"visitor@{VILLAGE}", f"handler@{SUBDISTRICT}", "handler@panlong-civil"
PATH = "/assistance/households"


def id_number(year: int, number: int) -> str:
    """An invented ID number with a right check digit."""
    body = f"530103{year}0101{number:03d}"
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    total = sum(int(digit) * weight for digit, weight in zip(body, weights, strict=True))
    return body + "10X98765432"[total % 11]


HEAD = {"kinship": "head", "name": "金某甲", "phone": "13800005001", "traits": ["seriously_ill"]}
CHILD = {"kinship": "child", "name": "金某乙", "traits": ["student"]}
WANTED: dict[str, Any] = {
    "division": VILLAGE,
    "kind": "dibao",
    "started_on": "2023-01-01",
    "recheck": "half_yearly",
    "address": "牧羊村三组",
}


@pytest.fixture(scope="module")
def made(api: Api) -> dict[str, Any]:
    members = [
        {**HEAD, "id_number": id_number(1950, 1)},
        {**CHILD, "id_number": id_number(2012, 2)},
    ]
    answer = api.post(HANDLER, PATH, {**WANTED, "members": members})
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.get_json()
    return found


def numbers(page: Any) -> list[int]:
    return [item["id"] for item in page.get_json()["items"]]


def test_each_sees_the_households_of_the_own_area(api: Api, made: dict[str, Any]) -> None:
    reads = (VISITOR, f"head@{VILLAGE}", HANDLER, BUREAU)
    assert all(made["id"] in numbers(api.get(who, PATH)) for who in reads)
    others = (f"visitor@{OTHER_VILLAGE}", "handler@530103010", "head@medical", "agency@service-agency")
    assert all(made["id"] not in numbers(api.get(who, PATH)) for who in (*others, "admin", "supervisor"))
    assert {api.get(who, f"{PATH}/{made['id']}").status_code for who in others} == {404}


def test_people_are_masked_and_a_look_is_a_fact(api: Api, made: dict[str, Any]) -> None:
    shown = api.get(VISITOR, f"{PATH}/{made['id']}").text
    assert "金**" in shown
    for secret in ("金某甲", "13800005001", id_number(1950, 1), "三组"):
        assert secret not in shown
    clear = api.post(VISITOR, f"{PATH}/{made['id']}/clear", {"reason": "上门核对"}).get_json()
    assert clear["address"] == "牧羊村三组"
    assert [one["name"] for one in clear["members"]] == ["金某甲", "金某乙"]
    fact = api.get(BUREAU, f"{PATH}/{made['id']}/facts").get_json()["items"][0]
    assert (fact["what"], fact["by"], fact["data"]["reason"]) == ("identity_read", VISITOR, "上门核对")
    assert api.post(VISITOR, f"{PATH}/{made['id']}/clear", {"reason": " "}).status_code == 422


@pytest.mark.parametrize(
    "query", [{"q": "金某甲"}, {"q": "138 0000 5001"}, {"q": id_number(1950, 1)}, {"q": id_number(2012, 2)}]
)
def test_they_are_found_by_what_is_exactly_theirs(
    api: Api, made: dict[str, Any], query: dict[str, str]
) -> None:
    assert numbers(api.get(HANDLER, PATH, **query)) == [made["id"]]
    assert numbers(api.get(HANDLER, PATH, **query, division=OTHER_VILLAGE)) == []


def test_lists_are_narrowed(api: Api, made: dict[str, Any]) -> None:
    asked = {"kind": "dibao", "state": "active", "division": SUBDISTRICT, "q": str(made["id"])}
    assert numbers(api.get(BUREAU, PATH, **asked, month="2023-08")) == [made["id"]]
    assert numbers(api.get(BUREAU, PATH, **asked, month="2022-12")) == []
    assert numbers(api.get(BUREAU, PATH, **{**asked, "kind": "tekun"})) == []
    assert api.get(BUREAU, PATH, month="2023-13").status_code == 422
    # Ill and on the register: medical help; a child at school: help with school.
    hints = {hint["policy"]: hint for hint in made["hints"]}
    assert hints["YB-002"]["traits"] == ["seriously_ill"]
    assert hints["JY-001"]["kind"] == "dibao"
    assert "MZ-003" not in hints
    assert numbers(api.get(BUREAU, PATH, policy="YB-002", q=str(made["id"]))) == [made["id"]]
    assert numbers(api.get(BUREAU, PATH, policy="MZ-012", q=str(made["id"]))) == []


@pytest.mark.parametrize(
    "change, field",
    [
        ({"division": "530103010"}, "division"),
        ({"division": "medical"}, "division"),
        ({"members": []}, "members"),
        ({"members": [CHILD]}, "members"),
        ({"members": [{**HEAD, "id_number": id_number(1950, 1)}]}, "members.0.id_number"),
        ({"members": [{**HEAD, "id_number": "123"}]}, "members.0.id_number"),
        ({"members": [{**HEAD, "id_number": "530103195013010012"}]}, "members.0.id_number"),
        ({"members": [{**HEAD, "care": "self", "lost": ["eating"]}]}, "members.0"),
        ({"started_on": "2023-02-30"}, "started_on"),
    ],
)
def test_what_cannot_be_is_refused_at_its_field(
    api: Api, made: dict[str, Any], change: dict[str, Any], field: str
) -> None:
    refused = api.post(HANDLER, PATH, {**WANTED, "members": [HEAD], **change})

    assert refused.status_code == 422
    assert [one["field"] for one in refused.get_json()["errors"]] == [field]
    assert all(one["remedy"] for one in refused.get_json()["errors"])


def test_a_household_lives_and_each_change_is_a_fact(app: Flask, api: Api, house: House) -> None:
    one = api.post(HANDLER, PATH, {**WANTED, "members": [HEAD]}).get_json()
    path = f"{PATH}/{one['id']}"
    assert api.post(VISITOR, f"{path}/members", CHILD).status_code == 403
    assert api.post(HANDLER, f"{path}/members", HEAD).status_code == 422
    lost = ["eating", "dressing", "bed", "toilet"]
    grown = api.post(HANDLER, f"{path}/members", {**CHILD, "lost": lost}).get_json()
    assert (grown["persons"], grown["members"][1]["care"]) == (2, "fully")
    child = grown["members"][1]["id"]
    event = {"kind": "accident", "happened_on": "2026-01-02", "member": child, "words": "在家烧伤"}
    after = api.post(VISITOR, f"{path}/events", event).get_json()
    assert api.post(VISITOR, f"{path}/events", {**event, "happened_on": "2099-01-01"}).status_code == 422
    clear = api.post(VISITOR, f"{path}/clear", {"reason": "走访"}).get_json()
    assert [(one["kind"], one["words"]) for one in clear["events"]] == [("accident", "在家烧伤")]
    api.post(HANDLER, f"{path}/members/{child}/left", {"on": "2026-01-03"})
    assert api.post(HANDLER, f"{path}/members/{child}/left", {"on": "2026-01-03"}).status_code == 409
    paid = {"month": "2026-01-15", "scheme": "dibao", "fen": 76700, "persons": 1}
    benefit = api.post(HANDLER, f"{path}/benefits", paid).get_json()
    assert benefit["benefits"] == [{"month": "2026-01", "scheme": "dibao", "fen": 76700, "persons": 1}]
    change = {**WANTED, "kind": "tekun", "version": after["version"]}
    assert api.post(HANDLER, f"{path}/amend", change).status_code == 409
    change["version"] = benefit["version"]
    amended = api.post(HANDLER, f"{path}/amend", change).get_json()
    ended = {"state": "ended", "on": "2026-02-01", "reason": "收入超标", "version": amended["version"]}
    assert api.post(HANDLER, f"{path}/state", ended).get_json()["ended_on"] == "2026-02-01"
    events = api.post(VISITOR, f"{path}/clear", {"reason": "走访"}).get_json()["events"]
    assert [(one["kind"], one["words"]) for one in events][1:] == [("other", "收入超标")]
    page, shown = signed_in(app, VISITOR), f"/households/{one['id']}"
    assert "收入超标" not in page.get(shown).text
    assert "收入超标" in page.send(shown, f"{shown}/clear", {"reason": "走访"}).text
    with house.read() as session:
        assert_chained(session, one["id"])


def assert_chained(session: Session, number: int) -> None:
    facts = session.exec(
        select(HouseholdFact).where(HouseholdFact.household_id == number).order_by(HouseholdFact.seq)  # type: ignore[arg-type] # a column in a query
    ).all()
    changed = ["member_left", "benefit_put", "amended", "state_changed", "identity_read", "identity_read"]
    whats = ["added", "member_added", "life_event", "identity_read", *changed]
    assert [fact.what for fact in facts] == whats
    previous = bytes(32)
    for fact in facts:
        assert bytes(fact.hash) == hash_of(fact, previous)
        previous = bytes(fact.hash)
    assert not any(
        word in str([fact.data for fact in facts]) for word in ("金某", "烧伤", "三组", "收入超标")
    )
    assert bytes(session.get(Household, number).chain_head) == previous  # type: ignore[union-attr] # it is there
    assert all(b"\xe9\x87\x91" not in bytes(row.name or b"") for row in session.exec(select(Member)).all())


def test_what_was_moved_altered_or_taken_away_is_found(house: House, made: dict[str, Any]) -> None:
    tricks = {
        "update household_fact set what = 'amended' where household_id = :id and seq = 1": "was altered",
        "update household_fact set seq = 99 where household_id = :id and seq = 1": "is missing",
        "delete from household_fact where household_id = :id": "is not where its facts are",
        "update household set seq = seq + 1 where id = :id": "is not where its facts are",
    }
    owner = make_engine(house.settings, house.settings.owner_database_url or "", pool=1)
    found = {}
    for trick in tricks:
        with owner.connect() as connection, connection.begin() as change:
            connection.execute(text("alter table household_fact disable trigger only_added_to"))
            connection.execute(text(trick), {"id": made["id"]})
            found[trick] = [*check_households(connection, Counter())]
            change.rollback()
    with house.engine.connect() as connection:
        assert [*check_households(connection, Counter())] == []
    owner.dispose()

    assert {trick: [number for number, _finding in faults] for trick, faults in found.items()} == {
        trick: [made["id"]] for trick in tricks
    }
    for trick, words in tricks.items():
        assert words in found[trick][0][1].what


def test_pages_serve_the_same(app: Flask, made: dict[str, Any]) -> None:
    visitor = signed_in(app, VISITOR)
    assert "走访台" in visitor.get("/desk").text
    listed = visitor.get("/households", q="金某甲").text
    assert ("金**" in listed, "新建档" in listed) == (True, False)
    page = visitor.get(f"/households/{made['id']}")
    assert "可能符合的政策" in page.text
    assert "金某甲" not in page.text
    path = f"/households/{made['id']}"
    cleared = visitor.send(page, f"{path}/clear", {"reason": "走访"})
    assert ("金某甲" in cleared.text, "牧羊村三组" in cleared.text) == (True, True)
    wrong = visitor.send(page, f"{path}/events", {"kind": "death", "happened_on": "2099-01-01"})
    assert (wrong.status_code, "这一天还没有到。" in wrong.text) == (422, True)
    assert visitor.get("/households/new").status_code == 403
    handler = signed_in(app, HANDLER)
    new = {"division": VILLAGE, "kind": "marginal", "head.name": "周某", "head.traits": ["disabled"]}
    added = handler.send("/households/new", "/households", new)
    assert added.status_code == 303
    home = handler.get(added.headers["Location"])
    action = added.headers["Location"].partition("?")[0]
    grown = handler.send(home, f"{action}/members", {"kinship": "spouse", "name": "吴某"})
    assert grown.status_code == 303
    state = handler.send(home, f"{action}/state", {"state": "fading", "reason": "超标"})
    assert (state.status_code, "刚被别人改过" in state.text) == (409, True)
    member = re.findall(rf"{action}/members/[0-9a-f-]+(?=\")", home.text)[0]
    kept = {"kinship": "head", "name": "", "lost": ["bed", "walking"], "traits": ["disabled"]}
    assert handler.send(member, member, kept).status_code == 303
    paid = {"month": "2026-01", "scheme": "tekun", "yuan": "972.5", "persons": "1"}
    assert handler.send(home, f"{action}/benefits", {**paid, "yuan": "多"}).status_code == 422
    assert handler.send(home, f"{action}/benefits", paid).status_code == 303
    after = handler.get(action).text
    assert ("部分丧失自理能力" in after, "周**" in after, "972.50" in after) == (True, True, True)
    agency = signed_in(app, "agency@service-agency")
    assert "现在没有交给您的事" in agency.get("/desk").text
    assert agency.get("/households").status_code == 403
