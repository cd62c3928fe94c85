"""What is due, for a person or a unit, by the same rule as on their desk."""

from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from sqlalchemy import and_, false, func, literal, or_, text, union_all
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import aliased, load_only
from sqlalchemy.sql import ColumnElement
from sqlalchemy.types import String
from sqlmodel import col, select

from app.access.accounts import Account, Role, Viewer
from app.access.rules import visible
from app.feeds.keeping import Reader
from app.reading.desks import names_of_mine
from tickets.ground.clock import ONLY_LIMITS, Clock, ClockKind, ClockState
from tickets.ground.desk import Desk
from tickets.ground.flow import State
from tickets.ground.timeline import Entry
from tickets.ticket import Order, SupervisionCard, Ticket

#: Of more nobody could make sense in a calendar; what is due first is in it.
MOST = 500

#: Whose work hangs on tickets in a state, and the promise that is theirs to keep.
OWES = {
    Role.OPERATOR: (State.REGISTERED, ClockKind.DISPATCH),
    Role.DISPATCHER: (State.REGISTERED, ClockKind.DISPATCH),
    Role.REVIEWER: (State.REPLIED, ClockKind.REVIEW),
    Role.CALLER: (State.CALLBACK, ClockKind.CALLBACK),
}

#: In words, so that the planner sees the predicate of the index.
OPEN_CARD = "supervision_card.answered_at is null and supervision_card.ended_at is null"

#: Who has something in a calendar of their own.
HAVE_ONE = (*OWES, Role.SUPERVISOR, Role.HANDLER, Role.HEAD)


@dataclass(frozen=True)
class Due:
    """One promise that runs."""

    clock_id: UUID
    ref: str
    #: None where the ticket is sealed: no word that could betray what it is about.
    kind: str | None
    unit: str | None
    due_at: datetime
    late: bool
    provisional: bool
    #: When something last happened to the ticket.
    changed_at: datetime


def due_for(desk: Desk, reader: Reader) -> list[Due]:
    """The promises that *reader* answers for, what is due first on top."""
    viewer = _of_unit(reader)
    mine = _of_orders(desk, reader, viewer) if viewer.role in (Role.HANDLER, Role.HEAD) else _of_desk(viewer)
    # Under names of their own: the conditions ask these tables, too.
    order, card, last = aliased(Order), aliased(SupervisionCard), aliased(Entry)
    query = (
        select(Clock, Ticket, func.coalesce(order.unit, card.unit, Ticket.holder_unit), last.at)
        .join(Ticket, col(Ticket.id) == col(Clock.ticket_id))
        .join(order, col(order.id) == col(Clock.order_id), isouter=True)
        .join(card, col(card.id) == col(Clock.subject_id), isouter=True)
        .join(last, and_(col(last.ticket_id) == Ticket.id, col(last.seq) == Ticket.seq))
        .where(
            col(Ticket.closed_at).is_(None),
            col(Clock.state).in_((ClockState.RUNNING, ClockState.BREACHED)),
            col(Clock.kind).not_in(ONLY_LIMITS),
            visible(viewer, desk.rules.units),
            mine,
        )
        .order_by(col(Clock.due_at), col(Clock.id))
        .limit(MOST)
        # Neither words nor anything else that a calendar has nothing to do with.
        .options(load_only(Ticket.ref, Ticket.sealed))  # type: ignore[arg-type] # SQLModel types a column as its value
    )
    now = desk.now()
    return [
        Due(
            clock_id=clock.id,
            ref=ticket.ref,
            kind=None if ticket.sealed else clock.kind,
            unit=unit,
            due_at=clock.due_at,
            late=now > clock.due_at,
            provisional=clock.provisional,
            changed_at=changed_at,
        )
        for clock, ticket, unit, changed_at in desk.session.exec(query).all()
    ]


def _of_unit(reader: Reader) -> Viewer:
    """Who looks: of a unit's calendar anybody who works there, whoever made it."""
    if reader.unit is None:
        return reader.viewer
    return replace(reader.viewer, role=Role.HANDLER, unit=reader.unit)


def _of_orders(desk: Desk, reader: Reader, viewer: Viewer) -> ColumnElement[bool]:
    """Shares and cards that the unit still owes an answer; of a handler's own those the handler has taken."""
    units = desk.rules.units.at_or_below(viewer.unit)
    owed = and_(col(Order.unit).in_(units), text("unit_order.state in ('open', 'signed')"))
    if reader.unit is None and viewer.role == Role.HANDLER:
        owed = and_(owed, col(Order.taken_by).in_(names_of_mine(desk, viewer)))
        demanded: ColumnElement[bool] = false()
    else:
        demanded = and_(col(SupervisionCard.unit).in_(units), text(OPEN_CARD))
    of_orders = col(Clock.order_id).in_(select(Order.id).where(owed))
    of_cards = col(Clock.subject_id).in_(select(SupervisionCard.id).where(demanded))
    # A union, because no index serves an "or" over two tables.
    theirs = union_all(select(Order.ticket_id).where(owed), select(SupervisionCard.ticket_id).where(demanded))
    mine = and_(col(Ticket.id).in_(theirs), or_(of_orders, of_cards))
    return mine if reader.unit is None else and_(mine, ~_recuses_one_of(desk, reader.unit))


def _recuses_one_of(desk: Desk, unit: str) -> ColumnElement[bool]:
    """Tickets that somebody of *unit* must have nothing to do with: they could read the unit's calendar."""
    names = desk.session.exec(select(Account.username).where(Account.unit == unit)).all()
    return col(Ticket.recused).bool_op("&&")(literal([*names], ARRAY(String)))


def _of_desk(viewer: Viewer) -> ColumnElement[bool]:
    if viewer.role == Role.SUPERVISOR:
        return and_(col(Ticket.supervised).is_not(None), col(Clock.kind) == ClockKind.SUPERVISION)
    owed = OWES.get(viewer.role)
    if owed is None:
        return false()
    return and_(col(Ticket.state) == owed[0], col(Clock.kind) == owed[1])
