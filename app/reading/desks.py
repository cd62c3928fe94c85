"""Questions of the desks: what is due next, for whom; a fixed number of queries however long the list is."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import and_, or_, text, tuple_
from sqlalchemy.sql import ColumnElement
from sqlmodel import col, select

from app.access.accounts import Account, Viewer
from app.access.doors import row_of_a_list
from app.access.relations import not_recused
from app.access.rules import to_decide, visible
from app.reading.paging import MOST, Page, cut, read
from tickets.ground.desk import Desk
from tickets.ground.flow import OrderState, State
from tickets.ground.refs import SHANGHAI
from tickets.ticket import Identity, Order, Request, SupervisionCard, Ticket

#: Rows of the history of one number.
MOST_HISTORY = 20


def tickets_due(
    desk: Desk,
    viewer: Viewer,
    *conditions: ColumnElement[bool],
    after: str | None = None,
    known: bool = False,
) -> Page[Ticket]:
    """
    Open tickets that meet *conditions*, what is due first on top; those without a clock come last.

    *known* says that the conditions alone let in only what this viewer may know of, so nothing else is asked.
    """
    due_at, row = col(Ticket.due_at), col(Ticket.id)
    query = select(Ticket).where(col(Ticket.closed_at).is_(None), *conditions)
    if not known:
        query = query.where(visible(viewer, desk.rules.units))
    if after:
        last_due, last = read(after, int)
        without_clock = and_(due_at.is_(None), row > last) if last_due is None else due_at.is_(None)
        beyond = [tuple_(due_at, row) > (last_due, last)] if last_due else []
        query = query.where(or_(without_clock, *beyond))
    query = query.order_by(due_at, row).limit(MOST + 1).options(*row_of_a_list(with_orders=True))
    return cut(list(desk.session.exec(query).all()), lambda ticket: (ticket.due_at, ticket.id))


def in_state(state: State) -> ColumnElement[bool]:
    """Tickets in *state*."""
    return col(Ticket.state) == state


def may_be_called(at: datetime) -> ColumnElement[bool]:
    """Tickets whose citizens may be called at that moment: no hours were said, or it is within them."""
    clock = at.astimezone(SHANGHAI).time()
    return or_(
        col(Ticket.call_from).is_(None), and_(col(Ticket.call_from) <= clock, col(Ticket.call_to) > clock)
    )


def has_clock() -> ColumnElement[bool]:
    """Tickets with a promise that runs: the partial index `ticket_due` holds exactly these."""
    return col(Ticket.due_at).is_not(None)


def orders_due(
    desk: Desk, viewer: Viewer, state: OrderState, *, after: str | None = None, mine: bool = False
) -> Page[tuple[Order, Ticket]]:
    """
    Orders in *state* of the viewer's unit and those below it, what is due first on top; *mine* of them alone.

    An order of one's unit is what makes a ticket visible to a unit, so little else is asked.
    """
    due_at, row = col(Order.due_at), col(Order.id)
    query = (
        select(Order, Ticket)
        .join(Ticket, col(Ticket.id) == col(Order.ticket_id))
        .where(
            col(Order.unit).in_(desk.rules.units.at_or_below(viewer.unit)),
            Order.state == state,
            not_recused(viewer),
        )
    )
    if mine:
        query = query.where(col(Order.taken_by).in_(names_of_mine(desk, viewer)))
    if after:
        query = query.where(tuple_(due_at, row) > read(after, UUID))
    query = query.order_by(due_at, row).limit(MOST + 1).options(*row_of_a_list())
    rows = [(order, ticket) for order, ticket in desk.session.exec(query).all()]
    return cut(rows, lambda found: (found[0].due_at, found[0].id))


def requests_due(desk: Desk, viewer: Viewer, *, after: str | None = None) -> Page[tuple[Request, Ticket]]:
    """What waits for the viewer's decision, what was asked first on top."""
    units = desk.rules.units
    query = (
        select(Request, Ticket)
        .join(Ticket, col(Ticket.id) == col(Request.ticket_id))
        .where(to_decide(viewer, units), visible(viewer, units))
    )
    if after:
        query = query.where(col(Request.id) > read(after, UUID)[1])
    query = query.order_by(col(Request.id)).limit(MOST + 1).options(*row_of_a_list())
    rows = [(request, ticket) for request, ticket in desk.session.exec(query).all()]
    return cut(rows, lambda found: (None, found[0].id))


def cards_due(
    desk: Desk, viewer: Viewer, *, after: str | None = None
) -> Page[tuple[SupervisionCard, Ticket]]:
    """Supervision cards without an answer that the viewer may know of, what is due first on top."""
    due_at, row = col(SupervisionCard.due_at), col(SupervisionCard.id)
    query = (
        select(SupervisionCard, Ticket)
        .join(Ticket, col(Ticket.id) == col(SupervisionCard.ticket_id))
        .where(text("answered_at is null and ended_at is null"), visible(viewer, desk.rules.units))
    )
    if after:
        query = query.where(tuple_(due_at, row) > read(after, UUID))
    query = query.order_by(due_at, row).limit(MOST + 1).options(*row_of_a_list())
    rows = [(card, ticket) for card, ticket in desk.session.exec(query).all()]
    return cut(rows, lambda found: (found[0].due_at, found[0].id))


def names_of_mine(desk: Desk, viewer: Viewer) -> list[str]:
    """Whose work is mine: my own, and that of colleagues who are away and named me their deputy."""
    away = select(Account.username).where(
        Account.deputy == viewer.username,
        Account.unit == viewer.unit,
        col(Account.absent_until) >= desk.now().astimezone(SHANGHAI).date(),
    )
    return [viewer.username, *desk.session.exec(away).all()]


def history_of(desk: Desk, viewer: Viewer, phone: str) -> list[Ticket]:
    """
    What was registered from *phone* (E.164) before: open tickets first, then the newest.

    Sealed ones are left out even for who took them down: a number must not tell whose report it is.
    """
    query = (
        select(Ticket)
        .join(Identity, col(Identity.ticket_id) == col(Ticket.id))
        .where(
            col(Identity.phone_index).in_(desk.vault.indexes("phone", phone)),
            col(Ticket.sealed).is_(False),
            visible(viewer, desk.rules.units),
        )
        .order_by(col(Ticket.closed_at).is_not(None), col(Ticket.id).desc())
        .limit(MOST_HISTORY)
        .options(*row_of_a_list())
    )
    return list(desk.session.exec(query).all())
