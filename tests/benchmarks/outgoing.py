"""Texts on their way out: how soon one is with the provider, a backlog, web beside one that hangs."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from statistics import quantiles
from threading import Event, Thread
from typing import Any

from tests.benchmarks.bed import HOST, Bed, CannotMeasure, say
from tests.benchmarks.registrations import Caller
from tests.doubles.carrier import ACCOUNT, SENDER, TOKEN, TwilioDouble

#: Registrations a minute, each with one text, as in a district where something happened.
A_MINUTE = 1_000
#: Seconds a provider takes for its answer, and one that hangs.
USUAL, HANGING = 0.2, 60.0
#: Texts that lie there when a worker comes back.
BACKLOG = 5_000
#: Seconds after which it will not come any more.
PATIENCE = 600.0
#: A transaction that is idle for longer waits for something outside the database.
HELD_AFTER = "0.5 seconds"

SOON = """
    select count(*), percentile_cont(array[0.5, 0.95, 1])
        within group (order by extract(epoch from sent_at - created_at)::float)
    from message where created_at > %s and sent_at is not null and template = 'received'
"""
UNSENT = "select count(*) from message where created_at > %s and sent_at is null and template = 'received'"
HOLDING = f"""
    select count(*) from pg_stat_activity
    where state like 'idle in transaction%%' and now() - state_change > interval '{HELD_AFTER}'
"""  # noqa: S608 a constant of this file


@dataclass(frozen=True)
class Outgoing:
    """Texts of one run, in seconds from the commit of the fact to the provider's yes, and web beside them."""

    texts: int
    p50: float
    p95: float
    worst: float
    #: Milliseconds of a registration meanwhile, and while the provider hangs.
    web_p95: float
    web_p95_hanging: float
    #: Most transactions seen open for long while it hung.
    held: int
    backlog: int
    drained: float


def through(double: TwilioDouble) -> dict[str, Any]:
    """The settings of a district that texts through *double*, to anybody and at any hour."""
    return {
        "provider": "twilio",
        "twilio_account_sid": ACCOUNT,
        "twilio_auth_token": TOKEN,
        "twilio_from": SENDER,
        "twilio_api_base": double.base,
        "abroad_assessment": "of the benchmark",
        "quiet_hours": "none",
        "texts_a_day": 20,
    }


def measure(bed: Bed, double: TwilioDouble, seconds: float) -> Outgoing:
    """Register at a steady pace with a worker beside, then with a provider that hangs, then a backlog."""
    caller = Caller(bed)
    caller.warm_up()
    double.control(delay=USUAL)
    with bed.working():
        _wait_until_sent(bed, _now(bed, ago=3600))
        began, took = _now(bed), _paced(bed, caller, seconds)
        _wait_until_sent(bed, began)
    texts, p50, p95, worst = _soon(bed, began)
    say(f"  {texts:,} texts: p95 {p95:.2f} s from commit to provider, web p95 {_p95(took):.0f} ms")
    drained = _backlog(bed, caller)
    say(f"  {BACKLOG:,} texts that waited: {drained:.0f} s")
    double.control(delay=HANGING)
    with bed.working(), _watching(bed) as held:
        hanging = _paced(bed, caller, min(seconds, HANGING))
    say(f"  web p95 beside a provider that hangs {_p95(hanging):.0f} ms")
    return Outgoing(texts, p50, p95, worst, _p95(took), _p95(hanging), max(held), BACKLOG, drained)


def _backlog(bed: Bed, caller: Caller) -> float:
    began = _now(bed)
    caller.run(8, BACKLOG)
    at = time.monotonic()
    with bed.working():
        _wait_until_sent(bed, began)
    return time.monotonic() - at


def _paced(bed: Bed, caller: Caller, seconds: float) -> list[float]:
    """Register at the pace of A_MINUTE for so long; gives the seconds each took."""
    connection, took = HTTPConnection(HOST, bed.port, timeout=30), []
    began = time.monotonic()
    for number, (path, body, headers) in enumerate(caller.bodies()):
        planned = began + number * 60 / A_MINUTE
        if planned - began >= seconds:
            break
        time.sleep(max(0.0, planned - time.monotonic()))
        sent_at = time.monotonic()
        connection.request("POST", path, body, headers)
        answer = connection.getresponse()
        answer.read()
        took.append(time.monotonic() - sent_at)
        if answer.status != 201:
            raise CannotMeasure(f"web answered {answer.status}; its log: {bed.last_words()}")
    connection.close()
    return took


@contextmanager
def _watching(bed: Bed) -> Iterator[list[int]]:
    """Count again and again how many transactions are held open."""
    seen, ended = [0], Event()

    def watch() -> None:
        with bed.administrator() as connection:
            connection.autocommit = True
            while not ended.wait(0.2):
                seen.append(_one(connection.execute(HOLDING))[0])

    watcher = Thread(target=watch)
    watcher.start()
    try:
        yield seen
    finally:
        ended.set()
        watcher.join()


def _wait_until_sent(bed: Bed, since: Any) -> None:
    deadline = time.monotonic() + PATIENCE
    with bed.administrator() as connection:
        connection.autocommit = True
        while _one(connection.execute(UNSENT, [since]))[0]:
            if time.monotonic() > deadline:
                raise CannotMeasure(f"texts are still unsent after {PATIENCE:.0f} s: {bed.last_words()}")
            time.sleep(0.1)


def _soon(bed: Bed, since: Any) -> tuple[int, float, float, float]:
    with bed.administrator() as connection:
        texts, cuts = _one(connection.execute(SOON, [since]))
    if not texts:
        raise CannotMeasure("no text was sent")
    return (texts, *cuts)


def _now(bed: Bed, *, ago: float = 0) -> Any:
    with bed.administrator() as connection:
        asked = "select clock_timestamp() - make_interval(secs => %s)"
        return _one(connection.execute(asked, [ago]))[0]


def _one(cursor: Any) -> Any:
    return cursor.fetchone()


def _p95(took: list[float]) -> float:
    return 1000 * quantiles(took, n=20)[-1]
