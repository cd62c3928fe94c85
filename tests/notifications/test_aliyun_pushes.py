"""What Aliyun pushes is read entry by entry, in exact shapes; what is none of them is counted and left."""

import json
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notifications.message import Fate
from notifications.providers import Trouble
from notifications.providers.aliyun_pushes import opens, read_receipts, read_texts
from notifications.providers.heard import NotGenuine, ReceiptRead, TextRead

OURS = "01939d6a-0000-7000-8000-000000000001"
#: As their description shows it.
RECEIPT = {
    "phone_number": "13811110000",
    "send_time": "2017-01-01 00:00:00",
    "report_time": "2017-01-01 00:00:00",
    "success": True,
    "err_code": "DELIVERED",
    "err_msg": "用户接收成功",
    "sms_size": "1",
    "biz_id": "123456789012^0",
    "out_id": OURS,
}
TEXT = {
    "phone_number": "13811110000",
    "content": "5",
    "send_time": "2017-09-01 00:00:00",
    "dest_code": "1234",
    "sequence_id": "1234567890",
}


def body(*entries: Any) -> bytes:
    return json.dumps(entries, ensure_ascii=False).encode()


def test_a_receipt_is_read() -> None:
    assert read_receipts(body(RECEIPT)) == (
        [ReceiptRead(UUID(OURS), "123456789012^0", "DELIVERED", Fate.DELIVERED, None)],
        0,
    )


@pytest.mark.parametrize(
    "code, error",
    [
        ("MOBILE_NOT_ON_SERVICE", Trouble.PHONE_OFF),
        ("MOBILE_IN_BLACK", Trouble.OPTED_OUT),
        ("CONTENT_KEYWORD", Trouble.FILTERED),
        ("MK:0001", Trouble.UNKNOWN),
    ],
)
def test_a_text_that_did_not_arrive_says_why(code: str, error: Trouble) -> None:
    ((read,), strange) = read_receipts(body({**RECEIPT, "success": False, "err_code": code}))

    assert (read.fate, read.error, read.status, strange) == (Fate.UNDELIVERABLE, error, code, 0)


@pytest.mark.parametrize("out_id", [None, "", "67890", OURS.upper(), OURS.replace("-", ""), 7])
def test_what_another_system_of_the_account_sent_names_no_message_of_ours(out_id: Any) -> None:
    ((read,), strange) = read_receipts(body({**RECEIPT, "out_id": out_id}))

    assert (read.our_id, strange) == (None, 0)


@pytest.mark.parametrize(
    "changes",
    [
        {"success": "true"},
        {"success": 1},
        {"success": None},
        {"biz_id": ""},
        {"biz_id": "1 2"},
        {"biz_id": 7},
        {"biz_id": "1" * 65},
        {"err_code": ""},
        {"err_code": "A\x00"},
        {"err_code": "中"},
    ],
)
def test_an_entry_in_another_shape_is_left_and_keeps_no_other_from_being_heard(
    changes: dict[str, Any],
) -> None:
    found, strange = read_receipts(body(RECEIPT, {**RECEIPT, **changes}, "x", None, [RECEIPT]))

    assert (len(found), strange) == (1, 4)


@pytest.mark.parametrize(
    "wrong",
    [
        b"",
        b"{}",
        b"null",
        b'"x"',
        b"[",
        b"\xff\xfe",
        b'[{"success": true, "success": false}]',
        b"[" * 100_000,
        body(*[RECEIPT] * 2001),
    ],
)
def test_what_is_no_list_is_refused(wrong: bytes) -> None:
    with pytest.raises(NotGenuine):
        read_receipts(wrong)


@given(
    st.binary(max_size=200)
    | st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=20),
        lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(list(RECEIPT)), inner),
    ).map(lambda value: json.dumps(value).encode())
)
def test_whatever_comes_is_read_or_refused(sent: bytes) -> None:
    for read in (read_receipts, read_texts):
        try:
            found, strange = read(sent)
        except NotGenuine:
            continue
        assert len(found) + strange == len(json.loads(sent))


@pytest.mark.parametrize("phone", ["13811110000", "8613811110000", "+8613811110000"])
@pytest.mark.parametrize("sequence", ["1234567890", 1234567890])
def test_a_citizens_text_is_read_however_its_number_is_written(phone: str, sequence: Any) -> None:
    assert read_texts(body({**TEXT, "phone_number": phone, "sequence_id": sequence})) == (
        [TextRead("1234567890.20170901000000", "+8613811110000", "5")],
        0,
    )


def test_the_same_number_at_another_moment_is_another_text() -> None:
    first, second = read_texts(body(TEXT, {**TEXT, "send_time": "20170901000001"}))[0]

    assert first.sid != second.sid


@pytest.mark.parametrize(
    "changes",
    [
        {"phone_number": "2381111"},
        {"phone_number": "1381111****"},
        {"phone_number": 13811110000},
        {"content": None},
        {"content": 5},
        {"content": "x" * 2001},
        {"sequence_id": True},
        {"sequence_id": "a"},
        {"sequence_id": -1},
        {"send_time": "yesterday"},
    ],
)
def test_a_text_in_another_shape_is_left(changes: dict[str, Any]) -> None:
    assert read_texts(body({**TEXT, **changes})) == ([], 1)


def test_only_an_address_in_force_opens() -> None:
    old, new = "a" * 32, "b" * 32

    assert [opens(token, [new, old]) for token in (new, old, "c" * 32, "", "中" * 11)] == [
        *(True, True),
        *(False, False, False),
    ]
    assert not opens("", [])
