"""What a citizen's text becomes: kept as it came, a mark where it answers a survey, words for a ticket."""

from dataclasses import dataclass

from sqlmodel import col, select

from app.assistance.service_doors import lock_order
from app.assistance.service_results import rate_by_text
from app.texts.asked import answer_progress, ticket_named
from app.texts.numbers import VaultNumbers
from app.wiring import House
from notifications import inbound
from notifications.inbox import Asked, is_of_a_machine, keep_text, surveyed_last, texted_last
from notifications.message import HandledAs
from tickets.callback import Answers, call_back
from tickets.ground.desk import CITIZEN, Desk
from tickets.ground.flow import State
from tickets.intake.question import supplement
from tickets.ticket import Identity, Ticket, lock_ticket, lock_tickets

#: Tickets of one number among which the one that is meant is looked for, newest first.
MOST_TICKETS = 500


@dataclass(frozen=True)
class Heard:
    """What became of one text."""

    #: False where the provider told us of it before.
    is_new: bool
    handled_as: HandledAs | None = None
    #: Number of the ticket whose survey it answers, that it asks for, or that it was added to.
    ref: str | None = None
    #: The mark, where it was written on that ticket.
    satisfaction: int | None = None
    #: The mark ended the ticket.
    closed: bool = False
    #: The service order it answers a question about.
    order: int | None = None
    #: Where the ticket stands was told, or that a mark was written down.
    answered: bool = False


def hear(house: House, provider_name: str, sid: str, from_phone: str, words: str) -> Heard:
    """
    Keep a text once and do what it asks for, in one transaction.

    A mark goes to the ticket or service order that was asked about last, and only while that one waits
    for it: the first counts, as on the page, and a second never slips on to an older question. Of an
    order the thanks name it, so that whoever meant something else can say so. Words go to the ticket of
    this number that they name, or to its open one if it has just one; else a person must tell which is
    meant. A caller's number can be forged, so a text does nothing but mark and add; what it asks for goes
    to the number on file, and a stranger learns nothing.
    """
    meant = inbound.hear(words)
    with house.open_desk(CITIZEN) as desk:
        theirs = _tickets_of(desk, from_phone)
        handled_as = _handled_as(desk, meant, from_phone, words, theirs)
        asked = _asked(desk, from_phone, theirs) if handled_as is HandledAs.ANSWER else None
        # Locked before the text is written: every move takes the ticket first, so none waits for the other.
        order = lock_order(desk, asked.order_id) if asked and asked.order_id else None
        ticket = None
        if order is None:
            ticket = _meant(desk, handled_as, meant, from_phone, words, theirs, asked)
        kept = keep_text(
            desk.session,
            desk.vault,
            provider=provider_name,
            sid=sid,
            phone=from_phone,
            words=words,
            at=desk.now(),
        )
        if kept is None:
            return Heard(is_new=False)
        if order is not None:
            kept.handled_as, kept.service_order_id = handled_as, order[0].id
            rated = rate_by_text(desk, *order, meant.satisfaction or 0)
            mark = meant.satisfaction if rated else None
            return Heard(True, handled_as, satisfaction=mark, order=order[0].id, answered=rated)
        if ticket is None:
            kept.handled_as = handled_as
            return Heard(True, handled_as)
        heard = _do(desk, ticket, handled_as, meant, from_phone, words)
        kept.handled_as, kept.ticket_id = handled_as, ticket.id
        return heard


def _do(
    desk: Desk, ticket: Ticket, handled_as: HandledAs, meant: inbound.Heard, phone: str, words: str
) -> Heard:
    """Do what a text asks for that has found its ticket."""
    if handled_as is HandledAs.WORDS:
        supplement(desk, ticket, text=words)
    elif handled_as is HandledAs.PROGRESS:
        return Heard(True, handled_as, ticket.ref, answered=answer_progress(desk, ticket, phone))
    elif handled_as is HandledAs.ANSWER and _waits_for_a_mark(ticket):
        call_back(desk, ticket, Answers(reached=True, satisfaction=meant.satisfaction), channel="sms")
        return Heard(True, handled_as, ticket.ref, meant.satisfaction, not ticket.is_open)
    return Heard(True, handled_as, ticket.ref)


def _waits_for_a_mark(ticket: Ticket) -> bool:
    """Once its citizen said no, it waits for the reviewer, and no text ends it under that one's hands."""
    return ticket.state == State.CALLBACK and not ticket.awaits_reviewer


def _tickets_of(desk: Desk, phone: str) -> list[int]:
    theirs = (
        select(Identity.ticket_id)
        .where(col(Identity.phone_index).in_(desk.vault.indexes("phone", phone)))
        .order_by(col(Identity.ticket_id).desc())
        .limit(MOST_TICKETS)
    )
    return list(desk.session.exec(theirs).all())


def _handled_as(desk: Desk, meant: inbound.Heard, phone: str, words: str, theirs: list[int]) -> HandledAs:
    """Of words that a machine may have sent nothing comes. A wish or a mark always counts."""
    if meant.handled_as not in (HandledAs.WORDS, HandledAs.PROGRESS):
        return meant.handled_as
    by_itself = is_of_a_machine(
        desk.session, desk.vault, phone=phone, words=words, ticket_ids=theirs, at=desk.now()
    )
    return HandledAs.AUTOMATIC if by_itself else meant.handled_as


def _asked(desk: Desk, phone: str, theirs: list[int]) -> Asked | None:
    """What this number was asked last: how its ticket went, or how a service was."""
    return surveyed_last(desk.session, theirs, VaultNumbers(desk.vault).orders_of(phone), desk.now())


def _meant(  # noqa: PLR0913 a text, whose it is, and what was asked before it
    desk: Desk,
    handled_as: HandledAs,
    meant: inbound.Heard,
    phone: str,
    words: str,
    theirs: list[int],
    asked: Asked | None,
) -> Ticket | None:
    """Lock the ticket a text is about; None where that is not certain."""
    about: int | None = None
    if handled_as is HandledAs.ANSWER:
        about = asked.ticket_id if asked else None
    elif handled_as is HandledAs.PROGRESS:
        about = ticket_named(desk, meant.number or "", phone)
    elif handled_as is HandledAs.COURTESY:
        # It thanks for what came last; nothing is done to that ticket, open or not.
        about = texted_last(desk.session, theirs, desk.now())
    elif handled_as is HandledAs.WORDS and words.strip() and "\0" not in words:
        named = ticket_named(desk, meant.number, phone) if meant.number else None
        return _only_open(desk, theirs if named is None else [named])
    return None if about is None else lock_ticket(desk, col(Ticket.id) == about)


def _only_open(desk: Desk, theirs: list[int]) -> Ticket | None:
    # Two tell enough; a house with hundreds of matters need not wait for each of them.
    is_open = col(Ticket.closed_at).is_(None)
    are_open = desk.session.exec(select(Ticket.id).where(col(Ticket.id).in_(theirs), is_open).limit(2)).all()
    if len(are_open) != 1:
        return None
    # It may have ended while we waited for it.
    return next(iter(lock_tickets(desk, col(Ticket.id) == are_open[0], is_open)), None)
