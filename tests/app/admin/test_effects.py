"""What a change would touch is said before it is made: counted, with warnings, and nothing is changed."""

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text
from sqlmodel import Session, select

from app.access.accounts import Account
from app.admin import effects
from app.language.effect_words import EFFECTS
from app.wiring import House
from tests.app.admin.ledgers import written
from tests.app.pages import Visitor, counted, form_of, signed_in
from tests.makers import Api
from tickets.ground.phrases import PhraseRow

TABLES = (
    effects.UNIT_MOVED,
    effects.UNIT_CLOSED,
    effects.UNIT,
    effects.HELD,
    effects.CLOSED,
    effects.CATEGORY,
    effects.REASON,
    effects.PHRASE,
    effects.TURN,
    effects.ROUTE,
)


@pytest.fixture
def admin(app: Flask) -> Visitor:
    return signed_in(app, "admin")


def touched(api: Api, who: str = "admin", **asked: Any) -> dict[str, int]:
    answer = api.get(who, "/effects", **asked)
    assert answer.status_code == 200, answer.text
    items = answer.get_json()["items"]
    assert [one["warns"] for one in items] == sorted((one["warns"] for one in items), reverse=True)
    return {one["code"]: one["count"] for one in items}


def test_every_count_has_its_words() -> None:
    asked = {code for table in TABLES for code in table}
    by_hand = {"last_admin", "last_head", "categories_below_gone", "leads_inherited"}

    assert asked | by_hand == set(EFFECTS)
    assert asked | by_hand >= effects.WARNINGS


def test_of_a_unit_that_moves_or_closes_everything_is_counted(admin: Visitor, api: Api) -> None:
    for code, parent in (("fx-top", ""), ("fx-low", "fx-top")):
        unit = {"code": code, "name": f"单位{code}", "name_en": code, "kind": "bureau", "parent": parent}
        assert admin.send("/admin/units", "/admin/units", unit).status_code == 303
    assert api.move("dispatcher", api.register()["ref"], "dispatch", lead="fx-low").status_code == 200

    moved = touched(api, kind="unit_moved", subject="fx-low", parent="housing")
    closed = touched(api, kind="unit_closed", subject="fx-low")
    above = touched(api, kind="unit_closed", subject="fx-top")

    assert moved["orders"] == 1
    assert moved["gain_sight"] >= 2, "handler and head of the unit above"
    assert moved["clocks"] >= 1
    assert "lose_sight" not in moved, "nobody sits above it yet"
    assert closed == {"orders_held_up": 1}
    assert above == {"units_held_up": 1}
    place = touched(api, kind="unit_moved", subject="530103012210", parent="530103011")
    assert place["lose_sight"] >= 2
    assert (
        api.get("admin", "/effects", kind="unit_moved", subject="fx-top", parent="fx-low").status_code == 422
    )


def test_of_a_person_what_they_hold_and_whether_they_are_the_last(api: Api, session: Session) -> None:
    who = "handler@panlong-civil"
    ref = api.register()["ref"]
    assert api.move("dispatcher", ref, "dispatch", lead="panlong-civil").status_code == 200
    for move in ("sign", "take"):
        assert api.move(who, ref, move).status_code == 200
    before = touched(api, kind="account_away", subject=who)
    head = touched(api, kind="account_closed", subject="head@panlong-civil")
    kept = touched(api, kind="account_post", subject="head@panlong-civil", role="head", unit="panlong-civil")

    assert before["orders_taken"] >= 1
    assert head["last_head"] == 1
    assert "last_head" not in kept
    rest = select(Account).where(Account.role == "admin", Account.active, Account.username != "admin")
    others = session.exec(rest).all()
    assert ("last_admin" in touched(api, kind="account_closed", subject="admin")) == (not others)


def test_of_lists_where_each_entry_is_in_use(api: Api, session: Session) -> None:
    before = touched(api, kind="category", subject="MZ").get("tickets", 0)
    api.register(category="MZ-07-01")
    category = touched(api, kind="category", subject="MZ", active="false")
    phrase = session.exec(select(PhraseRow)).first()
    assert phrase is not None

    assert category["tickets"] == before + 1
    assert category["categories_below_gone"] > 1
    assert "categories_below_gone" not in touched(api, kind="category", subject="MZ")
    assert touched(api, kind="phrase", subject=str(phrase.id))["writers"] > 1
    assert "last_offered" not in touched(api, kind="reason", subject="close/explained", active="false")
    assert touched(api, kind="route") is not None


def test_a_head_asks_of_the_own_unit_and_nobody_of_what_is_not_there(api: Api, session: Session) -> None:
    phrase = session.exec(select(PhraseRow).where(PhraseRow.unit == None)).first()  # noqa: E711 as SQL has it
    assert phrase is not None

    assert api.get("head@housing", "/effects", kind="phrase", subject=str(phrase.id)).status_code == 404
    assert api.get("head@housing", "/effects", kind="route").status_code == 403
    assert api.get("admin", "/effects", kind="unit_closed", subject="nowhere").status_code == 404
    assert api.get("admin", "/effects", kind="turn", subject="no id").status_code == 404


PAGES = [
    ("/admin/units/justice", "/admin/units/justice/active", {"active": "false"}, "停用这个单位"),
    ("/admin/units/justice", "/admin/units/justice/parent", {"parent": "housing"}, "移过去"),
    ("/admin/categories/MZ", "/admin/categories/MZ", {}, "保存"),
    ("/admin/reasons/close/explained", "/admin/reasons/close/explained", {}, "保存"),
    ("/admin/providers", "/admin/providers", {"reason": "试"}, "调整份额"),
]


@pytest.mark.parametrize("page, action, typed, button", PAGES, ids=[one[1] for one in PAGES])
def test_a_page_says_it_and_changes_nothing_for_one_question_more(
    admin: Visitor, house: House, page: str, action: str, typed: dict[str, str], button: str
) -> None:
    form = {**form_of(admin.get(page), action), **typed, "do": "ask"}
    with written(house) as facts, counted(house.engine) as said:
        asked = admin.client.post(action, data=form)

    assert asked.status_code == 200, asked.text
    assert 'id="effects"' in asked.text
    assert button in asked.text
    assert facts == []
    assert sum('as "' in one and one.lstrip().startswith("select (select count") for one in said) == 1


def test_an_account_is_asked_about_before_it_is_closed(
    admin: Visitor, session: Session, house: House
) -> None:
    number = session.exec(select(Account.id).where(Account.username == "head@justice")).one()
    page = f"/admin/accounts/{number}"
    with written(house) as facts:
        asked = admin.send(page, f"{page}/active", {"active": "false", "do": "ask"})
        moved = admin.send(page, f"{page}/post", {"role": "handler", "unit": "housing", "do": "ask"})

    for answer in (asked, moved):
        assert "最后一个在用的负责人" in answer.text
    assert '<option value="handler" selected>' in moved.text, "what was typed stays"
    assert facts == []
    still = session.connection().execute(text("select active from account where id = :id"), {"id": number})
    assert still.scalar_one() is True
