"""Questions about all texts together. None reads a text, a number or a ticket."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import text
from sqlmodel import Session, col, func, select

from notifications.message import Fate
from notifications.spending import DISTRICT, TextBudget, TextSpending, day_of
from tickets.ground.columns import first_id_of

#: How far back the fates by the hour go, and the texts that did not arrive.
HOURS, REFUSED_FOR = timedelta(hours=24), timedelta(days=7)
#: Months of costs shown.
MONTHS = 12

#: Nobody got these, or nobody knows whether somebody did.
REFUSED = (Fate.GIVEN_UP, Fate.UNDELIVERABLE)

#: A lease that ran out longer ago than this: no worker lives, or the provider cannot be asked.
STUCK_AFTER = timedelta(minutes=5)

WAITING = text(
    """
    select coalesce(held_because, '') as held_because, count(*) as texts,
        min(coalesce(lease_until, not_before)) as since,
        count(*) filter (where fate = 'sending' and lease_until < :now - :stuck_after) as stuck,
        min(coalesce(lease_until, not_before))
            filter (where coalesce(lease_until, not_before) <= :now) as due
    from message where fate in ('queued', 'sending') group by 1 order by 2 desc
    """
)
BY_HOUR = text(
    """
    select date_trunc('hour', created_at, 'Asia/Shanghai') as hour, coalesce(provider, '') as provider, fate,
        count(*) as texts
    from message where id >= :first and created_at > :since group by 1, 2, 3
    """
)
NOT_ARRIVED = text(
    """
    select template, fate, coalesce(error_code, '') as error_code, count(*) as texts,
        max(created_at) as newest
    from message where id >= :first and created_at > :since and fate = any(:refused) and told_as is null
    group by 1, 2, 3 order by 4 desc, 1
    """
)


@dataclass(frozen=True)
class Waiting:
    """The texts that wait for one reason."""

    #: None where they only wait for their turn.
    held_because: str | None
    texts: int
    #: When the first of them is due to go.
    since: datetime
    stuck: int
    #: Since when the first of those that should be gone is due; None where none should.
    due: datetime | None


@dataclass(frozen=True)
class Hour:
    """What became of the texts of one hour."""

    hour: datetime
    #: By provider; empty where none was asked.
    fates: dict[str, dict[Fate, int]]

    @property
    def totals(self) -> dict[Fate, int]:
        """Of all providers together."""
        found: dict[Fate, int] = {}
        for fates in self.fates.values():
            for fate, texts in fates.items():
                found[fate] = found.get(fate, 0) + texts
        return found


@dataclass(frozen=True)
class NotArrived:
    """Texts of one kind that did not arrive for one reason."""

    template: str
    fate: str
    error_code: str | None
    texts: int
    newest: datetime


@dataclass(frozen=True)
class Cost:
    """What the texts about one unit's tickets cost in a month."""

    month: date
    unit: str
    texts: int
    segments: int


@dataclass(frozen=True)
class Budget:
    """What a unit may spend a day, and what it spent today."""

    unit: str
    segments_a_day: int
    spent: int

    @property
    def used(self) -> float:
        """Share of it that is used up; more than 1 where notices went all the same."""
        return self.spent / self.segments_a_day if self.segments_a_day else 1.0


def waiting(session: Session, now: datetime) -> list[Waiting]:
    """What waits, by what it waits for."""
    found = session.connection().execute(WAITING, {"now": now, "stuck_after": STUCK_AFTER})
    return [Waiting(row.held_because or None, row.texts, row.since, row.stuck, row.due) for row in found]


def hours(session: Session, now: datetime, back: timedelta = HOURS) -> list[Hour]:
    """The hours since *back* that had texts, the newest first."""
    since = now - back
    found: dict[datetime, dict[str, dict[Fate, int]]] = {}
    for row in session.connection().execute(BY_HOUR, {"first": first_id_of(since), "since": since}):
        found.setdefault(row.hour, {}).setdefault(row.provider, {})[Fate(row.fate)] = row.texts
    return [Hour(hour, found[hour]) for hour in sorted(found, reverse=True)]


def not_arrived(session: Session, now: datetime) -> list[NotArrived]:
    """The texts of the last week that did not arrive, by kind and reason."""
    since = now - REFUSED_FOR
    asked = {"first": first_id_of(since), "since": since, "refused": list(REFUSED)}
    found = session.connection().execute(NOT_ARRIVED, asked)
    return [
        NotArrived(row.template, row.fate, row.error_code or None, row.texts, row.newest) for row in found
    ]


def costs(session: Session, now: datetime) -> list[Cost]:
    """What texts cost in the last months."""
    today = day_of(now)
    months = today.year * 12 + today.month - MONTHS
    return costs_between(session, date(months // 12, months % 12 + 1, 1), today)


def costs_between(session: Session, first: date, last: date) -> list[Cost]:
    """What texts cost by month and unit, both days included; the newest month and the dearest unit first."""
    month = func.date_trunc("month", TextSpending.day)
    segments = func.sum(TextSpending.segments)
    query = (
        select(month, TextSpending.unit, func.sum(TextSpending.texts), segments)
        .where(TextSpending.day >= first, TextSpending.day <= last)
        .group_by(month, col(TextSpending.unit))
        .order_by(month.desc(), segments.desc())
    )
    return [Cost(at.date(), unit, texts, cost) for at, unit, texts, cost in session.exec(query).all()]


def budgets(session: Session, now: datetime) -> list[Budget]:
    """The budgets, the district's first, with what is spent of them today."""
    rows = session.exec(select(TextBudget).order_by(col(TextBudget.unit))).all()
    today = session.exec(select(TextSpending).where(TextSpending.day == day_of(now))).all() if rows else []
    spent = {row.unit: row.segments for row in today}
    spent[DISTRICT] = sum(spent.values())
    return [Budget(row.unit, row.segments_a_day, spent.get(row.unit, 0)) for row in rows]
