"""Make the digests of a working day: each once, at half past eight or as soon as a worker is awake."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import and_, text
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import col, select

from app.access.accounts import Account, Role
from app.digest.rows import Digest
from tickets.ground.clock import ONLY_LIMITS, Clock, ClockKind, ClockState
from tickets.ground.desk import Desk
from tickets.ground.flow import OrderState
from tickets.ground.refs import SHANGHAI
from tickets.ground.worktime.calendar import Calendar
from tickets.ticket import Order, Request, SupervisionCard, Ticket

#: When a head should have it.
BEGINS = time(8, 30)
#: Lines of one list that are kept; how many there were is kept, too.
MOST = 50

ONE_DAY = timedelta(days=1)
RUNS = (ClockState.RUNNING, ClockState.BREACHED)
#: The lists, as they stand on the page.
LISTS = ("late", "today", "next", "decisions")


@dataclass(frozen=True)
class Line:
    """One thing that is late, due, or to be decided."""

    ref: str
    #: The clock, or the kind of the request.
    kind: str
    unit: str
    due_at: datetime | None
    rung: str | None = None


# Rules


def day_of_digest(now: datetime, calendar: Calendar) -> date | None:
    """The day whose digests should be there at *now*; None before half past eight, and on a free day."""
    here = now.astimezone(SHANGHAI)
    return here.date() if here.time() >= BEGINS and calendar.is_working(here.date()) else None


def list_of(due_at: datetime, now: datetime, next_day: date) -> str | None:
    """In which list something due at *due_at* stands; None where it is due after the next working day."""
    day = due_at.astimezone(SHANGHAI).date()
    if due_at < now:
        return "late"
    if day == now.astimezone(SHANGHAI).date():
        return "today"
    return "next" if day <= next_day else None


# Operations


def make_due(desk: Desk, now: datetime) -> int:
    """
    Make the digests that should be there at *now* and are not; gives how many units had none.

    Two workers at once both gather, and the key lets one of each stand. A day on which nobody was awake is
    left out: what was late then cannot be told afterwards.
    """
    calendar = desk.rules.calendar
    day = day_of_digest(now, calendar)
    units = _without(desk, day) if day else []
    if not day or not units:
        return 0
    next_day = calendar.first_working_day_from(day + ONE_DAY)
    found = _gathered(desk, units, now, next_day)
    rows = [
        {"unit": unit, "day": day, "data": _written(found.get(unit, {}), now, next_day)} for unit in units
    ]
    desk.session.connection().execute(insert(Digest).on_conflict_do_nothing(), rows)
    return len(rows)


def _without(desk: Desk, day: date) -> list[str]:
    """The units that have a head and no digest of *day*."""
    has_one = select(Digest.unit).where(Digest.day == day)
    query = select(Account.unit).where(
        Account.role == Role.HEAD, col(Account.active), col(Account.unit).not_in(has_one)
    )
    return sorted(set(desk.session.exec(query).all()))


def _gathered(
    desk: Desk, units: list[str], now: datetime, next_day: date
) -> Mapping[str, Mapping[str, list[Line]]]:
    """Everything the heads of *units* should know, of their unit and those below; three queries in all."""
    known = desk.rules.units
    below = sorted({code for unit in units for code in known.at_or_below(unit)})
    until = datetime.combine(next_day + ONE_DAY, time.min, SHANGHAI)
    found: dict[str, dict[str, list[Line]]] = {unit: {} for unit in units}
    for line in (*_orders(desk, below, until), *_cards(desk, below, until)):
        if line.due_at is not None and (name := list_of(line.due_at, now, next_day)):
            for unit in known.at_or_above(line.unit):
                found.get(unit, {}).setdefault(name, []).append(line)
    for line in _decisions(desk, units):
        found[line.unit].setdefault("decisions", []).append(line)
    return found


def _orders(desk: Desk, units: list[str], until: datetime) -> Iterable[Line]:
    """What the open orders of *units* owe before *until*; of each order what is due first."""
    query = (
        select(Order.id, Order.unit, Ticket.ref, Clock)
        .join(Ticket, col(Ticket.id) == col(Order.ticket_id))
        .join(Clock, and_(col(Clock.ticket_id) == col(Order.ticket_id), col(Clock.order_id) == col(Order.id)))
        .where(
            col(Order.unit).in_(units),
            col(Order.state).in_((OrderState.OPEN, OrderState.SIGNED)),
            # As the index says it, which holds the open orders alone.
            text("unit_order.state in ('open', 'signed')"),
            col(Clock.state).in_(RUNS),
            col(Clock.kind).not_in(ONLY_LIMITS),
            col(Clock.due_at) < until,
        )
        .order_by(col(Clock.due_at), col(Clock.id))
    )
    first: dict[Any, Line] = {}
    for order, unit, ref, clock in desk.session.exec(query).all():
        line = Line(ref, clock.kind, unit, clock.due_at, clock.chased)
        # What the unit is chased for is told, whatever else is late of it.
        if order not in first or (line.rung and not first[order].rung):
            first[order] = line
    return sorted(first.values(), key=lambda line: line.due_at or until)


def _cards(desk: Desk, units: list[str], until: datetime) -> Iterable[Line]:
    query = (
        select(Ticket.ref, SupervisionCard.unit, SupervisionCard.due_at)
        .join(Ticket, col(Ticket.id) == col(SupervisionCard.ticket_id))
        .where(
            text("answered_at is null and ended_at is null"),
            col(SupervisionCard.unit).in_(units),
            col(SupervisionCard.due_at) < until,
        )
        .order_by(col(SupervisionCard.due_at))
    )
    return [Line(ref, ClockKind.SUPERVISION, unit or "", at) for ref, unit, at in desk.session.exec(query)]


def _decisions(desk: Desk, units: list[str]) -> Iterable[Line]:
    """What waits for the word of the heads of *units*, what was asked first on top."""
    query = (
        select(Ticket.ref, Request.kind, Request.decider_unit, Clock.due_at)
        .join(Ticket, col(Ticket.id) == col(Request.ticket_id))
        .outerjoin(
            Clock, and_(col(Clock.ticket_id) == col(Request.ticket_id), col(Clock.subject_id) == Request.id)
        )
        .where(
            text("request.state = 'open'"),
            Request.decider == Role.HEAD,
            col(Request.decider_unit).in_(units),
        )
        .order_by(col(Request.id))
    )
    return [Line(ref, kind, unit or "", due_at) for ref, kind, unit, due_at in desk.session.exec(query)]


def _written(found: Mapping[str, list[Line]], now: datetime, next_day: date) -> dict[str, Any]:
    """Give the row's `{at, next_day, late: {count, lines: [{ref, kind, unit, due_at, rung}]}, today: …}`."""
    return {
        "at": now.isoformat(),
        "next_day": next_day.isoformat(),
        **{
            name: {"count": len(lines), "lines": [_plain(line) for line in lines[:MOST]]}
            for name in LISTS
            for lines in (found.get(name, []),)
        },
    }


def _plain(line: Line) -> dict[str, Any]:
    return {**asdict(line), "due_at": line.due_at.isoformat() if line.due_at else None}
