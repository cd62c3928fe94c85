"""The policy library over pages and API: found by words, matched, kept by its owner, ringing, gaps."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text
from sqlmodel import Session

from app.admin.ledger import facts_of_house
from app.wiring import House
from tests.app.pages import signed_in
from tests.makers import Api
from tickets.ground.desk import Desk

HEAD = "head@justice"
WANTED: dict[str, Any] = {
    "code": "SF-900",
    "theme": "justice",
    "title": "公证费减免",
    "answer": "低保家庭办公证，公证费可以减免。",
    "conditions": ["低保家庭"],
    "facts": {"kinds": ["dibao"], "age_from": 18},
    "channel": "向公证机构提出。",
    "valid_from": "2024-01-01",
    "source": "公证法第三十四条",
    "keywords": ["公证"],
}


@pytest.fixture(scope="module")
def added(api: Api) -> dict[str, Any]:
    """An item of the justice bureau that no other test touches."""
    made = api.post(HEAD, "/policies", WANTED)
    assert made.status_code == 201, made.text
    found: dict[str, Any] = made.get_json()
    return found


def codes(page: Any) -> list[str]:
    return [item["code"] for item in page.get_json()["items"]]


def without(name: str) -> dict[str, Any]:
    return {key: value for key, value in WANTED.items() if key != name}


def test_the_library_is_found_by_every_word_and_by_department(api: Api) -> None:
    assert codes(api.get("operator", "/policies", q="危房")) == ["ZF-002"]
    assert codes(api.get("handler@530103012210", "/policies", q="低保 公租房")) == ["ZF-001"]
    assert codes(api.get("auditor", "/policies", q="没有这样的词")) == []
    assert set(codes(api.get("caller", "/policies", department="medical"))) == {"YB-001", "YB-002", "YB-003"}
    assert set(codes(api.get("operator", "/policies", theme="justice"))) >= {"SF-001", "SF-002"}
    first = api.get("operator", "/policies", limit=20)
    rest = api.get("operator", "/policies", limit=200, cursor=first.get_json()["next"])
    assert len({*codes(first), *codes(rest)}) == len(codes(first)) + len(codes(rest)) >= 25


@pytest.mark.parametrize(
    "said, code, why",
    [
        ("我们家房子漏雨，墙也裂了，听说有危房改造", "ZF-002", {"危房改造", "房子漏雨"}),
        ("老公烧伤住院，住院费拿不出来，能报销多少", "YB-002", {"烧伤", "住院费", "报销"}),
        ("孩子考上大学，想办助学贷款", "JY-003", {"助学贷款", "考上大学"}),
        ("想请律师打官司要赡养费", "SF-001", {"请律师", "打官司", "赡养费"}),
    ],
)
def test_a_matter_finds_its_policy_and_says_by_which_words(
    api: Api, said: str, code: str, why: set[str]
) -> None:
    items = api.get("operator", "/policies/matching", text=said).get_json()["items"]

    assert items[0]["policy"]["code"] == code
    assert set(items[0]["reason"]) == why


def test_what_is_about_nothing_finds_nothing(api: Api) -> None:
    assert api.get("operator", "/policies/matching", text="路灯不亮").get_json()["items"] == []


def test_an_amendment_is_a_new_version_and_the_old_one_stays(
    api: Api, added: dict[str, Any], session: Session
) -> None:
    assert (added["version"], added["owner"], added["standing"]) == (1, "justice", "in_force")
    amended = {**without("code"), "version": 1, "answer": "低保、特困家庭办公证，公证费可以减免。"}
    after = api.post(HEAD, "/policies/SF-900/amend", amended)
    assert after.status_code == 200, after.text
    assert after.get_json()["version"] == 2
    late = api.post(HEAD, "/policies/SF-900/amend", {**amended, "title": "另一个名称"})
    assert (late.status_code, "第 2 版" in late.text) == (409, True)
    versions = api.get("operator", "/policies/SF-900").get_json()["items"]

    assert [(one["version"], one["standing"]) for one in versions] == [(2, "in_force"), (1, "replaced")]
    assert versions[1]["answer"] == WANTED["answer"]
    assert facts_of_house(session, what="policy_amended", limit=1)[0].data["after"]["version"] == 2
    assert codes(api.get("operator", "/policies", q="公证费")) == ["SF-900"]


@pytest.mark.parametrize(
    "username, body, status, field",
    [
        ("handler@justice", WANTED, 403, ""),
        ("operator", WANTED, 403, ""),
        ("head@medical", {**WANTED, "owner": "justice"}, 422, "owner"),
        (HEAD, {**WANTED, "code": "SF-001"}, 422, "code"),
        (HEAD, {**WANTED, "code": "SF-901", "valid_to": "2023-01-01"}, 422, "valid_to"),
        (HEAD, {**WANTED, "code": "SF-901", "office": "nowhere"}, 422, "office"),
        (HEAD, {**WANTED, "code": "SF-901", "link": "javascript:alert(1)"}, 422, "link"),
        (HEAD, {**WANTED, "code": "SF-901", "answer": " "}, 422, "answer"),
        (HEAD, {**WANTED, "code": "SF-901", "facts": {"age_from": 9, "age_to": 3}}, 422, "facts"),
        (HEAD, {**WANTED, "code": "SF-901", "facts": {"kinds": ["rich"]}}, 422, "facts.kinds.0"),
    ],
)
def test_only_its_owner_adds_what_is_whole(
    api: Api, username: str, body: dict[str, Any], status: int, field: str
) -> None:
    refused = api.post(username, "/policies", body)

    assert refused.status_code == status
    assert [one["field"] for one in refused.get_json()["errors"]] == ([field] if field else [])


def test_others_do_not_touch_it(api: Api, added: dict[str, Any]) -> None:
    body = {**without("code"), "version": added["version"]}
    assert api.post("head@medical", "/policies/SF-900/amend", body).status_code == 404
    assert api.post("head@medical", "/policies/SF-900/confirm").status_code == 404
    assert api.get("operator", "/policies/NO-1").status_code == 404


@pytest.fixture
def desk(house: House, staff: Any) -> Iterator[Desk]:
    with house.open_desk(staff["head@employment"].actor()) as found:
        yield found


def test_what_is_old_or_ends_rings_at_its_owner_until_confirmed(api: Api, app: Flask, house: House) -> None:
    head, other = "head@employment", "head@petition-office"
    assert codes(api.get(head, "/policies/ringing")) == ["RS-002"]
    assert api.get(other, "/policies/ringing").get_json()["count"] == 0
    visitor = signed_in(app, head)
    desk = visitor.get("/desk").text
    assert "1 条政策要看一看" in desk
    listed = visitor.get("/policies")
    assert "一年没有确认" in listed.text
    visitor.send(listed, "/policies/RS-002/confirm", {})

    assert api.get(head, "/policies/ringing").get_json()["count"] == 0
    assert "要看一看" not in visitor.get("/desk").text
    assert codes(api.get("head@housing", "/policies/ringing")) == ["ZF-002"]
    with house.engine.begin() as connection:
        connection.execute(text("update policy_item set valid_to = current_date - 2 where code = 'ZF-002'"))
    ended = api.post("head@housing", "/policies/ZF-002/confirm")
    assert (ended.status_code, "已到期" in ended.text) == (409, True)
    # What has ended is no answer any more.
    assert "ZF-002" not in str(api.get("operator", "/policies/matching", text="危房改造").get_json())
    with house.engine.begin() as connection:
        connection.execute(text("update policy_item set valid_to = null where code = 'ZF-002'"))


def test_an_answer_rests_on_an_item_or_leaves_a_gap(api: Api, app: Flask) -> None:
    good, bad = (api.register(category="SF-01", text="想请律师打官司") for _ in range(2))
    operator = signed_in(app, "operator")
    # The page offers what the words may be about, and why.
    assert "法律援助 · 请律师、打官司" in operator.get(f"/tickets/{good['ref']}").text
    wrong = api.move("operator", good["ref"], "answer", text="可以申请。", policy_code="NO-1")
    assert [one["field"] for one in wrong.get_json()["errors"]] == ["policy_code"]
    api.made("operator", good["ref"], "answer", text="可以申请。", policy_code="SF-001")
    api.made("operator", bad["ref"], "answer", text="请找法院。")

    gaps = api.get(HEAD, "/policies/gaps").get_json()["items"]
    assert [(gap["category"], gap["owner"], gap["count"]) for gap in gaps] == [("SF-01", "justice", 1)]
    assert "SF-01" not in str(api.get("head@medical", "/policies/gaps").get_json())
    assert "1 次" in signed_in(app, HEAD).get("/policies/SF-001").text
    assert "法律援助" in signed_in(app, HEAD).get("/policies").text


def test_a_head_keeps_it_on_pages(app: Flask) -> None:
    head = signed_in(app, "head@education")
    typed = {"code": "JY-900", "theme": "education", "title": "营养改善计划", "source": "示例"}
    more = {"answer": "农村学生有营养餐。", "channel": "学校办。", "conditions": "农村\r\n义务教育"}
    assert "怎么办理：没有填写。" in head.send("/policies/new", "/policies", {**typed, "answer": "x"}).text
    made = head.send("/policies/new", "/policies", {**typed, **more, "facts.kinds": ["dibao", "tekun"]})
    assert made.headers["Location"].endswith("/policies/JY-900")
    page = head.get("/policies/JY-900").text
    assert "低保、特困" in page
    changed = {**more, "title": "学生营养改善计划"}
    again = head.send("/policies/JY-900/amend", "/policies/JY-900/amend", changed)

    assert again.status_code == 303
    shown = head.get("/policies/JY-900").text
    assert ("学生营养改善计划" in shown, "第 2 版" in shown, "义务教育" in shown) == (True, True, True)
    assert "学生营养改善计划" not in head.get("/policies/JY-900", version=1).text
    assert head.get("/policies/MZ-001/amend").status_code == 404


def test_the_day_is_that_of_the_district(desk: Desk) -> None:
    assert abs(desk.today() - desk.now().date()) <= timedelta(days=1)
