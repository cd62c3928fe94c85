"""Several tickets at once: what would happen to each is shown first, and one refusal stops no other."""

import re
from typing import Any

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from tests.app.pages import Visitor, form_of, signed_in
from tests.makers import ANSWER, HANDLER, LEAD, Api

DISPATCH, REVIEW = "/desk/bulk/dispatch", "/desk/bulk/review"


@pytest.fixture
def dispatcher(app: Flask) -> Visitor:
    return signed_in(app, "dispatcher")


def chosen(visitor: Visitor, action: str, refs: list[str], **typed: Any) -> TestResponse:
    """Choose tickets on the desk and ask for the preview."""
    desk = visitor.get("/desk")
    return visitor.client.post(action, data={**form_of(desk, action), **typed, "ref": refs})


def confirmed(visitor: Visitor, preview: TestResponse, action: str, refs: list[str]) -> TestResponse:
    """Confirm what the preview offers."""
    return visitor.client.post(f"{action}/do", data={**form_of(preview, f"{action}/do"), "ref": refs})


def said_of(page: TestResponse, ref: str) -> str:
    """The line about one ticket, in plain words."""
    number = f"{ref[:6]} {ref[6:10]} {ref[10:]}"
    row = next(row for row in re.split(r"<tr>", page.text) if number in row)
    return " ".join(re.sub(r"<[^>]+>", " ", row).split())


def test_a_preview_changes_nothing_and_says_what_would_happen(dispatcher: Visitor, api: Api) -> None:
    refs = [api.register()["ref"] for _ in range(2)]
    about = api.register(about_units=[LEAD])["ref"]
    page = chosen(dispatcher, DISPATCH, [*refs, about], lead=LEAD, note="请尽快")

    assert page.status_code == 200
    assert all("区民政局 主办" in said_of(page, ref) for ref in refs)
    assert "不能承办" in said_of(page, about) or "反映的单位" in said_of(page, about)
    assert "确认 2 件" in page.text
    assert {api.read("dispatcher", ref)["state"] for ref in (*refs, about)} == {"registered"}


def test_each_is_a_move_of_its_own_and_a_refusal_stops_no_other(dispatcher: Visitor, api: Api) -> None:
    refs = [api.register()["ref"] for _ in range(3)]
    preview = chosen(dispatcher, DISPATCH, refs, lead=LEAD, note="请尽快")
    # Meanwhile somebody else has given one of them out.
    api.made("dispatcher", refs[1], "dispatch", lead="housing")
    done = confirmed(dispatcher, preview, DISPATCH, refs)

    assert "办成 2 件" in done.text
    assert "1 件没有办成" in done.text
    for ref in (refs[0], refs[2]):
        ticket = api.read("dispatcher", ref)
        assert (ticket["state"], ticket["version"]) == ("dispatched", 2)
        assert api.facts(ref) == ["registered", "dispatched"]
    assert [order["unit"] for order in api.read("dispatcher", refs[1])["orders"]] == ["housing"]


def test_what_is_confirmed_twice_is_done_once(dispatcher: Visitor, api: Api) -> None:
    ref = api.register()["ref"]
    preview = chosen(dispatcher, DISPATCH, [ref], lead=LEAD)
    pages = [confirmed(dispatcher, preview, DISPATCH, [ref]) for _ in range(2)]

    assert ["办成 1 件" in page.text for page in pages] == [True, True]
    assert api.facts(ref) == ["registered", "dispatched"]


def test_nothing_typed_is_lost_where_a_field_is_wrong(dispatcher: Visitor, api: Api) -> None:
    ref = api.register()["ref"]
    page = chosen(dispatcher, DISPATCH, [ref], lead="", note="请尽快")

    assert page.status_code == 422
    assert "主办单位：没有填写。" in page.text
    assert api.read("dispatcher", ref)["state"] == "registered"


def test_nothing_chosen_is_said(dispatcher: Visitor, api: Api) -> None:
    api.register()
    page = chosen(dispatcher, DISPATCH, [], lead=LEAD)

    assert "没有选中工单" in page.text


def test_answers_are_passed_or_sent_back_together(app: Flask, api: Api) -> None:
    refs = [api.ticket_in("replied")["ref"] for _ in range(4)]
    reviewer = signed_in(app, "reviewer")
    passed = chosen(reviewer, REVIEW, refs[:2], **{"pass": "true", "text": ""})
    back = chosen(reviewer, REVIEW, refs[2:], **{"pass": "false", "text": "请写明日期"})
    wordless = chosen(reviewer, REVIEW, refs[2:], **{"pass": "false", "text": ""})
    for preview, some in ((passed, refs[:2]), (back, refs[2:])):
        assert "办成 2 件" in confirmed(reviewer, preview, REVIEW, some).text

    assert {api.read("reviewer", ref)["state"] for ref in refs[:2]} == {"callback"}
    assert {api.read("reviewer", ref)["state"] for ref in refs[2:]} == {"handling"}
    assert "没有写原因" in said_of(wordless, refs[2])
    assert "确认" not in wordless.text


@pytest.mark.parametrize(
    "username, action", [(HANDLER, DISPATCH), ("reviewer", DISPATCH), ("dispatcher", REVIEW)]
)
def test_only_whose_work_it_is(app: Flask, api: Api, username: str, action: str) -> None:
    ref = api.register()["ref"]
    visitor = signed_in(app, username)
    token = re.findall(r'name="csrf_token" value="([^"]+)"', visitor.get("/desk").text)[0]
    sent = {"csrf_token": token, "ref": [ref], "lead": LEAD, "pass": "true", **ANSWER}

    assert visitor.client.post(action, data=sent).status_code in (403, 404)
    assert visitor.client.post(f"{action}/do", data=sent).status_code in (403, 404)
    assert api.read("dispatcher", ref)["state"] == "registered"


def test_what_one_may_not_know_of_is_not_told(dispatcher: Visitor, app: Flask, api: Api) -> None:
    unknown = "26112600000000"
    page = chosen(dispatcher, DISPATCH, [unknown], lead=LEAD)

    assert page.status_code == 200
    assert "没有查到这张工单" in page.text
