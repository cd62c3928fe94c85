"""What of social assistance waits for somebody, counted in one question however much it is."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeAlias

from sqlalchemy import ColumnElement, Select, and_, false, func, literal, select, true, union_all
from sqlmodel import SQLModel, col

from app.access.accounts import Viewer
from app.assistance.applications import handled_by
from app.assistance.area import area_of
from app.assistance.leads import leads_seen
from app.assistance.referrals import takes
from app.assistance.service_doors import may, orders_seen, serves
from app.reading.applications import owes_visit
from tickets.assistance.application_words import LEFT_TO_SUBDISTRICT, ApplicationState
from tickets.assistance.applications import Application, ApplicationTerm
from tickets.assistance.households import Household
from tickets.assistance.need_words import LeadState, NeedState
from tickets.assistance.needs import Lead, Need
from tickets.assistance.referrals import Referral, ReferralState, late
from tickets.assistance.service_orders import ServiceOrder
from tickets.assistance.service_words import ServiceState
from tickets.assistance.visit_words import OPEN, VisitLevel
from tickets.assistance.visits import Visit, VisitAlert
from tickets.ground.clock import ONLY_LIMITS
from tickets.ground.desk import Desk
from tickets.ground.refs import SHANGHAI
from tickets.ground.words import UnitKind

Question: TypeAlias = Select[*tuple[Any, ...]]

#: Who visits at which level; any other unit that keeps the register is the bureau.
LEVEL_OF = {UnitKind.COMMUNITY: VisitLevel.COMMUNITY, UnitKind.SUBDISTRICT: VisitLevel.SUBDISTRICT}
#: How many are behind their time, or near it.
NEVER = false()


@dataclass(frozen=True)
class Waiting:
    """One sort of work: how many wait, and how many of them press."""

    what: str
    count: int
    pressing: int


def waiting_for(desk: Desk, viewer: Viewer, at: datetime) -> list[Waiting]:
    """What waits for *viewer* at that moment, in the order of the desk; what does not wait is left out."""
    asked = list(_questions(desk, viewer, at))
    if not asked:
        return []
    rows = desk.session.connection().execute(union_all(*asked)).all()
    found = {what: Waiting(what, count, pressing) for what, count, pressing in rows if count}
    return [found[what] for what in ORDER if what in found]


#: In which order they stand.
ORDER = (
    "alerts",
    "application_visits",
    "visits_community",
    "visits_subdistrict",
    "visits_bureau",
    "leads",
    "applications",
    "referrals_sent",
    "referrals_received",
    "needs",
    "orders_proposed",
    "orders_approved",
    "orders_delivered",
    "orders_organised",
    "orders_scheduled",
)


def _questions(desk: Desk, viewer: Viewer, at: datetime) -> Iterator[Question]:
    if takes(viewer):
        yield from _referrals(viewer, at)
    if serves(viewer):
        yield from _orders(desk, viewer, "serve", at, (ServiceState.ORGANISED, ServiceState.SCHEDULED))
    area = area_of(desk.rules, viewer)
    if not area:
        return
    yield from _visits(desk, viewer, at)
    yield from _applications(desk, viewer, at)
    if area_of(desk.rules, viewer, "check_leads"):
        open_one = and_(leads_seen(desk, viewer), col(Lead.state) == LeadState.OPEN)
        yield _count("leads", Lead, open_one, col(Lead.due_at) < at)
    if area_of(desk.rules, viewer, "keep_needs"):
        needs = _count("needs", Need, and_(area.condition(), col(Need.state) == NeedState.OPEN))
        yield needs.join(Household, col(Household.id) == col(Need.household_id))
    yield from _orders(desk, viewer, "approve_services", at, (ServiceState.PROPOSED,))
    yield from _orders(desk, viewer, "order_services", at, (ServiceState.APPROVED, ServiceState.DELIVERED))


def _visits(desk: Desk, viewer: Viewer, at: datetime) -> Iterator[Question]:
    settles = area_of(desk.rules, viewer, "settle_visits")
    if settles:
        told = [col(VisitAlert.acknowledged_at).is_(None), col(VisitAlert.reached_at).is_(None)]
        alerts = _count("alerts", VisitAlert, and_(settles.condition(), *told))
        yield alerts.join(Household, col(Household.id) == col(VisitAlert.household_id))
    unit = desk.rules.units.get(viewer.unit)
    level = LEVEL_OF.get(UnitKind(unit.kind), VisitLevel.BUREAU) if unit else VisitLevel.COMMUNITY
    owed = and_(
        area_of(desk.rules, viewer, "report_visits").condition_on(col(Visit.division)),
        col(Visit.state).in_(sorted(OPEN)),
        col(Visit.level) == level,
        col(Visit.due_at) > at,
    )
    yield _count(f"visits_{level}", Visit, owed, col(Visit.warn_at) <= at)


def _applications(desk: Desk, viewer: Viewer, at: datetime) -> Iterator[Question]:
    handled = handled_by(desk.rules, viewer)
    if not handled:
        return
    within = handled.condition_on(col(Application.division))
    # Who decides goes; the subdistrict where that was left to it.
    left = true() if handled.divisions is None else col(Application.scheme).in_(sorted(LEFT_TO_SUBDISTRICT))
    yield _count("application_visits", Application, and_(within, owes_visit(), left))
    behind = select(col(ApplicationTerm.clock)).where(
        col(ApplicationTerm.application_id) == col(Application.id),
        col(ApplicationTerm.met_at).is_(None),
        col(ApplicationTerm.clock).not_in(ONLY_LIMITS),
        col(ApplicationTerm.due_at) < at,
    )
    states = (*IN_WORK, ApplicationState.PUBLISHED) if handled.divisions is None else IN_WORK
    yield _count(
        "applications", Application, and_(within, col(Application.state).in_(states)), behind.exists()
    )


#: Somebody has to do the next step.
IN_WORK = (
    ApplicationState.DRAFT,
    ApplicationState.PAPERS,
    ApplicationState.ACCEPTED,
    ApplicationState.SURVEYING,
    ApplicationState.INVESTIGATED,
)


def _referrals(viewer: Viewer, at: datetime) -> Iterator[Question]:
    for state in (ReferralState.SENT, ReferralState.RECEIVED):
        mine = and_(col(Referral.to_unit) == viewer.unit, col(Referral.state) == state)
        yield _count(f"referrals_{state}", Referral, mine, late(at))


def _orders(
    desk: Desk, viewer: Viewer, work: str, at: datetime, states: tuple[ServiceState, ...]
) -> Iterator[Question]:
    if not may(desk, viewer, work):
        return
    for state in states:
        seen = and_(orders_seen(desk, viewer), col(ServiceOrder.state) == state)
        count = _count(
            f"orders_{state}", ServiceOrder, seen, col(ServiceOrder.serve_by) < at.astimezone(SHANGHAI).date()
        )
        yield count.join(Household, col(Household.id) == col(ServiceOrder.household_id))


def _count(
    what: str, row: type[SQLModel], which: ColumnElement[bool], pressing: ColumnElement[bool] = NEVER
) -> Question:
    counted = func.count()
    columns: list[ColumnElement[Any]] = [literal(what), counted, counted.filter(pressing)]
    return select(*columns).select_from(row).where(which)
