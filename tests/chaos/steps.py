"""Clocks set, workers stopped and killed, the database killed, again and again while promises break."""

import signal
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from random import Random

from psycopg import OperationalError

from tests.chaos.timed_house import Promised, TimedHouse

WORKERS = 3
RIGHT, AHEAD, APART = timedelta(), timedelta(seconds=0.3), timedelta(milliseconds=3)
#: How far a clock is set off, forward or back.
STEPS = tuple(
    sign * length
    for sign in (1, -1)
    for length in (timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1), timedelta(days=1))
)
#: Seconds until the last breach must have been said, workers started anew and a database that repairs itself
#: included.
PATIENCE = 60.0


@dataclass
class Told:
    """What was promised in all rounds, and how it was kept."""

    clocks: int = 0
    early: int = 0
    lost: int = 0
    doubled: int = 0

    def count(self, timed: TimedHouse, promised: Promised) -> None:
        """Hold what was said of *promised* against it."""
        said = timed.said(promised)
        times = {clock: sum(one == clock for one, _ in said) for clock in promised}
        self.clocks += len(promised)
        self.early += sum(fired_at < promised[clock] for clock, fired_at in said)
        self.lost += sum(count == 0 for count in times.values())
        self.doubled += sum(count > 1 for count in times.values())

    @property
    def is_right(self) -> bool:
        """Every breach was said once, none before it was one."""
        return not (self.early or self.lost or self.doubled)


def set_workers_clock(timed: TimedHouse, random: Random) -> None:
    """Put the clock of the workers' machine forward or back."""
    timed.of_workers.shift(random.choice((*STEPS, RIGHT)))


def set_database_clock(timed: TimedHouse, random: Random) -> None:
    """Put the clock of the database's machine forward or back."""
    timed.of_database.shift(random.choice((*STEPS, RIGHT)))


def kill_worker(timed: TimedHouse, random: Random) -> None:
    """Kill a worker, and start another."""
    timed.tell(random.choice([one for one in timed.workers if one.is_alive()]), signal.SIGKILL)
    timed.start_workers(1)


def kill_amid_a_sweep(timed: TimedHouse, _random: Random) -> None:
    """Kill every worker while one has clocks in hand, and start others."""
    with timed.stopped_amid_a_sweep():
        for worker in timed.workers:
            timed.tell(worker, signal.SIGKILL)
    timed.start_workers(WORKERS)


def sleep_amid_a_sweep(timed: TimedHouse, random: Random) -> None:
    """Stop every worker while one has clocks in hand, let an hour pass, and let them go on."""
    with timed.stopped_amid_a_sweep():
        for worker in timed.workers:
            timed.tell(worker, signal.SIGSTOP)
    set_workers_clock(timed, random)
    for worker in timed.workers:
        timed.tell(worker, signal.SIGCONT)


def kill_database(timed: TimedHouse, _random: Random) -> None:
    """Kill the database while a worker has clocks in hand, and start it again."""
    try:
        with timed.stopped_amid_a_sweep():
            timed.kill_database()
    except OperationalError:
        # The connection that held the table died with it.
        return


FAULTS: tuple[Callable[[TimedHouse, Random], None], ...] = (
    set_workers_clock,
    set_database_clock,
    kill_worker,
    kill_amid_a_sweep,
    sleep_amid_a_sweep,
    kill_database,
)
#: After these nobody knows any more whether the clocks that were promised are due, so they come first.
BEFORE = {set_database_clock}


def run_steps(timed: TimedHouse, random: Random, rounds: int, done: Callable[[], None]) -> Told:
    """
    Let promises break in so many *rounds*, each with a fault, and tell how they were kept.

    :raises NotReady: something did not go on.
    """
    told = Told()
    timed.start_workers(WORKERS)
    for _ in range(rounds):
        fault = random.choice(FAULTS)
        if fault in BEFORE:
            fault(timed, random)
        promised = timed.promise(AHEAD, APART)
        if fault not in BEFORE:
            fault(timed, random)
        timed.wait_for(promised, PATIENCE)
        told.count(timed, promised)
        done()
    timed.end_workers()
    return told
