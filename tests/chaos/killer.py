"""Kills one process after the other, each only when those before it are at work again."""

import os
import signal
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from threading import Event
from time import monotonic

from sqlalchemy import Engine, text

from app.embedded.server import Server
from tests.chaos.service import NotReady, Service
from tests.chaos.traffic import Ledger

#: Answers that must have come since one kill before the next.
ANSWERS_BETWEEN = 8
#: How long to wait for anything to come back to life.
PATIENCE = 45.0
#: Of so many kills that found no request on its way the run proves nothing.
IDLE_KILLS = 0.2


@dataclass
class Killed:
    """What was killed, and how much was going on then."""

    web: int = 0
    worker: int = 0
    #: Kills at a moment when no request was on its way.
    idle: int = 0

    @property
    def total(self) -> int:
        """All kills."""
        return self.web + self.worker

    def is_void(self, ledger: Ledger) -> bool:
        """Too little went on for the run to prove anything."""
        few = ledger.acknowledged < ANSWERS_BETWEEN * self.total or ledger.again < self.total
        return few or self.idle > IDLE_KILLS * self.total


@dataclass
class Killer:
    """Goes through the processes of *service* at random."""

    service: Service
    ledger: Ledger
    engine: Engine
    seed: int
    killed: Killed = field(default_factory=Killed)

    def kill(self, times: int) -> None:
        """
        Kill *times* processes.

        :raises NotReady: a kill was survived by nobody.
        """
        random = Random(self.seed)  # noqa: S311 it is to be the same again
        for _ in range(times):
            self._wait_for_answers()
            if random.random() < 0.5:
                self._kill_worker(random)
            else:
                self._kill_web_worker(random)

    def _wait_for_answers(self) -> None:
        enough = self.ledger.acknowledged + ANSWERS_BETWEEN
        wait_until(lambda: self.ledger.acknowledged >= enough, "answers")

    def _kill_web_worker(self, random: Random) -> None:
        wait_until(lambda: len(self.service.web_workers()) > 1, "web workers")
        self._kill(random.choice(self.service.web_workers()))
        self.killed.web += 1

    def _kill_worker(self, random: Random) -> None:
        """A worker that has not sent anything yet is not worth killing."""
        sent = self._sent()
        wait_until(lambda: self._sent() > sent, "a worker that sends")
        self._kill(random.choice(self.service.workers()))
        self.killed.worker += 1

    def _kill(self, process: int) -> None:
        self._note_idle()
        self.service.kill(process)

    def _note_idle(self) -> None:
        self.killed.idle += self.ledger.in_flight == 0

    def _sent(self) -> int:
        with self.engine.connect() as connection:
            return int(
                connection.execute(
                    text("select count(*) from message where sent_at is not null")
                ).scalar_one()
            )


def kill_server(server: Server) -> None:
    """Kill every process of a database server, without a word, and start it again."""
    process = server.process
    assert process is not None
    children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text(encoding="ascii")
    for number in [process.pid, *map(int, children.split())]:
        # Whoever ends by itself meanwhile, as a connection's process may, is gone anyway.
        with suppress(ProcessLookupError):
            os.kill(number, signal.SIGKILL)
    process.wait()
    server.start()


def wait_until(is_so: Callable[[], bool], what: str, patience: float = PATIENCE) -> None:
    """
    Wait until something is so, looking often.

    :raises NotReady: it was not in time.
    """
    deadline = monotonic() + patience
    between = Event()
    while not is_so():
        if monotonic() > deadline:
            raise NotReady(f"waited {patience:.0f} s for {what}")
        between.wait(0.02)
