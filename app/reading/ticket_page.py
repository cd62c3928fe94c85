"""What a page about one ticket tells, gathered at a fixed number of queries."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from app.access.accounts import Viewer
from app.admin.duty import READERS as DUTY_READERS
from app.admin.duty import Duty, as_shown, on_duty
from app.language.names import category_name, place_names, unit_names
from app.reading.chasing import notices_of
from app.reading.due import Standing, next_due, standing
from app.reading.one_ticket import ToldFact, facts_of, hides_kind, messages_of, replies_of, texts_of
from app.reading.outbound import calls_of
from app.reading.papers import answer_of
from app.reading.presence import others_on
from notifications.inbox import number_opted_out
from tickets.ground.clock import ClockKind, ClockState
from tickets.ground.desk import Desk
from tickets.ground.flow import OrderRole
from tickets.ground.units import UnitRow
from tickets.ground.words import RequestKind, RequestState, Urgency
from tickets.supervision import cards_of
from tickets.ticket import Order, Request, Ticket
from tickets.ticket.holding import time_held

AN_HOUR = timedelta(hours=1)

#: Facts shown; a ticket with more shows its newest.
MOST_FACTS = 100


@dataclass(frozen=True)
class Line:
    """A fact as the timeline on a page tells it."""

    what: str
    at: datetime
    by: str
    role: str
    data: dict[str, Any]
    note: str | None

    @classmethod
    def of(cls, told: ToldFact) -> "Line":
        """The line of one fact."""
        entry = told.entry
        return cls(entry.what, entry.at, entry.by, entry.role, entry.data, told.note)


@dataclass(frozen=True)
class Share:
    """A unit's order, and how its promise stands."""

    order: Order
    due: Standing | None
    #: Whole working hours the unit held it, over all its orders; told once, at its last.
    hours: int | None


def progress_of(desk: Desk, viewer: Viewer, ticket: Ticket, now: datetime) -> dict[str, Any]:
    """What happened, who has it, and how the clocks stand: the part of the page that keeps itself fresh."""
    told = facts_of(desk.session, viewer, ticket, limit=MOST_FACTS, after=max(ticket.seq - MOST_FACTS, 0))
    clocks = [standing(clock, now, desk.rules) for clock in ticket.clocks]
    clocks.sort(key=lambda clock: (clock.state == "cancelled", clock.left is None, clock.due_at))
    return {
        "ticket": ticket,
        "others_here": others_on(desk, viewer, ticket),
        "units": unit_names(desk.rules.units),
        "lines": [Line.of(one) for one in reversed(told)],
        "shares": list(_shares(desk, ticket, clocks, now)),
        "clocks": clocks,
        # Whose promise it is, where several units have made some.
        "unit_of": {order.id: order.unit for order in ticket.orders} if len(ticket.orders) > 1 else {},
    }


def _shares(desk: Desk, ticket: Ticket, clocks: list[Standing], now: datetime) -> Iterator[Share]:
    """The orders as a tree: each followed by the shares given on from it."""
    held = time_held(ticket, desk.rules.calendar, now)
    last = {order.unit: order.id for order in ticket.orders}
    for order in _as_tree(ticket.orders, None):
        hours = held[order.unit] // AN_HOUR if last[order.unit] == order.id else None
        yield Share(order, _promise_of(order, clocks), hours)


def _as_tree(orders: list[Order], parent: UUID | None) -> Iterator[Order]:
    for order in orders:
        if order.parent == parent:
            yield order
            yield from _as_tree(orders, order.id)


def whole_of(desk: Desk, viewer: Viewer, ticket: Ticket, now: datetime) -> dict[str, Any]:
    """Everything a page about *ticket* tells *viewer*."""
    units = desk.rules.units
    replies = replies_of(desk.session, ticket)
    leads = {order.id for order in ticket.orders if order.role == OrderRole.LEAD}
    if ticket.follows is not None:
        # Of the other ticket only what its lead answered is at hand.
        leads = {one.order_id for one in replies if one.order_id is not None}
    return {
        **progress_of(desk, viewer, ticket, now),
        "places": place_names(units),
        "category": category_name(desk.rules.categories, ticket.category),
        "messages": messages_of(desk.session, ticket),
        "texts": texts_of(desk.session, ticket),
        "rung": calls_of(desk.session, ticket),
        "opted_out": _has_opted_out(desk, ticket),
        # The answer to the citizen; what joint units told the lead stands under it.
        "answer": next(
            (one for one in reversed(replies) if one.order_id is None or one.order_id in leads), None
        ),
        "others": [one for one in replies if one.order_id is not None and one.order_id not in leads],
        "rounds_before": [one for one in replies if one.round < ticket.round and one.order_id in leads],
        "contacted": _contact_of(ticket),
        "first_due": next_due(ticket.clocks, now, desk.rules),
        "has_letter": answer_of(ticket, replies) is not None,
        "slip": _slip_of(viewer, ticket),
        "hides_kind": hides_kind(viewer, ticket),
        "cards": cards_of(desk, ticket),
        "notices": notices_of(desk, ticket),
        "call_now": _duty_of(desk, viewer, ticket, now),
        "bounces": [one for one in ticket.requests if _bounced(one)],
    }


def _has_opted_out(desk: Desk, ticket: Ticket) -> bool:
    """The citizen texted that there shall be no more texts than must be."""
    index = ticket.identity.phone_index if ticket.identity else None
    return index is not None and number_opted_out(desk.session, [index])


def _duty_of(desk: Desk, viewer: Viewer, ticket: Ticket, now: datetime) -> tuple[UnitRow, list[Duty]] | None:
    """Whom to call now about a critical matter, by night, too: those on duty at the lead unit."""
    lead, units = ticket.lead_order(), desk.rules.units
    unit = units.get(lead.unit) if lead and lead.is_open else None
    if ticket.urgency != Urgency.CRITICAL or unit is None or viewer.role not in DUTY_READERS:
        return None
    return unit, as_shown(viewer, units, on_duty(desk.session, desk.vault, units, unit.code, now))


def _bounced(request: Request) -> bool:
    """A unit gave it back: whoever dispatches next should know from whom it came."""
    return request.kind == RequestKind.RETURN and request.state == RequestState.GRANTED


def _promise_of(order: Order, clocks: list[Standing]) -> Standing | None:
    wanted = ClockKind.SIGN if order.signed_at is None and order.is_open else ClockKind.HANDLE
    return next((clock for clock in clocks if clock.order_id == order.id and clock.kind == wanted), None)


def _slip_of(viewer: Viewer, ticket: Ticket) -> Order | None:
    """Whose transfer slip this viewer prints first: that of the own unit, else the lead's."""
    ours = [order for order in ticket.orders if order.unit == viewer.unit and order.round == ticket.round]
    return ours[-1] if ours else ticket.lead_order()


def _contact_of(ticket: Ticket) -> datetime | None:
    """When the citizen was called before the answer, in this round."""
    met = (
        clock for clock in ticket.clocks if clock.kind == ClockKind.CONTACT and clock.round == ticket.round
    )
    return next((clock.met_at for clock in met if clock.state == ClockState.MET), None)
