"""Aliyun's doors open at a secret address only, hear each thing once, and answer as Aliyun wants it."""

import json
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from threading import Thread
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlmodel import Session, col, select
from werkzeug.serving import make_server

from app.clockwork import send_messages
from app.factory import create_app
from app.wiring import House
from notifications.message import InboundText, Message, Receipt
from tests.doubles.aliyun_carrier import running_aliyun_double
from tests.makers import CALL, Api

TOKEN, OLD = "in-force-" + "t" * 32, "before-" + "o" * 32
TAKEN = {"code": 0, "msg": "成功"}


@pytest.fixture(scope="module")
def aliyuns(house: House) -> Flask:
    """The same house, carried by Aliyun as well."""
    changes = {
        "provider": "simulator,aliyun",
        "aliyun_push_token": TOKEN,
        "aliyun_push_token_old": OLD,
        "aliyun_upstream": True,
    }
    settings = house.settings.model_copy(update=changes)
    return create_app(settings, replace(house, settings=settings))


@pytest.fixture
def door(aliyuns: Flask) -> FlaskClient:
    return aliyuns.test_client()


@pytest.fixture
def message(api: Api, session: Session) -> Message:
    """A message on its way whose outcome nobody knows yet."""
    ref = api.register()["ref"]
    named = api.get("supervisor", f"/tickets/{ref}/messages").get_json()["items"]
    return session.exec(select(Message).where(col(Message.id) == named[0]["id"])).one()


def receipt(message: Message | None = None, **changes: Any) -> dict[str, Any]:
    return {
        "phone_number": "13800000001",
        "send_time": "2026-11-23 09:00:00",
        "report_time": "2026-11-23 09:00:03",
        "success": True,
        "err_code": "DELIVERED",
        "err_msg": "用户接收成功",
        "sms_size": "1",
        "biz_id": f"{uuid4().int % 10**18:018d}^0",
        "out_id": str(message.id) if message else "",
        **changes,
    }


def text(phone: str, words: str) -> dict[str, Any]:
    return {
        "phone_number": phone,
        "content": words,
        "send_time": "2026-11-23 09:10:00",
        "dest_code": "12345",
        "sequence_id": str(uuid4().int % 10**12),
    }


def test_receipts_come_several_at_once_and_each_once(
    door: FlaskClient, session: Session, message: Message
) -> None:
    mine, foreign = receipt(message), receipt(out_id="67890")
    answers = [door.post(f"/aliyun/{TOKEN}/receipts", json=[mine, {"x": 1}, foreign]) for _ in range(2)]

    assert [(answer.status_code, answer.get_json()) for answer in answers] == [(200, TAKEN)] * 2
    session.refresh(message)
    assert (message.fate, message.provider, message.provider_sid) == ("delivered", "aliyun", mine["biz_id"])
    kept = session.exec(
        select(Receipt).where(col(Receipt.sid).in_([mine["biz_id"], foreign["biz_id"]]))
    ).all()
    assert {(row.sid, row.message_id) for row in kept} == {
        (mine["biz_id"], message.id),
        (foreign["biz_id"], None),
    }


def test_both_addresses_are_good_while_one_is_replaced(door: FlaskClient) -> None:
    assert door.post(f"/aliyun/{OLD}/receipts", json=[]).status_code == 200


@pytest.mark.parametrize("kind", ["receipts", "texts"])
def test_at_any_other_address_there_is_no_such_door(
    door: FlaskClient, client: FlaskClient, session: Session, kind: str
) -> None:
    one = receipt()
    for token in (TOKEN[:-1], TOKEN + "x", TOKEN.upper(), "x", "%00", "中"):
        assert door.post(f"/aliyun/{token}/{kind}", json=[one]).status_code == 404
    # Where Aliyun carries nothing, the right address is none either.
    assert client.post(f"/aliyun/{TOKEN}/{kind}", json=[one]).status_code == 404
    assert door.get(f"/aliyun/{TOKEN}/{kind}").status_code == 405
    assert session.exec(select(Receipt).where(Receipt.sid == one["biz_id"])).all() == []


@pytest.mark.parametrize("kind", ["receipts", "texts"])
@pytest.mark.parametrize("body", [b"", b"{}", b"\xff", b"[" * 50_000, b'{"a": 1'])
def test_other_bodies_never_break_the_door(door: FlaskClient, kind: str, body: bytes) -> None:
    answer = door.post(f"/aliyun/{TOKEN}/{kind}", data=body, content_type="application/json")

    assert (answer.status_code, answer.mimetype) == (400, "application/problem+json")


def test_a_citizens_text_is_heard_once(door: FlaskClient, api: Api, house: House, session: Session) -> None:
    phone = f"139{uuid4().int % 10**8:08d}"
    ticket = api.ticket_in("callback", requester={**CALL["requester"], "phone": phone})
    send_messages(house)
    said = text(phone, "5")
    answers = [door.post(f"/aliyun/{TOKEN}/texts", json=[said]) for _ in range(2)]

    assert [answer.get_json() for answer in answers] == [TAKEN, TAKEN]
    assert api.read("supervisor", ticket["ref"])["state"] == "closed"
    sid = f"{said['sequence_id']}.20261123091000"
    (heard,) = session.exec(select(InboundText).where(InboundText.sid == sid)).all()
    assert (heard.provider, heard.handled_as) == ("aliyun", "answer")


@contextmanager
def served(app: Flask) -> Iterator[str]:
    """*app* on a port of its own, until the block ends."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def test_over_the_wire_as_aliyun_pushes_it(
    aliyuns: Flask, house: House, session: Session, message: Message
) -> None:
    late = receipt(message, success=False, err_code="MOBILE_NOT_ON_SERVICE")
    with running_aliyun_double(house.wording) as double, served(aliyuns) as base:
        status, said = double.push(f"{base}/aliyun/{TOKEN}/receipts", [late])

        assert (status, json.loads(said)) == (200, TAKEN)
        assert double.push(f"{base}/aliyun/{TOKEN}x/receipts", [late])[0] == 404
    session.refresh(message)
    assert (message.fate, message.error_code) == ("undeliverable", "phone_off")


def test_neither_the_address_nor_anything_personal_is_logged(
    door: FlaskClient, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    door.post(f"/aliyun/{TOKEN}/texts", json=[text("13912345678", "我家的事"), {"content": "我家的事"}])
    door.post(f"/aliyun/{TOKEN}/texts", data=b"{")
    door.post(f"/aliyun/{TOKEN}x/texts", json=[])

    said = " ".join(str(record.__dict__) for record in caplog.records)
    assert "not from the provider" in said
    assert "shape we do not know" in said
    assert [word for word in (TOKEN, "13912345678", "我家的事") if word in said] == []
