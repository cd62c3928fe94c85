"""The tickets behind a number: its cases, by the same rule as the number itself."""

from dataclasses import dataclass

from sqlalchemy import and_, func, or_, true
from sqlalchemy.sql import ColumnElement
from sqlmodel import Session, col, select

from app.access.accounts import Viewer
from app.access.doors import row_of_a_list
from app.access.rules import visible
from app.statistics.figures import Figure
from app.statistics.periods import Period
from app.statistics.rows import Case, ClosedMonth
from app.statistics.scope import Scope
from tickets.ground.desk import Desk
from tickets.ticket import Ticket


@dataclass(frozen=True)
class Behind:
    """Which number: what was counted when, and of whom; what is None does not narrow, "" is none."""

    figure: Figure
    period: Period
    unit: str | None = None
    kind: str | None = None
    category: str | None = None
    division: str | None = None
    channel: str | None = None


def cases_of(
    desk: Desk, viewer: Viewer, behind: Behind, *, limit: int, before: int | None = None
) -> list[tuple[Case, Ticket]]:
    """The cases *viewer* may know of, newest first, one more than *limit* if there are more."""
    query = (
        select(Case, Ticket)
        .join(Ticket, col(Ticket.id) == col(Case.ticket_id))
        .where(*_counted(behind, Scope.of(viewer, desk.rules.units)), visible(viewer, desk.rules.units))
        .order_by(col(Case.id).desc())
        .limit(limit + 1)
        .options(*row_of_a_list())
    )
    if before is not None:
        query = query.where(col(Case.id) < before)
    return list(desk.session.exec(query).all())


def hidden(session: Session, scope: Scope, behind: Behind, shown: ColumnElement[bool]) -> int:
    """How many of them are not *shown* to whoever looks: they must have nothing to do with them."""
    query = (
        select(func.count())
        .select_from(Case)
        .join(Ticket, col(Ticket.id) == col(Case.ticket_id))
        .where(*_counted(behind, scope), ~shown)
    )
    return session.exec(query).one()


def _counted(behind: Behind, scope: Scope) -> list[ColumnElement[bool]]:
    """As the sums count: what stands now, and of closed months what stood when they were closed."""
    closed = (
        select(ClosedMonth.closed_at)
        .where(col(ClosedMonth.month) == func.date_trunc("month", col(Case.day)))
        .scalar_subquery()
    )
    stands = and_(closed.is_(None), col(Case.until).is_(None))
    stood = and_(col(Case.since) <= closed, or_(col(Case.until).is_(None), col(Case.until) > closed))
    narrowed = (
        (Case.unit, behind.unit),
        (Case.kind, behind.kind),
        (Case.category, behind.category),
    )
    several = ((Case.division, behind.division), (Case.channel, behind.channel))
    return [
        col(Case.figure) == behind.figure,
        col(Case.day).between(behind.period.first, behind.period.last),
        or_(stands, stood),
        col(Case.unit).in_(scope.units) if scope.units is not None else true(),
        *(col(column) == asked for column, asked in narrowed if asked is not None),
        # Several, with commas between: the board tells seldom ways in together, and all villages of a place.
        *(col(column).in_(asked.split(",")) for column, asked in several if asked is not None),
    ]
