"""The figures of social assistance by month: counted from the register, and frozen when a month is closed."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import BigInteger, Column, LargeBinary, insert, text
from sqlmodel import Field, Session, col, select

from tickets.assistance.visit_plan import period_of
from tickets.assistance.visit_words import VisitLevel
from tickets.ground.columns import Moment, Row, one_of
from tickets.ground.worktime.calendar import moment
from tickets.ground.worktime.months import plus_months


class Figure(StrEnum):
    """What is counted; *part* says of which group, scheme or team."""

    #: Stock on the last day of the month, by group of households.
    HOUSEHOLDS = "households"
    PERSONS = "persons"
    #: Flow within the month, by group of households.
    STARTED = "started"
    STOPPED = "stopped"
    #: Fen paid for the month, by scheme.
    AMOUNT = "amount"
    #: Cases of temporary aid paid in the month.
    CASES = "cases"
    #: Different persons a team served in the month, and how often; by kind and name of the team.
    SERVED = "served"
    TIMES = "times"
    #: Visits as of the last day of the month, by level: of that month, or of the half-year it lies in.
    VISITS_OWED = "visits_owed"
    VISITS_DONE = "visits_done"
    #: Somebody went and met nobody.
    VISITS_MISSED = "visits_missed"


class AssistanceMonth(Row, table=True):
    """A closed month: its figures stand, whatever is written into the register afterwards."""

    __tablename__ = "assistance_month"

    month: date = Field(primary_key=True)
    closed_by: str
    closed_at: datetime = Field(sa_type=Moment)
    #: Over its frozen rows.
    digest: bytes = Field(sa_type=LargeBinary)


class FrozenFigure(Row, table=True):
    """A figure of a closed month."""

    __tablename__ = "assistance_figure"
    __table_args__ = (one_of("figure", Figure),)

    month: date = Field(primary_key=True, foreign_key="assistance_month.month")
    division: str = Field(primary_key=True)
    figure: str = Field(primary_key=True)
    part: str = Field(primary_key=True, default="")
    n: int = Field(sa_column=Column(BigInteger, nullable=False))


@dataclass(frozen=True, order=True)
class Counted:
    """One figure of one month in one division."""

    division: str
    figure: str
    part: str
    n: int


#: There on the last day of the month.
_THERE = "h.started_on <= :last and (h.ended_on is null or h.ended_on > :last)"

_COUNT = text(
    f"""
    select h.division, 'households', h.kind, count(*) from household h where {_THERE} group by 1, 3
    union all
    select h.division, 'persons', h.kind, count(*)
    from household h join household_member m on m.household_id = h.id
    where {_THERE} and m.joined_on <= :last and (m.left_on is null or m.left_on > :last) group by 1, 3
    union all
    select h.division, 'started', h.kind, count(*) from household h
    where h.started_on between :first and :last group by 1, 3
    union all
    select h.division, 'stopped', h.kind, count(*) from household h
    where h.ended_on between :first and :last group by 1, 3
    union all
    select h.division, 'amount', b.scheme, sum(b.fen)
    from household_benefit b join household h on h.id = b.household_id
    where b.month = :first and b.scheme <> 'temporary' group by 1, 3
    union all
    select h.division, aid.figure, aid.part, sum(aid.n) from (
        select household_id, 'cases' figure, '' part, 1 n from household_temporary_aid
        where paid_on between :first and :last
        union all
        select household_id, 'amount', 'temporary', fen from household_temporary_aid
        where paid_on between :first and :last
        union all
        select p.household_id, kept.figure, kept.part, kept.n from household_benefit p
        cross join lateral (values ('cases', '', 1), ('amount', 'temporary', p.fen)) kept(figure, part, n)
        where p.month = :first and p.scheme = 'temporary' and not exists (
            select from household_temporary_aid c
            where c.household_id = p.household_id and c.paid_on between :first and :last)
    ) aid join household h on h.id = aid.household_id group by 1, 2, 3
    union all
    select h.division, told.figure, s.team_kind || '/' || s.team,
        case told.figure when 'times' then count(*) else count(distinct s.member_id) end
    from household_service s join household h on h.id = s.household_id
    cross join (values ('times'), ('served')) told(figure)
    where s.served_on between :first and :last group by 1, 2, 3
    union all
    select v.division, kept.figure, v.level, kept.n from (
        select division, level, count(*) owed, count(*) filter (where done_at < :after) done,
            count(*) filter (where tries > 0 and (done_at is null or done_at >= :after)) missed
        from visit
        where level = 'community' and period = :first or level = 'subdistrict' and period = :half
        group by 1, 2) v
    cross join lateral (values ('visits_owed', v.owed), ('visits_done', v.done), ('visits_missed', v.missed))
        kept(figure, n)
    where kept.n > 0
    """  # noqa: S608 nothing but a condition of ours is put in
)


#: Each of the four is the end of an index.
_LATEST = text(
    "select date_trunc('month', greatest("
    "(select max(month) from household_benefit where month <= :day),"
    " (select max(paid_on) from household_temporary_aid where paid_on <= :day),"
    " (select max(served_on) from household_service where served_on <= :day),"
    " (select max(month) from assistance_figure where month <= :day)))::date"
)


def latest_month(session: Session, day: date) -> date | None:
    """
    The first day of the latest month that has figures, not after *day*; None where there are none at all.

    Stock alone makes no month: households stand on the register in months nobody has written anything of.
    """
    found: date | None = session.connection().execute(_LATEST, {"day": day}).scalar_one()
    return found


def last_of_month(month: date) -> date:
    """The last day of the month that begins on *month*."""
    return plus_months(month, 1) - timedelta(days=1)


def months_between(first: date, last: date) -> list[date]:
    """The first days of the months from that of *first* to that of *last*, both included."""
    count = (last.year - first.year) * 12 + last.month - first.month + 1
    return [plus_months(first.replace(day=1), ahead) for ahead in range(count)]


def count_month(session: Session, month: date) -> list[Counted]:
    """
    Count a month from the register as it is now.

    A payment of temporary aid noted by the month is one case, unless the cases themselves are written down.
    """
    days: dict[str, Any] = {
        "first": month,
        "last": last_of_month(month),
        "after": moment(plus_months(month, 1), 0),
        "half": period_of(month, VisitLevel.SUBDISTRICT),
    }
    return [
        Counted(division, figure, part, int(n))
        for division, figure, part, n in session.connection().execute(_COUNT, days)
    ]


def freeze(session: Session, month: date, *, by: str, at: datetime) -> AssistanceMonth:
    """Let the figures of *month*, which is not closed yet, stand as they are now."""
    rows = sorted(count_month(session, month))
    lines = "\n".join(f"{row.division}\t{row.figure}\t{row.part}\t{row.n}" for row in rows)
    made = AssistanceMonth(
        month=month, closed_by=by, closed_at=at, digest=hashlib.sha256(lines.encode()).digest()
    )
    connection = session.connection()
    connection.execute(insert(AssistanceMonth).values(**made.model_dump()))
    if rows:
        kept = [
            {"month": month, "division": row.division, "figure": row.figure, "part": row.part, "n": row.n}
            for row in rows
        ]
        connection.execute(insert(FrozenFigure), kept)
    return made


def closed_months(session: Session, months: Iterable[date] | None = None) -> dict[date, AssistanceMonth]:
    """Those of *months* that are closed; all there are where none are named."""
    query = select(AssistanceMonth)
    if months is not None:
        query = query.where(col(AssistanceMonth.month).in_(list(months)))
    return {row.month: row for row in session.exec(query)}


def figures_of(session: Session, months: list[date]) -> dict[date, list[Counted]]:
    """The figures of each of *months*: as frozen where it is closed, else as they are now."""
    closed = closed_months(session, months)
    found: dict[date, list[Counted]] = {month: [] for month in months}
    frozen = select(FrozenFigure).where(col(FrozenFigure.month).in_(list(closed)))
    for row in session.exec(frozen):
        found[row.month].append(Counted(row.division, row.figure, row.part, row.n))
    for month in months:
        if month not in closed:
            found[month] = count_month(session, month)
    return found
