"""The units: add, rename, move, close; every change one fact, every refusal none."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text
from sqlmodel import Session

from app.wiring import House
from tests.app.admin.ledgers import written
from tests.app.pages import Visitor, counted, form_of, signed_in
from tests.makers import Api
from tickets.ground.units import UnitRow

NEW = {
    "code": "parks",
    "name": "区园林局",
    "name_en": "Parks Bureau",
    "kind": "bureau",
    "parent": "",
    "aliases": "",
}


@pytest.fixture
def admin(app: Flask) -> Visitor:
    return signed_in(app, "admin")


def unit(session: Session, code: str) -> UnitRow:
    found = session.get(UnitRow, code, populate_existing=True)
    assert found is not None
    return found


def add(admin: Visitor, code: str, **changes: str) -> str:
    """A unit of a test's own."""
    made = admin.send("/admin/units", "/admin/units", {**NEW, "code": code, "name": f"单位{code}", **changes})
    assert made.status_code == 303, made.text
    return code


def change(admin: Visitor, code: str, what: str, **typed: Any) -> Any:
    return admin.send(f"/admin/units/{code}", f"/admin/units/{code}/{what}", typed)


def test_a_new_unit_stands_in_the_tree_at_once_and_can_be_given_tickets(
    admin: Visitor, house: House, session: Session, api: Api
) -> None:
    with written(house) as facts:
        made = admin.send("/admin/units", "/admin/units", {**NEW, "aliases": "园林局、绿化办，园林局"})
    page = admin.get("/admin/units").text
    ref = api.register()["ref"]
    given = api.move("dispatcher", ref, "dispatch", lead="parks")

    assert made.headers["Location"] == "/admin/units/parks"
    assert "区园林局" in page
    assert given.status_code == 200
    assert unit(session, "parks").aliases == ["园林局", "绿化办"]
    assert [(fact.what, fact.by, fact.role) for fact in facts] == [("unit_added", "admin", "admin")]
    assert facts[0].data["subject"] == "parks"
    assert facts[0].data["after"]["name"] == "区园林局"


REFUSED = [
    ({"code": "panlong-civil"}, "已经有了"),
    ({"code": "a b"}, "写法不对"),
    ({"code": ""}, "代码：没有填写"),
    ({"name": "  "}, "名称：内容是空的"),
    ({"name": "区民政局"}, "已经有“区民政局”"),
    ({"kind": "hotline"}, "热线只有一个"),
    ({"kind": "community", "parent": "530103012"}, "代码就是区划代码"),
    ({"code": "530103099001", "kind": "community", "parent": ""}, "社区要在街道下面"),
    ({"code": "530103099001", "kind": "community", "parent": "housing"}, "社区要在街道下面"),
    ({"parent": "nowhere"}, "这个单位"),
    ({"parent": "hotline"}, "这个单位"),
]


@pytest.mark.parametrize("typed, said", REFUSED, ids=lambda value: str(value))
def test_a_unit_that_cannot_be_is_refused_with_words_and_leaves_no_trace(
    admin: Visitor, house: House, typed: dict[str, str], said: str
) -> None:
    with written(house) as facts:
        refused = admin.send("/admin/units", "/admin/units", {**NEW, "code": "refused", **typed})

    assert refused.status_code == 422
    assert said in refused.text
    assert 'value="Parks Bureau"' in refused.text, "what was typed stays"
    assert facts == []


def test_a_unit_is_renamed_in_both_languages(admin: Visitor, house: House, session: Session) -> None:
    add(admin, "renamed")
    with written(house) as facts:
        said = change(admin, "renamed", "names", name=" 区水务局 ", name_en="Water Bureau")

    assert said.status_code == 303
    assert (unit(session, "renamed").name, unit(session, "renamed").name_en) == ("区水务局", "Water Bureau")
    assert [(fact.what, fact.data["before"], fact.data["after"]) for fact in facts] == [
        (
            "unit_changed",
            {"name": "单位renamed", "name_en": "Parks Bureau"},
            {"name": "区水务局", "name_en": "Water Bureau"},
        )
    ]
    assert "Water Bureau" in admin.get("/admin/units/renamed", lang="en").text


def test_saving_what_is_there_already_is_no_change(admin: Visitor, house: House) -> None:
    add(admin, "same")
    with written(house) as facts:
        said = change(admin, "same", "names", name="单位same", name_en="Parks Bureau")
        page = admin.get("/admin/units/same").text

    assert said.status_code == 303
    assert "没有改动" in page
    assert facts == []


def test_a_double_click_changes_once(admin: Visitor, house: House) -> None:
    add(admin, "twice")
    page = admin.get("/admin/units/twice")
    with written(house) as facts:
        answers = [
            admin.send(page, "/admin/units/twice/aliases", {"aliases": "两次"}).status_code
            for _click in (1, 2)
        ]

    assert answers == [303, 303]
    assert [fact.what for fact in facts] == ["unit_changed"]


def test_a_unit_moves_but_never_below_itself(admin: Visitor, house: House, session: Session) -> None:
    top = add(admin, "top")
    middle = add(admin, "middle", parent="top")
    low = add(admin, "low", parent="middle")
    with written(house) as facts:
        circle = change(admin, top, "parent", parent=low)
        itself = change(admin, top, "parent", parent=top)
        moved = change(admin, low, "parent", parent=top)
        freed = change(admin, middle, "parent", parent="")

    assert [one.status_code for one in (circle, itself, moved, freed)] == [422, 422, 303, 303]
    assert "就是它自己或在它下面" in circle.text
    assert [fact.data["after"] for fact in facts] == [{"parent": "top"}, {"parent": None}]
    assert unit(session, "low").parent == "top"


def test_a_unit_is_closed_and_works_again(admin: Visitor, house: House, session: Session, api: Api) -> None:
    add(admin, "closing")
    with written(house) as facts:
        closed = change(admin, "closing", "active", active="false")
        refused = api.move("dispatcher", api.register()["ref"], "dispatch", lead="closing")
        reopened = change(admin, "closing", "active", active="true")

    assert (closed.status_code, refused.status_code, reopened.status_code) == (303, 422, 303)
    assert [fact.data["after"] for fact in facts] == [{"active": False}, {"active": True}]
    assert unit(session, "closing").active


def test_a_unit_that_owes_an_answer_is_not_closed(admin: Visitor, house: House, api: Api) -> None:
    add(admin, "owing")
    ref = api.register()["ref"]
    assert api.move("dispatcher", ref, "dispatch", lead="owing").status_code == 200
    with written(house) as facts:
        refused = change(admin, "owing", "active", active="false")

    assert refused.status_code == 409
    assert "“单位owing”还有 1 张没有办结的派单" in refused.text
    assert facts == []


@pytest.mark.parametrize(
    "code, what, typed, said",
    [
        ("hotline", "active", {"active": "false"}, "热线负责派单和回访"),
        ("hotline", "parent", {"parent": "housing"}, "热线负责派单和回访"),
        ("530103011", "active", {"active": "false"}, "下面还有"),
    ],
)
def test_what_the_house_stands_on_stays(
    admin: Visitor, house: House, code: str, what: str, typed: dict[str, str], said: str
) -> None:
    page = admin.get("/admin/units/housing")
    with written(house) as facts:
        # The page of the hotline has no such form; the token of another one is as good.
        refused = admin.client.post(
            f"/admin/units/{code}/{what}", data={"csrf_token": form_token(page.text), **typed}
        )

    assert refused.status_code == 409
    assert said in refused.text
    assert facts == []


def form_token(page: str) -> str:
    return page.partition('name="csrf_token" value="')[2].partition('"')[0]


def test_a_unit_below_a_closed_one_is_not_opened(admin: Visitor) -> None:
    add(admin, "above")
    add(admin, "below", parent="above")
    for code in ("below", "above"):
        assert change(admin, code, "active", active="false").status_code == 303
    refused = change(admin, "below", "active", active="true")

    assert refused.status_code == 409
    assert "它的上级“单位above”已经停用" in refused.text


def test_a_unit_nobody_knows_and_a_change_nobody_makes_are_not_there(admin: Visitor) -> None:
    assert admin.get("/admin/units/nowhere").status_code == 404
    page = admin.get("/admin/units/housing").text
    token = {"csrf_token": form_token(page)}
    assert admin.client.post("/admin/units/nowhere/names", data=token).status_code == 404
    assert admin.client.post("/admin/units/housing/nothing", data=token).status_code == 404
    assert admin.client.post("/admin/units/a%00b/names", data=token).status_code == 404


def test_a_form_that_expired_comes_back_filled_in(admin: Visitor) -> None:
    refused = admin.client.post("/admin/units/housing/names", data={"name": "新名", "name_en": "New"})

    assert refused.status_code == 400
    assert 'value="新名"' in refused.text


def test_a_form_filled_in_when_the_session_ended_goes_through_the_door(app: Flask, house: House) -> None:
    admin, action = signed_in(app, "admin"), "/admin/units/medical/aliases"
    typed = {**form_of(admin.get("/admin/units/medical"), action), "aliases": "医保局"}
    with house.engine.begin() as connection:
        connection.execute(text("update web_session set seen_at = seen_at - interval '1 day'"))
    sent_on = admin.client.post(action, data=typed)
    door = admin.client.post(sent_on.headers["Location"], data=typed)

    assert (sent_on.status_code, door.status_code) == (307, 401)
    assert form_of(door, f"/sign-in?kept_for={action}")["kept:aliases"] == "医保局"


def test_two_who_put_units_below_each_other_make_no_circle(app: Flask, session: Session) -> None:
    visitors = {"left": signed_in(app, "admin"), "right": signed_in(app, "admin")}
    for code in visitors:
        add(visitors[code], code)
    shown = {code: visitor.get(f"/admin/units/{code}") for code, visitor in visitors.items()}

    def move(code: str) -> int:
        other = "right" if code == "left" else "left"
        return visitors[code].send(shown[code], f"/admin/units/{code}/parent", {"parent": other}).status_code

    with ThreadPoolExecutor(2) as both:
        answers = sorted(both.map(move, visitors))

    assert answers == [303, 422]
    assert sorted([unit(session, "left").parent or "", unit(session, "right").parent or ""])[0] == ""


def test_the_page_says_what_a_change_would_touch(admin: Visitor, api: Api) -> None:
    add(admin, "touched")
    add(admin, "under", parent="touched")
    for code in ("touched", "under"):
        api.move("dispatcher", api.register()["ref"], "dispatch", lead=code)
    page = admin.get("/admin/units/touched").text

    assert "本单位 1 张，连同下级 2 张" in page
    assert "这个单位还没有账号" in page
    assert "此刻没有人值班" in page


@pytest.mark.parametrize(
    # Units and categories are not counted. Visitor and what hangs on units; of one also the time, its people,
    # its turns, and who is on duty.
    "path, questions",
    [("/admin/units", 2), ("/admin/units/530103012", 6)],
)
def test_the_pages_cost_the_same_however_many_units_there_are(
    admin: Visitor, house: House, path: str, questions: int
) -> None:
    admin.get(path)
    with counted(house.engine) as said:
        assert admin.get(path).status_code == 200

    assert len(said) == questions, said
