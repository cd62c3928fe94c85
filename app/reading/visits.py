"""Visits as people look at them: whom to visit, who was not reached, and how far each community is."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy import ColumnElement, and_, func, or_, true
from sqlalchemy import select as choose
from sqlmodel import col, select

from app.access.accounts import Viewer
from app.assistance.area import Area, area_of
from tickets.assistance.households import Household, Member
from tickets.assistance.visit_plan import MONTHS, period_of, periods_back
from tickets.assistance.visit_words import EVERY, OPEN, VisitLevel, VisitState
from tickets.assistance.visits import Visit, VisitAlert
from tickets.assistance.words import Kinship
from tickets.ground.desk import Desk
from tickets.ground.units import Units
from tickets.ground.words import UnitKind
from tickets.ground.worktime.months import plus_months

#: Periods beside each other: this one and eleven before it.
SHOWN = 12
#: A past period below this share is drawn pale.
GOOD_SHARE = 90
#: So many points behind the share of the period that has passed is called behind.
BEHIND = 10


@dataclass(frozen=True)
class VisitsWanted:
    """Which visits."""

    level: VisitLevel | None = None
    #: A day of their month or half-year.
    day: date | None = None
    division: str | None = None
    states: tuple[VisitState, ...] = ()


@dataclass(frozen=True)
class VisitLine:
    """A visit, its household, and the head of it, masked."""

    visit: Visit
    household: Household
    head: Member | None

    @property
    def is_open(self) -> bool:
        """Whether it is still owed."""
        return self.visit.state in OPEN


@dataclass(frozen=True)
class AlertLine:
    """A household not reached twice in a row."""

    alert: VisitAlert
    visit: Visit
    household: Household
    head: Member | None


@dataclass(frozen=True)
class Tally:
    """How many visits were owed, made, and made in vain."""

    owed: int = 0
    done: int = 0
    not_reached: int = 0

    def __add__(self, other: "Tally") -> "Tally":
        return Tally(self.owed + other.owed, self.done + other.done, self.not_reached + other.not_reached)

    @property
    def left(self) -> int:
        """Not made."""
        return self.owed - self.done

    @property
    def share(self) -> float | None:
        """Percent made; None where none was owed."""
        return round(self.done * 100 / self.owed, 1) if self.owed else None


@dataclass(frozen=True)
class CoverageRow:
    """One division, period by period, the newest last."""

    division: str
    tallies: Sequence[Tally]

    @property
    def now(self) -> Tally:
        """The period that is looked at."""
        return self.tallies[-1]


@dataclass(frozen=True)
class Coverage:
    """How far the visits of a level are, by division and period."""

    level: VisitLevel
    periods: Sequence[date]
    rows: Sequence[CoverageRow]
    #: Percent of the period that has passed.
    passed: float
    totals: Sequence[Tally] = field(default_factory=tuple)

    @property
    def total(self) -> Tally:
        """All of them in the period that is looked at."""
        return self.totals[-1]

    def is_behind(self, row: CoverageRow) -> bool:
        """Whether *row* is well behind the share of the period that has passed."""
        return row.now.share is not None and row.now.share < self.passed - BEHIND


def visits_for(
    desk: Desk,
    viewer: Viewer,
    wanted: VisitsWanted,
    *,
    before: int | None = None,
    after: int | None = None,
    limit: int,
) -> list[VisitLine]:
    """Visits of the viewer's area, newest first but for *after*; one more than *limit* if there are more."""
    query = (
        select(Visit, Household, Member)
        .join(Household, col(Household.id) == col(Visit.household_id))
        .outerjoin(Member, _is_head())
        .where(_within(area_of(desk.rules, viewer)), *_conditions(desk.rules.units, wanted))
    )
    if before is not None:
        query = query.where(col(Visit.id) < before)
    if after is not None:
        query = query.where(col(Visit.id) > after).order_by(col(Visit.id))
    else:
        query = query.order_by(col(Visit.id).desc())
    return [VisitLine(*row) for row in desk.session.exec(query.limit(limit + 1)).all()]


def counts_for(desk: Desk, viewer: Viewer, wanted: VisitsWanted) -> Mapping[str, int]:
    """How many of the visits that are wanted stand in each state."""
    rows = desk.session.exec(
        select(Visit.state, func.count())
        .where(_within(area_of(desk.rules, viewer)), *_conditions(desk.rules.units, wanted))
        .group_by(col(Visit.state))
    ).all()
    found = dict(rows)
    return {state: found.get(state, 0) for state in VisitState}


def alerts_for(desk: Desk, viewer: Viewer, *, limit: int) -> list[AlertLine]:
    """Households of the viewer's area not reached twice in a row that nobody took note of, oldest first."""
    rows = desk.session.exec(
        select(VisitAlert, Visit, Household, Member)
        .join(Visit, col(Visit.id) == col(VisitAlert.visit_id))
        .join(Household, col(Household.id) == col(VisitAlert.household_id))
        .outerjoin(Member, _is_head())
        .where(
            area_of(desk.rules, viewer, "settle_visits").condition(),
            col(VisitAlert.acknowledged_at).is_(None),
            col(VisitAlert.reached_at).is_(None),
        )
        .order_by(col(VisitAlert.id))
        .limit(limit)
    ).all()
    return [AlertLine(*row) for row in rows]


def coverage_for(
    desk: Desk, viewer: Viewer, level: VisitLevel, period: date, now: datetime, *, division: str | None = None
) -> Coverage:
    """
    How far the visits of *level* are in *period* and the eleven before it.

    By subdistrict for who sees the whole district, by community below one.
    """
    periods = periods_back(period, level, SHOWN)
    units = desk.rules.units
    area = area_of(desk.rules, viewer)
    state = col(Visit.state)
    rows = (
        desk.session.connection()
        .execute(
            choose(
                col(Visit.division),
                col(Visit.period),
                func.count(),
                func.count().filter(state == VisitState.DONE),
                # Gone in vain, and not met since: over or not.
                func.count().filter(state != VisitState.DONE, col(Visit.tries) > 0),
            )
            .where(
                _within(area),
                col(Visit.level) == level,
                col(Visit.period) >= periods[0],
                col(Visit.period) <= periods[-1],
                *([col(Visit.division).in_(units.at_or_below(division))] if division else []),
            )
            .group_by(col(Visit.division), col(Visit.period))
        )
        .all()
    )
    counted = [(where, when, Tally(owed, done, missed)) for where, when, owed, done, missed in rows]
    grouping = Grouping(units, by_subdistrict=area.divisions is None and division is None)
    return _coverage(counted, level, periods, grouping, _passed(period, level, now))


@dataclass(frozen=True)
class Grouping:
    """Under which division a visit is counted."""

    units: Units
    by_subdistrict: bool

    def of(self, division: str) -> str:
        """The subdistrict of *division*, or itself."""
        if not self.by_subdistrict:
            return division
        above = (self.units.get(code) for code in self.units.at_or_above(division))
        return next((unit.code for unit in above if unit and unit.kind == UnitKind.SUBDISTRICT), division)


def _coverage(
    counted: Iterable[tuple[str, date, Tally]],
    level: VisitLevel,
    periods: Sequence[date],
    grouping: Grouping,
    passed: float,
) -> Coverage:
    found: dict[str, dict[date, Tally]] = {}
    for division, period, tally in counted:
        of = found.setdefault(grouping.of(division), {})
        of[period] = of.get(period, Tally()) + tally
    lines = [
        CoverageRow(division, [by_period.get(period, Tally()) for period in periods])
        for division, by_period in sorted(found.items())
    ]
    totals = [sum((line.tallies[at] for line in lines), Tally()) for at in range(len(periods))]
    return Coverage(level, periods, lines, passed, totals)


def _passed(period: date, level: VisitLevel, now: datetime) -> float:
    """Percent of *period* that has passed; all of one that is over."""
    length = (plus_months(period, MONTHS[EVERY[level]]) - period).days
    days = (now.date() - period).days + 1
    return min(100.0, max(0.0, days * 100 / length))


def _within(area: Area) -> ColumnElement[bool]:
    if area.divisions is None:
        return true()
    # Those visits check who works there, so nobody there hears of them.
    return and_(col(Visit.division).in_(sorted(area.divisions)), col(Visit.level) != VisitLevel.BUREAU)


def _conditions(units: Units, wanted: VisitsWanted) -> list[ColumnElement[bool]]:
    asked: list[ColumnElement[bool]] = []
    if wanted.level:
        asked.append(col(Visit.level) == wanted.level)
    if wanted.day:
        asked.append(or_(*(_in_period_of(wanted.day, level) for level in VisitLevel)))
    if wanted.division:
        asked.append(col(Visit.division).in_(units.at_or_below(wanted.division)))
    if wanted.states:
        asked.append(col(Visit.state).in_(wanted.states))
    return asked


def _in_period_of(day: date, level: VisitLevel) -> ColumnElement[bool]:
    return and_(col(Visit.level) == level, col(Visit.period) == period_of(day, level))


def _is_head() -> ColumnElement[bool]:
    return (
        (col(Member.household_id) == col(Household.id))
        & (col(Member.kinship) == Kinship.HEAD)
        & col(Member.left_on).is_(None)
    )
