"""Again, or give up: a table."""

from datetime import timedelta

import pytest

from notifications.providers import Trouble
from notifications.retry import MOST_TRIES, Again, GiveUp, decide


@pytest.mark.parametrize(
    "trouble, attempts, decision",
    [
        (Trouble.BUSY, 1, Again(timedelta(minutes=1))),
        (Trouble.UNREACHABLE, 2, Again(timedelta(minutes=5))),
        (Trouble.MISCONFIGURED, 7, Again(timedelta(hours=12))),
        (Trouble.BUSY, 8, GiveUp(Trouble.BUSY)),
        (Trouble.BUSY, 9, GiveUp(Trouble.BUSY)),
        (Trouble.BAD_NUMBER, 1, GiveUp(Trouble.BAD_NUMBER)),
        (Trouble.OPTED_OUT, 1, GiveUp(Trouble.OPTED_OUT)),
        (Trouble.NOT_ALLOWED, 1, GiveUp(Trouble.NOT_ALLOWED)),
        (Trouble.FILTERED, 1, GiveUp(Trouble.FILTERED)),
        (Trouble.REJECTED, 1, GiveUp(Trouble.REJECTED)),
    ],
)
def test_a_try_that_failed(trouble: Trouble, attempts: int, decision: Again | GiveUp) -> None:
    assert decide(trouble, attempts=attempts) == decision


def test_waits_only_grow() -> None:
    plans = [decide(Trouble.BUSY, attempts=attempts) for attempts in range(1, MOST_TRIES)]
    waits = [plan.wait for plan in plans if isinstance(plan, Again)]

    assert len(waits) == MOST_TRIES - 1
    assert waits == sorted(waits)
