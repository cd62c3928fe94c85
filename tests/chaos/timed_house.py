"""A house whose workers and database have clocks of their own, and clocks on its tickets that fall due."""

import shutil
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import mkdtemp
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from app.embedded.children import Child, end
from app.embedded.server import Server, erase, serving
from app.factory import create_app
from app.verify import faults
from app.wiring import House
from tests.chaos.killer import kill_server, wait_until
from tests.chaos.service import ROOT, environment
from tests.chaos.shim import Shim, compiled, shim_in
from tests.makers import HANDLER, Api
from tests.server import prepare, settings_for

DATABASE = "timed"
#: More tickets than there are.
MANY = 1_000_000

#: The answer of each ticket is due at a moment that somebody set, *apart* from that of the ticket before.
DUE = """
    with moments as (
        select clock.id, order_id, ticket_id, begin.at + (place - 1) * cast(:apart as interval) as due_at
        from (select clock_timestamp() + cast(:ahead as interval) as at) begin,
            (select *, row_number() over (order by ticket_id) as place from clock where kind = 'handle') clock
        where place between :first and :last
    ), clocks as (
        update clock set due_at = moments.due_at, next_at = moments.due_at, fixed_at = moments.due_at,
            warn_at = null, rung = null, state = 'running' from moments where moments.id = clock.id
    ), orders as (
        update unit_order set due_at = moments.due_at from moments where unit_order.id = order_id
    ), tickets as (
        update ticket set due_at = moments.due_at, due_clock = 'handle', rung = null from moments
        where ticket.id = ticket_id
    )
    select id, due_at from moments
"""
SAID = "select clock_id, due_at, fired_at from clock_event where kind = 'breached'"
#: Workers that were stopped on their way into a table.
STOPPED = "select count(*) > 0 from pg_stat_activity where wait_event_type = 'Lock' and datname = %s"

#: A moment at which clocks are due, by clock.
Promised = dict[UUID, datetime]


@dataclass
class TimedHouse:
    """The house, its server, its workers, and what their clocks are off."""

    house: House
    server: Server
    of_workers: Shim
    of_database: Shim
    folder: Path
    tickets: int
    workers: list[Child] = field(default_factory=list)

    def fill(self) -> None:
        """Have the tickets, which a unit handles."""
        api = Api(create_app(self.house.settings, self.house), self.house)
        for _ in range(self.tickets):
            ref = api.ticket_in("handling")["ref"]
            # The citizen was called: of what the unit promised only the answer is left to fall due.
            api.made(HANDLER, ref, "contact", reached=True, note="")

    def promise(
        self, ahead: timedelta, apart: timedelta = timedelta(), *, first: int = 1, last: int = MANY
    ) -> Promised:
        """
        Let the clock of each ticket fall due, *ahead* from now by the database's clock and *apart*.

        Of the *first* ticket to the *last*, if not of all.
        """
        told = {"ahead": ahead, "apart": apart, "first": first, "last": last}
        with self.house.engine.begin() as connection:
            rows = connection.execute(text(DUE), told).all()
        return {row.id: row.due_at for row in rows}

    def said(self, promised: Promised) -> list[tuple[UUID, datetime]]:
        """Which of *promised* were said to have broken, and when, by the database's clock."""
        with self.house.engine.connect() as connection:
            rows = connection.execute(text(SAID)).all()
        return [(row.clock_id, row.fired_at) for row in rows if promised.get(row.clock_id) == row.due_at]

    def start_workers(self, count: int) -> None:
        """Have *count* workers sweep."""
        for _ in range(count):
            log = self.folder / f"worker{len(self.workers)}.log"
            told = environment(self.house.settings) | self.of_workers.environment()
            self.workers.append(Child([sys.executable, "-m", "app.cli", "worker"], ROOT, told, log))
            self.workers[-1].start()

    def end_workers(self) -> None:
        """End them, stopped ones too."""
        for worker in self.workers:
            self.tell(worker, signal.SIGCONT)
        end(self.workers, 10.0)
        self.workers.clear()

    def tell(self, worker: Child, number: signal.Signals) -> None:
        """Send a signal to a worker that lives."""
        if worker.process is not None and worker.is_alive():
            worker.process.send_signal(number)

    @contextmanager
    def stopped_amid_a_sweep(self) -> Iterator[None]:
        """Let workers sweep as far as the event, and no further until the block ends."""
        with self.server.cluster.connect(DATABASE) as held, held.transaction():
            held.execute("lock table zhuanban.clock_event in share mode")
            wait_until(self._is_stopped, "a worker amid a sweep")
            yield

    def kill_database(self) -> None:
        """Kill every process of the database's, and start it again."""
        kill_server(self.server)
        self.house.engine.dispose()

    def wait_for(self, promised: Promised, patience: float = 30.0) -> None:
        """Wait until all of *promised* were said to have broken."""
        wait_until(lambda: len(self._heard(promised)) >= len(promised), "every breach", patience)

    def wait_for_a_sweep(self) -> None:
        """Wait until somebody has swept: the clock of the last ticket falls due, and that is said."""
        self.wait_for(self.promise(timedelta(), first=self.tickets))

    def troubles(self, promised: Promised) -> Iterator[str]:
        """Every way in which *promised*, all of them due, were not said once and not too early."""
        said = self.said(promised)
        for clock, due_at in promised.items():
            moments = [fired_at for one, fired_at in said if one == clock]
            if len(moments) != 1:
                yield f"the clock {clock} was said {len(moments)} times to have broken"
            elif moments[0] < due_at:
                yield f"the clock {clock} was said to have broken {due_at - moments[0]} before it did"

    def faults(self) -> list[str]:
        """What does not hold in the rows of the house."""
        return list(faults(self.house.settings))

    def _is_stopped(self) -> bool:
        with self.server.cluster.connect() as connection:
            row = connection.execute(STOPPED, [DATABASE]).fetchone()
        return row is not None and bool(row[0])

    def _heard(self, promised: Promised) -> list[tuple[UUID, datetime]]:
        try:
            return self.said(promised)
        except DBAPIError:
            return []


@contextmanager
def timed_house(tickets: int) -> Iterator[TimedHouse]:
    """
    A house with so many *tickets*, on a database of its own.

    :raises NoCompiler: there is no gcc.
    """
    folder = Path(mkdtemp(prefix="zhuanban-timed-"))
    folder.chmod(0o755)  # as root the server is another user, who must get in
    try:
        library = compiled(folder)
        workers, database = (shim_in(folder, library, name) for name in ("workers", "database"))
        with serving(folder / "postgres", environment=database.environment()) as server:
            server.cluster.create(DATABASE)
            settings = settings_for(server.cluster.url(DATABASE), server.cluster.owner_url(DATABASE))
            prepare(settings)
            house = House.of(settings, pool=4)
            made = TimedHouse(house, server, workers, database, folder, tickets)
            try:
                made.fill()
                yield made
            finally:
                made.end_workers()
                house.engine.dispose()
    finally:
        erase(folder / "postgres")
        shutil.rmtree(folder, ignore_errors=True)
