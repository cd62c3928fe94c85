"""Texts are sent while something is killed again and again; what became of every one of them."""

import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from random import Random

import click

from app.wiring import House
from tests.chaos.carried import Carried, Landed, carried
from tests.chaos.killer import wait_until
from tests.chaos.proof import broken_words
from tests.chaos.senders import SENDERS, SenderKiller
from tests.chaos.service import NotReady, Service, running_service
from tests.chaos.traffic import MOVES, Plan, Traffic, tokens_for

#: Each ticket is brought before the callback desk, and the citizen told four times on the way.
UP_TO_CALLBACK = MOVES[:-1]
TEXTS_OF_A_TICKET = 4
CLIENTS = 3
#: How long the last texts may take: those of the dead are looked up after a minute, some more than once.
PATIENCE = 600.0
#: So many kills of a hundred may find nobody sending.
MOST_IDLE = 20

#: Goes on between one kill and the next: told how many of all kills were made.
Meanwhile = Callable[[int], None]


def plan_for(texts: int, seed: int, phone: Callable[[int], str]) -> Plan:
    """Clients whose tickets make so many *texts*."""
    tickets = texts // TEXTS_OF_A_TICKET // CLIENTS
    return Plan(clients=CLIENTS, seed=seed, moves=UP_TO_CALLBACK, tickets=tickets, phone=phone)


@dataclass
class Run:
    """Texts of *plan* on their way, and so many kills."""

    house: House
    plan: Plan
    kills: int
    #: Makes who kills.
    killer: Callable[[Service, House, Random], SenderKiller]
    #: What each double took, asked when all is over.
    landed: Callable[[], Mapping[str, Landed]]
    violations: Callable[[], list[str]]
    meanwhile: Meanwhile = lambda _kills: None
    random: Random = field(init=False)

    def __post_init__(self) -> None:
        self.random = Random(self.plan.seed)  # noqa: S311 it is to be the same again

    @property
    def texts(self) -> int:
        """How many texts are to be sent."""
        return TEXTS_OF_A_TICKET * self.plan.clients * (self.plan.tickets or 0)

    def prove(self, name: str) -> bool:
        """
        Let clients work and kill; say what became of every text. True if none was lost and none doubled.

        :raises NotReady: something did not come back to life, or too little went on to prove anything.
        """
        with running_service(self.house.settings, workers=SENDERS) as service:
            traffic = Traffic(service.url, tokens_for(self.house), self.plan)
            killer = self.killer(service, self.house, self.random)
            traffic.start()
            try:
                with shown(killer.label, self.kills) as bar:
                    while killer.kills < self.kills:
                        self.meanwhile(killer.kills)
                        killer.kill(1, lambda: bar.update(1))
                wait_until(lambda: not traffic.is_at_work(), "the clients", PATIENCE)
            finally:
                traffic.stop()
            wait_for_the_last(killer)
        if 100 * killer.idle > MOST_IDLE * killer.kills:
            raise NotReady(f"{killer.idle} of {killer.kills} kills found nobody sending")
        found = carried(self.house, self.landed())
        found.odd += [*self.violations(), *broken_words(self.house, traffic.ledger)]
        return self._tell(name, found)

    def _tell(self, name: str, found: Carried) -> bool:
        for line in found.odd:
            click.echo(line, err=True)
        by = " ".join(f"{carrier}={count}" for carrier, count in sorted(found.by.items()))
        figures = f"messages={found.messages} kills={self.kills} lost={found.lost} doubled={found.doubled}"
        click.echo(f"{name}: {figures} {by}")
        return not (found.odd or found.lost or found.doubled) and found.messages == self.texts


def wait_for_the_last(killer: SenderKiller) -> None:
    """
    Wait until every text has a fate.

    :raises NotReady: some have none in time.
    """
    left = killer.unsettled()
    with shown("texts settled", left) as bar:

        def is_over() -> bool:
            nonlocal left
            now = killer.unsettled()
            bar.update(left - now)
            left = now
            return left == 0

        wait_until(is_over, "the last texts", PATIENCE)


def shown(label: str, length: int) -> "click._termui_impl.ProgressBar[int]":
    """A progress bar on a terminal, nothing elsewhere."""
    return click.progressbar(length=length, label=label, file=sys.stderr, hidden=not sys.stderr.isatty())
