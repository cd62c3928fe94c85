"""The queue of the callback desk: whom to call next, what was tried before, and who has whom in hand."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import and_
from sqlalchemy.sql import ColumnElement
from sqlmodel import col, select

from app.access.accounts import Viewer
from app.access.rules import visible
from app.reading.desks import in_state, may_be_called, tickets_due
from app.reading.due import Standing, next_due
from tickets.callback import turns
from tickets.callback.ask import RINGING
from tickets.callback.turns import CallTurn
from tickets.ground.desk import Desk
from tickets.ground.facts import CalledBack
from tickets.ground.flow import State
from tickets.ground.timeline import Entry
from tickets.ticket import Ticket

#: In callback and still to be asked: the citizen has not said no.
TO_ASK = (in_state(State.CALLBACK), col(Ticket.awaits_reviewer).is_(False))


@dataclass(frozen=True)
class Waiting:
    """One ticket of the queue."""

    ticket: Ticket
    due: Standing | None
    unit: str | None
    turn: CallTurn | None
    #: Somebody else has it in hand.
    held_by: str | None


@dataclass(frozen=True)
class Try:
    """One call that was made."""

    at: datetime
    data: Mapping[str, Any]


def may_be_asked(at: datetime) -> ColumnElement[bool]:
    """Tickets whose citizens may be called now: within their hours, and not planned for later."""
    return and_(may_be_called(at), turns.may_be_tried(at))


def queue(
    desk: Desk, viewer: Viewer, now: datetime, *, after: str | None = None
) -> tuple[list[Waiting], str | None]:
    """
    Whom to call now, what is due first on top; those outside their hours or planned for later are left out.

    Two queries, whatever the number of rows.
    """
    found = tickets_due(desk, viewer, *TO_ASK, may_be_asked(now), after=after, known=True)
    by_ticket = turns.turns_of(desk, found.rows)
    return [_waiting(desk, viewer, one, by_ticket.get(one.id), now) for one in found.rows], found.next


def later(desk: Desk, viewer: Viewer, now: datetime) -> list[Waiting]:
    """The first of those to be called at another hour or on another day."""
    found = tickets_due(desk, viewer, *TO_ASK, ~may_be_asked(now), known=True)
    by_ticket = turns.turns_of(desk, found.rows)
    return [_waiting(desk, viewer, one, by_ticket.get(one.id), now) for one in found.rows]


def in_hand(desk: Desk, viewer: Viewer, now: datetime) -> str | None:
    """The number of the ticket this agent is calling about."""
    mine = select(Ticket.ref).where(*TO_ASK, turns.held_by(viewer.username, now))
    return desk.session.exec(mine.limit(1)).one_or_none()


def next_free(desk: Desk, viewer: Viewer, now: datetime) -> str | None:
    """
    Lock the first of the queue that nobody has in hand, and give its number.

    Agents who ask at the same moment do not wait for each other: each gets another one.
    """
    first = (
        select(Ticket.ref)
        .where(
            col(Ticket.closed_at).is_(None),
            *TO_ASK,
            visible(viewer, desk.rules.units),
            may_be_asked(now),
            turns.free_for(viewer.username, now),
        )
        .order_by(col(Ticket.due_at), col(Ticket.id))
        .limit(1)
        .with_for_update(skip_locked=True, of=Ticket)
    )
    return desk.session.exec(first).one_or_none()


def tries_of(desk: Desk, ticket: Ticket) -> Sequence[Try]:
    """The calls made in this round, first one first."""
    asked = (
        select(Entry.at, Entry.data)
        .where(Entry.ticket_id == ticket.id, Entry.what == CalledBack.name)
        .order_by(col(Entry.seq).desc())
        .limit(ticket.callback_attempts)
    )
    rows = [Try(at, data) for at, data in desk.session.exec(asked).all() if data["channel"] in RINGING]
    return rows[::-1]


def _waiting(desk: Desk, viewer: Viewer, ticket: Ticket, turn: CallTurn | None, now: datetime) -> Waiting:
    lead = ticket.lead_order()
    held = turn.held_by if turn and turns.is_held(turn, now) and turn.held_by != viewer.username else None
    return Waiting(ticket, next_due(ticket.clocks, now, desk.rules), lead.unit if lead else None, turn, held)
