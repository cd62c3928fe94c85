"""Who takes which step of a service order with what: one table for the pages and the API."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, and_
from sqlmodel import col, select

from app.access.accounts import Viewer
from app.access.rules import RULES
from app.api.doors import NotForYou
from app.assistance import service_bodies as bodies
from app.assistance import service_orders as steps
from app.assistance.area import area_of
from tickets.assistance.households import Household
from tickets.assistance.service_orders import WITH_AGENCY, ServiceOrder, steps_from
from tickets.assistance.service_words import ServiceStep
from tickets.ground.desk import Desk
from tickets.ground.errors import NotFound
from tickets.intake.draft import Strict

AS_THEY_ARE = {"populate_existing": True}


class NoSuchServiceOrder(NotFound):
    """There is no such order for this viewer."""

    code = "no_such_service_order"


@dataclass(frozen=True)
class StepDoor:
    """A step: the work of `roles.yaml` it belongs to, its body, what it does."""

    work: str
    body: type[Strict]
    act: Callable[[Desk, ServiceOrder, Household, Any], None]


DOORS: Mapping[ServiceStep, StepDoor] = {
    ServiceStep.APPROVE: StepDoor("approve_services", bodies.Approval, steps.approve),
    ServiceStep.REFUSE: StepDoor("approve_services", bodies.Why, steps.refuse),
    ServiceStep.ORGANISE: StepDoor("order_services", bodies.Organised, steps.organise),
    ServiceStep.CHECK_IN: StepDoor("serve", bodies.Nothing, steps.check_in),
    ServiceStep.DELIVER: StepDoor("serve", bodies.DeliveredBody, steps.deliver),
    ServiceStep.SCHEDULE: StepDoor("serve", bodies.Scheduled, steps.schedule),
    ServiceStep.NO_SHOW: StepDoor("serve", bodies.NoShow, steps.no_show),
    ServiceStep.ACCEPT: StepDoor("order_services", bodies.Accepted, steps.accept),
    ServiceStep.SEND_BACK: StepDoor("order_services", bodies.Why, steps.send_back),
    ServiceStep.CANCEL: StepDoor("order_services", bodies.Why, steps.cancel),
}


def may(desk: Desk, viewer: Viewer, work: str) -> bool:
    """Whether *viewer* does *work* of service orders at all; what the bureau does, only the bureau."""
    relation = RULES.assistance[work].get(viewer.role)
    if relation == "bureau":
        return area_of(desk.rules, viewer, work).divisions is None
    return relation == "own" or bool(area_of(desk.rules, viewer, work))


def reads_contracts(desk: Desk, viewer: Viewer) -> bool:
    """Whether *viewer* reads contracts and their sheets: who does any work under them."""
    return any(may(desk, viewer, work) for work in ("approve_services", "order_services", "serve"))


def serves(viewer: Viewer) -> bool:
    """Whether *viewer* is of an agency: sees its own orders, and of them what serving needs."""
    return viewer.role in RULES.assistance["serve"]


def orders_seen(desk: Desk, viewer: Viewer) -> ColumnElement[bool]:
    """Which orders *viewer* may know of, as a condition for a query over orders and households."""
    own = and_(col(ServiceOrder.agency) == viewer.unit, col(ServiceOrder.state).in_(WITH_AGENCY))
    return own if serves(viewer) else area_of(desk.rules, viewer).condition()


def order_for(
    desk: Desk, viewer: Viewer, number: int, *, lock: bool = False
) -> tuple[ServiceOrder, Household]:
    """
    An order and its household, both locked for a step (the household first) or only read.

    :raises NoSuchServiceOrder: there is none for this viewer.
    """
    seen = orders_seen(desk, viewer)
    query = select(ServiceOrder.household_id).join(Household).where(ServiceOrder.id == number, seen)
    found = desk.session.exec(query).one_or_none() if number < 2**63 else None
    if found is None:
        raise NoSuchServiceOrder
    if lock:
        return lock_order(desk, number)
    order = desk.session.get_one(ServiceOrder, number)
    return order, desk.session.get_one(Household, found)


def lock_order(desk: Desk, number: int) -> tuple[ServiceOrder, Household]:
    """Lock an order that is there, and its household before it."""
    theirs = select(ServiceOrder.household_id).where(ServiceOrder.id == number).scalar_subquery()
    home = select(Household).where(Household.id == theirs).with_for_update()
    row = select(ServiceOrder).where(ServiceOrder.id == number).with_for_update()
    # Both as they are now, not as this desk read them before it waited.
    household = desk.session.exec(home, execution_options=AS_THEY_ARE).one()
    return desk.session.exec(row, execution_options=AS_THEY_ARE).one(), household


def take(desk: Desk, viewer: Viewer, number: int, step: ServiceStep, wanted: Any) -> ServiceOrder:
    """
    Take a step of an order.

    :raises NoSuchServiceOrder: there is none for this viewer.
    :raises NotForYou: others take this step.
    """
    order, household = order_for(desk, viewer, number, lock=True)
    if not may(desk, viewer, DOORS[step].work):
        raise NotForYou
    DOORS[step].act(desk, order, household, wanted)
    return order


def order_for_work(desk: Desk, viewer: Viewer, number: int, work: str) -> tuple[ServiceOrder, Household]:
    """
    An order and its household, both locked, for *work* that no step of the table is.

    :raises NoSuchServiceOrder: there is none for this viewer.
    :raises NotForYou: others do that work.
    """
    found = order_for(desk, viewer, number, lock=True)
    if not may(desk, viewer, work):
        raise NotForYou
    return found


def open_steps(desk: Desk, viewer: Viewer, order: ServiceOrder) -> list[ServiceStep]:
    """The steps *viewer* may take of *order* now, in the order of the table."""
    possible = steps_from(order.state)
    return [step for step, door in DOORS.items() if step in possible and may(desk, viewer, door.work)]
