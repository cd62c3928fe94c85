"""The texts on the administrator's page: read, changed within the rules, switched off, approved elsewhere."""

import re
from collections.abc import Iterator

import pytest
from flask import Flask
from sqlalchemy import text
from sqlmodel import Session, col, select
from werkzeug.test import TestResponse

from app.language.wording_words import FORBIDDEN, REFUSALS, SILENT, TELLS, VARIABLES, WHEN, WHY_SILENT
from app.wiring import House, Shelf
from notifications.message import Message
from notifications.preview import VARIABLES as KNOWN
from notifications.table import SILENT_ON_PURPOSE, TABLE
from notifications.wording import every_form
from notifications.wording_rows import ApprovalState
from notifications.wording_rules import SAID, forbidden
from tests.app.admin.ledgers import written
from tests.app.pages import Visitor, form_of, signed_in
from tests.makers import Api

PAGE = "/admin/wording"
RECEIVED = f"{PAGE}/zh_Hans/plain/received"
ANSWERED = f"{PAGE}/en/plain/answered"
OURS = "记下了。编号{{ ref | grouped }}，查询码{{ fact.tracking_code }}，问进度打12345。"


@pytest.fixture
def admin(app: Flask) -> Visitor:
    return signed_in(app, "admin")


@pytest.fixture(autouse=True)
def as_before(house: House) -> Iterator[None]:
    """Other tests read the house's own words."""
    yield
    with house.engine.begin() as connection:
        for table in ("wording_version", "text_switch", "template_approval"):
            connection.execute(text(f"delete from {table}"))  # noqa: S608 the words above
    house.shelf.forget()


def save(visitor: Visitor, page: str, words: str) -> TestResponse:
    return visitor.send(page, page, {"words": words})


def try_out(visitor: Visitor, page: str, words: str) -> TestResponse:
    """The form's other button."""
    return visitor.client.post(f"{page}/preview", data={**form_of(visitor.get(page), page), "words": words})


def body_of(house: House, session: Session, ref: str, template: str) -> str:
    query = select(Message).where(
        Message.template == template,
        col(Message.ticket_id)
        == session.execute(text("select id from ticket where ref = :r"), {"r": ref}).scalar_one(),
    )
    message = session.exec(query).one()
    return message.words(house.vault)


def test_every_word_the_page_needs_is_there() -> None:
    pairs = {f"{kind.name} {rule.template}" for kind, rules in TABLE.items() for rule in rules}

    assert set(WHEN) == pairs
    assert set(TELLS) == {pair.split()[1] for pair in pairs}
    assert set(SILENT) == {kind.name for kind in SILENT_ON_PURPOSE}
    assert set(WHY_SILENT) == set(SILENT_ON_PURPOSE.values())
    assert set(VARIABLES) == set(KNOWN)
    assert set(FORBIDDEN) == set(forbidden())
    assert set(SAID) <= set(REFUSALS)


def test_the_page_shows_every_text_with_its_length_and_what_it_weighs(app: Flask, house: House) -> None:
    page = signed_in(app, "auditor").get(PAGE).text
    english = signed_in(app, "supervisor").get(PAGE, lang="en").text

    assert page.count('<td class="nowrap"><a class="title" href="/admin/wording/') == len(every_form())
    assert (
        "【盘龙热线】您反映的事情收到了。编号261230 0004 1270，查询码380614，请留好。问进度打12345。" in page
    )
    assert house.wording.words["en/sealed/ended"].version in page
    assert "47 / 70 字 · UCS-2 · 算 1 条" in re.sub(r"\s+", " ", page)
    assert "信访工作条例 第二十二条" in page
    assert "GSM-7 · 1 segment" in english
    assert "The answer passes review and waits for the callback" in english
    assert "<button" not in page.partition("<main")[2].partition("</main>")[0], (
        "who only reads changes nothing"
    )


def test_saved_words_are_sent_from_now_on_everywhere_and_taken_back(
    admin: Visitor, api: Api, house: House, session: Session
) -> None:
    with written(house) as facts:
        answer = save(admin, RECEIVED, f"  {OURS}\r\n")
        again = save(admin, RECEIVED, OURS)
        ref = api.register()["ref"]
        elsewhere = Shelf()
        elsewhere.book(session)
        shown = admin.get(RECEIVED).text
        back = admin.send(RECEIVED, f"{RECEIVED}/back", {})
    after = api.register()["ref"]

    assert [one.status_code for one in (answer, again, back)] == [303] * 3
    assert body_of(house, session, ref, "received").startswith("【盘龙热线】记下了。编号")
    assert body_of(house, session, after, "received").startswith("【盘龙热线】您反映的")
    assert elsewhere.wording(house.wording).words["zh_Hans/received"].source == OURS
    assert "改过，第 1 版" in shown
    assert [(fact.what, fact.data["subject"]) for fact in facts] == [
        ("words_changed", "zh_Hans/received"),
        ("words_taken_back", "zh_Hans/received"),
    ]
    assert facts[0].data["after"] == {"text": OURS, "version": 1}
    assert "登记，编号与查询码 · 中文" in admin.get("/changes").text


@pytest.mark.parametrize(
    "page, words, said",
    [
        (RECEIVED, f"您举报的事{OURS}", "不能写“举报”：旁人一看就知道有人被举报。请换个说法。"),
        (RECEIVED, f"区民政局{OURS}", "点了“区民政局”的名。"),
        (
            RECEIVED,
            OURS + "{{ requester.name }}",
            "是个人信息，短信里不能有。可用的只有：{{ ref | grouped }}",
        ),
        (RECEIVED, "收到了。{{ ref | grouped }}", "少了这条短信必须告诉群众的：{{ fact.tracking_code }}。"),
        (RECEIVED, "", "内容是空的。"),
        (ANSWERED, "There’s news on {{ ref | tail }}. Call 12345.", "贵一倍多：’"),
        (RECEIVED, OURS + "啊" * 120, "最多 2 条，134 字（连签名）。"),
    ],
    ids=range(7),
)
def test_words_that_break_a_rule_are_refused_with_the_remedy_and_kept(
    admin: Visitor, house: House, page: str, words: str, said: str
) -> None:
    with written(house) as facts:
        refused = save(admin, page, words)
        tried = try_out(admin, page, words)

    for answer in (refused, tried):
        assert answer.status_code == 422
        assert said in answer.text
        assert f">\n{words}</textarea>" in answer.text
        assert "短信的话：" in answer.text
    assert facts == []


def test_a_preview_shows_and_saves_nothing(admin: Visitor, house: House) -> None:
    with written(house) as facts:
        shown = try_out(admin, RECEIVED, OURS + "再见。" * 9)

    assert shown.status_code == 200
    assert "记下了。编号261230 0004 1270" in shown.text
    assert "还没有保存" in shown.text
    assert re.search(r"\d+ / 134 字 · UCS-2 · 算 2 条", shown.text)
    assert facts == []


def test_who_did_not_see_the_words_before_is_told(admin: Visitor, house: House) -> None:
    opened = admin.get(RECEIVED)
    save(admin, RECEIVED, OURS)
    late = admin.send(opened, RECEIVED, {"words": f"您好，{OURS}"})
    seen = admin.send(late, RECEIVED, {"words": f"您好，{OURS}"})

    assert late.status_code == 409
    assert "admin 刚改过这条短信，现在是第 1 版" in late.text
    assert f"您好，{OURS}" in late.text
    assert seen.status_code == 303


def test_a_courtesy_is_switched_off_for_its_fact_and_on_again(admin: Visitor, api: Api, house: House) -> None:
    action = f"{PAGE}/told/reviewed/survey"
    with written(house) as facts:
        off = admin.send(PAGE, action, {})
        quiet = api.texts(api.ticket_in("callback")["ref"])
        listed = {one["template"]: one for one in api.get("operator", "/wording").get_json()["items"]}
        on = admin.send(PAGE, action, {"active": "1"})
        told = api.texts(api.ticket_in("callback")["ref"])

    assert (off.status_code, on.status_code) == (303, 303)
    assert ("survey" in quiet, "survey" in told) == (False, True)
    assert {line["fact"]: line["active"] for line in listed["survey"]["told"]} == {
        "reviewed": False,
        "followed": True,
    }
    assert [(fact.what, fact.data["after"]) for fact in facts] == [
        ("text_switched", {"active": False}),
        ("text_switched", {"active": True}),
    ]
    assert "答复通过审核，等回访 · 满意度调查" in admin.get("/changes").text


@pytest.mark.parametrize(
    "told, said",
    [
        ("registered/received", "这条不能关：告知受理和编号 · 信访工作条例 第二十二条"),
        ("code_reissued/code_again", "这条不能关：新查询码只有这一条路"),
    ],
)
def test_what_must_be_told_stays_on(admin: Visitor, house: House, told: str, said: str) -> None:
    key = re.findall(r'name="csrf_token" value="([^"]+)"', admin.get(PAGE).text)[0]
    with written(house) as facts:
        refused = admin.client.post(f"{PAGE}/told/{told}", data={"csrf_token": key})

    assert refused.status_code == 422
    assert said in refused.text
    assert facts == []


def test_an_approval_is_of_the_words_it_was_given_for(admin: Visitor, api: Api, house: House) -> None:
    action = f"{RECEIVED}/approval/aliyun"
    given = {"state": "approved", "code": "SMS_154950909", "decided_on": "2026-11-20", "note": "一次通过"}
    with written(house) as facts:
        noted = admin.send(RECEIVED, action, given)
        fits = admin.get(PAGE).text
        save(admin, RECEIVED, OURS)
        stale = admin.get(PAGE).text
    items = {one["template"]: one for one in api.get("operator", "/wording").get_json()["items"]}

    assert noted.status_code == 303
    assert "阿里云短信 已通过" in fits
    assert "话改过，要重送" not in fits
    assert "话改过，要重送" in stale
    assert items["received"]["forms"][0]["approvals"] == [
        {
            "provider": "aliyun",
            "state": "approved",
            "code": "SMS_154950909",
            "decided_on": "2026-11-20",
            "of_these_words": False,
        }
    ]
    assert (items["received"]["forms"][0]["number"], items["received"]["forms"][0]["changed_by"]) == (
        1,
        "admin",
    )
    assert facts[0].data["subject"] == "aliyun zh_Hans/received"
    assert "阿里云短信 · 登记，编号与查询码 · 中文" in admin.get("/changes").text


@pytest.mark.parametrize(
    "typed, said",
    [
        ({"state": "approved"}, "模板编号：“已通过”要有模板编号。"),
        ({"state": "submitted", "decided_on": "2999-01-01"}, "日期：日期还没有到。"),
        ({"state": "approved", "code": "见附件"}, "模板编号：写法不对。"),
        ({"state": "lost"}, "审核情况：不是可以选的值。"),
    ],
    ids=str,
)
def test_an_approval_that_cannot_be_is_refused(
    admin: Visitor, house: House, typed: dict[str, str], said: str
) -> None:
    with written(house) as facts:
        refused = admin.send(RECEIVED, f"{RECEIVED}/approval/twilio", typed)

    assert refused.status_code == 422
    assert said in refused.text
    assert set(ApprovalState) >= {"approved"}
    assert facts == []


@pytest.mark.parametrize(
    "path", ["fr/plain/received", "en/open/received", "en/plain/nothing", "en/sealed/sealed/received"]
)
def test_there_is_no_page_for_a_text_that_is_none(admin: Visitor, path: str) -> None:
    assert admin.get(f"{PAGE}/{path}").status_code == 404
