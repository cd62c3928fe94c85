"""The phones of the demo."""

from collections.abc import Callable

import pytest
from sqlmodel import Session, select

from notifications.message import Direction, Fate, SimulatedText
from notifications.providers.simulator import Simulator
from notifications.wording import Wording
from tests.notifications.makers import MAINLAND, REGISTERED, TICKET, Phones, Post
from tickets.ground.vault import Vault


@pytest.fixture
def post(sessions: Callable[[], Session], vault: Vault, wording: Wording, phones: Phones) -> Post:
    phones.known[TICKET] = MAINLAND
    return Post(sessions, vault, wording, phones, Simulator(sessions, vault))


def texts(post: Post) -> list[SimulatedText]:
    with post.sessions() as session:
        return list(session.exec(select(SimulatedText)).all())


def test_a_text_lands_on_the_phone_at_once(post: Post, vault: Vault) -> None:
    post.lay_in(REGISTERED)
    post.deliver()

    (text,) = texts(post)
    assert post.only().fate == Fate.DELIVERED
    assert post.only().provider_sid == f"SIM{text.id.hex}"
    assert vault.open(text.phone, text.place("phone")) == MAINLAND
    assert vault.open(text.body, text.place("body")).startswith("【盘龙热线】您反映的事情收到了。")
    assert text.phone_index == vault.index("phone", MAINLAND)


def test_the_holder_of_a_phone_can_answer(post: Post, vault: Vault) -> None:
    sid = Simulator(post.sessions, vault).answer(MAINLAND, "4")

    (text,) = texts(post)
    assert (text.direction, text.our_id, sid) == (Direction.IN, None, f"SIM{text.id.hex}")
    assert vault.open(text.body, text.place("body")) == "4"
