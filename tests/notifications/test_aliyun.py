"""Aliyun over HTTP, against a double that checks every signature: what is taken, refused, looked up, lost."""

import json
import logging
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlmodel import Session

from notifications.message import Fate
from notifications.outbox import now_of
from notifications.providers import LookUpFailed, NotTaken, OutcomeUnknown, Parcel, Trouble
from notifications.providers.acs3 import Call, Key
from notifications.providers.aliyun import Aliyun, found_sid
from notifications.providers.aliyun_pushes import read_receipts
from notifications.providers.approved import CodesRefused, read_codes
from notifications.providers.recorder import Recorder
from notifications.receipts import take_receipt
from notifications.rules import Held
from notifications.wording import Wording
from tests.doubles.aliyun_carrier import (
    EXTEND_CODE,
    KEY,
    AliyunDouble,
    codes_of,
    machine_time,
    running_aliyun_double,
)
from tests.notifications.makers import MAINLAND, REGISTERED, TICKET, Phones, Post
from tests.notifications.test_wording import DISPATCHED
from tickets.ground.columns import new_id
from tickets.ground.vault import Vault

A_MINUTE = timedelta(minutes=1)


@pytest.fixture(scope="module")
def running(wording: Wording) -> Iterator[AliyunDouble]:
    with running_aliyun_double(wording) as double:
        yield double


@pytest.fixture
def aliyun(running: AliyunDouble) -> Iterator[AliyunDouble]:
    """The double, which fails the test if we did anything that Aliyun does not let through."""
    before = len(running.violations())
    yield running
    running.control()
    assert running.violations()[before:] == []


def parcel(form: str = "zh_Hans/received", phone: str = MAINLAND, **params: str) -> Parcel:
    filled = params or {"ref": "261123 0004 1270", "tracking_code": "380614"}
    return Parcel(new_id(), phone, "【盘龙热线】您反映的事情收到了。", form, params=filled)


def test_the_signature_of_the_published_example() -> None:
    """
    The worked example of "V3版本请求体&签名机制", section with fixed parameters.

    https://help.aliyun.com/document_detail/2593177.html
    """
    call = Call(
        host="ecs.cn-shanghai.aliyuncs.com",
        action="RunInstances",
        version="2014-05-26",
        params={
            "RegionId": "cn-shanghai",
            "ImageId": "win2019_1809_x64_dtc_zh-cn_40G_alibase_20230811.vhd",
        },
        at=datetime(2023, 10, 26, 10, 22, 32, tzinfo=UTC),
        nonce="3156853299f313e23d1673dc12e1703d",
    )

    assert call.query == ("ImageId=win2019_1809_x64_dtc_zh-cn_40G_alibase_20230811.vhd&RegionId=cn-shanghai")
    assert call.headers(Key("YourAccessKeyId", "YourAccessKeySecret"))["Authorization"] == (
        "ACS3-HMAC-SHA256 Credential=YourAccessKeyId,SignedHeaders=host;x-acs-action;x-acs-content-sha256;"
        "x-acs-date;x-acs-signature-nonce;x-acs-version,"
        "Signature=06563a9e1b43f5dfe96b81484da74bceab24a1d853912eee15083a6f0f3283c0"
    )


def test_a_text_is_taken_with_its_approved_words_and_our_id(aliyun: AliyunDouble) -> None:
    ours = parcel()
    sent = aliyun.provider().send(ours)

    taken = aliyun.texts()[-1]
    assert (sent.sid, sent.segments, sent.delivered) == (taken["biz_id"], 1, False)
    assert (taken["phone"], taken["out_id"], taken["extend"]) == (
        MAINLAND.removeprefix("+86"),
        str(ours.our_id),
        EXTEND_CODE,
    )
    assert taken["params"] == {"ref": "261123 0004 1270", "tracking_code": "380614"}


@pytest.mark.parametrize("odd", ["a b+c*d~e'(f)!/&=%?#", "11月30日（周一）", "100%25", "“引号”\\"])
def test_whatever_stands_in_a_gap_is_signed_as_it_is_sent(aliyun: AliyunDouble, odd: str) -> None:
    aliyun.provider().send(parcel("zh_Hans/transferred", ref="1270", due_at=odd))

    assert aliyun.texts()[-1]["params"]["due_at"] == odd


@pytest.mark.parametrize(
    "fault, trouble",
    [
        ("isv.BUSINESS_LIMIT_CONTROL", Trouble.TOO_MANY),
        ("Throttling.User", Trouble.BUSY),
        ("isv.AMOUNT_NOT_ENOUGH", Trouble.MISCONFIGURED),
        ("isv.SMS_TEMPLATE_ILLEGAL", Trouble.NOT_APPROVED),
        ("isv.SMS_SIGNATURE_ILLEGAL", Trouble.MISCONFIGURED),
        ("isv.SMS_CONTENT_ILLEGAL", Trouble.FILTERED),
        ("isv.SOMETHING_NEW", Trouble.REJECTED),
        ("isp.RAM_PERMISSION_DENY", Trouble.MISCONFIGURED),
    ],
)
def test_a_refusal_has_a_name_of_ours(aliyun: AliyunDouble, fault: str, trouble: Trouble) -> None:
    before = len(aliyun.texts())
    aliyun.fail(fault)
    with pytest.raises(NotTaken) as refused:
        aliyun.provider().send(parcel())

    assert (refused.value.trouble, len(aliyun.texts())) == (trouble, before)
    assert fault in refused.value.detail


def test_what_the_double_refuses_by_itself(aliyun: AliyunDouble) -> None:
    long_ago = aliyun.provider(now=lambda: machine_time() - timedelta(hours=1))
    unknown = aliyun.provider(codes={"zh_Hans/received": "SMS_99999"})
    tries = [
        (Trouble.BAD_NUMBER, aliyun.provider(), parcel(phone="+86123")),
        (Trouble.NOT_APPROVED, unknown, parcel()),
        (Trouble.MISCONFIGURED, aliyun.provider(sign_name="别的签名"), parcel()),
        (Trouble.MISCONFIGURED, aliyun.provider(key=Key(KEY.id, "another")), parcel()),
        (Trouble.MISCONFIGURED, aliyun.provider(key=Key("another", KEY.secret)), parcel()),
        (Trouble.MISCONFIGURED, long_ago, parcel()),
    ]
    for trouble, provider, ours in tries:
        with pytest.raises(NotTaken) as refused:
            provider.send(ours)
        assert refused.value.trouble == trouble


@pytest.mark.parametrize("fault", ["500_before", "500_after", "die_after", "garbage", "isp.SYSTEM_ERROR"])
def test_an_answer_that_says_nothing_leaves_the_outcome_open(aliyun: AliyunDouble, fault: str) -> None:
    provider, ours, since = aliyun.provider(), parcel(), machine_time()
    aliyun.fail(fault)
    with pytest.raises(OutcomeUnknown):
        provider.send(ours)

    was_taken = fault in ("500_after", "die_after", "garbage")
    assert provider.find(ours, since) == ([found_sid(ours.our_id)] if was_taken else [])


def test_silence_and_a_request_they_saw_before_leave_it_open_too(aliyun: AliyunDouble) -> None:
    aliyun.fail("delay:0.5", "SignatureNonceUsed")
    with pytest.raises(OutcomeUnknown):
        aliyun.provider(timeout=0.2).send(parcel())
    with pytest.raises(OutcomeUnknown):
        aliyun.provider().send(parcel())


def test_where_nobody_listens_nothing_was_taken() -> None:
    nowhere = AliyunDouble("http://127.0.0.1:9", {"zh_Hans/received": "SMS_15000"}).provider()
    with pytest.raises(NotTaken) as refused:
        nowhere.send(parcel())
    assert refused.value.trouble == Trouble.UNREACHABLE
    with pytest.raises(LookUpFailed):
        nowhere.find(parcel(), machine_time())


def test_a_look_up_goes_through_all_pages_of_all_days(aliyun: AliyunDouble) -> None:
    provider, since, phone = aliyun.provider(), machine_time(), "+8613800138077"
    first = parcel("zh_Hans/answered", phone, ref="0001")
    provider.send(first)
    for number in range(51):
        provider.send(parcel("zh_Hans/answered", phone, ref=f"{number:04}"))

    assert provider.find(first, since - timedelta(days=2)) == [found_sid(first.our_id)]
    assert provider.find(parcel(phone=phone), since) == []


def test_a_list_that_lags_or_holds_back(aliyun: AliyunDouble) -> None:
    provider, since, ours = aliyun.provider(), machine_time(), parcel(phone="+8613800138078")
    provider.send(ours)
    aliyun.control(list_lag=60)
    assert provider.find(ours, since) == []

    aliyun.control(holds_back=True)
    with pytest.raises(LookUpFailed, match="not whole"):
        provider.find(ours, since)


def test_neither_number_nor_code_is_logged(aliyun: AliyunDouble, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    provider = aliyun.provider()
    aliyun.fail("die_after")
    with pytest.raises(OutcomeUnknown) as unknown:
        provider.send(parcel())
    provider.find(parcel(), machine_time())

    said = " ".join(str(record.__dict__) for record in caplog.records) + repr(unknown.value)
    assert [secret for secret in ("13800138000", "380614", KEY.secret) if secret in said] == []


# With the outbox in front of it


@pytest.fixture
def post(
    sessions: Callable[[], Session], vault: Vault, wording: Wording, phones: Phones, aliyun: AliyunDouble
) -> Post:
    phones.known[TICKET] = MAINLAND
    return Post(sessions, vault, wording, phones, aliyun.provider())


def mine(aliyun: AliyunDouble, post: Post) -> list[str]:
    """Templates of the texts the double took of the messages in *post*."""
    ids = {str(message.id) for message in post.messages()}
    return [text["out_id"] for text in aliyun.texts() if text["out_id"] in ids]


def test_a_message_goes_out_and_its_receipt_finds_it(post: Post, aliyun: AliyunDouble) -> None:
    post.lay_in(REGISTERED)
    post.deliver()

    message = post.only()
    assert (message.fate, message.provider) == (Fate.SENT, "aliyun")
    assert mine(aliyun, post) == [str(message.id)]


@pytest.mark.parametrize("fault", ["500_before", "500_after", "die_after", "die_before"])
def test_nothing_is_lost_and_nothing_doubled_whatever_becomes_of_the_answer(
    post: Post, aliyun: AliyunDouble, fault: str
) -> None:
    aliyun.fail(fault)
    post.lay_in(REGISTERED)
    for _ in range(3):
        post.deliver()
        post.pass_time(post.rules.grace)

    assert post.only().fate == Fate.SENT
    assert len(mine(aliyun, post)) == 1


def test_what_it_may_have_goes_nowhere_else_and_a_late_receipt_knows_it(
    post: Post, aliyun: AliyunDouble
) -> None:
    other = Recorder("other")
    aliyun.fail("die_after")
    aliyun.control(holds_back=True)
    post.lay_in(REGISTERED)
    for _ in range(3):
        post.deliver(post.provider, other)
        post.pass_time(post.rules.grace)
    assert (post.only().fate, other.taken, len(mine(aliyun, post))) == (Fate.SENDING, [], 1)

    aliyun.control()
    post.deliver(other, post.provider)
    message = post.only()
    assert (message.fate, message.provider_sid) == (Fate.SENT, found_sid(message.id))
    told = {"success": True, "err_code": "DELIVERED", "biz_id": "777^0", "out_id": str(message.id)}
    ((read,), _strange) = read_receipts(json.dumps([told]).encode())
    with post.sessions() as session, session.begin():
        take_receipt(
            session,
            provider="aliyun",
            our_id=read.our_id,
            sid=read.sid,
            status=read.status,
            fate=read.fate,
            error=read.error,
            at=now_of(session),
        )
    assert (post.only().fate, other.taken) == (Fate.DELIVERED, [])


def test_words_without_a_code_go_with_the_next_provider_or_are_withheld(
    post: Post, aliyun: AliyunDouble, wording: Wording
) -> None:
    few = aliyun.provider(codes=codes_of(wording, but=("zh_Hans/received",)))
    other = Recorder("other")
    post.lay_in(REGISTERED)
    post.deliver(few, other)
    assert (post.only().provider, len(other.taken)) == ("other", 1)

    post.lay_in(REGISTERED, DISPATCHED, first_seq=2)
    post.deliver(few)
    _first, registered, dispatched = post.messages()
    assert (registered.fate, registered.held_because) == (Fate.WITHHELD, Held.NOT_APPROVED)
    assert (dispatched.fate, dispatched.provider) == (Fate.SENT, "aliyun")


def test_a_template_that_was_struck_off_there_goes_with_the_next(post: Post, aliyun: AliyunDouble) -> None:
    other = Recorder("other")
    aliyun.fail("isv.SMS_TEMPLATE_ILLEGAL")
    post.lay_in(REGISTERED)
    post.deliver(post.provider, other)

    assert (post.only().fate, post.only().provider) == (Fate.SENT, "other")


def test_it_carries_no_number_from_abroad() -> None:
    provider = AliyunDouble("http://127.0.0.1:9", {"zh_Hans/received": "SMS_15000"}).provider()

    assert isinstance(provider, Aliyun)
    assert provider.why_not(parcel(phone="+15005550123")) == Trouble.NOT_ALLOWED
    assert provider.why_not(parcel(form="en/received")) == Trouble.NOT_APPROVED
    assert provider.why_not(parcel()) is None


@pytest.mark.parametrize(
    "written, said",
    [
        (None, "cannot be read"),
        ("[codes", "cannot be read"),
        ("", r"\[codes\]"),
        ('[codes]\n"zh_Hans/receive" = "SMS_15000"', "no words 'zh_Hans/receive'"),
        ('[codes]\n"zh_Hans/received" = "15000"', "the code of 'zh_Hans/received'"),
        ("[codes]\nx = 1\n[more]\n", r"\[codes\]"),
    ],
)
def test_a_file_of_codes_that_cannot_be_used_says_why(tmp_path: Path, written: str | None, said: str) -> None:
    path = tmp_path / "codes.toml"
    if written is not None:
        path.write_text(written, encoding="utf-8")

    with pytest.raises(CodesRefused, match=said):
        read_codes(path)


def test_a_file_of_codes_is_read(tmp_path: Path) -> None:
    path = tmp_path / "codes.toml"
    path.write_text('[codes]\n"en/sealed/late" = "SMS_154950909"\n', encoding="utf-8")

    assert read_codes(path) == {"en/sealed/late": "SMS_154950909"}
