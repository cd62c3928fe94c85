"""Send again what did not arrive: as a new text about a new fact, in the same words, with a reason."""

from dataclasses import dataclass
from typing import Annotated

from cryptography.exceptions import InvalidTag
from pydantic import Field
from sqlalchemy.orm import aliased
from sqlmodel import col, exists, or_, select

from app.admin.fields import Sentence
from app.texts.state import REFUSED, REFUSED_FOR
from notifications.anew import once_more
from notifications.message import Message
from notifications.outbox import URGENT
from notifications.standing import NOTICES
from notifications.told import ToldAs
from tickets.ground.columns import first_id_of
from tickets.ground.desk import Desk
from tickets.ground.facts import TextRepeated
from tickets.ground.timeline import write_down
from tickets.intake.draft import Code, Strict
from tickets.ticket import Ticket, lock_tickets

#: Texts laid in again at one time; who has more says so again.
AT_MOST = 200


class Again(Strict):
    """Which texts are sent again, and why."""

    template: Code
    fate: Code
    #: Empty where the provider gave no reason.
    trouble: Code | None = None
    reason: Annotated[Sentence, Field(min_length=2)]


@dataclass(frozen=True)
class Repeated:
    """What came of it."""

    texts: int = 0
    #: Their words cannot be opened, or the citizen cannot be reached by text any more.
    left_out: int = 0
    #: There are more.
    is_more: bool = False


def repeat(desk: Desk, wanted: Again) -> Repeated:
    """
    Lay in again the texts of the last week that *wanted* names; none twice, and none a newer text made idle.

    Notices are repeated whatever was said since: each tells of a right, a number or a date.
    """
    lost = _lost(desk, wanted)
    tickets = lock_tickets(desk, col(Ticket.id).in_({message.ticket_id for message in lost}))
    reachable = {ticket.id: ticket for ticket in tickets if ticket.reachable}
    done = 0
    for message in lost[:AT_MOST]:
        ticket = reachable.get(message.ticket_id or 0)
        if ticket is not None:
            done += _repeat(desk, ticket, message, wanted.reason)
    return Repeated(done, len(lost[:AT_MOST]) - done, len(lost) > AT_MOST)


def _repeat(desk: Desk, ticket: Ticket, lost: Message, reason: str) -> bool:
    at = desk.now()
    try:
        words = lost.words(desk.vault)
    except (InvalidTag, KeyError):
        return False
    fact = TextRepeated(message=str(lost.id), template=lost.template)
    entry = write_down(desk, ticket, fact, at=at, note=reason, visible_to="hotline")
    until = at + (lost.valid_until - lost.created_at)
    again = once_more(desk.vault, lost, words, seq=entry.seq, fact=fact.name, at=at, valid_until=until)
    # It answers nothing any more that its citizen did just now.
    again.at_once = ticket.urgency in URGENT
    desk.add(again)
    lost.told_as = ToldAs.SENT_ANEW
    return True


def _lost(desk: Desk, wanted: Again) -> list[Message]:
    since = desk.now() - REFUSED_FOR
    newer = aliased(Message)
    is_idle = exists().where(
        col(newer.ticket_id) == col(Message.ticket_id), col(newer.seq) > col(Message.seq)
    )
    query = (
        select(Message)
        .where(
            col(Message.id) >= first_id_of(since),
            col(Message.created_at) > since,
            # What a service was is asked once.
            col(Message.ticket_id).is_not(None),
            Message.template == wanted.template,
            Message.fate == wanted.fate,
            col(Message.fate).in_(REFUSED),
            col(Message.error_code).is_(None)
            if wanted.trouble is None
            else Message.error_code == wanted.trouble,
            or_(col(Message.template).in_(NOTICES), ~is_idle),
            # Told on the telephone, or sent anew: nothing is left to do.
            col(Message.told_as).is_(None),
        )
        .order_by(col(Message.id))
        .limit(AT_MOST + 1)
    )
    return list(desk.session.exec(query).all())
