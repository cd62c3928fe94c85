"""Everything that happens by itself: ticks of APScheduler that ask the rows what is left to do."""

import logging
import os
import signal
import socket
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from threading import Event
from types import FrameType

from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlmodel import Session

from app.assistance.visit_ticks import erase_visit_files, plan_visits
from app.attachments.ticks import erase_files, scan_files
from app.digest.making import make_due
from app.filing.drafts import forget_drafts
from app.forgetting import erase_packages, erase_texts, forget_keys
from app.garbage import settle, tidy
from app.heartbeat import TROUBLES, beat
from app.outbound.placing import place_calls
from app.rulemaking.at_work import look_at_some
from app.scheduling import Every, awaken
from app.sealing.sealer import seal_all
from app.settings import Settings
from app.statistics.rolling import roll_up
from app.texts.numbers import VaultNumbers
from app.voice.fetching import fetch_recordings
from app.voice.ticks import forget_calls, note_missed_calls
from app.wiring import House, NoRules
from notifications.delivery import deliver_due
from notifications.routes import tend
from tickets.clocks.archive import archive_old
from tickets.clocks.sweep import let_pass, sweep
from tickets.ground.clock import ClockKind
from tickets.ground.desk import CLOCKWORK
from tickets.handling import resume
from tickets.handling.more_time import asleep_too_long
from tickets.intake.question import stop_waiting
from tickets.search import index_waiting

log = logging.getLogger(__name__)

#: What a tick does at most before it looks whether it should end.
BATCH = 200

#: Seconds after which somebody looks whether the scheduler sleeps though ticks are due.
LOOK_EVERY = 1.0


@dataclass(frozen=True)
class Tick:
    """A job holds no state: if it is late, skipped or run twice, the rows still say what is left to do."""

    run: Callable[[House], None]
    every: timedelta
    why: str
    #: How many of them may be at it at once: more than one where each mostly waits for somebody else.
    at_once: int = 1


#: What happens when a limit is over that nobody owes anything by.
OVER = {ClockKind.RETURN_WINDOW: let_pass, ClockKind.SUPPLEMENT: stop_waiting}


def sweep_clocks(house: House) -> None:
    """Say of every clock that is near its due or past it, once."""
    while True:
        with house.open_desk(CLOCKWORK) as desk:
            if not sweep(desk, at_most=BATCH, over=OVER):
                return


def wake_tickets(house: House) -> None:
    """Bring back what was put aside until today."""
    while True:
        with house.open_desk(CLOCKWORK) as desk:
            due = asleep_too_long(desk, at_most=BATCH)
            for ticket in due:
                resume(desk, ticket)
            if not due:
                return


def recompute_clocks(house: House) -> None:
    """Count open clocks anew after the rules were changed with somebody's approval."""
    more = True
    while more:
        with house.open_desk(CLOCKWORK) as desk:
            more = look_at_some(desk, at_most=BATCH)


def archive_tickets(house: House) -> None:
    """Put what was closed long ago into the archive."""
    after = timedelta(days=house.settings.archive_after_days)
    while True:
        with house.open_desk(CLOCKWORK) as desk:
            if not archive_old(desk, after=after, at_most=BATCH):
                return


def make_digests(house: House) -> None:
    """Make what the heads of units read as a working day begins."""
    with house.open_desk(CLOCKWORK) as desk:
        make_due(desk, desk.now())


def send_messages(house: House) -> None:
    """Send what waits in the outbox."""
    house.rules()  # so that this process hears of templates that were approved
    sent = BATCH
    while sent == BATCH:
        sent = deliver_due(
            house.session,
            providers=house.providers,
            numbers=VaultNumbers(house.vault),
            vault=house.vault,
            rules=house.message_rules,
            most=BATCH,
        )


def tend_providers(house: House) -> None:
    """Move texts away from a provider that is slow or fails, and back when it is well again."""
    with house.session() as session, session.begin():
        for shift in tend(session, house.providers, house.message_rules):
            figures = f", {shift.ill.bad} of {shift.ill.seen}" if shift.ill else ""
            log.warning(
                "%s points moved from %s to %s: %s%s",
                shift.points,
                shift.giver,
                shift.taker,
                shift.reason,
                figures,
                extra={"runbook": "notifications/README.md#shares"},
            )


def fill_search(house: House) -> None:
    """Put new words into the search index."""
    while True:
        with Session(house.engine) as session, session.begin():
            if not index_waiting(session, BATCH):
                return


def seal_facts(house: House) -> None:
    """Sign a root over all facts committed since the last one, and say its hash where the log is kept."""
    if not house.seal_keys.can_sign:
        log.error("nothing is sealed: ZHUANBAN_SEAL_KEYS is not set")
        return
    for root in seal_all(house.engine, house.seal_keys):
        # Whoever keeps the log elsewhere can tell later that no root was exchanged: `verify --known`.
        log.info("sealed %s:%s", root.no, root.hash.hex())


def roll_up_figures(house: House) -> None:
    """Count anew what happened to tickets since the last time."""
    while True:
        with house.session() as session, session.begin():
            if not roll_up(session, BATCH):
                return


def show_life(house: House) -> None:
    """Say that this worker is alive."""
    with house.engine.begin() as connection:
        beat(connection, f"{socket.gethostname()}/{os.getpid()}", TROUBLES)


TIMETABLE = (
    Tick(sweep_clocks, timedelta(seconds=1), "a promise that breaks is noticed within two seconds"),
    Tick(wake_tickets, timedelta(seconds=30), "what was put aside comes back on its day"),
    # A provider may take a minute for an answer; the texts behind that one must not wait for it.
    Tick(send_messages, timedelta(seconds=1), "a text leaves within three seconds of its fact", at_once=12),
    Tick(tend_providers, timedelta(minutes=1), "a provider that is slow or down gets fewer texts"),
    Tick(fill_search, timedelta(seconds=1), "words can be found two seconds after they were said"),
    Tick(scan_files, timedelta(seconds=2), "a file that came can be opened once it was scanned"),
    Tick(note_missed_calls, timedelta(seconds=30), "whoever nobody picked up for is called back"),
    Tick(fetch_recordings, timedelta(seconds=5), "a message left by voice is heard soon, and nowhere else"),
    Tick(place_calls, timedelta(seconds=5), "whom no text can ask how it went is asked by telephone"),
    Tick(make_digests, timedelta(seconds=30), "heads read at half past eight what is late and due"),
    Tick(seal_facts, timedelta(seconds=20), "what happened can be proved half a minute later"),
    Tick(roll_up_figures, timedelta(seconds=15), "figures of the day are a quarter of a minute old"),
    Tick(show_life, timedelta(seconds=10), "readiness knows that somebody sweeps"),
    Tick(recompute_clocks, timedelta(seconds=10), "an approved change of the rules reaches what runs"),
    Tick(archive_tickets, timedelta(hours=1), "closed tickets go to the archive after their time"),
    Tick(forget_keys, timedelta(hours=1), "what is kept for a time goes when the time is over"),
    Tick(forget_drafts, timedelta(hours=1), "what citizens typed and never filed does not stay"),
    Tick(forget_calls, timedelta(hours=1), "and who called, once nothing is owed on it"),
    Tick(erase_texts, timedelta(hours=1), "and the words of texts, too"),
    Tick(plan_visits, timedelta(minutes=1), "each household is on the visitors' list in time"),
    Tick(erase_visit_files, timedelta(hours=1), "and pictures of visits and services, after their time"),
    Tick(erase_files, timedelta(hours=1), "and files that were taken back"),
    Tick(erase_packages, timedelta(hours=1), "what was handed over is kept three years"),
)


#: All that may run at the same time in one worker.
MOST_AT_ONCE = sum(tick.at_once for tick in TIMETABLE)


def tick_once(house: House) -> None:
    """Run every tick once; tests and commands use it instead of waiting."""
    for tick in TIMETABLE:
        tick.run(house)


def run_worker(settings: Settings) -> None:
    """Run the timetable until told to end."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    logging.getLogger("apscheduler").setLevel(logging.WARNING)
    # That all who send are busy is said by the age of the outbox, not once a second here.
    logging.getLogger("apscheduler.scheduler").setLevel(logging.ERROR)
    house = House.of(settings, pool=MOST_AT_ONCE + 1)
    ended = Event()

    def end(_number: int, _frame: FrameType | None) -> None:
        ended.set()

    signal.signal(signal.SIGTERM, end)
    signal.signal(signal.SIGINT, end)
    scheduler = planned(house)
    settle()
    scheduler.start()
    # Waits by the clock that only goes forward, so it is awake when the scheduler is not.
    while not ended.wait(LOOK_EVERY):
        if asleep := awaken(scheduler):
            TROUBLES.awakened += 1
            log.warning("the clock was put back: %s ticks are awakened", asleep)
    scheduler.shutdown(wait=True)


def planned(house: House) -> BackgroundScheduler:
    """A scheduler with the whole timetable, not started yet."""
    scheduler = BackgroundScheduler(
        timezone="Asia/Shanghai",
        executors={"default": ThreadPoolExecutor(MOST_AT_ONCE)},
        job_defaults={"coalesce": True, "misfire_grace_time": None},
    )
    for tick in TIMETABLE:
        scheduler.add_job(
            _guarded,
            Every(tick.every),
            args=[tick, house],
            id=tick.run.__name__,
            max_instances=tick.at_once,
            # At once, not after the first interval: a worker restarted every hour would never tidy up.
            next_run_time=datetime.now(UTC),
        )
    return scheduler


def _guarded(tick: Tick, house: House) -> None:
    """A database that is away for a moment ends one tick, not the worker: the next asks the rows again."""
    try:
        tick.run(house)
    except (DBAPIError, PoolTimeout, NoRules) as gone:
        TROUBLES.put_off += 1
        state = getattr(getattr(gone, "orig", None), "sqlstate", None)
        log.warning(
            "tick put off", extra={"tick": tick.run.__name__, "sqlstate": state, "kind": type(gone).__name__}
        )
    tidy()
