"""Lists of service orders, and the sheet an agency is paid by for a month."""

from dataclasses import dataclass
from datetime import date, datetime, time

from sqlalchemy import ColumnElement, String, cast
from sqlalchemy import select as select_columns
from sqlmodel import col, func, select

from app.access.accounts import Viewer
from app.assistance.service_doors import orders_seen
from tickets.assistance.households import Household, Member
from tickets.assistance.service_orders import ServiceContract, ServiceItem, ServiceOrder
from tickets.assistance.service_words import ServiceState
from tickets.ground.desk import Desk
from tickets.ground.refs import SHANGHAI
from tickets.ground.worktime.months import plus_months


@dataclass(frozen=True)
class OrderLine:
    """An order, its item, where, and whom it serves, masked; an agency is told the latter by its own door."""

    order: ServiceOrder
    item: ServiceItem
    division: str
    member: Member | None


@dataclass(frozen=True)
class SheetLine:
    """One item of the sheet."""

    item: ServiceItem
    price: int
    times: int
    persons: int
    late: int
    missed: int

    @property
    def fen(self) -> int:
        """What is paid for it."""
        return self.price * self.times


@dataclass(frozen=True)
class Sheet:
    """What was accepted under a contract within a month."""

    contract: ServiceContract
    month: date
    lines: tuple[SheetLine, ...]

    @property
    def fen(self) -> int:
        """What is paid in all."""
        return sum(line.fen for line in self.lines)


def orders_for(
    desk: Desk,
    viewer: Viewer,
    state: ServiceState | None = None,
    household: int | None = None,
    *,
    before: int | None = None,
    limit: int,
) -> list[OrderLine]:
    """Orders *viewer* may know of, newest first, one more than *limit* if there are more."""
    asked: list[ColumnElement[bool]] = [orders_seen(desk, viewer)]
    if state:
        asked.append(col(ServiceOrder.state) == state)
    if household is not None:
        asked.append(col(ServiceOrder.household_id) == household)
    if before is not None:
        asked.append(col(ServiceOrder.id) < before)
    query = (
        select(ServiceOrder, ServiceItem, Household.division, Member)
        .join(ServiceItem, col(ServiceItem.code) == ServiceOrder.item)
        .join(Household, col(Household.id) == ServiceOrder.household_id)
        .join(Member, col(Member.id) == ServiceOrder.member_id, isouter=True)
        .where(*asked)
        .order_by(col(ServiceOrder.id).desc())
        .limit(limit + 1)
    )
    return [OrderLine(*row) for row in desk.session.exec(query).all()]


def line_of(desk: Desk, order: ServiceOrder) -> OrderLine:
    """One order as lists have it."""
    session = desk.session
    household = session.get_one(Household, order.household_id)
    member = session.get(Member, order.member_id) if order.member_id else None
    return OrderLine(order, session.get_one(ServiceItem, order.item), household.division, member)


def items_of(desk: Desk) -> list[ServiceItem]:
    """What can be ordered."""
    query = select(ServiceItem).where(col(ServiceItem.active)).order_by(col(ServiceItem.code))
    return list(desk.session.exec(query).all())


def _recipient() -> ColumnElement[str]:
    """Who was served: a member, or the household as one."""
    return func.coalesce(cast(ServiceOrder.member_id, String), cast(ServiceOrder.household_id, String))


def sheet_of(desk: Desk, contract: ServiceContract, month: date) -> Sheet:
    """What was accepted under *contract* within the month that begins with *month*, by item and price."""
    first, end = (datetime.combine(day, time(), SHANGHAI) for day in (month, plus_months(month, 1)))
    query = (
        select_columns(
            col(ServiceOrder.item),
            col(ServiceOrder.price),
            func.count(),
            func.count(func.distinct(_recipient())),
            func.count().filter(col(ServiceOrder.late_minutes) > 0),
            func.coalesce(func.sum(col(ServiceOrder.worker_missed)), 0),
        )
        .where(
            col(ServiceOrder.contract_id) == contract.id,
            col(ServiceOrder.state) == ServiceState.ACCEPTED,
            col(ServiceOrder.accepted_at) >= first,
            col(ServiceOrder.accepted_at) < end,
        )
        .group_by(col(ServiceOrder.item), col(ServiceOrder.price))
        .order_by(col(ServiceOrder.item), col(ServiceOrder.price))
    )
    items = {item.code: item for item in desk.session.exec(select(ServiceItem)).all()}
    rows = desk.session.connection().execute(query).all()
    lines = [SheetLine(items[item], price or 0, *counts) for item, price, *counts in rows]
    return Sheet(contract, month, tuple(lines))
