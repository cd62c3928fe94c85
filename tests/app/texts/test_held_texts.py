"""Whoever looks at a ticket reads why a text has not gone yet, and when it goes."""

import pytest
from flask import Flask
from sqlalchemy import text

from app import settings
from app.language.provider_words import PROVIDERS, REASONS
from app.language.text_words import HELD, TROUBLES
from app.wiring import House
from notifications.health import Reason
from notifications.providers import Trouble
from notifications.rules import Held
from tests.app.pages import signed_in
from tests.makers import Api


@pytest.mark.parametrize(
    "language, because, says",
    [
        ("zh", "quiet_hours", "夜间不打扰"),
        ("en", "quiet_hours", "Not sent at night"),
    ],
)
def test_a_held_text_says_why(
    app: Flask, api: Api, house: House, language: str, because: str, says: str
) -> None:
    ref = api.ticket_in("handling")["ref"]
    with house.engine.begin() as connection:
        connection.execute(
            text(
                "update message set fate = 'queued', held_because = :because,"
                " not_before = '2099-11-24T00:00Z'"
                " where ticket_id = (select id from ticket where ref = :ref)"
            ),
            {"ref": ref, "because": because},
        )
    visitor = signed_in(app, "operator")

    page = visitor.get(f"/tickets/{ref}", lang=language)

    assert page.status_code == 200
    assert says in page.text
    assert ("发出" if language == "zh" else "Goes out") in page.text


def test_a_text_that_never_arrived_says_why(app: Flask, api: Api, house: House) -> None:
    ref = api.ticket_in("handling")["ref"]
    with house.engine.begin() as connection:
        connection.execute(
            text(
                "update message set fate = 'given_up', error_code = 'not_approved'"
                " where ticket_id = (select id from ticket where ref = :ref)"
            ),
            {"ref": ref},
        )

    assert (
        "已放弃发送 · 模板未经通道审核" in signed_in(app, "operator").get(f"/tickets/{ref}", lang="zh").text
    )


def test_every_reason_has_words() -> None:
    assert set(HELD) == set(Held)
    assert set(TROUBLES) == set(Trouble)
    assert set(REASONS) == set(Reason)
    assert set(PROVIDERS) == set(settings.PROVIDERS)
