"""Look over a unit's shoulder: a card with a due time and a duty to answer, an overlay and not a state."""

from datetime import datetime

from sqlalchemy import func
from sqlmodel import col, select

from tickets.ground import flow
from tickets.ground.clock import ClockKind
from tickets.ground.columns import new_id
from tickets.ground.desk import Desk
from tickets.ground.errors import NotYours, Refused, bad_field
from tickets.ground.facts import Supervised, SupervisionAnswered
from tickets.ground.flow import Move, State
from tickets.ground.originals import covered
from tickets.ground.timeline import write_down
from tickets.ground.words import SupervisionLevel
from tickets.ticket import SupervisionCard, Ticket, promises, stays
from tickets.ticket.steps import open_cards

LEVELS = list(SupervisionLevel)


def supervise(
    desk: Desk,
    ticket: Ticket,
    *,
    level: SupervisionLevel,
    text: str,
    due_at: datetime | None = None,
    instruction: str | None = None,
) -> None:
    """
    Give a card to whoever leads (济南市12345条例 第二十八条, 潍坊 第二十六条), due by policy or at *due_at*.

    *instruction* is what a leader wrote on it (批示).

    :raises FieldsRefused: *due_at* lies in the past.
    """
    flow.check(State(ticket.state), Move.SUPERVISE)
    at = desk.now()
    if due_at is not None and due_at <= at:
        raise bad_field("due_at", "in_the_past")
    stays(ticket, Move.SUPERVISE)
    lead = ticket.lead_order()
    text = covered(desk, ticket, text)
    instruction = covered(desk, ticket, instruction, "instruction") if instruction else None
    card = SupervisionCard(
        id=new_id(),
        ticket_id=ticket.id,
        number=_cards(desk, ticket) + 1,
        level=level,
        text=text,
        instruction=instruction,
        unit=lead.unit if lead else None,
        given_by=desk.actor.username,
        given_at=at,
        due_at=at,
    )
    clock = promises.start(desk, ticket, ClockKind.SUPERVISION, at=at, subject=card.id, fixed_at=due_at)
    if clock is None:
        raise LookupError("the table of promises has no row for supervision")
    card.due_at = clock.due_at
    desk.add(card)
    ticket.supervised = max(filter(None, (ticket.supervised, str(level))), key=_rank)
    promises.settle(ticket)
    fact = Supervised(
        card=str(card.id),
        level=level,
        due_at=card.due_at,
        unit=card.unit,
        instructed=bool(instruction),
    )
    write_down(desk, ticket, fact, at=at, note=text)


def answer_supervision(desk: Desk, ticket: Ticket, *, text: str) -> None:
    """
    Answer the open card that is due first, for the actor's unit.

    :raises Refused: no card waits for an answer.
    """
    flow.check(State(ticket.state), Move.ANSWER_SUPERVISION)
    unit = desk.actor.unit
    if not any(order.unit == unit and order.round == ticket.round for order in ticket.orders):
        raise NotYours(unit=unit)
    waiting = open_cards(desk, ticket)
    if not waiting:
        raise Refused("no_card_open")
    card = waiting[0]
    stays(ticket, Move.ANSWER_SUPERVISION)
    at = desk.now()
    card.answer = text
    card.answered_by, card.answered_unit, card.answered_at = desk.actor.username, unit, at
    for clock in promises.of_subject(ticket, card.id):
        promises.keep(desk, ticket, clock, at=at)
    promises.settle(ticket)
    fact = SupervisionAnswered(card=str(card.id), level=card.level, unit=unit or "")
    write_down(desk, ticket, fact, at=at, note=text)


def cards_of(desk: Desk, ticket: Ticket) -> list[SupervisionCard]:
    """Every card of *ticket*, oldest first."""
    if ticket.supervised is None:
        return []
    return list(
        desk.session.exec(
            select(SupervisionCard)
            .where(SupervisionCard.ticket_id == ticket.id)
            .order_by(col(SupervisionCard.number))
        ).all()
    )


def _cards(desk: Desk, ticket: Ticket) -> int:
    counted = select(func.count()).where(col(SupervisionCard.ticket_id) == ticket.id)
    return desk.session.exec(counted).one()


def _rank(level: str) -> int:
    return LEVELS.index(SupervisionLevel(level))
