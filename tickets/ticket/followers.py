"""Tickets merged into another: nothing of them moves, and each caller is told and asked apart."""

from datetime import datetime

from sqlmodel import col, select

from tickets.ground.clock import ClockEvent, ClockKind, ClockState, Notice
from tickets.ground.desk import Desk
from tickets.ground.facts import Followed, FollowerLeft, Unmerged
from tickets.ground.flow import Move, OrderState, State
from tickets.ground.timeline import write_down
from tickets.ticket import promises
from tickets.ticket.notices import next_step
from tickets.ticket.rows import Ticket
from tickets.ticket.steps import go, lock_ticket, lock_tickets


def followers_of(desk: Desk, master: Ticket) -> list[Ticket]:
    """Lock every ticket that follows *master*, and those that follow these."""
    if not master.followers:
        return []
    direct = lock_tickets(desk, col(Ticket.follows) == master.ref)
    return [deep for one in direct for deep in (one, *followers_of(desk, one))]


def tell_followers(desk: Desk, master: Ticket, what: str, *, to_callback: bool, at: datetime) -> None:
    """Let every follower hear that *what* happened to *master*; its caller is asked like that one's."""
    for ticket in followers_of(desk, master):
        if _was_asked(ticket):
            continue
        asks = to_callback and ticket.reachable
        go(ticket, Move.FOLLOW, State.CALLBACK if asks else State(ticket.state))
        if asks and not promises.running(ticket, ClockKind.CALLBACK):
            ticket.outcome = ticket.closed_at = None
            promises.start(desk, ticket, ClockKind.CALLBACK, at=at)
        ticket.unit_solved = master.unit_solved
        promises.settle(ticket)
        fact = Followed(master=master.ref, what=what, solved=master.unit_solved, to=ticket.state)
        write_down(desk, ticket, fact, at=at)


def _was_asked(ticket: Ticket) -> bool:
    """Its own caller has had the last word already."""
    return ticket.state == State.CLOSED and ticket.callback_attempts > 0


def leave_master(desk: Desk, ticket: Ticket, *, at: datetime) -> str | None:
    """Let *ticket* go its own way; gives the number of the ticket it followed."""
    if ticket.follows is None:
        return None
    master = lock_ticket(desk, col(Ticket.ref) == ticket.follows)
    left, ticket.follows, ticket.merged_from = ticket.follows, None, None
    master.followers = [ref for ref in master.followers if ref != ticket.ref]
    fact = FollowerLeft(follower=ticket.ref, count=len(master.followers))
    write_down(desk, master, fact, at=at)
    return left


def restore(desk: Desk, ticket: Ticket, *, at: datetime) -> None:
    """Bring a merged *ticket* back to where it stood, with its orders and clocks as they were."""
    before = ticket.merged_from or {}
    state = State(before["state"])
    left = leave_master(desk, ticket, at=at) or ""
    go(ticket, Move.UNMERGE, state)
    ticket.outcome = ticket.closed_at = None
    ticket.holder_unit, ticket.holder_user = before["holder_unit"], before["holder_user"]
    for order in ticket.orders:
        if str(order.id) in before["orders"]:
            order.state = OrderState(before["orders"][str(order.id)])
            order.ended_at = None
    _restore_clocks(desk, ticket, before["clocks"], at)
    promises.settle(ticket)
    write_down(desk, ticket, Unmerged(left=left, to=state), at=at)


def _restore_clocks(desk: Desk, ticket: Ticket, clocks: list[str], at: datetime) -> None:
    """The promise to the citizen was not put off by a mistake of ours: each clock is due as it was."""
    broke = set(
        desk.session.exec(
            select(ClockEvent.clock_id, ClockEvent.due_at)
            .where(col(ClockEvent.clock_id).in_([clock.id for clock in ticket.clocks]))
            .where(ClockEvent.kind == Notice.BREACHED)
        ).all()
    )
    for clock in ticket.clocks:
        if str(clock.id) not in clocks:
            continue
        if (clock.id, clock.due_at) in broke:
            # While it stood still nobody was chased, so the days to the next step begin anew.
            clock.state, clock.next_at = ClockState.BREACHED, next_step(desk, clock, at)
        else:
            warns = clock.warn_at is not None and clock.warn_at > at
            clock.state, clock.next_at = ClockState.RUNNING, clock.warn_at if warns else clock.due_at


def release_followers(desk: Desk, master: Ticket, *, at: datetime) -> None:
    """Let all that follow *master* go on by themselves: its own citizen does not want it any more."""
    for ticket in lock_tickets(desk, col(Ticket.follows) == master.ref) if master.followers else []:
        if ticket.merged_from is not None and ticket.state == State.CLOSED:
            restore(desk, ticket, at=at)
