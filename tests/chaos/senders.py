"""Kills those who send while Twilio's double is slow and unreliable, and counts what reached it."""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from random import Random
from threading import Event

from sqlalchemy import text
from sqlmodel import select

from app.texts.numbers import VaultNumbers
from app.wiring import House
from notifications.message import Fate, Message
from tests.chaos.killer import wait_until
from tests.chaos.service import Service
from tests.doubles.carrier import TwilioDouble

#: Senders at work at once.
SENDERS = 4
#: Tries between one kill and the next.
TRIES_BETWEEN = 6
#: Seconds a process needs to become a sender again; before that there is nothing to kill.
TO_START = 3.0
#: Shares of requests the double does not answer well, in percent; all others it answers slowly.
FAULTS = {"429": 2, "500_before": 3, "500_after": 3, "die_after": 3}
SLOWNESS = (0.05, 0.5)
#: Seconds until the double's list shows a new text.
LIST_LAG = 10.0

TRIES = "select coalesce(sum(attempts), 0) from message"
#: Somebody took a message within the last second, and has not heard what became of it.
BUSY = """
    select count(*) from message
    where fate = 'sending' and lease_until > clock_timestamp() + interval '59 seconds'
"""
UNSETTLED = "select count(*) from message where fate in ('queued', 'sending')"


@dataclass
class SenderKiller:
    """Kills senders one after the other, each when others have tried something since."""

    service: Service
    house: House
    random: Random
    kills: int = 0
    #: Kills at a moment when no sender had a message.
    idle: int = 0
    _jitter: Event = field(default_factory=Event)

    def kill(self, times: int, killed: Callable[[], None]) -> None:
        """
        Kill *times* senders and tell each time.

        :raises NotReady: nobody sends any more.
        """
        enough = self.kills + times
        while self.kills < enough:
            self._wait_for_tries()
            # Not at the moment we looked, but at any.
            self._jitter.wait(self.random.uniform(0.0, SLOWNESS[1]))
            victims = self.service.workers(older_than=TO_START)
            if victims:
                self.idle += self._asked(BUSY) == 0
                self.service.kill(self.random.choice(victims))
                self.kills += 1
                killed()

    def unsettled(self) -> int:
        """Messages whose fate is not known yet."""
        return self._asked(UNSETTLED)

    def _wait_for_tries(self) -> None:
        enough = self._asked(TRIES) + TRIES_BETWEEN
        wait_until(lambda: self._asked(TRIES) >= enough, "senders at work")

    def _asked(self, question: str) -> int:
        with self.house.engine.connect() as connection:
            return int(connection.execute(text(question)).scalar_one())


def moods(random: Random, count: int) -> list[str]:
    """How the double will answer the next *count* requests."""
    names, shares = list(FAULTS), list(FAULTS.values())
    chosen = random.choices([*names, ""], [*shares, 100 - sum(shares)], k=count)
    return [name or f"delay:{random.uniform(*SLOWNESS):.3f}" for name in chosen]


@dataclass
class Carried:
    """What the double has of what we wanted to send."""

    messages: int = 0
    lost: int = 0
    doubled: int = 0
    #: Everything else that should not be.
    odd: list[str] = field(default_factory=list)


def carried(house: House, double: TwilioDouble) -> Carried:
    """Hold every message of the house against the double's own ledger, by its number and its words."""
    ledger = double.messages()
    landed = Counter((taken["to"], taken["body"]) for taken in ledger)
    sids = {taken["sid"] for taken in ledger}
    found = Carried()
    for message, address in _messages(house):
        found.messages += 1
        times = landed.pop(address, 0)
        found.lost += times == 0
        found.doubled += max(times - 1, 0)
        if message.fate not in (Fate.SENT, Fate.DELIVERED):
            found.odd.append(f"a message {message.template!r} ended {message.fate}")
        elif message.provider_sid not in sids:
            found.odd.append(f"a message {message.template!r} has a sid that the double never gave")
    found.odd += [f"{times} texts that no message knows of" for times in [sum(landed.values())] if times]
    found.odd += double.violations()
    return found


def _messages(house: House) -> Iterator[tuple[Message, tuple[str | None, str]]]:
    numbers = VaultNumbers(house.vault)
    with house.read() as session:
        for message in session.exec(select(Message)).all():
            words = message.words(house.vault)
            yield message, (numbers.phone_of(session, message.ticket_id), words)
