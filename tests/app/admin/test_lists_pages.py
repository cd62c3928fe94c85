"""The house's lists: categories, reasons, phrases; changed on pages, used in forms, each change a fact."""

import re
from typing import Any
from urllib.parse import quote

import pytest
from flask import Flask
from sqlmodel import Session, select

from app.admin.phrases import FIELDS, phrases_for
from app.rules_data import first_categories, first_reasons
from app.web.moves import FORMS
from app.wiring import House
from tests.app.admin.ledgers import written
from tests.app.pages import Visitor, counted, form_of, signed_in
from tests.makers import HANDLER, Api
from tests.rules.test_templates import source, templates
from tickets.ground.categories import Categories, CategoryRow
from tickets.ground.flow import Move
from tickets.ground.phrases import PhraseRow

CATEGORIES, REASONS = "/admin/categories", "/admin/reasons"


@pytest.fixture
def admin(app: Flask) -> Visitor:
    return signed_in(app, "admin")


# Categories

NEW = {
    "code": "MZ-07-90",
    "parent": "MZ-07",
    "name": "夜间照护",
    "name_en": "Night care",
    "unit_code": "",
    "position": "90",
}
TICKED = {"active": "1"}


def test_the_first_tree_is_whole() -> None:
    rows = first_categories()
    known: set[str] = set()
    for row in rows:
        assert row.parent is None or (row.parent in known and row.code.startswith(f"{row.parent}-"))
        assert row.name
        assert row.name_en
        known.add(row.code)

    assert {"MZ-01", "MZ-01-01", "MZ-07-01"} <= known
    assert 55 <= len(known) <= 80


def test_a_tree_knows_its_paths_its_order_and_who_leads() -> None:
    tree = Categories(
        [
            CategoryRow(code="B", name="乙", name_en="b", position=1),
            CategoryRow(code="A", name="甲", name_en="a", position=2, unit_code="housing"),
            CategoryRow(code="A-1", name="甲一", name_en="a1", parent="A", active=False),
            CategoryRow(code="A-1-1", name="甲一一", name_en="a11", parent="A-1"),
            CategoryRow(code="A-2", name="甲二", name_en="a2", parent="A", unit_code="justice"),
        ]
    )

    assert [row.code for row in tree] == ["B", "A", "A-1", "A-1-1", "A-2"]
    assert [row.code for row in tree.path("A-1-1")] == ["A", "A-1", "A-1-1"]
    assert [tree.unit_of(code) for code in ("A-1-1", "A-2", "B", "X", None)] == [
        "housing",
        "justice",
        None,
        None,
        None,
    ]
    assert [code for code in ("A", "A-1", "A-1-1", "A-2", "X") if tree.is_offered(code)] == ["A", "A-2"]


def test_a_new_category_is_offered_at_once_and_named_on_the_ticket(
    admin: Visitor, app: Flask, house: House, api: Api
) -> None:
    with written(house) as facts:
        made = admin.send(CATEGORIES, CATEGORIES, {**NEW, **TICKED})
    form = signed_in(app, "operator").get("/intake").text
    listed = {one["code"]: one for one in api.get("operator", "/categories").get_json()["items"]}
    ref = api.register(category="MZ-07-90")["ref"]
    page = signed_in(app, "dispatcher").get(f"/tickets/{ref}").text
    english = signed_in(app, "dispatcher").get(f"/tickets/{ref}", lang="en").text

    assert made.status_code == 303
    assert '<option value="MZ-07-90">民政 / 养老服务 / 夜间照护</option>' in form
    assert listed["MZ-07-90"] == {
        "code": "MZ-07-90",
        "name": "夜间照护",
        "name_en": "Night care",
        "parent": "MZ-07",
        "unit": "panlong-civil",
    }
    assert "民政 / 养老服务 / 夜间照护" in page
    assert "Civil affairs / Care for the elderly / Night care" in english
    assert [(fact.what, fact.data["subject"]) for fact in facts] == [("category_added", "MZ-07-90")]


def test_a_category_is_changed_and_no_longer_offered(
    admin: Visitor, app: Flask, house: House, api: Api
) -> None:
    admin.send(CATEGORIES, CATEGORIES, {**NEW, **TICKED, "code": "MZ-07-91"})
    page = f"{CATEGORIES}/MZ-07-91"
    typed = {"name": "夜间照护", "name_en": "Night care", "unit_code": "justice", "position": "91"}
    with written(house) as facts:
        # An unticked box is not sent: the page's own ticks are left out.
        form = {name: value for name, value in _form(admin, page).items() if name != "active"}
        changed = admin.client.post(page, data={**form, **typed})
    listed = {one["code"] for one in api.get("operator", "/categories").get_json()["items"]}
    ref = api.register(category="MZ-07-91")["ref"]

    assert changed.status_code == 303
    assert "MZ-07-91" not in listed
    assert "夜间照护" in signed_in(app, "dispatcher").get(f"/tickets/{ref}").text
    assert [(fact.what, fact.data["after"]) for fact in facts] == [
        ("category_changed", {"unit_code": "justice", "position": 91, "active": False})
    ]


def _form(visitor: Visitor, page: str) -> dict[str, str]:
    return form_of(visitor.get(page), page)


@pytest.mark.parametrize(
    "typed, said",
    [
        ({"code": "MZ-07-01"}, "“MZ-07-01”已经有了"),
        ({"code": "ZF-99"}, "请用“MZ-07-”开头"),
        ({"parent": "XX"}, "没有“XX”这个分类"),
        ({"name": ""}, "名称：没有填写"),
        ({"unit_code": "nowhere"}, "这个单位"),
        ({"position": "-1"}, "数值超出范围"),
    ],
    ids=str,
)
def test_a_category_that_cannot_be_is_refused(
    admin: Visitor, house: House, typed: dict[str, str], said: str
) -> None:
    with written(house) as facts:
        refused = admin.send(CATEGORIES, CATEGORIES, {**NEW, "code": "MZ-07-99", **TICKED, **typed})

    assert refused.status_code == 422
    assert said in refused.text
    assert facts == []


def test_a_code_nobody_knows_is_taken_as_it_came(app: Flask, api: Api) -> None:
    ref = api.register(category="KM-0815")["ref"]

    assert "<dd>KM-0815</dd>" in signed_in(app, "dispatcher").get(f"/tickets/{ref}").text


# Reasons


def test_the_codes_of_the_closed_lists_are_those_of_the_contract() -> None:
    lists: dict[str, list[str]] = {}
    for row in first_reasons():
        lists.setdefault(row.list, []).append(row.code)
        assert row.label
        assert row.label_en
        assert row.basis

    assert lists == {
        "return": ["属地不符", "职能不符", "权属不清", "重复", "要素不全", "不予受理类"],
        "decline": ["诉讼仲裁复议", "已入信访", "秘密隐私", "已依法办结", "其他"],
        "termination": ["declined_ground", "no_cooperation", "no_further"],
        "close": ["explained", "no_further", "unreachable"],
    }


def reason(label: str, **changes: str) -> dict[str, str]:
    typed = {"label": label, "label_en": label, "hint": "", "hint_en": "", "basis": "", "position": "10"}
    return {**typed, **changes}


def test_words_and_order_of_a_reason_are_changed_and_the_rulebook_knows(
    admin: Visitor, house: House, session: Session
) -> None:
    page = f"{REASONS}/return/{quote('重复')}"
    with written(house) as facts:
        changed = admin.send(page, page, reason("同一件事已在办", position="5", basis="本区规定"))
        shown = admin.get(REASONS).text
        offered = [row.code for row in house.rules().reasons.offered("return")]
        back = admin.send(page, page, reason("重复", position="40", basis="本区规定"))

    assert (changed.status_code, back.status_code) == (303, 303)
    assert "同一件事已在办" in shown
    assert offered[0] == "重复"
    assert [(fact.what, fact.data["subject"]) for fact in facts] == [("reason_changed", "return/重复")] * 2


def test_the_last_reason_offered_stays_offered(admin: Visitor, house: House) -> None:
    codes = ["no_further", "unreachable", "explained"]
    with written(house) as facts:
        answers = []
        for code in codes:
            page = f"{REASONS}/close/{code}"
            form = {name: value for name, value in _form(admin, page).items() if name != "active"}
            answers.append(admin.client.post(page, data={**form, **reason(code)}))
        offered = [row.code for row in house.rules().reasons.offered("close")]
    for code in codes:
        page = f"{REASONS}/close/{code}"
        admin.send(page, page, {**reason(code), **TICKED})

    assert [answer.status_code for answer in answers] == [303, 303, 422]
    assert "只剩这一项可以选" in answers[2].text
    assert offered == ["explained"]
    assert len(facts) == 2


def test_a_reason_nobody_knows_is_not_there(admin: Visitor) -> None:
    assert admin.get(f"{REASONS}/return/nothing").status_code == 404
    assert admin.get(f"{REASONS}/nothing/重复").status_code == 404


# Phrases

PHRASE = {
    "field": "review.text",
    "label": "缺日期",
    "text": "请写明\n办理日期。",
    "unit": "",
    "position": "0",
    **TICKED,
}


def phrase(session: Session, label: str) -> PhraseRow | None:
    wanted = select(PhraseRow).where(PhraseRow.label == label).execution_options(populate_existing=True)
    return session.exec(wanted).one_or_none()


def test_a_phrase_is_kept_shown_under_its_field_changed_and_removed(
    admin: Visitor, app: Flask, house: House, session: Session, api: Api
) -> None:
    ref = api.ticket_in("replied")["ref"]
    reviewer = signed_in(app, "reviewer")
    with written(house) as facts:
        added = admin.send("/phrases", "/phrases", PHRASE)
        row = phrase(session, "缺日期")
        assert row is not None
        shown = reviewer.get(f"/tickets/{ref}").text
        page = f"/phrases/{row.id}"
        changed = admin.send(page, page, {**PHRASE, "text": "请写明办理日期。"})
        removed = admin.send(page, f"{page}/remove", {})
        after = reviewer.get(f"/tickets/{ref}").text

    assert [answer.status_code for answer in (added, changed, removed)] == [303] * 3
    assert 'value="请写明\n办理日期。"' in shown
    assert 'data-inserts="review-text" hidden' in shown
    assert "<dt>缺日期</dt>" in shown, "without JavaScript it is a list to copy from"
    assert "缺日期" not in after
    assert phrase(session, "缺日期") is None
    assert [(fact.what, fact.data["subject"]) for fact in facts] == [
        ("phrase_added", "review.text"),
        ("phrase_changed", "review.text"),
        ("phrase_removed", "review.text"),
    ]


def test_a_head_keeps_phrases_for_the_own_unit_alone(
    app: Flask, house: House, session: Session, api: Api
) -> None:
    head = signed_in(app, "head@panlong-civil")
    smuggled = {**PHRASE, "field": "reply.text", "label": "本局口径", "unit": "housing"}
    with written(house) as facts:
        added = head.send("/phrases", "/phrases", smuggled)
    row = phrase(session, "本局口径")
    assert row is not None
    ref = api.ticket_in("handling")["ref"]
    rules = house.rules()

    assert added.status_code == 303
    assert row.unit == "panlong-civil"
    assert "本局口径" in signed_in(app, HANDLER).get(f"/tickets/{ref}").text
    assert phrases_for(rules, "reply.text", "panlong-civil")[0].label == "本局口径"
    assert "本局口径" not in [one.label for one in phrases_for(rules, "reply.text", "housing")]
    assert [(fact.what, fact.by) for fact in facts] == [("phrase_added", "head@panlong-civil")]
    assert "本局口径" not in signed_in(app, "head@housing").get("/phrases").text


@pytest.mark.parametrize(
    "typed, said",
    [
        ({"field": "review.text"}, "不是可以选的值"),
        ({"field": "nothing.text"}, "不是可以选的值"),
        ({"label": ""}, "简称：没有填写"),
        ({"text": " "}, "内容：内容是空的"),
        ({"text": "长" * 501}, "太长了"),
    ],
    ids=lambda value: str(value)[:40],
)
def test_a_phrase_that_cannot_be_is_refused(
    app: Flask, house: House, typed: dict[str, str], said: str
) -> None:
    head = signed_in(app, "head@housing")
    with written(house) as facts:
        refused = head.send("/phrases", "/phrases", {**PHRASE, "field": "reply.text", **typed})

    assert refused.status_code == 422
    assert said in refused.text
    assert facts == []


def test_a_head_changes_no_phrase_of_others(app: Flask, house: House, session: Session) -> None:
    row = phrase(session, "已上门核实")
    assert row is not None
    head = signed_in(app, "head@housing")
    token = {
        "csrf_token": head.get("/phrases").text.partition('name="csrf_token" value="')[2].partition('"')[0]
    }
    with written(house) as facts:
        answers = [
            head.get(f"/phrases/{row.id}"),
            head.client.post(f"/phrases/{row.id}", data={**token, **PHRASE, "field": "reply.text"}),
            head.client.post(f"/phrases/{row.id}/remove", data=token),
        ]

    assert [answer.status_code for answer in answers] == [404] * 3
    assert facts == []


@pytest.mark.parametrize("field", FIELDS)
def test_every_field_that_has_phrases_shows_them(field: str) -> None:
    by_itself = [name for name in templates() if f'phrases(said("{field}")' in source(name)]
    move, _dot, name = field.partition(".")
    shape = FORMS[Move(move)].shapes.get(name)

    # A form drawn from its shapes shows them below every area.
    assert by_itself or (shape and shape.kind == "area"), field


def test_a_phrase_that_is_switched_off_is_kept_but_not_shown(
    admin: Visitor, house: House, session: Session
) -> None:
    off: dict[str, Any] = {name: value for name, value in PHRASE.items() if name != "active"}
    page = admin.get("/phrases")
    form = {name: value for name, value in _form(admin, "/phrases").items() if name != "active"}
    assert page.status_code == 200
    assert admin.client.post("/phrases", data={**form, **off, "label": "先放着"}).status_code == 303

    assert phrase(session, "先放着") is not None
    assert "先放着" not in [one.label for one in phrases_for(house.rules(), "review.text", None)]
    assert re.search(r"先放着</a></td>.*?停用", admin.get("/phrases").text, re.DOTALL)


@pytest.mark.parametrize("path", [CATEGORIES, REASONS, "/phrases", f"{CATEGORIES}/MZ-07"])
def test_the_lists_cost_the_visitor_alone(admin: Visitor, house: House, path: str) -> None:
    admin.get(path)
    with counted(house.engine) as said:
        assert admin.get(path).status_code == 200

    # The lists themselves are read with the rules, which nobody counts.
    assert len(said) == 1, said
