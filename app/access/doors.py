"""The one way to a ticket: what a viewer may not know of is not there."""

from collections.abc import Callable, Iterable
from functools import cache
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import load_only, selectinload
from sqlalchemy.sql.base import ExecutableOption
from sqlmodel import Session, col, select

from app.access.accounts import Account, Viewer, hash_of
from app.access.rules import visible
from tickets.ground.clock import Clock, ClockState
from tickets.ground.desk import Desk
from tickets.ground.errors import NotFound
from tickets.ground.refs import read_ref
from tickets.ticket import Order, Ticket, lock_ticket, read_whole


def viewer_of(account: Account) -> Viewer:
    """The account as the doors need it."""
    return Viewer(
        account_id=account.id or 0,
        username=account.username,
        display_name=account.display_name,
        role=account.role,  # type: ignore[arg-type] # the CHECK constraint holds it to the words of Role
        unit=account.unit,
        person=account.person,
    )


#: In words, because it is asked before everything else: building it anew would cost more than running it.
BY_TOKEN = text(
    "select account.id, username, display_name, role, unit, person from api_token"
    " join account on account.id = account_id and active where hash = :hash"
)


def viewer_by_token(session: Session, token: str) -> Viewer | None:
    """Who holds the bearer *token*; None where it is unknown or the account is closed."""
    found = session.connection().execute(BY_TOKEN, {"hash": hash_of(token)}).one_or_none()
    return Viewer(*found) if found else None


def ticket_for(desk: Desk, viewer: Viewer, ref: str) -> Ticket:
    """
    Lock the ticket *ref* for a move of *viewer*.

    :raises NotFound: there is none, or none this viewer may know of.
    """
    return lock_ticket(desk, col(Ticket.ref) == _written(ref), visible(viewer, desk.rules.units))


def ticket_seen(desk: Desk, viewer: Viewer, ref: str) -> Ticket:
    """
    Read the ticket *ref* without locking it.

    :raises NotFound: there is none, or none this viewer may know of.
    """
    this_one = (col(Ticket.ref) == _written(ref), visible(viewer, desk.rules.units))
    found = desk.session.exec(select(Ticket).where(*this_one)).one_or_none()
    if found is None:
        raise NotFound
    read_whole(desk.session, [found])
    return found


def refs_seen(desk: Desk, viewer: Viewer, refs: Iterable[str | None]) -> frozenset[str]:
    """Those of *refs* whose tickets *viewer* may know of: of all others no list says that they are there."""
    asked = {ref for ref in refs if ref}
    if not asked:
        return frozenset()
    query = select(Ticket.ref).where(col(Ticket.ref).in_(sorted(asked)), visible(viewer, desk.rules.units))
    return frozenset(desk.session.exec(query).all())


def clock_seen(desk: Desk, viewer: Viewer, clock_id: str) -> tuple[Ticket, Clock]:
    """
    Read the clock with this number, and the ticket it is on.

    :raises NotFound: there is none, or it is on a ticket this viewer may not know of.
    """
    try:
        number = UUID(clock_id)
    except ValueError:
        raise NotFound from None
    this_one = (col(Clock.id) == number, visible(viewer, desk.rules.units))
    query = select(Ticket).join(Clock, col(Clock.ticket_id) == col(Ticket.id)).where(*this_one)
    ticket = desk.session.exec(query).one_or_none()
    if ticket is None:
        raise NotFound
    read_whole(desk.session, [ticket])
    return ticket, next(clock for clock in ticket.clocks if clock.id == number)


#: What a row of a list shows of a ticket; all else stays in the table, and is not asked for one by one.
OF_TICKET: tuple[Any, ...] = (
    Ticket.ref,
    Ticket.state,
    Ticket.round,
    Ticket.kind,
    Ticket.channel,
    Ticket.title,
    Ticket.urgency,
    Ticket.sealed,
    Ticket.division,
    Ticket.followers,
    Ticket.urges,
    Ticket.supervised,
    Ticket.category,
    Ticket.outcome,
    Ticket.satisfaction,
    Ticket.holder_unit,
    Ticket.reply_wanted,
    Ticket.language,
    Ticket.no_sms,
    Ticket.call_from,
    Ticket.call_to,
    Ticket.callback_attempts,
    Ticket.due_at,
    Ticket.registered_at,
    Ticket.closed_at,
)
OF_CLOCK: tuple[Any, ...] = (
    Clock.ticket_id,
    Clock.order_id,
    Clock.subject_id,
    Clock.round,
    Clock.kind,
    Clock.state,
    Clock.due_at,
    Clock.warn_at,
    Clock.met_at,
    Clock.paused_for,
    Clock.provisional,
)
OF_ORDER: tuple[Any, ...] = (
    Order.ticket_id,
    Order.unit,
    Order.role,
    Order.round,
    Order.state,
    Order.taken_by,
    Order.due_at,
)


@cache
def row_of_a_list(*, with_orders: bool = False) -> tuple[ExecutableOption, ...]:
    """What a row of a list shows of a ticket: a few columns, the clocks that run, and its orders if asked."""
    runs = col(Clock.state).in_((ClockState.RUNNING, ClockState.BREACHED))
    told: Any = Ticket
    clocks = selectinload(told.clocks.and_(runs)).load_only(*OF_CLOCK, raiseload=True)
    orders = selectinload(told.orders).load_only(*OF_ORDER, raiseload=True)
    return (load_only(*OF_TICKET, raiseload=True), clocks, *((orders,) if with_orders else ()))


def _written(ref: str) -> str:
    number = read_ref(ref)
    if number is None:
        raise NotFound
    return number


View = TypeVar("View", bound=Callable[..., Any])


def open_to(who: str) -> Callable[[View], View]:
    """Say who may enter a route; a rule of the house refuses routes that do not say."""

    def mark(view: View) -> View:
        view.open_to = who  # type: ignore[attr-defined] # read by the rule
        return view

    return mark
