"""The one way to a ticket: what a viewer may not know of is not there."""

from collections.abc import Callable
from typing import Any, TypeVar

from sqlalchemy.orm import selectinload
from sqlalchemy.sql.base import ExecutableOption
from sqlmodel import Session, col, select

from app.access.accounts import Account, ApiToken, Viewer, hash_of
from app.access.rules import visible
from tickets.ground.desk import Desk
from tickets.ground.errors import NotFound
from tickets.ground.refs import read_ref
from tickets.ticket import Ticket, lock_ticket


def viewer_of(account: Account) -> Viewer:
    """The account as the doors need it."""
    return Viewer(
        account_id=account.id or 0,
        username=account.username,
        display_name=account.display_name,
        role=account.role,  # type: ignore[arg-type] # the CHECK constraint holds it to the words of Role
        unit=account.unit,
    )


def viewer_by_token(session: Session, token: str) -> Viewer | None:
    """Who holds the bearer *token*; None where it is unknown or the account is closed."""
    account = session.exec(
        select(Account)
        .join(ApiToken, col(ApiToken.account_id) == col(Account.id))
        .where(ApiToken.hash == hash_of(token), col(Account.active))
    ).one_or_none()
    return viewer_of(account) if account else None


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
    found = desk.session.exec(select(Ticket).where(*this_one).options(*whole_ticket())).one_or_none()
    if found is None:
        raise NotFound
    return found


def whole_ticket() -> tuple[ExecutableOption, ...]:
    """What belongs to a ticket wherever it is shown: orders, clocks, masked identity; one query each."""
    return (
        selectinload(Ticket.orders),  # type: ignore[arg-type] # SQLModel types a relation as its value
        selectinload(Ticket.clocks),  # type: ignore[arg-type] # as above
        selectinload(Ticket.identity),  # type: ignore[arg-type] # as above
    )


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
