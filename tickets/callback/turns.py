"""Whose turn it is to call a citizen, and when: one agent at a time; a try without answer is planned anew."""

from collections.abc import Iterable
from datetime import datetime, time, timedelta

from sqlalchemy import BigInteger, Column, ForeignKey, Index, delete, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.sql import ColumnElement
from sqlmodel import Field, col, select

from tickets.ground.columns import Moment, Row
from tickets.ground.desk import Desk
from tickets.ground.errors import Refused
from tickets.ground.refs import SHANGHAI
from tickets.ground.worktime.calendar import Calendar
from tickets.ticket import Ticket

#: How long an agent holds a ticket without a word; after that it is anybody's turn again.
HELD_FOR = timedelta(minutes=15)
#: When to try again: who did not answer in one half of the day may in the other.
MORNING, AFTERNOON = time(9, 30), time(15)
NOON = time(12)

#: From and to, on a Shanghai clock.
Hours = tuple[time, time]


class CallTurn(Row, table=True):
    """One ticket that waits for a call: not before when, and who has it in hand."""

    __tablename__ = "call_turn"
    __table_args__ = (Index("call_turn_held", "held_by", postgresql_where=text("held_by is not null")),)

    ticket_id: int = Field(
        sa_column=Column(BigInteger, ForeignKey("ticket.id"), primary_key=True, autoincrement=False)
    )
    #: Not before then; None is as soon as may be.
    call_at: datetime | None = Field(default=None, sa_type=Moment)
    held_by: str | None = None
    held_at: datetime | None = Field(default=None, sa_type=Moment)


def next_try(calendar: Calendar, at: datetime, hours: Hours | None = None) -> datetime:
    """
    When to try again after nobody answered *at*: the next working day, in the other half of it.

    Hours the citizen asked for win: within them, as near as they let us.
    """
    local = at.astimezone(SHANGHAI)
    day = calendar.first_working_day_from(local.date() + timedelta(days=1))
    wanted = AFTERNOON if local.time() < NOON else MORNING
    if hours is not None and not hours[0] <= wanted < hours[1]:
        wanted = hours[0]
    return datetime.combine(day, wanted, SHANGHAI)


def hours_of(ticket: Ticket) -> Hours | None:
    """The hours in which the citizen asked to be called."""
    if ticket.call_from is None or ticket.call_to is None:
        return None
    return ticket.call_from, ticket.call_to


def plan(desk: Desk, ticket: Ticket, call_at: datetime | None) -> None:
    """Call no sooner than *call_at*, and let go of the ticket."""
    _upsert(desk, ticket.id, {"call_at": call_at, "held_by": None, "held_at": None})


def hold(desk: Desk, ticket: Ticket, at: datetime) -> None:
    """
    Take a locked *ticket* in hand, so that nobody else calls the same citizen.

    :raises Refused: somebody else has it.
    """
    turn = turn_of(desk, ticket)
    me = desk.actor.username
    if turn is not None and is_held(turn, at) and turn.held_by != me:
        raise Refused("held_by_other", by=turn.held_by)
    _upsert(desk, ticket.id, {"held_by": me, "held_at": at})


def let_go(desk: Desk) -> None:
    """Hold nothing any more."""
    # In one statement: what somebody took over since is no longer held by me, and is left to them.
    mine = update(CallTurn).where(col(CallTurn.held_by) == desk.actor.username)
    desk.session.connection().execute(mine.values(held_by=None, held_at=None))


def put_back(desk: Desk, ticket: Ticket) -> None:
    """Let go of one *ticket*, whose plan stays; what somebody else has in hand is left to them."""
    mine = update(CallTurn).where(
        col(CallTurn.ticket_id) == ticket.id, col(CallTurn.held_by) == desk.actor.username
    )
    desk.session.connection().execute(mine.values(held_by=None, held_at=None))


def done(desk: Desk, ticket: Ticket) -> None:
    """Nobody has to call any more."""
    desk.session.connection().execute(delete(CallTurn).where(col(CallTurn.ticket_id) == ticket.id))


def turn_of(desk: Desk, ticket: Ticket) -> CallTurn | None:
    """Where the call to the citizen of *ticket* stands."""
    return desk.session.get(CallTurn, ticket.id, populate_existing=True)


def turns_of(desk: Desk, tickets: Iterable[Ticket]) -> dict[int, CallTurn]:
    """The same for several, by ticket."""
    wanted = [ticket.id for ticket in tickets]
    found = desk.session.exec(select(CallTurn).where(col(CallTurn.ticket_id).in_(wanted))) if wanted else ()
    return {turn.ticket_id: turn for turn in found}


def is_held(turn: CallTurn, at: datetime) -> bool:
    """Whether somebody has it in hand now."""
    return turn.held_at is not None and at - turn.held_at < HELD_FOR


def may_be_tried(at: datetime) -> ColumnElement[bool]:
    """Tickets whose planned time has come, or that have none."""
    return ~(
        select(CallTurn.ticket_id)
        .where(col(CallTurn.ticket_id) == col(Ticket.id), col(CallTurn.call_at) > at)
        .exists()
    )


def free_for(username: str, at: datetime) -> ColumnElement[bool]:
    """Tickets nobody but *username* has in hand."""
    taken = select(CallTurn.ticket_id).where(
        col(CallTurn.ticket_id) == col(Ticket.id),
        col(CallTurn.held_at) > at - HELD_FOR,
        col(CallTurn.held_by) != username,
    )
    return ~taken.exists()


def held_by(username: str, at: datetime) -> ColumnElement[bool]:
    """The ticket *username* has in hand."""
    mine = select(CallTurn.ticket_id).where(
        col(CallTurn.held_by) == username, col(CallTurn.held_at) > at - HELD_FOR
    )
    return col(Ticket.id).in_(mine)


def _upsert(desk: Desk, ticket_id: int, values: dict[str, object]) -> None:
    row = insert(CallTurn).values(ticket_id=ticket_id, **values)
    desk.session.connection().execute(row.on_conflict_do_update(index_elements=["ticket_id"], set_=values))
