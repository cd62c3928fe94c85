"""Receipts: any order, any number of times, before or after our own answer."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import permutations
from uuid import UUID

import pytest
from sqlmodel import Session, select

from notifications.message import Fate, Receipt
from notifications.providers import Parcel, Sent, Trouble
from notifications.providers.recorder import Recorder
from notifications.receipts import take_receipt
from notifications.wording import Wording
from tests.notifications.makers import MONDAY, REGISTERED, Phones, Post
from tests.notifications.test_wording import DISPATCHED
from tickets.ground.columns import new_id
from tickets.ground.vault import Vault

FATES = {"queued": None, "sent": Fate.SENT, "delivered": Fate.DELIVERED, "undelivered": Fate.UNDELIVERABLE}


@pytest.fixture
def post(sessions: Callable[[], Session], vault: Vault, wording: Wording, phones: Phones) -> Post:
    return Post(sessions, vault, wording, phones, Recorder())


def tell(
    post: Post,
    status: str,
    *,
    our_id: UUID | None = None,
    sid: str = "recorder-0",
    error: Trouble | None = None,
) -> bool:
    with post.sessions() as session, session.begin():
        return take_receipt(
            session,
            provider="recorder",
            our_id=our_id,
            sid=sid,
            status=status,
            fate=FATES[status],
            error=error,
            at=MONDAY,
        )


def kept(post: Post) -> list[Receipt]:
    with post.sessions() as session:
        return list(session.exec(select(Receipt)).all())


@pytest.mark.parametrize("order", list(permutations(["queued", "sent", "delivered"])), ids="-".join)
def test_in_any_order_and_repeated_the_end_is_the_same(post: Post, order: tuple[str, ...]) -> None:
    post.lay_in(REGISTERED)
    post.deliver()
    for status in (*order, *order):
        tell(post, status, our_id=post.only().id)

    assert post.only().fate == Fate.DELIVERED
    assert post.only().delivered_at == MONDAY
    assert len(kept(post)) == 3


def test_a_receipt_turns_a_message_once(post: Post) -> None:
    post.lay_in(REGISTERED)
    post.deliver()
    our_id = post.only().id

    assert [tell(post, "delivered", our_id=our_id) for _ in range(3)] == [True, False, False]


def test_the_same_receipt_six_times_at_once_is_kept_once(post: Post) -> None:
    post.lay_in(REGISTERED)
    post.deliver()
    our_id = post.only().id
    with ThreadPoolExecutor(6) as tellers:
        turned = list(tellers.map(lambda _: tell(post, "delivered", our_id=our_id), range(6)))

    assert sorted(turned) == [False] * 5 + [True]
    assert len(kept(post)) == 1


def test_the_first_end_stays(post: Post) -> None:
    post.lay_in(REGISTERED)
    post.deliver()
    tell(post, "undelivered", error=Trouble.PHONE_OFF)
    tell(post, "delivered")

    assert (post.only().fate, post.only().error_code) == (Fate.UNDELIVERABLE, Trouble.PHONE_OFF)


@dataclass
class Overtaken(Recorder):
    """A provider whose receipt is here before its answer."""

    meanwhile: Callable[[Parcel], object] = lambda parcel: None

    def send(self, parcel: Parcel) -> Sent:
        sent = super().send(parcel)
        self.meanwhile(parcel)
        return sent


def test_a_late_answer_does_not_undo_a_receipt(post: Post) -> None:
    provider = Overtaken(meanwhile=lambda parcel: tell(post, "delivered", our_id=parcel.our_id))
    post.lay_in(REGISTERED)
    post.deliver(provider)

    assert (post.only().fate, post.only().provider_sid) == (Fate.DELIVERED, "recorder-0")


def test_a_receipt_spares_a_message_without_an_answer_its_look_up(post: Post) -> None:
    recorder = Recorder(troubles=[Trouble.OUTCOME_UNKNOWN])
    post.lay_in(REGISTERED)
    post.deliver(recorder)
    tell(post, "sent", our_id=post.only().id)
    post.pass_time(post.rules.lease)

    assert post.deliver(recorder) == 0
    assert (post.only().fate, recorder.looked_up) == (Fate.SENT, 0)


def test_a_receipt_with_an_unknown_sid_is_kept_until_a_message_has_it(post: Post) -> None:
    assert not tell(post, "delivered")
    assert [receipt.message_id for receipt in kept(post)] == [None]

    post.lay_in(REGISTERED)
    post.deliver()

    assert post.only().fate == Fate.DELIVERED
    assert [receipt.message_id for receipt in kept(post)] == [post.only().id]


def test_a_receipt_for_no_message_of_ours_is_kept(post: Post) -> None:
    assert not tell(post, "delivered", our_id=new_id())
    assert len(kept(post)) == 1


def test_a_receipt_that_names_another_messages_sid_turns_neither(post: Post) -> None:
    post.lay_in(REGISTERED, DISPATCHED)
    post.deliver()
    first, second = post.messages()

    assert not tell(post, "delivered", our_id=second.id, sid=str(first.provider_sid))
    assert [message.fate for message in post.messages()] == [Fate.SENT, Fate.SENT]
