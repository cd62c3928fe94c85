"""What is added to a ticket after it was taken down: a note, an urge, a new tracking code."""

from tickets.ground.desk import Desk
from tickets.ground.errors import Refused
from tickets.ground.facts import CodeReissued, Noted, Urged
from tickets.ground.flow import Move
from tickets.ground.refs import SHANGHAI, make_tracking_code
from tickets.ground.timeline import write_down
from tickets.ground.words import NoteFor
from tickets.ticket import Ticket, stays


def note(desk: Desk, ticket: Ticket, *, text: str, visible_to: NoteFor) -> None:
    """Write down a note for colleagues; the citizen never reads it."""
    stays(ticket, Move.NOTE)
    write_down(desk, ticket, Noted(visible_to=visible_to), at=desk.now(), note=text, visible_to=visible_to)


def urge(desk: Desk, ticket: Ticket, *, text: str = "") -> None:
    """
    Count that the citizen asked to hurry, and tell the unit; once a day, so that nobody wears it out.

    :raises Refused: it was urged today.
    """
    at = desk.now()
    today = at.astimezone(SHANGHAI).date()
    if ticket.urged_on == today:
        raise Refused("urged_today")
    stays(ticket, Move.URGE)
    ticket.urges += 1
    ticket.urged_on = today
    write_down(desk, ticket, Urged(count=ticket.urges), at=at, note=text)


def reissue(desk: Desk, ticket: Ticket) -> None:
    """
    Send number and a new tracking code to the number on file. The old code opens nothing any more.

    :raises Refused: there is no number on file to send it to.
    """
    identity = ticket.identity
    if identity is None or identity.phone is None or not ticket.reachable:
        raise Refused("no_number_on_file")
    stays(ticket, Move.REISSUE)
    code = make_tracking_code()
    identity.code_hash = desk.vault.code_hash(ticket.ref, code)
    write_down(desk, ticket, CodeReissued(tracking_code=code), at=desk.now())
