"""Promises that break: a hundred thousand at once, one after the other, and none among many open ones."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from statistics import quantiles

from app.clockwork import sweep_clocks
from app.factory import create_app
from tests.benchmarks.bed import Bed, CannotMeasure, say
from tests.benchmarks.fill import UNITS, Copy, brought_to, copy, settle
from tests.makers import Api
from tests.plans import plans_of

#: Workers that sweep side by side.
WORKERS = 2
#: Seconds between setting clocks and the moment the first is due, so that workers are there.
AHEAD = 10
#: Seconds after which it will not come any more.
PATIENCE = 600.0
#: Clocks that fall due each second in normal running, and for how many seconds. A large city's hotline has
#: one new ticket a second; each has four clocks or five.
A_SECOND, SECONDS = 20, 40
#: How many clocks are open while none is due.
OPEN = (10_000, 100_000, 1_000_000)
#: Times an idle sweep is measured.
SWEEPS = 200

#: Each copy's clock due so long after the one before it, the first one shortly.
DUE = """
    update clock set due_at = first.at + copy.place * %(apart)s, next_at = first.at + copy.place * %(apart)s,
        warn_at = null
    from (select clock_timestamp() + make_interval(secs => %(ahead)s) as at) first,
        (select id, row_number() over (order by id) as place from clock
            where kind = 'handle' and ticket_id >= %(since)s) copy
    where copy.id = clock.id
"""
SAID = """
    select count(*), count(distinct clock_id), extract(epoch from max(fired_at) - min(event.due_at))::float
    from clock_event event join clock on clock.id = clock_id
    where event.kind = 'breached' and ticket_id >= %s
"""
LATE = """
    select percentile_cont(array[0.5, 0.99, 1])
        within group (order by extract(epoch from fired_at - event.due_at)::float)
    from clock_event event join clock on clock.id = clock_id
    where event.kind = 'breached' and ticket_id >= %s
"""
#: Clocks of tickets that are there already: the sweep asks for none of them.
MORE_CLOCKS = """
    insert into clock (id, ticket_id, round, kind, state, policy, policy_version, calendar, calendar_version,
        provisional, started_at, due_at, next_at, paused, extended)
    select gen_random_uuid(), ticket_id, round, kind, 'running', policy, policy_version, calendar,
        calendar_version, false, clock_timestamp(), at, at, '[]', 0
    from (select * from clock where kind = 'handle' limit 1) one,
        lateral (select clock_timestamp() + interval '1 day' + number * interval '1 second' as at
            from generate_series(1, %s) number) due
"""


@dataclass(frozen=True)
class Burst:
    """So many clocks due at one moment."""

    clocks: int
    #: Clocks said to have broken, and how often that was said.
    said: int
    times: int
    #: From the due moment to the last event.
    seconds: float


@dataclass(frozen=True)
class Late:
    """How long after their due moments clocks were said to have broken, in seconds, and how often in all."""

    clocks: int
    said: int
    p50: float
    p99: float
    most: float


@dataclass(frozen=True)
class Idle:
    """What a sweep costs that finds nothing to do."""

    clocks: int
    pages: int
    p50_ms: float
    p95_ms: float


def burst(bed: Bed, count: int) -> Burst:
    """Let *count* clocks fall due at one moment and wait until each was said to have broken."""
    say(f"  {count:,} clocks …")
    first = _handled(bed, count)
    say(f"  all due at once, {WORKERS} workers …")
    times, said, seconds = _swept(bed, first, count, timedelta())
    say(f"  said of {said:,} in {seconds:.0f} s")
    return Burst(count, said, times, seconds)


def normal(bed: Bed) -> Late:
    """Let clocks fall due one after the other."""
    count = A_SECOND * SECONDS
    first = _handled(bed, count)
    say(f"  {A_SECOND} clocks due a second, {WORKERS} workers …")
    times, _, _ = _swept(bed, first, count, timedelta(seconds=1) / A_SECOND)
    with bed.administrator() as connection:
        row = connection.execute(LATE, [first]).fetchone()
    assert row is not None
    say(f"  late by {row[0][1]:.2f} s (p99)")
    return Late(count, times, *row[0])


def idle(bed: Bed) -> list[Idle]:
    """Sweep while nothing is due, with more and more open clocks."""
    _handled(bed, 1)
    found, there = [], 0
    for count in OPEN:
        say(f"  idle sweeps with {count:,} open clocks …")
        with bed.administrator() as connection:
            connection.execute("set session_replication_role = replica")
            connection.execute(MORE_CLOCKS, [count - there])
            connection.execute("vacuum (analyze) clock")
        there = count
        plan = plans_of(bed.house.engine, partial(sweep_clocks, bed.house))[-1]
        if plan.indexes != {"clock_next"}:
            raise CannotMeasure(f"an idle sweep asks {plan.indexes} and reads {plan.read_whole}")
        cuts = quantiles((_timed(partial(sweep_clocks, bed.house)) for _ in range(SWEEPS)), n=100)
        found.append(Idle(count, plan.pages, cuts[49], cuts[94]))
    return found


def _timed(act: Callable[[], object]) -> float:
    """How many milliseconds *act* takes."""
    started = time.perf_counter()
    act()
    return 1000 * (time.perf_counter() - started)


def _handled(bed: Bed, count: int) -> int:
    """Make *count* tickets that units handle; gives the number of the first."""
    api = Api(create_app(bed.settings, bed.house), bed.house)
    refs = [brought_to(api, "handling", unit) for unit in UNITS]
    numbered = "select id from ticket where ref = any(%s) order by id"
    with bed.administrator() as connection:
        originals = [int(row[0]) for row in connection.execute(numbered, [refs])]
    first, moment = originals[-1] + 1, timedelta(milliseconds=1)
    copy(bed, [Copy(first + n, originals[n % len(originals)], -(n + 1) * moment) for n in range(count)])
    with bed.administrator() as connection:
        # Their words and facts were looked at when they came: nothing of that is left to do.
        connection.execute("truncate search_queue, seal_queue")
    settle(bed)
    return first


def _swept(bed: Bed, first: int, count: int, apart: timedelta) -> tuple[int, int, float]:
    """Let the clocks of *count* tickets fall due, each *apart* from the last; gives what was said of them."""
    with bed.administrator() as connection:
        connection.execute("set session_replication_role = replica")
        connection.execute(DUE, {"apart": apart, "ahead": AHEAD, "since": first})
        connection.execute("vacuum (analyze) clock")
    deadline = time.monotonic() + PATIENCE
    with bed.working(WORKERS), bed.administrator() as connection:
        while time.monotonic() < deadline:
            row = connection.execute(SAID, [first]).fetchone()
            if row is not None and row[1] == count:
                return row[0], row[1], row[2]
            time.sleep(0.5)
    raise CannotMeasure(f"not all of {count} clocks were said to have broken")
