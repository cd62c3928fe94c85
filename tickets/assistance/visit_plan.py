"""The plan of visits: each period's tasks made in few statements, warned of once, let go when it is over."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import text
from sqlalchemy.sql.elements import TextClause
from sqlmodel import Session, col, select

from tickets.assistance.households import Household
from tickets.assistance.ledger import write_fact
from tickets.assistance.visit_words import EVERY, OPEN, PROMISES, VisitLevel, VisitState
from tickets.assistance.visits import Visit
from tickets.ground.desk import Desk
from tickets.ground.policy import Rulebook, SlaPolicy
from tickets.ground.refs import SHANGHAI
from tickets.ground.words import Channel, Kind, Urgency
from tickets.ground.worktime import arithmetic
from tickets.ground.worktime.calendar import moment
from tickets.ground.worktime.months import plus_months
from tickets.ground.worktime.units import StartRule, Unit
from tickets.ground.worktime.visits import Every
from tickets.ground.worktime.warning import before

MONTHS = {Every.MONTH: 1, Every.HALF_YEAR: 6}


@dataclass
class _Call:
    """What a policy asks of a matter: a visit is none, so all that is said is that nothing is special."""

    urgency: str = Urgency.NORMAL
    round: int = 1
    category: str | None = None
    channel: str = Channel.VISIT
    kind: str = Kind.HELP
    petition: dict[str, Any] | None = None


@dataclass(frozen=True)
class Promise:
    """Until when the visits of one level and period are made, and by which rule."""

    level: VisitLevel
    period: date
    policy: SlaPolicy
    calendar: tuple[str, int]
    due_at: datetime
    warn_at: datetime | None


def period_of(day: date, level: VisitLevel) -> date:
    """The first day of the month or half-year that *day* lies in."""
    months = MONTHS[EVERY[level]]
    return date(day.year, (day.month - 1) // months * months + 1, 1)


def periods_back(last: date, level: VisitLevel, count: int) -> list[date]:
    """So many periods that end with *last*, the oldest first."""
    months = MONTHS[EVERY[level]]
    return [plus_months(last, -months * back) for back in reversed(range(count))]


def promise_of(rules: Rulebook, level: VisitLevel, day: date) -> Promise | None:
    """What is promised of the visits of *level* in the period of *day*; None where no policy says so."""
    policy = rules.policy_for(PROMISES[level], _Call(), None)
    if policy is None:
        return None
    period = period_of(day, level)
    begins = moment(period, 0)
    due = arithmetic.add(
        begins, policy.length, Unit(policy.unit), rules.calendar, StartRule(policy.start_rule), policy.roll
    )
    return Promise(
        level=level,
        period=period,
        policy=policy,
        calendar=(rules.calendar_code, rules.calendar_version),
        due_at=due.at,
        warn_at=_warn_at(rules, policy, begins, due.at),
    )


def _warn_at(rules: Rulebook, policy: SlaPolicy, begins: datetime, due: datetime) -> datetime | None:
    if policy.warn_share is not None:
        return begins + (due - begins) * policy.warn_share / 100
    if policy.warn_length is None or policy.warn_unit is None:
        return None
    found = before(due, policy.warn_length, Unit(policy.warn_unit), rules.calendar)
    return found if found > begins else None


_PLAN = text("""
    insert into visit (household_id, division, level, period, state, policy, policy_version, calendar,
                       calendar_version, due_at, warn_at, tries)
    select id, division, cast(:level as varchar), cast(:period as date), 'planned', :policy, :policy_version,
           :calendar, :calendar_version, :due_at, :warn_at, 0
    from household
    where state <> 'ended' and started_on <= :day and (related or cast(:level as varchar) <> 'bureau')
    and not exists (
        select from visit where household_id = household.id and level = cast(:level as varchar)
        and period = cast(:period as date))
    order by id limit :most
    on conflict (household_id, level, period) do nothing
""")
#: A household that moved is visited where it lives now.
_FOLLOW = text("""
    update visit set division = household.division from household
    where household.id = household_id and visit.division <> household.division
    and level = :level and period = :period and visit.state in ('planned', 'not_reached')
""")
#: Nobody is owed a visit any more; where somebody went already, that stays.
_DROP = text("""
    delete from visit using household
    where household.id = household_id and (household.state = 'ended' or level = 'bureau' and not related)
    and level = :level and period = :period
    and visit.state = 'planned' and tries = 0
""")
_WARN = text("""
    update visit set warned_at = :now where id in (
        select id from visit where state in ('planned', 'not_reached') and warned_at is null
        and warn_at <= :now and due_at > :now order by id limit :most for update skip locked)
""")


def plan(desk: Desk, *, at_most: int) -> int:
    """
    Make the visits of this month and half-year that are missing; gives how many were made.

    Run twice, or beside another worker, it makes none twice: a household has one a level and period.
    """
    day = desk.now().astimezone(SHANGHAI).date()
    promises = [one for level in VisitLevel if (one := promise_of(desk.rules, level, day)) is not None]
    made = 0
    for promise in promises:
        made += _changed(desk.session, _PLAN, **_values(promise), day=day, most=at_most)
        for statement in (_FOLLOW, _DROP):
            _changed(desk.session, statement, level=promise.level, period=promise.period)
    return made


def _values(promise: Promise) -> dict[str, Any]:
    code, version = promise.calendar
    return {
        "level": promise.level,
        "period": promise.period,
        "policy": promise.policy.code,
        "policy_version": promise.policy.version,
        "calendar": code,
        "calendar_version": version,
        "due_at": promise.due_at,
        "warn_at": promise.warn_at,
    }


def warn(desk: Desk, *, at_most: int) -> int:
    """Note of visits that come near their due that it was noticed, once; gives how many."""
    return _changed(desk.session, _WARN, now=desk.now(), most=at_most)


def let_lapse(desk: Desk, *, at_most: int) -> int:
    """Let go of visits whose time is over; each is a fact of its household. Gives how many."""
    now = desk.now()
    visits = desk.session.exec(
        select(Visit)
        .where(col(Visit.state).in_(OPEN), col(Visit.due_at) <= now)
        .order_by(col(Visit.due_at), col(Visit.household_id))
        .limit(at_most)
        .with_for_update(skip_locked=True)
    ).all()
    households = _locked(desk.session, {visit.household_id for visit in visits})
    lapsed = 0
    for visit in visits:
        household = households.get(visit.household_id)
        # Somebody is at it just now; the next tick sees to it.
        if household is None:
            continue
        visit.state = VisitState.LAPSED
        write_fact(desk, household, "visit_lapsed", told(visit), at=now)
        lapsed += 1
    return lapsed


def told(visit: Visit) -> dict[str, Any]:
    """What a fact tells of a visit."""
    return {"visit": visit.id, "level": visit.level, "period": visit.period.isoformat()}


def _locked(session: Session, ids: Iterable[int]) -> dict[int, Household]:
    rows = session.exec(
        select(Household)
        .where(col(Household.id).in_(sorted(ids)))
        .order_by(col(Household.id))
        .with_for_update(skip_locked=True)
    ).all()
    return {row.id: row for row in rows}


def _changed(session: Session, statement: TextClause, **values: Any) -> int:
    return session.connection().execute(statement, values).rowcount
