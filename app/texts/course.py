"""What became of the texts of a period, in figures. None reads a text, a number or a ticket."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import text
from sqlmodel import Session

from app.statistics.periods import Period
from notifications.message import Fate
from tickets.ground.columns import first_id_of

BY_DAY = text(
    """
    select date_trunc('day', created_at, 'Asia/Shanghai') at time zone 'Asia/Shanghai' as day,
        coalesce(provider, '') as provider, fate, count(*) as texts
    from message where id >= :first and created_at >= :begins and created_at < :ends
    group by 1, 2, 3 order by 1, 2, 3
    """
)


@dataclass(frozen=True)
class Day:
    """What became of the texts that were laid in on one day and went to one provider."""

    day: date
    #: None where none was asked.
    provider: str | None
    fates: dict[Fate, int]


def days(session: Session, period: Period) -> list[Day]:
    """The days of *period* that had texts, oldest first, by provider; with the fates as they stand now."""
    asked = {"first": first_id_of(period.begins), "begins": period.begins, "ends": period.ends}
    found: dict[tuple[date, str], dict[Fate, int]] = {}
    for row in session.connection().execute(BY_DAY, asked):
        found.setdefault((row.day.date(), row.provider), {})[Fate(row.fate)] = row.texts
    return [Day(day, provider or None, fates) for (day, provider), fates in found.items()]
