"""What a citizen's text becomes: kept as it came, and a mark where it answers a survey."""

from dataclasses import dataclass

from sqlmodel import col, select

from app.wiring import House
from notifications import inbound
from notifications.inbox import keep_text, surveyed_last
from notifications.message import HandledAs
from tickets.callback import Answers, call_back
from tickets.ground.desk import CITIZEN, Desk
from tickets.ground.flow import State
from tickets.ticket import Identity, Ticket, lock_ticket

#: Tickets of one number among which the last survey is looked for, newest first.
MOST_TICKETS = 500


@dataclass(frozen=True)
class Heard:
    """What became of one text."""

    #: False where the provider told us of it before.
    is_new: bool
    handled_as: HandledAs | None = None
    #: Number of the ticket whose survey it answers.
    ref: str | None = None
    #: The mark, where it was written on that ticket.
    satisfaction: int | None = None
    #: The mark ended the ticket.
    closed: bool = False


def hear(house: House, provider_name: str, sid: str, from_phone: str, words: str) -> Heard:
    """
    Keep a text once and do what it asks for, in one transaction.

    A mark goes to the ticket whose survey was sent last, and only while that one waits for it: a second mark
    never slips on to an older survey. A caller's number can be forged, so a text does nothing but mark.
    """
    meant = inbound.hear(words)
    with house.open_desk(CITIZEN) as desk:
        # Locked before the text is written: every move takes the ticket first, so none waits for the other.
        ticket = _surveyed(desk, from_phone) if meant.satisfaction else None
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
        # Nobody answers a question for progress yet, so it stays open instead of counting as handled.
        kept.handled_as = None if meant.handled_as is HandledAs.PROGRESS else meant.handled_as
        if ticket is None:
            return Heard(True, meant.handled_as)
        kept.ticket_id = ticket.id
        if ticket.state != State.CALLBACK:
            return Heard(True, meant.handled_as, ticket.ref)
        call_back(desk, ticket, Answers(reached=True, satisfaction=meant.satisfaction), channel="sms")
        return Heard(True, meant.handled_as, ticket.ref, meant.satisfaction, not ticket.is_open)


def _surveyed(desk: Desk, phone: str) -> Ticket | None:
    """Lock the ticket of *phone* that was asked about last, if an answer still counts."""
    theirs = (
        select(Identity.ticket_id)
        .where(col(Identity.phone_index).in_(desk.vault.indexes("phone", phone)))
        .order_by(col(Identity.ticket_id).desc())
        .limit(MOST_TICKETS)
    )
    about = surveyed_last(desk.session, list(desk.session.exec(theirs).all()), desk.now())
    return None if about is None else lock_ticket(desk, col(Ticket.id) == about)
