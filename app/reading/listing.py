"""Questions asked of all tickets for lists: the same for pages and API, at a fixed number of queries."""

from dataclasses import dataclass

from sqlalchemy import and_, func, text
from sqlalchemy.sql import ColumnElement
from sqlmodel import col, select

from app.access.accounts import Viewer
from app.access.doors import whole_ticket
from app.access.rules import visible
from tickets.ground.desk import Desk
from tickets.search import search_condition
from tickets.ticket import Order, Ticket


@dataclass(frozen=True)
class Wanted:
    """Which tickets somebody asks for; what is None does not narrow."""

    state: str | None = None
    unit: str | None = None
    channel: str | None = None
    overdue: bool | None = None
    q: str | None = None
    external_ref: str | None = None


def tickets_for(
    desk: Desk, viewer: Viewer, wanted: Wanted, *, limit: int, before: int | None
) -> list[Ticket]:
    """The *wanted* tickets *viewer* may know of, newest first, one more than *limit* if there are more."""
    conditions = narrowing(desk, viewer, wanted)
    if before is not None:
        conditions.append(col(Ticket.id) < before)
    query = select(Ticket).where(*conditions).order_by(col(Ticket.id).desc()).limit(limit + 1)
    return list(desk.session.exec(query.options(*whole_ticket())).all())


def narrowing(desk: Desk, viewer: Viewer, wanted: Wanted) -> list[ColumnElement[bool]]:
    """What a ticket must meet to be *wanted* and known to *viewer*: the same for a list and its count."""
    conditions = [visible(viewer, desk.rules.units), *_conditions(wanted)]
    if wanted.q:
        sought = search_condition(desk.session, wanted.q, desk.vault)
        if sought is not None:
            conditions.append(sought)
    return conditions


def _conditions(wanted: Wanted) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if wanted.state:
        found.append(col(Ticket.state) == wanted.state)
    if wanted.channel:
        found.append(col(Ticket.channel) == wanted.channel)
    if wanted.external_ref:
        found.append(col(Ticket.external_ref) == wanted.external_ref)
    if wanted.unit:
        found.append(col(Ticket.id).in_(select(Order.ticket_id).where(Order.unit == wanted.unit)))
    if wanted.overdue is not None:
        late = is_overdue()
        found.append(late if wanted.overdue else ~late)
    return found


def is_overdue() -> ColumnElement[bool]:
    """Past its earliest due, by the database's clock, whether or not a worker noticed."""
    return and_(
        col(Ticket.closed_at).is_(None),
        func.coalesce(col(Ticket.due_at) < func.clock_timestamp(), text("false")),
    )
