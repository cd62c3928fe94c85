"""Twilio's doors take what Twilio signed, in the shape it sends, and nothing else."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

import pytest
from flask.testing import FlaskClient
from sqlmodel import Session, col, select
from twilio.request_validator import RequestValidator
from werkzeug.test import TestResponse

from app.clockwork import send_messages
from app.factory import create_app
from app.wiring import House
from notifications.message import InboundText, Message, Receipt
from tests.makers import CALL, Api

BASE = "https://hotline.example"
ACCOUNT = "AC" + "0123456789abcdef" * 2
TOKEN, OLD_TOKEN = "the-token-in-force", "the-token-before"

Fields = Mapping[str, str]


@pytest.fixture(scope="module")
def door(house: House) -> FlaskClient:
    """A client of the same house, carried by Twilio."""
    settings = house.settings.model_copy(
        update={
            "provider": "twilio",
            "base_url": BASE + "/",
            "twilio_account_sid": ACCOUNT,
            "twilio_auth_token": TOKEN,
            "twilio_auth_token_old": OLD_TOKEN,
            "twilio_from": "+15005550006",
        }
    )
    return create_app(settings, replace(house, settings=settings)).test_client()


def a_sid() -> str:
    return f"SM{uuid4().hex}"


def receipt(**changes: str) -> dict[str, str]:
    return {
        "AccountSid": ACCOUNT,
        "ApiVersion": "2010-04-01",
        "From": "+15005550006",
        "MessageSid": a_sid(),
        "MessageStatus": "delivered",
        "To": "+8613800000001",
        **changes,
    }


def signed(path: str, fields: Fields, token: str = TOKEN, base: str = BASE) -> dict[str, str]:
    return {"X-Twilio-Signature": RequestValidator(token).compute_signature(base + path, dict(fields))}


def tell(door: FlaskClient, path: str, fields: Fields, **how: Any) -> TestResponse:
    return door.post(path, data=fields, headers=signed(path, fields, **how))


def rows(session: Session, sid: str) -> list[Receipt]:
    return list(session.exec(select(Receipt).where(Receipt.sid == sid)).all())


@pytest.fixture
def message(api: Api, house: House, session: Session) -> Message:
    """A message on its way whose outcome nobody knows yet."""
    ref = api.register()["ref"]
    named = api.get("supervisor", f"/tickets/{ref}/messages").get_json()["items"]
    return session.exec(select(Message).where(col(Message.id) == named[0]["id"])).one()


def test_a_receipt_finds_its_message_by_our_own_id(
    door: FlaskClient, session: Session, message: Message
) -> None:
    fields = receipt()
    answer = tell(door, f"/twilio/receipts?message={message.id}", fields)

    assert (answer.status_code, answer.text) == (204, "")
    session.refresh(message)
    assert (message.fate, message.provider_sid) == ("delivered", fields["MessageSid"])


def test_a_repeated_or_late_receipt_changes_nothing(
    door: FlaskClient, session: Session, message: Message
) -> None:
    path, fields = f"/twilio/receipts?message={message.id}", receipt()
    late = {**fields, "MessageStatus": "sent"}
    answers = [tell(door, path, one).status_code for one in (fields, fields, late)]

    assert answers == [204, 204, 204]
    session.refresh(message)
    assert message.fate == "delivered"
    assert sorted(row.status for row in rows(session, fields["MessageSid"])) == ["delivered", "sent"]


def test_a_receipt_for_nothing_of_ours_is_kept(door: FlaskClient, session: Session) -> None:
    fields = receipt(MessageStatus="undelivered", ErrorCode="30003")

    assert tell(door, "/twilio/receipts", fields).status_code == 204
    (row,) = rows(session, fields["MessageSid"])
    assert (row.message_id, row.fate, row.error_code) == (None, "undeliverable", "phone_off")


def test_both_tokens_are_good_while_one_is_replaced(door: FlaskClient) -> None:
    assert tell(door, "/twilio/receipts", receipt(), token=OLD_TOKEN).status_code == 204


def test_the_signature_is_over_the_address_as_it_came(door: FlaskClient) -> None:
    path = "/twilio/receipts?q=%E4%B8%AD%20%2f"

    assert tell(door, path, receipt(ANewField="中文")).status_code == 204


@pytest.mark.parametrize("base, status", [(BASE, 204), ("http://elsewhere.example", 403)])
def test_what_a_proxy_says_of_our_address_moves_nothing(
    door: FlaskClient, session: Session, base: str, status: int
) -> None:
    """Twilio signs the address it knows; whoever stands between may claim any other."""
    fields, path = receipt(), "/twilio/receipts"
    claims = {
        "Host": "elsewhere.example",
        "X-Forwarded-Host": "elsewhere.example",
        "X-Forwarded-Proto": "http",
        "X-Forwarded-Port": "80",
        "X-Forwarded-Prefix": "/elsewhere",
        "Forwarded": "host=elsewhere.example;proto=http",
    }
    answer = door.post(path, data=fields, headers=signed(path, fields, base=base) | claims)

    assert answer.status_code == status
    assert len(rows(session, fields["MessageSid"])) == (status == 204)


@pytest.mark.parametrize(
    "path, fields, how",
    [
        ("/twilio/receipts", receipt(), {"token": "another-token"}),
        ("/twilio/receipts", receipt(), {"base": "http://hotline.example"}),
        ("/twilio/receipts", receipt(), {"base": "https://hotline.example.evil.example"}),
        ("/twilio/receipts", receipt(AccountSid="AC" + "f" * 32), {}),
        ("/twilio/receipts", receipt(MessageSid="SM1"), {}),
        ("/twilio/receipts", receipt(MessageStatus="delivered\x00"), {}),
        ("/twilio/receipts", receipt(MessageStatus=""), {}),
        ("/twilio/receipts", receipt(MessageStatus="failed", ErrorCode="30003x"), {}),
        ("/twilio/receipts?message=1", receipt(), {}),
        (f"/twilio/receipts?message={uuid4()}&message={uuid4()}", receipt(), {}),
        ("/twilio/receipts", {}, {}),
        ("/twilio/sms", receipt(), {}),
        ("/twilio/sms", receipt(Body="5", From="12345"), {}),
        ("/twilio/receipts", receipt(SmsSid="SM" + "0" * 32), {}),
        ("/twilio/receipts", receipt(SmsStatus="failed"), {}),
    ],
)
def test_what_twilio_did_not_say_so_is_refused(
    door: FlaskClient, session: Session, path: str, fields: Fields, how: dict[str, Any]
) -> None:
    answer = tell(door, path, fields, **how)

    assert answer.status_code == 403
    assert answer.mimetype == "application/problem+json"
    assert rows(session, fields.get("MessageSid", "")) == []


@pytest.mark.parametrize(
    "split",
    [
        lambda f: {k: v for k, v in f.items() if k != "To"} | {"T": "o" + f["To"]},
        lambda f: {k: v for k, v in f.items() if k != "To"} | {"To" + f["To"]: ""},
        lambda f: {**f, "MessageStatus": "deliver", "MessageStatu": "sdelivered"},
        lambda f: (
            {k: v for k, v in f.items() if k != "MessageStatus"}
            | {"MessageSid": f["MessageSid"] + "MessageStatus" + f["MessageStatus"]}
        ),
        lambda f: (
            {k: v for k, v in f.items() if k not in ("MessageSid", "MessageStatus")}
            | {"MessageSi": "d" + f["MessageSid"] + "MessageStatus" + f["MessageStatus"]}
        ),
    ],
)
def test_another_split_of_the_same_letters_is_refused(
    door: FlaskClient, session: Session, split: Any
) -> None:
    fields = receipt()
    headers = signed("/twilio/receipts", fields)

    assert door.post("/twilio/receipts", data=split(fields), headers=headers).status_code == 403
    assert rows(session, fields["MessageSid"]) == []


def test_a_doubled_field_is_refused_though_its_signature_fits(door: FlaskClient) -> None:
    fields = receipt(MessageStatus="failed", ErrorCode="30003")
    body = urlencode([*fields.items(), ("ErrorCode", "30003")])
    answer = door.post(
        "/twilio/receipts",
        data=body,
        content_type="application/x-www-form-urlencoded",
        headers=signed("/twilio/receipts", fields),
    )

    assert answer.status_code == 403


@pytest.mark.parametrize(
    "body, content_type, status",
    [
        (b"{}", "application/json", 403),
        (b"MessageSid=%ff%fe", "application/x-www-form-urlencoded", 403),
        (b"", "multipart/form-data; boundary=x", 403),
        (b"a=" + b"x" * 1024 * 1024, "application/x-www-form-urlencoded", 413),
    ],
)
def test_other_bodies_never_break_the_door(
    door: FlaskClient, body: bytes, content_type: str, status: int
) -> None:
    answer = door.post(
        "/twilio/receipts", data=body, content_type=content_type, headers={"X-Twilio-Signature": "中文=\xff"}
    )

    assert answer.status_code == status


def test_unsigned_and_got_are_refused(door: FlaskClient) -> None:
    assert door.post("/twilio/receipts", data=receipt()).status_code == 403
    assert door.get("/twilio/receipts").status_code == 405


@pytest.mark.parametrize("path", ["/twilio/receipts", "/twilio/sms"])
def test_there_is_no_such_door_where_twilio_carries_nothing(client: FlaskClient, path: str) -> None:
    fields = receipt(Body="5")

    assert tell(client, path, fields, base="http://localhost").status_code == 404


def test_a_citizens_text_is_heard_once(door: FlaskClient, api: Api, house: House, session: Session) -> None:
    phone = f"+86139{uuid4().int % 10**8:08d}"
    ticket = api.ticket_in("callback", requester={**CALL["requester"], "phone": phone})
    send_messages(house)
    fields = receipt(From=phone, To="+15005550006", Body="5")
    answers = [tell(door, "/twilio/sms", fields) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [200, 200]
    assert answers[0].mimetype == "text/xml"
    assert answers[0].text == '<?xml version="1.0" encoding="UTF-8"?><Response/>'
    assert api.get("supervisor", f"/tickets/{ticket['ref']}").get_json()["state"] == "closed"
    heard = session.exec(select(InboundText).where(InboundText.sid == fields["MessageSid"])).all()
    assert [(row.provider, row.handled_as) for row in heard] == [("twilio", "answer")]


def test_nothing_personal_is_logged(door: FlaskClient, caplog: pytest.LogCaptureFixture) -> None:
    fields = receipt(From="+8613912345678", Body="我家的事")
    tell(door, "/twilio/sms", fields)
    tell(door, "/twilio/sms", fields, token="another-token")  # noqa: S106 it opens nothing

    said = " ".join(str(record.__dict__) for record in caplog.records)
    assert "not from the provider" in said
    assert [word for word in ("13912345678", "我家的事") if word in said] == []
