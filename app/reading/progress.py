"""Where a matter stands, for its citizen: no identity, no word of the matter, no internal note."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import selectinload
from sqlmodel import col, select

from app.attachments.reading import for_citizen
from tickets.ground.clock import Clock, ClockKind
from tickets.ground.desk import Desk
from tickets.ground.files import Attachment
from tickets.ground.flow import OrderRole, OrderState, State
from tickets.ground.refs import SHANGHAI
from tickets.ground.timeline import Entry
from tickets.ground.words import RequestKind
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
    *("registered", "answered", "handed_over", "declined", "citizen_asked", "supplemented"),
    *("dispatched", "signed", "contacted", "reviewed", "called_back", "reworked", "closed"),
    *("merged", "unmerged", "withdrawn", "disputed", "decided", "resumed", "clock_breached"),
)

#: Somebody was shown who the citizen is (个人信息保护法 第四十四条: one may know how one's data are handled).
LOOKED = "identity_read"

#: Of a ticket this one follows, what is no affair of its own caller alone.
OF_MASTER = frozenset(
    {"dispatched", "signed", "reviewed", "reworked", "decided", "resumed", "answered", "clock_breached"}
)
#: What was asked and granted that a citizen is told of.
GRANTED = frozenset(
    {RequestKind.EXTENSION, RequestKind.SHELVING, RequestKind.TERMINATION, RequestKind.WITHDRAWAL}
)


@dataclass(frozen=True)
class Told:
    """One thing that happened, as the citizen reads of it."""

    what: str
    at: datetime
    data: dict[str, Any]
    unit: str
    #: Why, in the words of whoever asked for more time.
    reason: str = ""


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
    outcome: str | None
    sealed: bool
    step: int
    days: list[datetime | None]
    unit: str
    owed: Owed | None
    #: Put aside until then.
    until: datetime | None
    answer: str | None
    answered_at: datetime | None
    closed_at: datetime | None
    story: list[Told]
    #: When somebody was shown name or number, and of which unit they were; the newest first.
    looks: list[Told]
    #: Files of the citizen and those that came with the answer.
    files: list[Attachment]


def progress_of(desk: Desk, ref: str, *, english: bool) -> Progress | None:
    """
    Read everything of the ticket *ref* that its citizen may know; None where there is no such ticket.

    Nothing of it depends on who asks: whoever calls this has seen the ticket's code.
    """
    own = _ticket(desk, ref)
    if own is None:
        return None
    master = _ticket(desk, own.follows) if own.follows else None
    # Whoever follows another reads of that one's progress, and of no end before there is one.
    ticket = master if master is not None and master.is_open else own
    matter = master or own
    told = _story(desk, own, master, english=english)
    story = [one for one in told if one.what != LOOKED]
    lead = None if matter.state == State.REGISTERED else matter.lead_order()
    # Of reviews only the passed ones are told, so this is when the citizen was answered.
    answered_at = next((t.at for t in reversed(story) if t.what in ("reviewed", "answered")), None)
    answer = _answer(desk, ticket.state, matter, lead, answered_at)
    given_at, signed_at = (lead.given_at, lead.signed_at) if lead else (None, None)
    return Progress(
        ref=own.ref,
        state=ticket.state,
        outcome=ticket.outcome,
        sealed=own.sealed,
        step=STEPS[State(ticket.state)] if lead or not ticket.is_open else 1,
        days=[own.registered_at, given_at, signed_at, answered_at],
        unit=_name_of(desk, lead.unit, english=english) if lead else "",
        owed=_owed(desk, ticket, lead),
        until=ticket.wakes_at,
        answer=None if own.sealed else answer,
        answered_at=None if answer is None else answered_at,
        closed_at=ticket.closed_at,
        story=story[::-1],
        looks=[one for one in told[::-1] if one.what == LOOKED],
        files=[]
        if own.sealed
        else for_citizen(
            desk.session, own.id, matter.id, answered_at=None if answer is None else answered_at
        ),
    )


def _ticket(desk: Desk, ref: str) -> Ticket | None:
    return desk.session.exec(
        select(Ticket)
        .where(Ticket.ref == ref)
        .options(
            selectinload(Ticket.orders),  # type: ignore[arg-type] # SQLModel types a relation as its value
            selectinload(Ticket.clocks),  # type: ignore[arg-type] # as above
            selectinload(Ticket.requests),  # type: ignore[arg-type] # as above
        )
    ).one_or_none()


def _name_of(desk: Desk, code: str, *, english: bool) -> str:
    unit = desk.rules.units.get(code)
    return code if unit is None else unit.name_en if english else unit.name


def _story(desk: Desk, own: Ticket, master: Ticket | None, *, english: bool) -> list[Told]:
    """What is told to the citizen of *own*, oldest first; with what happened to the ticket it follows."""
    told = _told_of(desk, own, english=english)
    if master is not None:
        there = _told_of(desk, master, english=english)
        told += [one for one in there if one.what in OF_MASTER]
        told.sort(key=lambda one: one.at)
    return told


def _told_of(desk: Desk, ticket: Ticket, *, english: bool) -> list[Told]:
    entries = desk.session.exec(
        select(Entry)
        .where(Entry.ticket_id == ticket.id, col(Entry.what).in_((*TOLD, LOOKED)))
        .order_by(col(Entry.seq))
    ).all()

    def name_of(code: str) -> str:
        return _name_of(desk, code, english=english)

    return [told for entry in entries if (told := _told(entry, ticket, name_of))]


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
        or (entry.what == "decided" and not _is_told(data))
    )
    if silent:
        return None
    if entry.what == LOOKED:
        return Told(entry.what, entry.at, data, name_of(entry.unit or ""))
    reason = _reason(ticket, data) if entry.what == "decided" else ""
    return Told(entry.what, entry.at, data, name_of(data.get("unit") or lead), reason)


def _is_told(decided: dict[str, Any]) -> bool:
    """More time, or no more handling: told when it is granted, and where it is about the lead's answer."""
    of_the_lead = decided["order_role"] in (OrderRole.LEAD, None)
    return decided["granted"] and decided["kind"] in GRANTED and of_the_lead


def _reason(ticket: Ticket, decided: dict[str, Any]) -> str:
    if ticket.sealed or decided["kind"] not in (RequestKind.EXTENSION, RequestKind.SHELVING):
        return ""
    return next((one.text for one in ticket.requests if str(one.id) == decided["request"]), "")


def _answer(
    desk: Desk, state: str, matter: Ticket, lead: Order | None, answered_at: datetime | None
) -> str | None:
    """Give the answer of this round: the lead's that the reviewer passed, or the one given on the spot."""
    if state not in ANSWERED or answered_at is None:
        return None
    replies = desk.session.exec(
        select(Reply).where(Reply.ticket_id == matter.id).order_by(col(Reply.id))
    ).all()
    order_id = lead.id if lead else None
    passed = [reply for reply in replies if reply.order_id == order_id and reply.at <= answered_at]
    return (passed[-1].public_text or passed[-1].text) if passed else None


def _owed(desk: Desk, ticket: Ticket, lead: Order | None) -> Owed | None:
    """Say by when the citizen hears of us next; nothing once the answer is given."""
    if ticket.state in ANSWERED or ticket.wakes_at is not None:
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
