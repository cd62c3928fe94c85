"""A fate only turns forward."""

from itertools import product

import pytest

from notifications.message import NEXT, PROVEN, Fate, Message
from tests.notifications.makers import MONDAY
from tickets.ground.columns import new_id


def a_message(fate: Fate) -> Message:
    return Message(
        id=new_id(),
        ticket_id=7,
        seq=1,
        fact="registered",
        template="received",
        template_version="1",
        language="zh_Hans",
        body=b"",
        fate=fate,
        claimed_by=new_id(),
        lease_until=MONDAY,
        not_before=MONDAY,
        valid_until=MONDAY,
        created_at=MONDAY,
    )


def test_the_table_knows_every_fate() -> None:
    assert set(NEXT) == set(Fate)


@pytest.mark.parametrize("now, then", list(product(Fate, Fate)))
def test_a_message_turns_only_as_the_table_says(now: Fate, then: Fate) -> None:
    message = a_message(now)

    assert message.turn(then) == (then in NEXT[now])
    assert message.fate == (then if then in NEXT[now] else now)


@pytest.mark.parametrize("end", [Fate.DELIVERED, Fate.UNDELIVERABLE, Fate.WITHHELD])
def test_nothing_follows_the_end(end: Fate) -> None:
    assert NEXT[end] == frozenset()


@pytest.mark.parametrize("believed", [Fate.QUEUED, Fate.SENDING, Fate.GIVEN_UP, Fate.EXPIRED])
def test_proof_overtakes_what_we_believed(believed: Fate) -> None:
    assert NEXT[believed] >= PROVEN


def test_what_was_never_tried_cannot_be_given_up() -> None:
    assert Fate.GIVEN_UP not in NEXT[Fate.QUEUED]


@pytest.mark.parametrize("fate", sorted(NEXT[Fate.SENDING]))
def test_a_message_that_leaves_sending_leaves_its_claim(fate: Fate) -> None:
    message = a_message(Fate.SENDING)

    message.turn(fate)

    assert (message.claimed_by, message.lease_until) == (None, None)
