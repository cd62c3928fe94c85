"""Texts of citizens that found no ticket: added to one by an operator, made one, or set aside."""

from uuid import UUID

from app.access.accounts import Viewer
from app.access.doors import ticket_for
from app.api import bodies
from app.moves import make, take_down
from notifications import settling
from notifications.message import InboundText
from notifications.settling_rows import SetAside, SettledAs
from tickets.ground.desk import Desk
from tickets.ground.errors import NotFound, Refused, bad_field
from tickets.ground.flow import Move
from tickets.intake.draft import Draft
from tickets.intake.register import Registration
from tickets.ticket import Ticket


class NoSuchText(NotFound):
    """There is no such text, or none that ever waited for a person."""

    code = "no_such_text"


def text_id_of(written: str) -> UUID:
    """
    Read the number of a text.

    :raises NoSuchText: it is none.
    """
    try:
        return UUID(written)
    except ValueError:
        raise NoSuchText from None


def text_seen(desk: Desk, text_id: UUID) -> InboundText:
    """
    Read a text that waits, or was settled by a person.

    :raises NoSuchText: there is none, it found its way by itself, or its words are erased.
    """
    return _known(desk.session.get(InboundText, text_id))


def locked_text(desk: Desk, text_id: UUID) -> InboundText:
    """
    Lock a text that waits, or was settled by a person.

    :raises NoSuchText: there is none, it found its way by itself, or its words are erased.
    """
    return _known(settling.lock_text(desk.session, text_id))


def _known(text: InboundText | None) -> InboundText:
    if text is None or text.text is None or not (settling.waits(text) or text.settled_as):
        raise NoSuchText
    return text


def number_of(desk: Desk, text: InboundText) -> str | None:
    """The number *text* came from; None for those that are older than the place for it."""
    return desk.vault.open(text.phone, text.place("phone")) if text.phone else None


def words_of(desk: Desk, text: InboundText) -> str:
    """The words of *text*, as they came."""
    return text.words(desk.vault)


def ticket_to_add_to(desk: Desk, viewer: Viewer, written: str) -> Ticket:
    """
    Lock the ticket whose number somebody wrote, through the one door.

    :raises FieldsRefused: there is none this viewer may know of.
    """
    try:
        return ticket_for(desk, viewer, written)
    except NotFound:
        raise bad_field("ref", "unknown_ticket", ref=written) from None


def add_to_ticket(
    desk: Desk, viewer: Viewer, text: InboundText, ticket: Ticket, said: str | None = None
) -> None:
    """
    Add the words of *text* to *ticket* as what its citizen said; both are locked, the ticket first.

    Where an operator wrote down what was *said*, those words are added instead.

    :raises TicketError: the text was settled, says nothing, or the ticket takes nothing any more.
    """
    if not settling.waits(text):
        raise Refused("text_settled")
    words = words_of(desk, text) if said is None else said
    if not words.strip() or "\0" in words:
        raise Refused("text_says_nothing")
    make(desk, ticket, viewer, Move.SUPPLEMENT, bodies.WordsBody(text=words))
    settling.settle(
        desk.session, text, SettledAs.ADDED, by=viewer.username, at=desk.now(), ticket_id=ticket.id
    )


def register_from(desk: Desk, viewer: Viewer, text: InboundText, draft: Draft) -> Registration:
    """
    Take down *draft*, which an operator made of *text*; without a number it is the one the text came from.

    :raises TicketError: the text was settled, or the draft cannot be taken down.
    """
    if not settling.waits(text):
        raise Refused("text_settled")
    if draft.requester.phone is None:
        asks = draft.requester.model_copy(update={"phone": number_of(desk, text)})
        draft = draft.model_copy(update={"requester": asks})
    made = take_down(desk, draft)
    # The ticket must stand in its table before the text names it.
    desk.clear()
    settling.settle(
        desk.session,
        text,
        SettledAs.REGISTERED,
        by=viewer.username,
        at=desk.now(),
        ticket_id=made.ticket.id,
    )
    return made


def set_aside(desk: Desk, viewer: Viewer, text: InboundText, reason: SetAside) -> None:
    """
    Say why nothing need come of *text*.

    :raises Refused: it was settled.
    """
    settling.settle(desk.session, text, SettledAs.SET_ASIDE, by=viewer.username, at=desk.now(), reason=reason)


def put_back(desk: Desk, viewer: Viewer, text: InboundText) -> None:
    """
    Let a text that was set aside wait again.

    :raises Refused: it was not set aside.
    """
    settling.put_back(desk.session, text, by=viewer.username, at=desk.now())
