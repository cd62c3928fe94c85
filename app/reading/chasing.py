"""Who is chased for a late answer: the written notices, and the list of who is late for long."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, String, and_, any_, func, literal, text, tuple_
from sqlalchemy.orm import aliased, load_only
from sqlalchemy.sql import ColumnElement
from sqlmodel import col, select

from app.access.accounts import Viewer
from app.access.doors import OF_TICKET
from app.access.relations import not_recused
from app.access.rules import visible
from app.reading.paging import MOST, Page, read_band, written
from tickets.ground.clock import RUNGS, Clock, ClockEvent, Notice
from tickets.ground.desk import Desk
from tickets.ground.errors import NotFound
from tickets.ground.facts import ClockUrged
from tickets.ground.ladder import steps_of
from tickets.ground.refs import SHANGHAI
from tickets.ground.timeline import Entry
from tickets.ticket import Order, Ticket

#: Rows of the list on one page; a district with more has other worries, and the file holds them all.
MOST_LISTED, MOST_IN_FILE = 300, 10_000

#: The index `clock_chased` holds exactly these.
IS_CHASED = text("clock.rung is not null and clock.state = 'breached'")


@dataclass(frozen=True)
class UrgeNotice:
    """催办通知: a numbered paper to a unit whose answer is late. It names nobody."""

    ticket: Ticket
    #: Number within the ticket.
    number: int
    said_at: datetime
    unit: str | None
    role: str | None
    #: What is late.
    clock_kind: str
    due_at: datetime
    #: Whole working days, as the notice was written.
    days_late: int
    #: When it is listed if nobody answers.
    lists_at: datetime | None
    tells: tuple[str, ...]

    @classmethod
    def of(cls, ticket: Ticket, fact: Entry) -> "UrgeNotice":
        """Read the notice that *fact* tells of."""
        data: Mapping[str, Any] = fact.data
        return cls(
            ticket=ticket,
            number=data["number"],
            said_at=fact.at,
            unit=data["unit"],
            role=data["order_role"],
            clock_kind=data["clock_kind"],
            due_at=datetime.fromisoformat(data["due_at"]),
            days_late=data["days_late"],
            lists_at=datetime.fromisoformat(data["lists_at"]) if data["lists_at"] else None,
            tells=tuple(data["tells"]),
        )

    @property
    def name(self) -> str:
        """Its number as papers have it: 催〔2026〕26112300471184-1 号."""
        return f"催〔{self.said_at.astimezone(SHANGHAI).year}〕{self.ticket.ref}-{self.number} 号"


def notices_of(desk: Desk, ticket: Ticket) -> list[UrgeNotice]:
    """Every written notice about *ticket*, oldest first; nothing is asked where there is none."""
    if not ticket.urge_notices:
        return []
    facts = desk.session.exec(
        select(Entry)
        .where(Entry.ticket_id == ticket.id, Entry.what == ClockUrged.name)
        .order_by(col(Entry.seq))
    ).all()
    return [UrgeNotice.of(ticket, fact) for fact in facts]


def notice_of(desk: Desk, ticket: Ticket, number: int) -> UrgeNotice:
    """
    The written notice *number* of *ticket*.

    :raises NotFound: there is none.
    """
    found = next((one for one in notices_of(desk, ticket) if one.number == number), None)
    if found is None:
        raise NotFound
    return found


@dataclass(frozen=True)
class Chased:
    """A unit's order that is chased."""

    ticket: Ticket
    order: Order
    clock: Clock
    #: The written notice about it, where its ladder has one.
    notice: UrgeNotice | None
    #: Since when it stands on the step it stands on.
    since: datetime


def chased_in_unit(desk: Desk, viewer: Viewer, after: str | None = None) -> Page[Chased]:
    """
    What the viewer's unit and those below it are chased for, listed ones first, then by due.

    Of each policy only what its ladder says is told to the viewer's role.
    """
    units = desk.rules.units
    ours = (col(Order.unit).in_(units.at_or_below(viewer.unit)), _is_told(desk, viewer), not_recused(viewer))
    beyond = []
    if after:
        band, due_at, row = read_band(after, UUID)
        rung = RUNGS[::-1][min(band, len(RUNGS) - 1)]
        beyond.append(tuple_(col(Clock.rung), col(Clock.due_at), col(Clock.id)) > (rung, due_at, row))
    found = _chased(desk, *ours, *beyond, limit=MOST + 1)
    shown = found[:MOST]
    following = None
    if len(found) > MOST:
        last = shown[-1].clock
        following = f"{RUNGS[::-1].index(Notice(last.rung or ''))}~{written(last.due_at, last.id)}"
    return Page(shown, following)


def listed(desk: Desk, viewer: Viewer, *, limit: int = MOST_LISTED) -> list[Chased]:
    """Every order on the list of who is late for long that *viewer* may know of, longest late first."""
    return _chased(desk, Clock.rung == Notice.LISTED, visible(viewer, desk.rules.units), limit=limit)


def _is_told(desk: Desk, viewer: Viewer) -> ColumnElement[bool]:
    told = [
        f"{policy.code}/{policy.clock}/{policy.version}/{step.notice}"
        for policy in desk.rules.policies
        for step in steps_of(policy)
        if step.notice in RUNGS and viewer.role in step.tells
    ]
    # One value to bind: there are some hundred steps, and this is asked for every desk of a unit.
    asked = func.concat_ws("/", Clock.policy, Clock.kind, Clock.policy_version, Clock.rung)
    return asked == any_(literal(told, ARRAY(String)))


def _chased(desk: Desk, *conditions: ColumnElement[bool] | bool, limit: int) -> list[Chased]:
    query = _every_chased().where(*conditions).limit(limit)
    return [
        Chased(ticket, order, clock, notice=UrgeNotice.of(ticket, fact) if fact else None, since=fired_at)
        for ticket, order, clock, fact, fired_at in desk.session.exec(query).all()
    ]


@cache
def _every_chased() -> Any:
    """Make the question once: every desk of a unit asks it, and to make it costs more than the answer."""
    urged, on_rung = aliased(ClockEvent), aliased(ClockEvent)
    asked: tuple[Any, ...] = (Ticket, Order, Clock, Entry, on_rung.fired_at)
    return (
        select(*asked)
        .select_from(Clock)
        .join(Order, col(Order.id) == col(Clock.order_id))
        .join(Ticket, col(Ticket.id) == col(Clock.ticket_id))
        .join(on_rung, _event_of(on_rung, col(Clock.rung)))
        .outerjoin(urged, _event_of(urged, Notice.URGED))
        .outerjoin(Entry, and_(col(Entry.ticket_id) == col(Clock.ticket_id), col(Entry.seq) == urged.seq))
        .where(IS_CHASED)
        .order_by(col(Clock.rung), col(Clock.due_at), col(Clock.id))
        .options(load_only(*OF_TICKET, raiseload=True))
    )


def _event_of(event: Any, kind: Any) -> ColumnElement[bool]:
    return and_(event.clock_id == col(Clock.id), event.due_at == col(Clock.due_at), event.kind == kind)
