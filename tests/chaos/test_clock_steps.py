"""Clocks are set, workers stop, workers and database die: every breach is said once, and none too early."""

import signal
import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta

import pytest
from psycopg import OperationalError

from tests.chaos.shim import NoCompiler
from tests.chaos.timed_house import DATABASE, TimedHouse, timed_house

#: They share a server of their own.

TICKETS = 40
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
RIGHT, AT_ONCE, SOON, APART = timedelta(), timedelta(), timedelta(seconds=0.2), timedelta(milliseconds=10)
#: Seconds within which a worker must go on after its clock was set (T3 of the reliability plan).
PATIENCE = 10.0

TELLS_THE_TIME = (
    "import time; b = time.time(), time.monotonic(); time.sleep(0.1); from threading import Event;"
    "Event().wait(0.1); print(b[0], time.time() - b[0], time.monotonic() - b[1])"
)


@pytest.fixture(scope="module")
def timed() -> Iterator[TimedHouse]:
    try:
        with timed_house(TICKETS) as made:
            yield made
    except NoCompiler as reason:
        pytest.skip(str(reason))


@pytest.fixture(autouse=True)
def _alone(timed: TimedHouse) -> Iterator[None]:
    """Begin with right clocks, and leave no worker behind."""
    yield
    timed.end_workers()
    timed.of_workers.shift(RIGHT)
    timed.of_database.shift(RIGHT)


def told_time(timed: TimedHouse) -> list[float]:
    """The time as a process of Python has it, and how long two sleeps took by either clock."""
    command = [sys.executable, "-c", TELLS_THE_TIME]
    told = subprocess.run(command, env=timed.of_workers.environment(), capture_output=True, check=True)  # noqa: S603
    return [float(word) for word in told.stdout.split()]


def test_a_set_clock_moves_the_time_and_nothing_else(timed: TimedHouse) -> None:
    right = told_time(timed)
    timed.of_workers.shift(-DAY)
    timed.of_database.shift(DAY)
    set_back = told_time(timed)
    with timed.server.cluster.connect(DATABASE) as connection:
        now = connection.execute("select extract(epoch from clock_timestamp())::float").fetchone()

    assert now is not None
    assert isinstance(now[0], float)
    assert set_back[0] - right[0] == pytest.approx(-DAY.total_seconds(), abs=30)
    assert now[0] - right[0] == pytest.approx(DAY.total_seconds(), abs=30)
    assert all(0.2 <= seconds < 5 for seconds in (*right[1:], *set_back[1:]))


def test_the_clock_of_a_worker_decides_nothing_and_stops_nothing(timed: TimedHouse) -> None:
    timed.start_workers(2)
    for off in (RIGHT, -HOUR, RIGHT, DAY, -DAY, RIGHT, HOUR):
        timed.of_workers.shift(off)
        promised = timed.promise(SOON, APART)
        timed.wait_for(promised, PATIENCE)

        assert list(timed.troubles(promised)) == [], off
    assert timed.faults() == []


def test_the_clock_of_the_database_decides_alone(timed: TimedHouse) -> None:
    timed.start_workers(2)
    for off in (HOUR, DAY):
        timed.of_database.shift(RIGHT)
        promised = timed.promise(off / 2, APART, last=TICKETS - 1)
        # Nothing is due yet, nor is it after the clock was put back; once it is put forward, everything is.
        timed.of_database.shift(-off)
        timed.wait_for_a_sweep()
        assert timed.said(promised) == []
        timed.of_database.shift(off)
        timed.wait_for(promised, PATIENCE)

        assert list(timed.troubles(promised)) == []


def test_what_fell_due_while_a_worker_was_stopped_is_said_once(timed: TimedHouse) -> None:
    timed.start_workers(1)
    promised = timed.promise(AT_ONCE)
    with timed.stopped_amid_a_sweep():
        timed.tell(timed.workers[0], signal.SIGSTOP)
    timed.start_workers(1)
    # The machine slept for an hour: all its clocks are an hour further.
    for shim in (timed.of_workers, timed.of_database):
        shim.shift(HOUR)
    timed.tell(timed.workers[0], signal.SIGCONT)
    timed.wait_for(promised)
    later = timed.promise(SOON, APART)
    timed.wait_for(later)

    assert [*timed.troubles(promised), *timed.troubles(later)] == []


def test_a_worker_killed_amid_a_sweep_leaves_its_clocks_to_the_next(timed: TimedHouse) -> None:
    timed.start_workers(1)
    promised = timed.promise(AT_ONCE)
    with timed.stopped_amid_a_sweep():
        timed.tell(timed.workers[0], signal.SIGKILL)
        assert timed.said(promised) == []
    timed.start_workers(3)
    timed.wait_for(promised)

    assert list(timed.troubles(promised)) == []
    assert timed.faults() == []


def test_a_database_killed_amid_a_sweep_is_swept_when_it_is_back(timed: TimedHouse) -> None:
    timed.start_workers(2)
    promised = timed.promise(AT_ONCE)
    # The connection that holds the table dies with the database.
    with pytest.raises(OperationalError), timed.stopped_amid_a_sweep():
        timed.kill_database()
    timed.wait_for(promised)

    assert list(timed.troubles(promised)) == []
    assert timed.faults() == []
