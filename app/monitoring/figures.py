"""Ask the tables how the house runs: whatever process is asked, the figures are the same."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import text
from sqlalchemy.engine import Connection
from sqlmodel import Session

from app.attachments.ticks import Quarantine, quarantine
from app.texts.alarms import Alarm, count_ringing
from notifications.pulse import Pulse, pulses_of

#: Upper bounds of how late a breach was noticed, in seconds.
BOUNDS = (0.5, 1.0, 2.0, 5.0, 10.0, 30.0, 60.0, 300.0, 3600.0)

#: Further ones are not counted: a queue as long as this is long, and counting must stay cheap.
MOST_COUNTED = 100_000

#: Seconds since the moment of the clock, and of the text, that waits longest; 0 where none waits. Asked with
#: the moment of the statement: no index can be asked with one that changes from row to row.
SWEEP_LAG = text(
    "select coalesce(extract(epoch from statement_timestamp() - min(next_at)), 0)::float from clock"
    " where next_at <= statement_timestamp()"
)
OUTBOX_AGE = text(
    "select coalesce(extract(epoch from statement_timestamp()"
    " - min(coalesce(lease_until, not_before))), 0)::float from message where fate in ('queued', 'sending')"
    " and coalesce(lease_until, not_before) <= statement_timestamp()"
)
SEARCH_QUEUE = text("select count(*) from (select from search_queue limit :most) waiting")
FIGURE_QUEUE = text("select count(*) from (select from figure_queue limit :most) waiting")
UNSEALED_AGE = text(
    """
    select coalesce(extract(epoch from clock_timestamp() - least(
        (select min(at) from (select at from seal_queue limit :most) waiting),
        (select min(at) from house_fact where seq > (
            select coalesce(max(to_seq), 0) from seal_leaf where ledger = 'house' and subject = 0))
    )), 0)::float
    """
)
#: A clock that was late when it began, as by another platform's date, cannot be noticed before that.
LATENESS = text(
    """
    with noticed as materialized (
        select extract(epoch from fired_at - greatest(event.due_at, started_at))::float as late
        from clock_event event join clock on clock.id = clock_id
        where event.kind = 'breached' and fired_at > statement_timestamp() - interval '1 hour'
            and fired_at <= statement_timestamp()
    )
    select count(*), coalesce(sum(late), 0)::float,
        percentile_cont(array[0.5, 0.99]) within group (order by late),
        (select array_agg(below order by bound) from (
            select bound, count(*) filter (where late <= bound) as below
            from unnest(cast(:bounds as float[])) bound left join noticed on true group by bound) counted)
    from noticed
    """
)
WORKERS = text(
    """
    select extract(epoch from statement_timestamp() - max(at))::float,
        count(*) filter (where at > statement_timestamp() - interval '1 minute'),
        coalesce(sum(put_off), 0)::int, coalesce(sum(awakened), 0)::int
    from heartbeat where at <= statement_timestamp()
    """
)


@dataclass(frozen=True)
class Lateness:
    """How long after their due moments the breaches of the last hour were noticed, in seconds."""

    count: int
    sum: float
    #: None where none was noticed.
    p50: float | None
    p99: float | None
    #: How many within each of `BOUNDS`.
    within: tuple[int, ...]


@dataclass(frozen=True)
class Workers:
    """Signs of life of the last day."""

    #: Seconds since the newest; None where there is none.
    age: float | None
    #: Seen within a minute.
    alive: int
    #: Ticks put off and clocks put back since they started.
    put_off: int
    awakened: int


@dataclass(frozen=True)
class Figures:
    """How the house runs. Ages are in seconds."""

    #: Since the moment of the oldest clock that no sweep has spoken of.
    sweep_lag: float
    lateness: Lateness
    #: Of the text that should have left longest ago.
    outbox_age: float
    #: Tickets whose words are not in the index yet.
    search_queue: int
    #: Changes of tickets that no figure of the statistics counts yet.
    figure_queue: int
    #: Of the oldest fact that no root covers.
    unsealed_age: float
    workers: Workers
    #: How many of each kind ring about texts.
    text_alarms: dict[Alarm, int]
    #: Files that wait for the scanner.
    quarantine: Quarantine
    #: How each provider of texts fared in the last minutes.
    providers: Mapping[str, Pulse]


def figures_of(connection: Connection, providers: Sequence[str]) -> Figures:
    """Ask for all of them; each question goes through an index or a table that is short."""
    now = connection.execute(text("select statement_timestamp()")).scalar_one()
    most = {"most": MOST_COUNTED}
    return Figures(
        sweep_lag=connection.execute(SWEEP_LAG).scalar_one(),
        lateness=_lateness(connection),
        outbox_age=connection.execute(OUTBOX_AGE).scalar_one(),
        search_queue=connection.execute(SEARCH_QUEUE, most).scalar_one(),
        figure_queue=connection.execute(FIGURE_QUEUE, most).scalar_one(),
        unsealed_age=connection.execute(UNSEALED_AGE, most).scalar_one(),
        workers=Workers(*connection.execute(WORKERS).one()),
        text_alarms=_text_alarms(connection),
        quarantine=quarantine(connection),
        providers=pulses_of(connection, providers, now),
    )


def _text_alarms(connection: Connection) -> dict[Alarm, int]:
    now = connection.execute(text("select clock_timestamp()")).scalar_one()
    with Session(connection) as session:
        return count_ringing(session, now)


def _lateness(connection: Connection) -> Lateness:
    count, total, cuts, within = connection.execute(LATENESS, {"bounds": list(BOUNDS)}).one()
    p50, p99 = cuts or (None, None)
    return Lateness(count, total, p50, p99, tuple(within))
