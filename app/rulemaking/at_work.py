"""What follows an approved change: the clockwork looks at every open ticket, and says what moved."""

from collections.abc import Iterable, Sequence
from datetime import timedelta

from sqlalchemy import func, text
from sqlalchemy.orm import selectinload
from sqlmodel import col, select

from app.admin.ledger import write_house_fact
from app.rulemaking.rows import ChangeState, RuleChange, RuleKind, RuleWork
from app.wiring import RULES_FRESH
from tickets.clocks.recompute import recompute
from tickets.ground.desk import Desk
from tickets.ticket import Ticket

#: Other processes read the rules anew meanwhile: none starts a clock under the old ones after that.
PATIENCE = timedelta(seconds=2 * RULES_FRESH)

LIST = text(
    "insert into rule_work (change_id, ticket_id)"
    " select distinct cast(:change as uuid), ticket_id from clock"
    " where state in ('running', 'paused', 'breached') on conflict do nothing"
)


def next_change(desk: Desk) -> RuleChange | None:
    """The oldest approved change whose clocks are not all looked at, when it is old enough; locked."""
    query = (
        select(RuleChange)
        .where(
            RuleChange.state == ChangeState.APPROVED,
            col(RuleChange.done_at).is_(None),
            col(RuleChange.decided_at) <= func.clock_timestamp() - PATIENCE,
        )
        .order_by(col(RuleChange.decided_at))
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    return desk.session.exec(query).one_or_none()


def look_at_some(desk: Desk, *, at_most: int) -> bool:
    """
    Look at the clocks of *at_most* tickets for the change whose turn it is; whether there may be more to do.

    It may end anywhere: what was looked at is committed with its facts, and the rest is still on the list.
    """
    change = next_change(desk)
    if change is None:
        return False
    if change.listed_at is None:
        desk.session.connection().execute(LIST, {"change": str(change.id)})
        change.listed_at = desk.now()
    work = {row.ticket_id: row for row in _work(desk, change, at_most)}
    tickets = _tickets(desk, work)
    for ticket in tickets:
        change.moved += recompute(desk, ticket, change=change.id, policies=change.kind == RuleKind.POLICIES)
        desk.session.delete(work[ticket.id or 0])
    if not work:
        change.done_at = desk.now()
        after = {"change": str(change.id), "version": change.version, "moved": change.moved}
        write_house_fact(desk, "clocks_recomputed", change.kind, {}, after)
        return True
    # Where all of them are in somebody else's hands, their turn comes with the next tick.
    return bool(tickets)


def _tickets(desk: Desk, ids: Iterable[int]) -> Sequence[Ticket]:
    query = (
        select(Ticket)
        .where(col(Ticket.id).in_(ids))
        .order_by(col(Ticket.id))
        .with_for_update(of=Ticket, skip_locked=True)
        .options(selectinload(Ticket.orders), selectinload(Ticket.clocks))  # type: ignore[arg-type] # relations
    )
    return desk.session.exec(query).all()


def _work(desk: Desk, change: RuleChange, at_most: int) -> list[RuleWork]:
    query = select(RuleWork).where(RuleWork.change_id == change.id).order_by(col(RuleWork.ticket_id))
    return list(desk.session.exec(query.limit(at_most)).all())
