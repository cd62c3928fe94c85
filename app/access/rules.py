"""The rules of `roles.yaml`: one answer for pages, lists, counts and the API."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from sqlalchemy import false, or_, true, union_all
from sqlalchemy.orm import aliased
from sqlalchemy.sql import ColumnElement
from sqlmodel import col, select

from app.access.accounts import Role, Viewer
from tickets.ground import flow
from tickets.ground.flow import Move, OrderState, State
from tickets.ground.timeline import Entry
from tickets.ground.units import Units
from tickets.ticket import Order, Ticket


@dataclass(frozen=True)
class RoleRules:
    """What the file says: move to role to relation, and role to what it reads."""

    moves: Mapping[str, Mapping[str, str]]
    reads: Mapping[str, str]
    identity: Mapping[str, str]

    @classmethod
    def load(cls, path: Path) -> "RoleRules":
        """
        Read the file and hold it against the moves and roles there are.

        :raises ValueError: it names a move, role or relation nobody knows, or forgets one.
        """
        said: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
        rules = cls(moves=said["moves"], reads=said["reads"], identity=said["identity"])
        asked = (*rules.moves.values(), rules.identity)
        roles = {role for roles in asked for role in roles} | set(rules.reads)
        relations = {relation for roles in asked for relation in roles.values()} | set(rules.reads.values())
        unknown = (
            (set(rules.moves) ^ set(Move)) | (roles - set(Role)) | (relations - set(RELATIONS) - {"none"})
        )
        if unknown or set(rules.reads) != set(Role):
            raise ValueError(f"roles.yaml does not fit the program: {sorted(unknown)}")
        return rules


def _any(_viewer: Viewer, _units: Units) -> ColumnElement[bool]:
    return true()


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
    called = select(Entry.ticket_id).where(
        Entry.what == flow.FACT_OF[Move.CALL_BACK], Entry.by == viewer.username
    )
    # A union, because no index serves an "or" over two tables.
    return col(Ticket.id).in_(
        union_all(select(waiting.id).where(col(waiting.state) == State.CALLBACK), called)
    )


def _unit(viewer: Viewer, units: Units) -> ColumnElement[bool]:
    ours = units.at_or_below(viewer.unit)
    return col(Ticket.id).in_(select(Order.ticket_id).where(col(Order.unit).in_(ours)))


#: Each relation as a condition on tickets.
RELATIONS: Mapping[str, Callable[[Viewer, Units], ColumnElement[bool]]] = {
    "any": _any,
    "open": _open,
    "callback": _callback,
    "unit": _unit,
    "holder": _unit,
}

RULES = RoleRules.load(Path(__file__).with_name("roles.yaml"))


def visible(viewer: Viewer, units: Units) -> ColumnElement[bool]:
    """Which tickets *viewer* may know of, as a condition for any query."""
    relation = RULES.reads[viewer.role]
    return false() if relation == "none" else RELATIONS[relation](viewer, units)


def may(viewer: Viewer, move: Move, ticket: Ticket) -> bool:
    """Whether *viewer*, who can see *ticket*, may make *move* on it."""
    return _holds(RULES.moves[move].get(viewer.role), viewer, ticket)


def may_register(viewer: Viewer) -> bool:
    """Whether *viewer* may take a matter down."""
    return viewer.role in RULES.moves[Move.REGISTER]


def may_read_identity(viewer: Viewer, ticket: Ticket) -> bool:
    """Whether *viewer* may be shown the citizen's identity, with a reason. Never of a sealed ticket."""
    return not ticket.sealed and _holds(RULES.identity.get(viewer.role), viewer, ticket)


def _holds(relation: str | None, viewer: Viewer, ticket: Ticket) -> bool:
    if relation is None:
        return False
    if relation == "holder":
        return any(o.unit == viewer.unit and o.round == ticket.round for o in ticket.orders)
    return relation != "callback" or ticket.state == State.CALLBACK


def allowed_moves(viewer: Viewer, ticket: Ticket) -> list[Move]:
    """The moves *viewer* could make now, in the order of the table of moves."""
    possible = flow.possible(State(ticket.state))
    return [
        move
        for move in Move
        if move in possible and may(viewer, move, ticket) and _sensible(viewer, move, ticket)
    ]


def _sensible(viewer: Viewer, move: Move, ticket: Ticket) -> bool:
    """A move that would be refused for the state of one's own order is not offered."""
    wanted = {
        Move.SIGN: {OrderState.OPEN},
        Move.REPLY: {OrderState.SIGNED},
        Move.CONTACT: set(OrderState),
    }.get(move)
    if wanted is None:
        return True
    if move is Move.CONTACT and ticket.sealed:
        return False
    mine = [o for o in ticket.orders if o.unit == viewer.unit and o.round == ticket.round and o.is_open]
    return any(order.state in wanted for order in mine)
