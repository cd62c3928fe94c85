"""Kills those who send, or the database they work on, while providers' doubles are slow and unreliable."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from random import Random
from threading import Event

from sqlalchemy import text

from app.embedded.server import Server
from app.wiring import House
from tests.chaos.killer import kill_server, wait_until
from tests.chaos.service import Service

#: Senders at work at once.
SENDERS = 4
#: Tries between one kill and the next.
TRIES_BETWEEN = 6
#: Seconds a process needs to become a sender again; before that there is nothing to kill.
TO_START = 3.0
#: Shares of requests a double does not answer well, in percent; all others it answers slowly.
FAULTS_OF_TWILIO = {"429": 2, "500_before": 3, "500_after": 3, "die_after": 3}
FAULTS_OF_ALIYUN = {"Throttling.User": 2, "500_before": 3, "500_after": 3, "die_after": 3, "garbage": 1}
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

    #: What is killed, for the bar.
    label = "senders killed"

    def kill(self, times: int, killed: Callable[[], None]) -> None:
        """
        Kill *times* and tell each time.

        :raises NotReady: nobody sends any more.
        """
        enough = self.kills + times
        while self.kills < enough:
            self._wait_for_tries()
            # Not at the moment we looked, but at any.
            self._jitter.wait(self.random.uniform(0.0, SLOWNESS[1]))
            if self._strike():
                self.kills += 1
                killed()

    def _strike(self) -> bool:
        """Kill one of those who send, if there is one by now."""
        victims = self.service.workers(older_than=TO_START)
        if not victims:
            return False
        self._note_idle()
        self.service.kill(self.random.choice(victims))
        return True

    def _note_idle(self) -> None:
        self.idle += self._asked(BUSY) == 0

    def unsettled(self) -> int:
        """Messages whose fate is not known yet."""
        return self._asked(UNSETTLED)

    def _wait_for_tries(self) -> None:
        enough = self._asked(TRIES) + TRIES_BETWEEN
        wait_until(lambda: self._asked(TRIES) >= enough, "senders at work")

    def _asked(self, question: str) -> int:
        with self.house.engine.connect() as connection:
            return int(connection.execute(text(question)).scalar_one())


@dataclass
class DatabaseKiller(SenderKiller):
    """Kills the database, each time when somebody has tried something since."""

    server: Server | None = None
    label = "databases killed"

    def _strike(self) -> bool:
        assert self.server is not None
        self._note_idle()
        kill_server(self.server)
        self.house.engine.dispose()
        return True


def moods(random: Random, count: int, faults: Mapping[str, int] = FAULTS_OF_TWILIO) -> list[str]:
    """How a double will answer the next *count* requests."""
    names, shares = list(faults), list(faults.values())
    chosen = random.choices([*names, ""], [*shares, 100 - sum(shares)], k=count)
    return [name or f"delay:{random.uniform(*SLOWNESS):.3f}" for name in chosen]
