"""A citizen comes in with number and code; nobody learns from a wrong one which of both was wrong."""

import re
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.makers import Api

ELSEWHERE = {"REMOTE_ADDR": "203.0.113.7"}


def track(client: FlaskClient, ref: str, code: str, **environ: Any) -> TestResponse:
    form = client.get("/track").text
    token = re.search(r'name="csrf_token" value="([^"]+)"', form)
    assert token is not None
    fields = {"ref": ref, "code": code, "csrf_token": token[1]}
    return client.post("/track", data=fields, environ_base=environ)


@pytest.mark.parametrize("path", ["/", "/notice", "/track"])
def test_anybody_may_open_the_first_pages_in_two_languages(client: FlaskClient, path: str) -> None:
    assert client.get(path).status_code == 200
    english = client.get(path, headers={"Accept-Language": "en"})

    assert english.status_code == 200
    assert 'lang="en"' in english.text


def test_the_first_page_leads_to_the_phones_of_the_demo(client: FlaskClient) -> None:
    assert '<a href="/phones">' in client.get("/").text


def test_a_right_code_opens_the_page_and_keeps_it_open(client: FlaskClient, api: Api) -> None:
    made = api.register()
    answer = track(
        client, f" {made['ref'][:6]} {made['ref'][6:10]}-{made['ref'][10:]} ", made["tracking_code"]
    )

    assert (answer.status_code, answer.location) == (303, f"/track/{made['ref']}")
    page = client.get(answer.location)
    assert page.status_code == 200
    assert client.get(answer.location).status_code == 200
    assert '<meta name="robots" content="noindex">' in page.text
    assert "no-store" in page.headers["Cache-Control"]


def test_full_width_digits_are_digits(client: FlaskClient, api: Api) -> None:
    made = api.register()
    wide = str.maketrans("0123456789", "０１２３４５６７８９")

    assert (
        track(client, made["ref"].translate(wide), made["tracking_code"].translate(wide)).status_code == 303
    )


def test_without_a_code_there_is_no_page(client: FlaskClient, api: Api) -> None:
    answer = client.get(f"/track/{api.register()['ref']}")

    assert (answer.status_code, answer.location) == (302, "/track")


def test_a_code_opens_no_other_page(client: FlaskClient, api: Api) -> None:
    one, other = api.register(), api.register()
    track(client, one["ref"], one["tracking_code"])
    cookie = client.get_cookie("track", path=f"/track/{one['ref']}")
    assert cookie is not None
    client.set_cookie("track", cookie.value, path="/")

    assert client.get(f"/track/{other['ref']}").status_code == 302


def test_a_wrong_number_and_a_wrong_code_answer_alike(client: FlaskClient, api: Api) -> None:
    made = api.register()
    wrong_code = f"{(int(made['tracking_code']) + 1) % 1_000_000:06d}"
    answers = [
        track(client, ref, code)
        for ref, code in (
            (made["ref"], wrong_code),
            ("26010199999994", made["tracking_code"]),
            ("26010199999995", wrong_code),
        )
    ]

    assert [answer.status_code for answer in answers] == [422, 422, 422]
    pages = {re.sub(r'value="[^"]*"', "", answer.text) for answer in answers}
    assert len(pages) == 1
    page = pages.pop()
    assert page.count('aria-invalid="true"') == 2
    assert page.count("编号或查询码不对，没有查到。") == 3
    assert made["ref"] in answers[0].text
    assert wrong_code not in answers[0].text


def test_what_cannot_be_a_number_is_told_where(client: FlaskClient) -> None:
    answer = track(client, "2601 0199", "12ab")

    assert answer.status_code == 422
    assert "编号应是 14 位数字。 您填了 8 个。" in answer.text
    assert "查询码应是 6 位数字。" in answer.text


def test_too_many_tries_from_elsewhere_end_for_the_day(client: FlaskClient, api: Api) -> None:
    made = api.register()
    wrong = f"{(int(made['tracking_code']) + 1) % 1_000_000:06d}"
    statuses = [track(client, made["ref"], wrong, **ELSEWHERE).status_code for _ in range(11)]
    right = track(client, made["ref"], made["tracking_code"], **ELSEWHERE)

    assert statuses == [422] * 10 + [429]
    assert right.status_code == 429
    assert "12345" in right.text
    assert track(client, made["ref"], made["tracking_code"]).status_code == 303


def test_a_form_without_its_token_is_refused(client: FlaskClient) -> None:
    assert client.post("/track", data={"ref": "1", "code": "1"}).status_code == 400
