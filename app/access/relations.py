"""How a person stands to tickets, each relation of `roles.yaml` as a condition for any query."""

from collections.abc import Callable, Mapping

from sqlalchemy import all_, and_, literal, or_, true, union_all
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import aliased
from sqlalchemy.sql import ColumnElement
from sqlalchemy.types import String
from sqlmodel import col, select

from app.access.accounts import Viewer
from tickets.callback.campaigns import CampaignCall
from tickets.ground.facts import CalledBack
from tickets.ground.flow import State
from tickets.ground.timeline import Entry
from tickets.ground.units import Units
from tickets.ticket import Order, Request, Ticket

#: The unit that a complaint about the hotline itself names.
HOTLINE = "hotline"

Relation = Callable[[Viewer, Units], ColumnElement[bool]]


def not_recused(viewer: Viewer) -> ColumnElement[bool]:
    """Tickets this person may have to do with at all (回避, 济南市12345条例 第三十二条)."""
    return literal(viewer.username) != all_(col(Ticket.recused))


def _any(_viewer: Viewer, _units: Units) -> ColumnElement[bool]:
    return true()


def _hotlines_own(_viewer: Viewer, _units: Units) -> ColumnElement[bool]:
    return _is_about([HOTLINE])


def _not_hotlines(_viewer: Viewer, _units: Units) -> ColumnElement[bool]:
    return ~_is_about([HOTLINE])


def _asked_of(viewer: Viewer, _units: Units) -> ColumnElement[bool]:
    mine = or_(col(Request.decider_unit).is_(None), col(Request.decider_unit) == viewer.unit)
    return and_(col(Request.decider) == viewer.role, mine)


def _open(viewer: Viewer, _units: Units) -> ColumnElement[bool]:
    mine = select(Entry.ticket_id).where(
        Entry.ticket_id == Ticket.id,
        Entry.seq == 1,
        Entry.by == viewer.username,
        Ticket.state == State.REGISTERED,
    )
    return or_(col(Ticket.sealed).is_(False), mine.exists())


def _callback(viewer: Viewer, _units: Units) -> ColumnElement[bool]:
    waiting = aliased(Ticket)
    called = select(Entry.ticket_id).where(Entry.what == CalledBack.name, Entry.by == viewer.username)
    # Of a campaign only the one in hand: it was closed long ago, and is nobody's work but for this call.
    # It ends when another takes it and not by the clock: a call may be long.
    surveyed = select(CampaignCall.ticket_id).where(
        CampaignCall.held_by == viewer.username, col(CampaignCall.answered_at).is_(None)
    )
    # A union, because no index serves an "or" over two tables.
    return col(Ticket.id).in_(
        union_all(select(waiting.id).where(col(waiting.state) == State.CALLBACK), called, surveyed)
    )


def _unit(viewer: Viewer, units: Units) -> ColumnElement[bool]:
    ours = units.at_or_below(viewer.unit)
    has_share = col(Ticket.id).in_(select(Order.ticket_id).where(col(Order.unit).in_(ours)))
    return and_(has_share, ~_is_about(units.at_or_above(viewer.unit)))


def _is_about(codes: list[str]) -> ColumnElement[bool]:
    """Tickets that complain about one of the units *codes*."""
    return col(Ticket.about_units).bool_op("&&")(literal(codes, ARRAY(String)))


RELATIONS: Mapping[str, Relation] = {
    "any": _any,
    "hotlines_own": _hotlines_own,
    "not_hotlines": _not_hotlines,
    "open": _open,
    "callback": _callback,
    "unit": _unit,
    "holder": _unit,
    "asked_of": _asked_of,
}
