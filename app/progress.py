"""Where a matter stands, for its citizen: no identity, no word of the matter, no internal note."""

from collections.abc import Callable
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
    story = [told for entry in entries if (told := _told(entry, ticket, desk.rules.units))]
    lead = ticket.lead_order()
    # Of reviews only the passed ones are told, so this is when the citizen was answered.
    answered_at = next((t.at for t in reversed(story) if t.what in ("reviewed", "answered")), None)
    order_id = lead.id if lead else None
    passed = [
        reply for reply in replies if reply.order_id == order_id and reply.at <= (answered_at or reply.at)
    ]
    is_answered = ticket.state in ANSWERED and answered_at is not None and bool(passed)
    return Progress(
        ref=ticket.ref,
        state=ticket.state,
        sealed=ticket.sealed,
        step=STEPS[State(ticket.state)] if lead or not ticket.is_open else 1,
        days=[
            ticket.registered_at,
            *((lead.given_at, lead.signed_at) if lead else (None, None)),
            answered_at,
        ],
        unit=_name(desk.rules.units, lead.unit) if lead else "",
        owed=_owed(desk, ticket, lead),
        answer=(passed[-1].public_text or passed[-1].text) if is_answered and not ticket.sealed else None,
        answered_at=answered_at if is_answered else None,
        closed_at=ticket.closed_at,
        story=story[::-1],
    )


def _told(entry: Entry, ticket: Ticket, units: Units) -> Told | None:
    data = entry.data
    silent = (
        (entry.what == "signed" and data["order_role"] != OrderRole.LEAD)
        or (entry.what == "reviewed" and not data["passed"])
        or (entry.what == "clock_breached" and data["clock_kind"] != ClockKind.HANDLE)
    )
    if silent:
        return None
    lead = next(
        (o.unit for o in reversed(ticket.orders) if o.role == OrderRole.LEAD and o.given_at <= entry.at), ""
    )
    unit = _name(units, data.get("unit") or data.get("lead") or lead)
    return Told(entry.what, entry.at, data, unit)


def _name(units: Units, code: str) -> str:
    row = units.get(code)
    if row is None:
        return code
    return row.name_en if language() == "en" else row.name


def _owed(desk: Desk, ticket: Ticket, lead: Order | None) -> Owed | None:
    """Say by when the citizen hears of us next; nothing once the answer is given."""
    if ticket.state in ANSWERED:
        return None
    kind = ClockKind.HANDLE if lead else ClockKind.DISPATCH
    clock = next(
        (c for c in reversed(ticket.clocks) if c.kind == kind and (not lead or c.order_id == lead.id)), None
    )
    by = clock.due_at if clock else lead.due_at if lead else None
    if by is None:
        return None
    kept = lead is not None and lead.state == OrderState.REPLIED and (lead.ended_at or by) <= by
    now = desk.now()
    late = (now.astimezone(SHANGHAI).date() - by.astimezone(SHANGHAI).date()).days if now > by and not kept else None
    return Owed(by, late, bool(clock and clock.provisional), _working_days(desk, ticket, clock))


def _working_days(desk: Desk, ticket: Ticket, clock: Clock | None) -> int | None:
    if clock is None or clock.extended or clock.paused or ticket.external_due_at:
        return None
    policy = desk.rules.pinned(clock.policy, clock.kind, clock.policy_version)
    return policy.length if policy.unit == "working_day" else None
