"""The phones of the demo show what citizens got, and let them answer."""

import re
from dataclasses import replace
from typing import Any
from uuid import uuid4

import pytest
from flask.testing import FlaskClient
from sqlalchemy import event
from werkzeug.test import TestResponse

from app.clockwork import send_messages
from app.factory import create_app
from app.wiring import House
from tests.makers import CALL, Api


def a_number() -> str:
    return f"139{uuid4().int % 10**8:08d}"


def texted(client: FlaskClient, phone: str, words: str) -> TestResponse:
    token = re.search(r'name="csrf_token" value="([^"]+)"', client.get("/phones").text)
    assert token is not None
    fields = {"phone": phone, "words": words, "csrf_token": token[1]}
    return client.post("/phones", data=fields, follow_redirects=True)


def phone_on(page: str, number: str) -> str:
    """The part of the page that is one phone."""
    found = re.search(
        rf'<section class="phone" aria-labelledby="phone-{number}">.*?</section>', page, re.DOTALL
    )
    assert found is not None, "this phone is not on the page"
    return found[0]


def test_a_phone_shows_what_came_and_what_was_answered(client: FlaskClient, api: Api, house: House) -> None:
    number = a_number()
    ticket = api.ticket_in("callback", requester={**CALL["requester"], "phone": number})
    send_messages(house)
    page = texted(client, number, "５").text

    assert f"尾号 {ticket['ref'][-4:]} 记作“非常满意”，已办结。" in page
    phone = phone_on(page, number)
    assert re.findall(r"<b>([^<]+)</b>", phone) == ["收到", "转给单位", "有答复了", "问满不满意", "回复"]
    assert "查询码" in phone
    assert '<p class="note-line">评价</p>' in phone
    assert api.get("supervisor", f"/tickets/{ticket['ref']}").get_json()["state"] == "closed"


def test_a_mark_nobody_asked_for_says_so(client: FlaskClient, api: Api, house: House) -> None:
    number = a_number()
    assert "没有等着评价的事情" in phone_on(texted(client, number, "5").text, number)

    ticket = api.ticket_in("callback", requester={**CALL["requester"], "phone": number})
    send_messages(house)
    texted(client, number, "5")
    assert f"尾号 {ticket['ref'][-4:]} 已经不等评价，没有改动。" in texted(client, number, "1").text


def test_a_bad_mark_goes_to_the_reviewer(client: FlaskClient, api: Api, house: House) -> None:
    number = a_number()
    ticket = api.ticket_in("callback", requester={**CALL["requester"], "phone": number})
    send_messages(house)

    assert "记作“非常不满意”，交给审核员。" in texted(client, number, "1").text
    assert api.get("supervisor", f"/tickets/{ticket['ref']}").get_json()["state"] == "callback"


def test_any_number_may_text_us(client: FlaskClient) -> None:
    number = a_number()
    page = texted(client, f"+86 {number[:3]}-{number[3:]}", "<b>你好</b>").text

    assert "短信收下了。" in page
    phone = phone_on(page, number)
    assert "&lt;b&gt;你好&lt;/b&gt;" in phone
    assert "留给工作人员看" in phone


def test_the_phone_that_was_busy_last_stands_first(client: FlaskClient) -> None:
    first, second = a_number(), a_number()
    texted(client, first, "一")
    texted(client, second, "二")
    page = texted(client, first, "三").text

    assert re.findall(r'aria-labelledby="phone-(\d+)"', page)[:2] == [first, second]


@pytest.mark.parametrize(
    "phone, words, said",
    [
        ("abc", "5", "不是有效的电话号码。"),
        ("13900000000", "  ", "内容是空的。"),
        ("13900000000", "长" * 501, "太长了，最多 500 个字。"),
    ],
)
def test_what_cannot_be_sent_is_told(client: FlaskClient, phone: str, words: str, said: str) -> None:
    answer = texted(client, phone, words)

    assert answer.status_code == 422
    assert said in answer.text
    assert f'value="{phone}"' in answer.text


def test_a_text_without_the_forms_token_is_refused(client: FlaskClient) -> None:
    assert client.post("/phones", data={"phone": a_number(), "words": "5"}).status_code == 400


def test_the_part_is_sent_again_only_when_it_changed(client: FlaskClient) -> None:
    number = a_number()
    texted(client, number, "一")
    part = client.get("/phones/texts")
    again = client.get("/phones/texts", headers={"If-None-Match": part.headers["ETag"]})
    texted(client, number, "二")
    changed = client.get("/phones/texts", headers={"If-None-Match": part.headers["ETag"]})

    assert "<html" not in part.text
    assert (again.status_code, changed.status_code) == (304, 200)


@pytest.mark.parametrize("change", [{"demo": False}, {"provider": "twilio"}])
def test_there_are_no_phones_outside_the_demo(house: House, change: dict[str, Any]) -> None:
    settings = house.settings.model_copy(update=change)
    elsewhere = create_app(settings, replace(house, settings=settings)).test_client()

    assert elsewhere.get("/phones").status_code == 404
    assert elsewhere.get("/phones/texts").status_code == 404
    assert "/phones" not in elsewhere.get("/").text


def test_the_page_costs_three_questions_to_the_database(fresh_house: House) -> None:
    client = create_app(fresh_house.settings, fresh_house).test_client()
    asked: list[str] = []
    counts = []

    def note(_c: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        asked.append(statement)

    for _ in range(3):
        texted(client, a_number(), "你好")
        asked.clear()
        event.listen(fresh_house.engine, "before_cursor_execute", note)
        client.get("/phones")
        event.remove(fresh_house.engine, "before_cursor_execute", note)
        counts.append(len(asked))

    assert counts == [3, 3, 3]


def test_no_phone_has_rung_yet(fresh_house: House) -> None:
    client = create_app(fresh_house.settings, fresh_house).test_client()

    assert "还没有短信。" in client.get("/phones").text
