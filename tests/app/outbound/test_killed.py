"""Whoever places calls is killed amid it, again and again: every telephone rings once all the same."""

import os
import signal
from dataclasses import replace
from multiprocessing import get_context

import pytest

from app.outbound.placing import Caller
from app.settings import Settings
from app.wiring import House
from tests.app.outbound.line import ALL_DAY, Line
from tests.chaos.killer import wait_until

pytestmark = pytest.mark.xdist_group("outbound")

#: What the double does while its caller dies: it has the call and does not say so, or gets it a little later.
DEATHS = ("delay_after:20", "delay:0.3", "delay_after:20", "delay:0.3")


def place_one(settings: Settings) -> None:
    """In a process of its own, which is not going to end by itself."""
    replace(Caller.of(House.of(settings, pool=2)), hours=ALL_DAY).place_next()


def test_no_telephone_rings_twice_however_the_callers_die(line: Line) -> None:
    line.caller().run()
    waiting = dict(line.landline() for _death in DEATHS)
    # A copy of this process begins at once; it makes its own way to the database.
    context = get_context("fork")
    for death in DEATHS:
        asked, taken = line.twilio.asked(), len(line.twilio.calls())
        line.twilio.fail(death)
        caller = context.Process(target=place_one, args=(line.house.settings,))
        caller.start()
        wait_until(lambda asked=asked: line.twilio.asked() > asked, "a caller")  # type: ignore[misc]
        os.kill(caller.pid or 0, signal.SIGKILL)
        caller.join()
        wait_until(lambda taken=taken: len(line.twilio.calls()) > taken, "a call")  # type: ignore[misc]

    rows = [line.call_of(ref) for ref in waiting]
    assert [(row.stands, row.sid) for row in rows] == [("placing", None)] * len(DEATHS)
    for _again in range(2):
        for ref in waiting:
            line.later(ref, "look_at")

    assert [len(line.rung(phone)) for phone in waiting.values()] == [1] * len(DEATHS)
    assert [line.call_of(ref).sid for ref in waiting] == [
        line.rung(phone)[0]["sid"] for phone in waiting.values()
    ]
