"""Put closed tickets into the archive once the time fixed for it is over (档案法实施条例 第十九条)."""

from datetime import timedelta

from sqlalchemy import func, text
from sqlalchemy.orm import aliased
from sqlmodel import col, or_, select

from tickets.ground.desk import Desk
from tickets.ground.facts import Archived
from tickets.ground.flow import Move, State
from tickets.ground.timeline import write_down
from tickets.ticket import Ticket, go


def archive_old(desk: Desk, *, after: timedelta, at_most: int) -> int:
    """
    Archive tickets that were closed longer ago than *after*; gives how many.

    One that follows another is kept until that one is closed, so that its citizen never reads of an end
    before there is one.
    """
    master = aliased(Ticket)
    master_open = select(master.id).where(master.ref == Ticket.follows, col(master.closed_at).is_(None))
    old = (
        select(Ticket)
        .where(
            text("ticket.state = 'closed'"),
            col(Ticket.closed_at) < func.statement_timestamp() - after,
            or_(col(Ticket.follows).is_(None), ~master_open.exists()),
        )
        .order_by(col(Ticket.closed_at))
        .limit(at_most)
        .with_for_update(skip_locked=True, of=Ticket)
    )
    found = desk.session.exec(old).all()
    at = desk.now() if found else None
    for ticket in found:
        go(ticket, Move.ARCHIVE, State.ARCHIVED)
        if at is not None:
            write_down(desk, ticket, Archived(), at=at)
    return len(found)
