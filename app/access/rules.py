"""The rules of `roles.yaml`: one answer for pages, lists, counts and the API."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import yaml
from sqlalchemy import and_, false, or_, text
from sqlalchemy.sql import ColumnElement
from sqlmodel import col

from app.access.accounts import Role, Viewer
from app.access.relations import HOTLINE, RELATIONS, not_recused
from tickets.ground import flow
from tickets.ground.flow import BY_ITSELF, Move, OrderRole, OrderState, State
from tickets.ground.units import Units
from tickets.ground.words import RequestKind, RequestState
from tickets.ticket import Order, Request, Ticket
from tickets.unsealing import OPEN_FOR

#: A unit whose order ended so may go on reading, and does nothing more.
TAKEN_AWAY = frozenset({OrderState.RETURNED, OrderState.RECALLED, OrderState.LAPSED})

#: Work that hangs on no ticket, and the relations there are to its rows.
ASSISTANCE = frozenset(
    {
        "keep_policies",
        "read_households",
        "keep_households",
        "note_events",
        "clear_households",
        "report_visits",
        "settle_visits",
        "send_referrals",
        "take_referrals",
        "draft_applications",
        "handle_applications",
        "decide_applications",
        "report_leads",
        "check_leads",
        "keep_needs",
        "order_services",
        "approve_services",
        "serve",
        "rate_services",
        "report_agencies",
        "read_assistance_figures",
        "close_assistance_months",
    }
)
ASSISTANCE_RELATIONS = frozenset({"own", "any", "area", "bureau"})

Granted = Mapping[str, Mapping[str, str]]

PARTS = ("moves", "decides", "texts", "campaigns", "files", "assistance", "reads", "statistics", "identity")
#: How much of the figures a role reads.
FIGURES = frozenset({"any", "counts", "unit"})


@dataclass(frozen=True)
class RoleRules:
    """What the file says: for each piece of work role to relation; for each role what it reads."""

    moves: Granted
    decides: Granted
    texts: Granted
    campaigns: Granted
    files: Granted
    assistance: Granted
    reads: Mapping[str, str]
    statistics: Mapping[str, str]
    identity: Mapping[str, str]

    @classmethod
    def load(cls, path: Path) -> "RoleRules":
        """
        Read the file and hold it against the moves and roles there are.

        :raises ValueError: it names a move, role or relation nobody knows, or forgets one.
        """
        said: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
        rules = cls(**{name: said[name] for name in PARTS})
        beside = tuple(rules.assistance.values())
        asked = (
            *rules.moves.values(),
            *rules.decides.values(),
            *rules.texts.values(),
            *rules.campaigns.values(),
            *rules.files.values(),
            rules.identity,
        )
        roles = {role for roles in asked for role in roles} | set(rules.reads)
        relations = {relation for roles in asked for relation in roles.values()} | set(rules.reads.values())
        unknown = (
            (set(rules.moves) ^ (set(Move) - {Move.DECIDE}))
            | (set(rules.decides) ^ set(RequestKind))
            | (set(rules.texts) ^ {"settle", "tell"})
            | (set(rules.campaigns) ^ {"make", "read", "call"})
            | (set(rules.files) ^ {"attach", "remove"})
            | (set(rules.statistics.values()) - FIGURES)
            | (set(rules.assistance) ^ ASSISTANCE)
            | ((roles | set(rules.statistics) | {role for roles in beside for role in roles}) - set(Role))
            | ({relation for roles in beside for relation in roles.values()} - ASSISTANCE_RELATIONS)
            | (relations - set(RELATIONS) - {"none"})
            | {move for move in BY_ITSELF if rules.moves.get(move)}
        )
        if unknown or set(rules.reads) != set(Role):
            raise ValueError(f"roles.yaml does not fit the program: {sorted(unknown)}")
        return rules


RULES = RoleRules.load(Path(__file__).with_name("roles.yaml"))


def visible(viewer: Viewer, units: Units) -> ColumnElement[bool]:
    """Which tickets *viewer* may know of, as a condition for any query."""
    relation = RULES.reads[viewer.role]
    if relation == "none":
        return false()
    return and_(RELATIONS[relation](viewer, units), not_recused(viewer))


def may(viewer: Viewer, move: Move, ticket: Ticket) -> bool:
    """Whether *viewer*, who can see *ticket*, may make *move* on it."""
    return _holds(RULES.moves[move].get(viewer.role), viewer, ticket)


def may_decide(viewer: Viewer, ticket: Ticket, request: Request) -> bool:
    """Whether *viewer*, who can see *ticket*, is one to decide on *request*, whoever asked it."""
    relation = RULES.decides[request.kind].get(viewer.role)
    if relation == "asked_of":
        return request.decider == viewer.role and request.decider_unit in (None, viewer.unit)
    return _holds(relation, viewer, ticket)


def to_decide(viewer: Viewer, units: Units) -> ColumnElement[bool]:
    """Open requests that *viewer* may decide on, as a condition for a query over requests and tickets."""
    kinds = [
        and_(col(Request.kind) == kind, RELATIONS[roles[viewer.role]](viewer, units))
        for kind, roles in RULES.decides.items()
        if viewer.role in roles
    ]
    return and_(
        text("request.state = 'open'"),
        col(Request.asked_person) != viewer.person,
        or_(false(), *kinds),
    )


def decides_now(viewer: Viewer, ticket: Ticket) -> list[Request]:
    """The open requests on *ticket* that wait for *viewer*, and were not asked by the same human being."""
    return [
        one
        for one in ticket.open_requests()
        if one.asked_person != viewer.person and may_decide(viewer, ticket, one)
    ]


def may_use_files(viewer: Viewer, use: str, ticket: Ticket) -> bool:
    """Whether *viewer*, who can see *ticket*, may `attach` or `remove` files."""
    return _holds(RULES.files[use].get(viewer.role), viewer, ticket)


def may_register(viewer: Viewer) -> bool:
    """Whether *viewer* may take a matter down."""
    return viewer.role in RULES.moves[Move.REGISTER]


def may_settle_texts(viewer: Viewer) -> bool:
    """Whether *viewer* may read texts that belong to no ticket, and say what becomes of them."""
    return viewer.role in RULES.texts["settle"]


def to_tell_by(viewer: Viewer, units: Units) -> ColumnElement[bool]:
    """Tickets whose citizens *viewer* may tell on the telephone what could not be brought by text."""
    relation = RULES.texts["tell"].get(viewer.role)
    return and_(RELATIONS[relation](viewer, units), not_recused(viewer)) if relation else false()


def may_read_identity(viewer: Viewer, ticket: Ticket, at: datetime) -> bool:
    """Whether *viewer* may be shown the citizen's identity, with a reason; a sealed one only if granted."""
    if ticket.sealed and not any(_opens(one, viewer, at) for one in ticket.requests):
        return False
    return _holds(RULES.identity.get(viewer.role), viewer, ticket)


def _opens(request: Request, viewer: Viewer, at: datetime) -> bool:
    return (
        request.kind == RequestKind.UNSEAL
        and request.state == RequestState.GRANTED
        and request.asked_by == viewer.username
        and request.decided_at is not None
        and at - request.decided_at <= OPEN_FOR
    )


def _holds(relation: str | None, viewer: Viewer, ticket: Ticket) -> bool:
    """Whether *relation* holds between *viewer* and a *ticket* already known to be visible."""
    if relation == "holder":
        return any(
            order.unit == viewer.unit and order.round == ticket.round and order.state not in TAKEN_AWAY
            for order in ticket.orders
        )
    if relation == "callback":
        return ticket.state == State.CALLBACK
    if relation in ("hotlines_own", "not_hotlines"):
        return (HOTLINE in ticket.about_units) == (relation == "hotlines_own")
    return relation is not None


def allowed_moves(viewer: Viewer, ticket: Ticket) -> list[Move]:
    """The moves *viewer* could make now, in the order of the table of moves."""
    possible = flow.possible(State(ticket.state)) - BY_ITSELF - {Move.DECIDE}
    return [
        move
        for move in Move
        if move in possible and may(viewer, move, ticket) and _sensible(viewer, move, ticket)
    ]


#: Moves that act on the unit's own order, and the states it must be in.
ON_ORDER = {
    Move.SIGN: frozenset({OrderState.OPEN}),
    Move.REPLY: frozenset({OrderState.SIGNED}),
    Move.SUB_DISPATCH: frozenset({OrderState.SIGNED}),
    **dict.fromkeys(
        (Move.CONTACT, Move.TAKE, Move.ASK_RETURN, Move.ASK_EXTENSION, Move.ASK_SHELVING),
        frozenset({OrderState.OPEN, OrderState.SIGNED}),
    ),
    Move.ASK_TERMINATION: frozenset({OrderState.OPEN, OrderState.SIGNED}),
}
#: Of these only the lead can speak.
LEADS_OWN = frozenset({Move.ASK_SHELVING, Move.ASK_TERMINATION})
#: What was asked already and waits is not offered again.
ASKS = {
    Move.ASK_RETURN: RequestKind.RETURN,
    Move.ASK_EXTENSION: RequestKind.EXTENSION,
    Move.ASK_SHELVING: RequestKind.SHELVING,
    Move.ASK_TERMINATION: RequestKind.TERMINATION,
    Move.REPLY: RequestKind.SIGN_OFF,
}


def _sensible(viewer: Viewer, move: Move, ticket: Ticket) -> bool:
    """A move that would surely be refused for how the ticket or one's own order stands is not offered."""
    if move in ON_ORDER:
        mine = [o for o in ticket.open_orders() if o.unit == viewer.unit and o.round == ticket.round]
        return any(_fits(move, order, ticket) for order in mine)
    return {
        Move.ASK_CITIZEN: lambda: viewer.role == Role.OPERATOR or _leads(viewer, ticket),
        Move.DISPATCH: lambda: ticket.final is None,
        Move.UNMERGE: lambda: ticket.merged_from is not None,
        Move.ASK_UNSEAL: lambda: ticket.sealed,
        Move.ANSWER_SUPERVISION: lambda: ticket.supervised is not None,
        Move.REISSUE: lambda: ticket.reachable,
    }.get(move, lambda: True)()


def _fits(move: Move, order: Order, ticket: Ticket) -> bool:
    asked = {one.kind for one in ticket.open_requests() if one.order_id == order.id}
    return (
        order.state in ON_ORDER[move]
        and not (move is Move.CONTACT and ticket.sealed)
        and not (move is Move.ASK_RETURN and order.designated)
        and not (move in LEADS_OWN and order.role != OrderRole.LEAD)
        and ASKS.get(move) not in asked
    )


def _leads(viewer: Viewer, ticket: Ticket) -> bool:
    lead = ticket.lead_order()
    return lead is not None and lead.unit == viewer.unit and lead.is_open
