"""What comes from Twilio is let in only genuine, whole and in shape."""

from uuid import UUID

import pytest
from twilio.request_validator import RequestValidator

from notifications.message import Fate
from notifications.providers import Trouble
from notifications.providers.heard import NotGenuine
from notifications.providers.twilio import genuine, read_receipt, read_text

TOKEN, OLD_TOKEN = "the-token", "the-old-token"
ANOTHER = TOKEN[::-1]
ACCOUNT = "AC" + "1" * 32
SID = "SM" + "2" * 32
OUR_ID = "01939d6a-0000-7000-8000-000000000001"
URL = f"https://hotline.example/twilio/receipts?message={OUR_ID}"
RECEIPT = {
    "AccountSid": ACCOUNT,
    "ApiVersion": "2010-04-01",
    "From": "+15005550006",
    "MessageSid": SID,
    "MessageStatus": "delivered",
    "SmsSid": SID,
    "SmsStatus": "delivered",
    "To": "+15005550123",
}
TEXT = {"AccountSid": ACCOUNT, "MessageSid": SID, "From": "+15005550123", "To": "+15005550006", "Body": "4"}


def signed(fields: dict[str, str], url: str = URL, token: str = TOKEN) -> str:
    signature: str = RequestValidator(token).compute_signature(url, fields)
    return signature


def test_a_genuine_receipt_is_read() -> None:
    assert genuine(URL, RECEIPT.items(), signed(RECEIPT), [TOKEN])

    read = read_receipt(RECEIPT.items(), OUR_ID, ACCOUNT)
    assert (read.our_id, read.sid, read.status, read.fate, read.error) == (
        UUID(OUR_ID),
        SID,
        "delivered",
        Fate.DELIVERED,
        None,
    )


@pytest.mark.parametrize("token", [TOKEN, OLD_TOKEN])
def test_while_a_token_is_replaced_both_are_good(token: str) -> None:
    assert genuine(URL, RECEIPT.items(), signed(RECEIPT, token=token), [TOKEN, OLD_TOKEN])


def test_a_query_in_chinese_is_signed_as_it_was_sent() -> None:
    url = "https://hotline.example/twilio/sms?q=%E4%B8%AD"

    assert genuine(url, TEXT.items(), signed(TEXT, url), [TOKEN])


@pytest.mark.parametrize(
    "url, fields, signature",
    [
        (URL, RECEIPT, ""),
        (URL, RECEIPT, "é" * 28),
        (URL, RECEIPT, signed(RECEIPT, token=ANOTHER)),
        (URL, RECEIPT | {"MessageStatus": "failed"}, signed(RECEIPT)),
        (URL, RECEIPT | {"More": "1"}, signed(RECEIPT)),
        (URL.replace("https", "http"), RECEIPT, signed(RECEIPT)),
        (URL.replace("hotline", "h0tline"), RECEIPT, signed(RECEIPT)),
        (URL.replace("0001", "0002"), RECEIPT, signed(RECEIPT)),
    ],
)
def test_what_twilio_did_not_sign_is_not_genuine(url: str, fields: dict[str, str], signature: str) -> None:
    assert not genuine(url, fields.items(), signature, [TOKEN, OLD_TOKEN])


def test_a_doubled_parameter_is_not_genuine_though_the_signature_fits() -> None:
    doubled = [*RECEIPT.items(), ("MessageStatus", "delivered")]

    assert not genuine(URL, doubled, signed(RECEIPT), [TOKEN])


def without(name: str) -> dict[str, str]:
    return {other: value for other, value in RECEIPT.items() if other != name}


#: The signature fits all of these: it does not tell where a name ends and its value begins.
RE_SPLIT = [
    (without("MessageStatus") | {"MessageSid": SID + "MessageStatusdelivered"}, OUR_ID),
    (without("MessageSid") | {"MessageS": "id" + SID}, OUR_ID),
    (without("MessageStatus") | {"MessageStatusdelivered": ""}, OUR_ID),
    (without("SmsSid") | {"MessageStatus": f"deliveredSmsSid{SID}"}, OUR_ID),
    (without("AccountSid"), OUR_ID + "AccountSid" + ACCOUNT),
    (RECEIPT | {OUR_ID[-4:]: ""}, OUR_ID[:-4]),
    # As if it named no message of ours, so that the genuine one, coming later, would be a repetition.
    (RECEIPT | {f"?message={OUR_ID}": ""}, None),
    # As if nobody said why.
    (RECEIPT | {"MessageStatus": "failed", "SmsStatus": "failed", "ErrorCode30003": ""}, OUR_ID),
    (RECEIPT | {"MessageStatus": "failed", "SmsStatus": "failed", "ErrorC": "ode30003"}, OUR_ID),
    (RECEIPT | {"MessageStatus": "failed", "SmsStatus": "failed", "E": "xErrorCode30003"}, OUR_ID),
]


@pytest.mark.parametrize("fields, our_id", RE_SPLIT)
def test_a_receipt_split_differently_is_refused(fields: dict[str, str], our_id: str | None) -> None:
    with pytest.raises(NotGenuine):
        read_receipt(fields.items(), our_id, ACCOUNT)


@pytest.mark.parametrize(
    "change",
    [
        {"AccountSid": "AC" + "9" * 32},
        {"MessageSid": "SM2"},
        {"MessageSid": SID + "\n"},
        {"MessageStatus": ""},
        {"MessageStatus": "delivered\n"},
        {"MessageStatus": "failed", "ErrorCode": "30007x"},
    ],
)
def test_a_misshapen_receipt_is_refused(change: dict[str, str]) -> None:
    with pytest.raises(NotGenuine):
        read_receipt((RECEIPT | change).items(), OUR_ID, ACCOUNT)


@pytest.mark.parametrize("our_id", ["", "7", OUR_ID.upper(), f"{{{OUR_ID}}}", OUR_ID.replace("-", "")])
def test_our_own_id_has_one_way_to_be_written(our_id: str) -> None:
    with pytest.raises(NotGenuine):
        read_receipt(RECEIPT.items(), our_id, ACCOUNT)


@pytest.mark.parametrize(
    "status, code, fate, error",
    [
        ("queued", None, None, None),
        ("sent", None, Fate.SENT, None),
        ("read", None, Fate.DELIVERED, None),
        ("undelivered", "30003", Fate.UNDELIVERABLE, Trouble.PHONE_OFF),
        ("undelivered", "30007", Fate.UNDELIVERABLE, Trouble.FILTERED),
        ("failed", "99999", Fate.UNDELIVERABLE, Trouble.UNKNOWN),
        ("failed", None, Fate.UNDELIVERABLE, Trouble.UNKNOWN),
        ("a_word_of_tomorrow", None, None, None),
    ],
)
def test_twilios_words_end_at_the_door(
    status: str, code: str | None, fate: Fate | None, error: Trouble | None
) -> None:
    fields = (
        RECEIPT
        | {"MessageStatus": status, "SmsStatus": status, "ANewField": "x"}
        | ({"ErrorCode": code} if code else {})
    )
    read = read_receipt(fields.items(), None, ACCOUNT)

    assert (read.our_id, read.fate, read.error) == (None, fate, error)


def test_a_citizens_text_is_read_as_it_came() -> None:
    read = read_text((TEXT | {"Body": " 4\n"}).items(), ACCOUNT)

    assert (read.sid, read.phone, read.words) == (SID, "+15005550123", " 4\n")


@pytest.mark.parametrize("change", [{"From": "12345"}, {"From": "+1500555\n"}, {"MessageSid": ""}])
def test_a_misshapen_text_is_refused(change: dict[str, str]) -> None:
    with pytest.raises(NotGenuine):
        read_text((TEXT | change).items(), ACCOUNT)


def test_a_text_without_a_body_is_refused() -> None:
    with pytest.raises(NotGenuine):
        read_text([item for item in TEXT.items() if item[0] != "Body"], ACCOUNT)


def test_a_text_cut_short_is_refused() -> None:
    """The signature of `5Even if nobody came` fits a mark and a field that no text of a citizen brings."""
    with pytest.raises(NotGenuine):
        read_text((TEXT | {"Body": "5", "Even": " if nobody came"}).items(), ACCOUNT)
