"""Where a matter stands, for its citizen: no identity, no word of the matter, no internal note."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import selectinload
from sqlmodel import col, select

from tickets.ground.clock import Clock, ClockKind
from tickets.ground.desk import Desk
from tickets.ground.flow import OrderRole, OrderState, State
from tickets.ground.refs import SHANGHAI
from tickets.ground.timeline import Entry
from tickets.ground.worktime.units import Unit
from tickets.ticket import Order, Reply, Ticket

#: The step of four in which a ticket stands; the fifth is when all is done.
STEPS = {
    State.REGISTERED: 1,
    State.AWAITING_INFORMATION: 3,
    State.DISPATCHED: 2,
    State.HANDLING: 3,
    State.LONG_TERM: 3,
    State.REPLIED: 3,
    State.CALLBACK: 4,
    State.CLOSED: 5,
    State.ARCHIVED: 5,
}

#: States in which nothing more is owed but a word with the citizen.
ANSWERED = frozenset({State.CALLBACK, State.CLOSED, State.ARCHIVED})

#: Facts a citizen is told. What the house says among itself is not among them.
TOLD = (
    "registered",
    "answered",
    "dispatched",
    "signed",
    "contacted",
    "reviewed",
    "called_back",
    "reworked",
    "closed",
    "clock_breached",
)


@dataclass(frozen=True)
class Told:
    """One thing that happened, as the citizen reads of it."""

    what: str
    at: datetime
    data: dict[str, Any]
    unit: str


@dataclass(frozen=True)
class Owed:
    """What we owe the citizen next, and by when."""

    by: datetime
    #: Days past it, counted by the calendar; None while there is time.
    late_days: int | None
    provisional: bool = False
    #: Working days that were promised, where the date follows from them alone.
    working_days: int | None = None


@dataclass(frozen=True)
class Progress:
    """Where a matter stands. It holds no identity, no word of the matter and no internal note."""

    ref: str
    state: str
    sealed: bool
    step: int
    days: list[datetime | None]
    unit: str
    owed: Owed | None
    answer: str | None
    answered_at: datetime | None
    closed_at: datetime | None
    story: list[Told]


def progress_of(desk: Desk, ref: str, *, english: bool) -> Progress | None:
    """
    Read everything of the ticket *ref* that its citizen may know; None where there is no such ticket.

    Nothing of it depends on who asks: whoever calls this has seen the ticket's code.
    """
    ticket = desk.session.exec(
        select(Ticket)
        .where(Ticket.ref == ref)
        .options(selectinload(Ticket.orders), selectinload(Ticket.clocks))  # type: ignore[arg-type] # SQLModel types a relation as its value
    ).one_or_none()
    if ticket is None:
        return None
    entries = desk.session.exec(
        select(Entry).where(Entry.ticket_id == ticket.id, col(Entry.what).in_(TOLD)).order_by(col(Entry.seq))
    ).all()
    replies = desk.session.exec(
        select(Reply).where(Reply.ticket_id == ticket.id).order_by(col(Reply.id))
    ).all()
    lead = None if ticket.state == State.REGISTERED else ticket.lead_order()

    def name_of(code: str) -> str:
        unit = desk.rules.units.get(code)
        return code if unit is None else unit.name_en if english else unit.name

    story = [told for entry in entries if (told := _told(entry, ticket, name_of))]
    # Of reviews only the passed ones are told, so this is when the citizen was answered.
    answered_at = next((t.at for t in reversed(story) if t.what in ("reviewed", "answered")), None)
    answer = _answer(ticket, lead, replies, answered_at)
    given_at, signed_at = (lead.given_at, lead.signed_at) if lead else (None, None)
    return Progress(
        ref=ticket.ref,
        state=ticket.state,
        sealed=ticket.sealed,
        step=STEPS[State(ticket.state)] if lead or not ticket.is_open else 1,
        days=[ticket.registered_at, given_at, signed_at, answered_at],
        unit=name_of(lead.unit) if lead else "",
        owed=_owed(desk, ticket, lead),
        answer=None if ticket.sealed else answer,
        answered_at=None if answer is None else answered_at,
        closed_at=ticket.closed_at,
        story=story[::-1],
    )


def _told(entry: Entry, ticket: Ticket, name_of: Callable[[str], str]) -> Told | None:
    data = entry.data
    leads = [
        order.unit for order in ticket.orders if order.role == OrderRole.LEAD and order.given_at <= entry.at
    ]
    lead = leads[-1] if leads else ""
    silent = (
        (entry.what == "signed" and data["order_role"] != OrderRole.LEAD)
        or (entry.what == "reviewed" and not data["passed"])
        or (entry.what == "clock_breached" and (data["clock_kind"], data["unit"]) != (ClockKind.HANDLE, lead))
    )
    if silent:
        return None
    return Told(entry.what, entry.at, data, name_of(data.get("unit") or lead))


def _answer(
    ticket: Ticket, lead: Order | None, replies: Sequence[Reply], answered_at: datetime | None
) -> str | None:
    """Give the answer of this round: the lead's that the reviewer passed, or the one given on the spot."""
    if ticket.state not in ANSWERED or answered_at is None:
        return None
    order_id = lead.id if lead else None
    passed = [reply for reply in replies if reply.order_id == order_id and reply.at <= answered_at]
    return (passed[-1].public_text or passed[-1].text) if passed else None


def _owed(desk: Desk, ticket: Ticket, lead: Order | None) -> Owed | None:
    """Say by when the citizen hears of us next; nothing once the answer is given."""
    if ticket.state in ANSWERED:
        return None
    kind, order_id = (ClockKind.HANDLE, lead.id) if lead else (ClockKind.DISPATCH, None)
    clock = next((c for c in reversed(ticket.clocks) if (c.kind, c.order_id) == (kind, order_id)), None)
    by = clock.due_at if clock else lead.due_at if lead else None
    if by is None:
        return None
    return Owed(
        by=by,
        late_days=_late_days(desk.now(), by, lead),
        provisional=bool(clock and clock.provisional),
        working_days=_working_days(desk, ticket, clock),
    )


def _late_days(now: datetime, by: datetime, lead: Order | None) -> int | None:
    """Days past *by*. The time we take to check an answer that came in time does not make it late."""
    came_in_time = lead is not None and lead.state == OrderState.REPLIED and (lead.ended_at or by) <= by
    if now <= by or came_in_time:
        return None
    return (now.astimezone(SHANGHAI).date() - by.astimezone(SHANGHAI).date()).days


def _working_days(desk: Desk, ticket: Ticket, clock: Clock | None) -> int | None:
    if clock is None or clock.extended or clock.paused or ticket.external_due_at:
        return None
    policy = desk.rules.pinned(clock.policy, clock.kind, clock.policy_version)
    return policy.length if policy.unit == Unit.WORKING_DAY else None
