"""The real Twilio library against the double, over HTTP."""

import socket
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

import pytest
from sqlmodel import Session

from notifications.message import Fate
from notifications.providers import LookUpFailed, NotTaken, OutcomeUnknown, Parcel, Trouble
from notifications.providers.twilio import Account, Twilio
from notifications.wording import Wording
from tests.doubles.carrier import ACCOUNT, TOKEN, TwilioDouble
from tests.notifications.makers import FOREIGN, REGISTERED, TICKET, Phones, Post
from tickets.ground.columns import new_id
from tickets.ground.vault import Vault


def parcel(text: str = "【盘龙热线】您反映的事情收到了。", phone: str = FOREIGN) -> Parcel:
    return Parcel(new_id(), phone, text)


def recently() -> datetime:
    return datetime.now(UTC) - timedelta(minutes=1)


def test_a_text_is_taken_and_its_receipts_know_the_way(twilio: TwilioDouble) -> None:
    ours = parcel()
    sent = twilio.provider().send(ours)

    taken = twilio.messages()[-1]
    assert (taken["sid"], taken["to"], taken["body"]) == (sent.sid, FOREIGN, ours.text)
    assert taken["from"] == "+15005550006"
    assert (sent.segments, sent.delivered) == (1, False)


def test_a_messaging_service_stands_in_for_a_number(twilio: TwilioDouble) -> None:
    sent = twilio.provider(sender="MG" + "a" * 32).send(parcel())

    assert twilio.messages()[-1]["messaging_service_sid"] == "MG" + "a" * 32
    assert sent.segments is None


@pytest.mark.parametrize(
    "phone, trouble",
    [
        ("+15005550001", Trouble.BAD_NUMBER),
        ("+15005550002", Trouble.NOT_ALLOWED),
        ("+15005550003", Trouble.NOT_ALLOWED),
        ("+15005550004", Trouble.OPTED_OUT),
        ("+15005550009", Trouble.BAD_NUMBER),
    ],
)
def test_a_refused_number_gets_our_own_word(twilio: TwilioDouble, phone: str, trouble: Trouble) -> None:
    with pytest.raises(NotTaken) as refusal:
        twilio.provider().send(parcel(phone=phone))

    assert refusal.value.trouble == trouble
    assert phone not in str(refusal.value)
    assert refusal.value.__suppress_context__


@pytest.mark.parametrize(
    "fault, trouble",
    [
        ("429", Trouble.BUSY),
        ("21611", Trouble.BUSY),
        ("21617", Trouble.REJECTED),
        ("29999", Trouble.REJECTED),
        ("30002", Trouble.MISCONFIGURED),
    ],
)
def test_what_twilio_did_not_take_is_known(twilio: TwilioDouble, fault: str, trouble: Trouble) -> None:
    twilio.fail(fault)
    before = len(twilio.messages())
    with pytest.raises(NotTaken) as refusal:
        twilio.provider().send(parcel())

    assert refusal.value.trouble == trouble
    assert len(twilio.messages()) == before


def test_a_wrong_token_is_a_matter_of_settings(twilio: TwilioDouble) -> None:
    provider = twilio.provider(token="not-the-token")  # noqa: S106 it opens nothing
    with pytest.raises(NotTaken) as refusal:
        provider.send(parcel())

    assert refusal.value.trouble == Trouble.MISCONFIGURED
    with pytest.raises(LookUpFailed):
        provider.find(parcel(), recently())


@pytest.mark.parametrize("fault, taken", [("500_before", 0), ("500_after", 1), ("die_after", 1)])
def test_without_an_answer_only_the_list_tells(twilio: TwilioDouble, fault: str, taken: int) -> None:
    twilio.fail(fault)
    provider, ours = twilio.provider(), parcel(f"text of {fault}")
    with pytest.raises(OutcomeUnknown):
        provider.send(ours)

    assert len(provider.find(ours, recently())) == taken


def test_a_slow_answer_is_not_waited_for(twilio: TwilioDouble) -> None:
    twilio.fail("delay:1.5")
    with pytest.raises(OutcomeUnknown):
        twilio.provider(timeout=0.2).send(parcel())


def test_the_list_tells_texts_apart_by_words_number_and_age(twilio: TwilioDouble) -> None:
    provider, ours = twilio.provider(), parcel("one text")
    sids = [provider.send(ours).sid, provider.send(ours).sid]
    provider.send(parcel("another text"))
    provider.send(parcel("one text", phone="+15005550124"))

    assert provider.find(ours, recently()) == sids
    assert provider.find(ours, datetime.now(UTC) + timedelta(minutes=6)) == []


@pytest.fixture
def closed_port() -> Iterator[int]:
    """A port that is ours and where nobody listens."""
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        yield bound.getsockname()[1]


def test_where_nobody_listens_nothing_was_taken(closed_port: int) -> None:
    account = Account(ACCOUNT, TOKEN, "+15005550006")
    api = f"http://127.0.0.1:{closed_port}"
    provider = Twilio(account, base_url="http://hotline.example", api_base=api, timeout=2)
    with pytest.raises(NotTaken) as refusal:
        provider.send(parcel())

    assert refusal.value.trouble == Trouble.UNREACHABLE
    with pytest.raises(LookUpFailed):
        provider.find(parcel(), recently())


def test_no_number_reaches_the_log(twilio: TwilioDouble, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level("DEBUG"):
        provider, ours = twilio.provider(), parcel()
        provider.send(ours)
        provider.find(ours, recently())

    assert FOREIGN.removeprefix("+") not in caplog.text
    assert ours.text not in caplog.text


@pytest.fixture
def post(
    twilio: TwilioDouble, sessions: Callable[[], Session], vault: Vault, wording: Wording, phones: Phones
) -> Post:
    # A number of this test alone: the double keeps what earlier ones sent.
    phones.known[TICKET] = f"+1500555{len(twilio.messages()) + 1000:04d}"
    return Post(sessions, vault, wording, phones, twilio.provider())


def to_its_phone(twilio: TwilioDouble, post: Post) -> list[str]:
    return [message["sid"] for message in twilio.messages() if message["to"] == post.phones.known[TICKET]]


@pytest.mark.parametrize("fault", ["500_after", "die_after"])
def test_an_error_after_it_was_taken_does_not_double_the_text(
    twilio: TwilioDouble, post: Post, fault: str
) -> None:
    twilio.fail(fault)
    post.lay_in(REGISTERED)
    post.deliver()

    assert post.only().fate == Fate.SENDING

    post.pass_time(post.rules.grace)
    post.deliver()

    assert to_its_phone(twilio, post) == [post.only().provider_sid]
    assert post.only().fate == Fate.SENT


def test_an_error_before_it_was_taken_does_not_lose_the_text(twilio: TwilioDouble, post: Post) -> None:
    twilio.fail("500_before", "429")
    post.lay_in(REGISTERED)
    for _ in range(3):
        post.deliver()
        post.pass_time(timedelta(minutes=5))

    assert to_its_phone(twilio, post) == [post.only().provider_sid]


def test_the_list_is_asked_only_before_a_second_try(twilio: TwilioDouble, post: Post) -> None:
    before = twilio.look_ups()
    post.lay_in(REGISTERED)
    post.deliver()

    assert twilio.look_ups() == before


def test_the_double_notices_what_twilio_would_not_let_through(running_twilio: TwilioDouble) -> None:
    before = len(running_twilio.violations())
    with pytest.raises(NotTaken):
        running_twilio.provider().send(parcel("x" * 1601))
    with pytest.raises(NotTaken):
        running_twilio.provider().send(parcel(phone="13800138000"))

    assert running_twilio.violations()[before:] == [
        "Body is longer than 1,600 characters",
        "To is not in E.164",
    ]


def test_half_a_request_of_a_sender_that_died_was_never_asked(twilio: TwilioDouble) -> None:
    address = urlsplit(twilio.base)
    begun = "POST /2010-04-01/Accounts/AC/Messages.json HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\n"
    with socket.create_connection((address.hostname or "", address.port or 0), timeout=10) as line:
        line.sendall(begun.encode())
        line.shutdown(socket.SHUT_WR)
        # The fixture holds that nothing was found wrong about it.
        with suppress(ConnectionResetError):
            assert line.recv(100) == b""
