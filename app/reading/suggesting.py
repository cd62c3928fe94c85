"""What helps who writes a matter: the nearest open tickets, and suggestions; never from a sealed one."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from sqlalchemy import text
from sqlalchemy.orm import load_only
from sqlmodel import col, select

from app.access.accounts import Viewer
from app.access.rules import visible
from app.rules_data import first_hints
from tickets.ground.desk import Desk
from tickets.intake.alike import SAME_MATTER, Near, nearest, newest_docs
from tickets.intake.suggest import Ground, Learnt, Matter, Suggestions, suggest
from tickets.ticket import Ticket

#: Open tickets that are shown, and earlier ones that are asked.
MOST_NEAR = 3
MOST_ASKED = 30

#: What became of them: the category somebody dispatched it under, and the lead whose answer stands. An order
#: that was given back or taken away ended otherwise; so only who finally answered is learnt from.
_BECAME = text("""
    select ticket.id, ticket.kind, case when ticket.state <> 'registered' then ticket.category end,
        (select unit from unit_order where ticket_id = ticket.id and role = 'lead' and state = 'replied'
         order by id desc limit 1)
    from ticket where ticket.id = any(:ids) and not ticket.sealed
""")


@dataclass(frozen=True)
class NearTicket:
    """An open ticket that is alike."""

    ticket: Ticket
    near: Near


@dataclass(frozen=True)
class Helped:
    """All that helps."""

    near: Sequence[NearTicket] = ()
    suggestions: Suggestions = field(default_factory=Suggestions)


def help_for(desk: Desk, viewer: Viewer, matter: Matter) -> Helped:
    """Look for what is like *matter*: three statements, however many tickets there are."""
    if not matter.text.strip():
        return Helped()
    rules = desk.rules
    found = nearest(matter.text, matter.division, newest_docs(desk.session))
    ground = Ground(rules.units, rules.categories, first_hints())
    learnt = _learnt(desk, found[:MOST_ASKED])
    return Helped(_open_ones(desk, viewer, found), suggest(matter, learnt, ground))


def _learnt(desk: Desk, found: list[Near]) -> list[Learnt]:
    rows = desk.session.connection().execute(_BECAME, {"ids": [near.ticket_id for near in found]})
    became = {ticket_id: rest for ticket_id, *rest in rows}
    return [Learnt(near, *became[near.ticket_id]) for near in found if near.ticket_id in became]


def _open_ones(desk: Desk, viewer: Viewer, found: list[Near]) -> list[NearTicket]:
    near = {one.ticket_id: one for one in found if one.is_open and one.score >= SAME_MATTER}
    if not near:
        return []
    shown = (
        Ticket.ref,
        Ticket.title,
        Ticket.state,
        Ticket.division,
        Ticket.registered_at,
        Ticket.holder_unit,
    )
    query = (
        select(Ticket)
        .where(
            col(Ticket.id).in_(list(near)), col(Ticket.sealed).is_(False), visible(viewer, desk.rules.units)
        )
        .options(load_only(*shown, raiseload=True))  # type: ignore[arg-type] # SQLModel types a column as its value
    )
    rows = [NearTicket(ticket, near[ticket.id]) for ticket in desk.session.exec(query).all()]
    return sorted(rows, key=lambda row: -row.near.score)[:MOST_NEAR]
