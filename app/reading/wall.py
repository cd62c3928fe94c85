"""What a screen on the wall shows: counts, matters and places, never a name or a title."""

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import func, text
from sqlmodel import col, select

from app.reading.board import STEPS, bands
from app.reading.listing import has_card, is_due_today, is_in_hand, is_overdue
from app.statistics.counting import Line, count
from app.statistics.figures import Figure
from app.statistics.periods import Period
from app.statistics.scope import Scope
from app.statistics.topics import THREE_RATES
from tickets.clocks.words import Left, left
from tickets.ground.clock import Notice
from tickets.ground.desk import Desk
from tickets.ground.flow import State
from tickets.ground.refs import SHANGHAI
from tickets.ground.words import Channel
from tickets.ticket import Ticket

#: How ways in are told together.
WAYS: dict[str, tuple[Channel, ...]] = {
    "phone": (Channel.PHONE,),
    "superior": (Channel.SUPERIOR,),
    "web": (Channel.WEB, Channel.SMS, Channel.EMAIL, Channel.OPEN311),
    "others": (Channel.PETITION, Channel.VOICE, Channel.WALK_IN, Channel.LETTER, Channel.VISIT),
}
WEEK = timedelta(days=7)
#: Hours that are always drawn.
FROM_HOUR, TO_HOUR = 7, 18
MOST_URGENT, MOST_UNITS, MOST_PLACES = 8, 5, 5

#: By the hour: this day and the same day a week before. Of these two days alone, whatever there ever was.
INTAKE = text(
    "select figure, day, extract(hour from at at time zone 'Asia/Shanghai')::int, channel, count(*)"
    " from figure_case where figure in ('received', 'answered_directly')"
    " and day in (:today, :before) and until is null group by 1, 2, 3, 4"
)
#: This week by subdistrict, and what was usual in the four weeks before.
PLACES = text(
    "select left(key, 9), coalesce(sum(n) filter (where day > :week), 0)::int as now,"
    " coalesce(sum(n) filter (where day <= :week), 0)::float / 4 as usual"
    " from figure_total where by = 'division' and figure = 'received' and day > :month and day <= :today"
    " and key <> ''"
    " group by 1 order by 2 desc, 1 limit :most"
)


@dataclass(frozen=True)
class Hour:
    """What came in within one hour, and a week before."""

    hour: int
    by_way: dict[str, int]
    before: int

    @property
    def total(self) -> int:
        """All that came in."""
        return sum(self.by_way.values())


@dataclass(frozen=True)
class Urgent:
    """One of the most urgent: what it is about, where, and how far it is chased."""

    ref: str
    sealed: bool
    category: str | None
    division: str | None
    unit: str | None
    rung: str | None
    left: Left


@dataclass(frozen=True)
class LateUnit:
    """A unit that is late: with how many, of how many, and by how much at worst."""

    unit: str
    late: int
    open: int
    longest: Left


@dataclass(frozen=True)
class Wall:
    """One look at the whole house."""

    now: datetime
    today: date
    hours: list[Hour]
    received: int
    #: A week before: until this hour of the day, and the whole day.
    received_before: int
    direct: int
    open: dict[str, int]
    steps: list[tuple[Notice, int]]
    urgent: list[Urgent]
    late_units: list[LateUnit]
    month: Period
    rates: Line
    places: list[tuple[str, int, float]]

    def way(self, name: str) -> int:
        """All that came in today by one way."""
        return sum(hour.by_way.get(name, 0) for hour in self.hours)


def wall(desk: Desk) -> Wall:
    """The house as it is now. Its cost grows with what is open and what came in today, with nothing else."""
    now = desk.now()
    here = now.astimezone(SHANGHAI)
    today = here.date()
    hours, direct = _intake(desk, today)
    counted, steps = _open(desk, now)
    month = Period(today.replace(day=1), today)
    asked = tuple(figure for rate in THREE_RATES for figure in (rate.part, rate.whole))
    rates = count(
        desk.session, Scope(None, lists=False), month, figures=(*asked, Figure.CLOSED, Figure.UNRATED)
    )
    return Wall(
        now=now,
        today=today,
        hours=hours,
        received=sum(hour.total for hour in hours),
        received_before=sum(hour.before for hour in hours if hour.hour <= here.hour),
        direct=direct,
        open=counted,
        steps=steps,
        urgent=_urgent(desk, now),
        late_units=_late_units(desk, now),
        month=month,
        rates=rates[0],
        places=_places(desk, today),
    )


def _intake(desk: Desk, today: date) -> tuple[list[Hour], int]:
    ways = {channel.value: way for way, channels in WAYS.items() for channel in channels}
    now: dict[int, Counter[str]] = {}
    before: Counter[int] = Counter()
    direct = 0
    found = desk.session.connection().execute(INTAKE, {"today": today, "before": today - WEEK})
    for figure, day, hour, channel, n in found:
        if figure == Figure.ANSWERED_DIRECTLY:
            direct += n if day == today else 0
        elif day == today:
            now.setdefault(hour, Counter())[ways.get(channel, "others")] += n
        else:
            before[hour] += n
    seen = {*now, *before, FROM_HOUR, TO_HOUR}
    hours = [Hour(hour, now.get(hour, Counter()), before[hour]) for hour in range(min(seen), max(seen) + 1)]
    return hours, direct


def _open(desk: Desk, now: datetime) -> tuple[dict[str, int], list[tuple[Notice, int]]]:
    steps = bands(now)
    waits = col(Ticket.state) == State.REGISTERED
    asked = {
        "registered": waits,
        "registered_late": waits & is_overdue(),
        "in_hand": is_in_hand(),
        "long_term": col(Ticket.state) == State.LONG_TERM,
        "awaiting": col(Ticket.state) == State.AWAITING_INFORMATION,
        "due_today": is_due_today(),
        "overdue": is_overdue(),
        "supervised": has_card(),
        **{step.value: steps[step] for step in STEPS},
    }
    columns: list[Any] = [func.count().filter(condition) for condition in asked.values()]
    row: Any = desk.session.exec(select(*columns).where(col(Ticket.closed_at).is_(None))).one()
    counted = dict(zip(asked, row, strict=True))
    return counted, [(step, counted[step.value]) for step in reversed(STEPS)]


def _urgent(desk: Desk, now: datetime) -> list[Urgent]:
    columns: list[Any] = [
        Ticket.ref,
        Ticket.sealed,
        Ticket.category,
        Ticket.division,
        Ticket.holder_unit,
        Ticket.rung,
        Ticket.due_at,
    ]
    query = (
        select(*columns)
        .where(col(Ticket.closed_at).is_(None), col(Ticket.due_at).is_not(None))
        .order_by(col(Ticket.due_at))
        .limit(MOST_URGENT)
    )
    rows: Any = desk.session.exec(query).all()
    calendar = desk.rules.calendar
    return [
        Urgent(ref, sealed, category, division, unit, rung, left(now, due_at, calendar))
        for ref, sealed, category, division, unit, rung, due_at in rows
    ]


def _late_units(desk: Desk, now: datetime) -> list[LateUnit]:
    late = func.count().filter(is_overdue())
    columns: list[Any] = [Ticket.holder_unit, late, func.count(), func.min(Ticket.due_at)]
    query = (
        select(*columns)
        .where(col(Ticket.closed_at).is_(None), col(Ticket.holder_unit).is_not(None))
        .group_by(col(Ticket.holder_unit))
        .having(late > 0)
        .order_by(late.desc(), func.min(Ticket.due_at))
        .limit(MOST_UNITS)
    )
    rows: Any = desk.session.exec(query).all()
    return [LateUnit(unit, n, of_all, left(now, due, desk.rules.calendar)) for unit, n, of_all, due in rows]


def _places(desk: Desk, today: date) -> list[tuple[str, int, float]]:
    asked = {"today": today, "week": today - WEEK, "month": today - 5 * WEEK, "most": MOST_PLACES}
    return [(code, n, usual) for code, n, usual in desk.session.connection().execute(PLACES, asked) if n]
