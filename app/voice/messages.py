"""Messages somebody left by voice: listened to, added to a ticket, made one, or set aside."""

from datetime import datetime
from uuid import UUID

from sqlmodel import col, select

from app.access.accounts import Viewer
from app.api import bodies
from app.attachments.reading import ready
from app.moves import make, take_down
from app.voice.rows import VoiceAside, VoiceCall, VoiceMessage, VoiceMove, VoiceSettledAs, VoiceStep
from tickets.ground.desk import Desk
from tickets.ground.errors import NotFound, Refused
from tickets.ground.files import GONE, Attachment
from tickets.ground.flow import Move
from tickets.intake.draft import Draft
from tickets.intake.register import Registration
from tickets.ticket import Ticket
from tickets.ticket.attachments import bind


class NoSuchVoice(NotFound):
    """There is no such message."""

    code = "no_such_voice"


def voice_id_of(written: str) -> UUID:
    """
    Read the number of a message.

    :raises NoSuchVoice: it is none.
    """
    try:
        return UUID(written)
    except ValueError:
        raise NoSuchVoice from None


def voice_seen(desk: Desk, number: UUID) -> VoiceMessage:
    """
    Read a message.

    :raises NoSuchVoice: there is none.
    """
    return _known(desk.session.get(VoiceMessage, number))


def locked_voice(desk: Desk, number: UUID) -> VoiceMessage:
    """
    Lock a message, as it stands now.

    :raises NoSuchVoice: there is none.
    """
    return _known(desk.session.get(VoiceMessage, number, with_for_update=True, populate_existing=True))


def _known(row: VoiceMessage | None) -> VoiceMessage:
    if row is None:
        raise NoSuchVoice
    return row


def caller_of(desk: Desk, row: VoiceMessage) -> str | None:
    """The number *row* was spoken from; None where it was withheld."""
    call = desk.session.get_one(VoiceCall, row.call_id)
    return desk.vault.open(call.phone, call.place("phone")) if call.phone else None


def sound_of(desk: Desk, row: VoiceMessage) -> Attachment | None:
    """The sound of *row*, as long as anything is left of it; before it was fetched there is none."""
    holder = row.holder
    return desk.session.exec(
        select(Attachment)
        .where(
            Attachment.holder_kind == holder.kind,
            Attachment.holder_id == holder.id,
            col(Attachment.state).not_in(GONE),
        )
        .order_by(col(Attachment.id))
    ).first()


def heard(desk: Desk, row: VoiceMessage, *, further: bool = False) -> Attachment:
    """
    The sound of *row* for somebody who listens; that they did is written down.

    *further*: a part that begins later, as players ask for; a listener who began is written down already.

    :raises NotFound: there is none, or it went to a ticket, which gives it out by its own rules.
    :raises Refused: it waits for the scanner.
    """
    sound = sound_of(desk, row)
    if sound is None or sound.ticket_id is not None:
        raise NotFound
    found = ready(sound)
    if not (further and _began(desk, row)):
        _note(desk, row, VoiceMove.HEARD, desk.now())
    return found


def _began(desk: Desk, row: VoiceMessage) -> bool:
    """Whether who sits at the desk listened to *row* before: nobody hears all of it but its first byte."""
    query = select(VoiceStep.id).where(
        VoiceStep.message_id == row.id, VoiceStep.what == VoiceMove.HEARD, VoiceStep.by == desk.actor.username
    )
    return desk.session.exec(query.limit(1)).first() is not None


def add_to_ticket(desk: Desk, viewer: Viewer, row: VoiceMessage, ticket: Ticket, words: str) -> None:
    """
    Add what *row* says, in an operator's *words* and with its sound, to *ticket*; both are locked.

    :raises TicketError: it was settled, or the ticket takes nothing any more.
    """
    _check_waits(row)
    make(desk, ticket, viewer, Move.SUPPLEMENT, bodies.WordsBody(text=words))
    bind(desk, ticket, row.holder)
    _settle(desk, row, VoiceSettledAs.ADDED, ticket_id=ticket.id)


def register_from(desk: Desk, row: VoiceMessage, draft: Draft) -> Registration:
    """
    Take down *draft*, which an operator made of *row*; without a number it is the one that called.

    :raises TicketError: it was settled, or the draft cannot be taken down.
    """
    _check_waits(row)
    if draft.requester.phone is None:
        asks = draft.requester.model_copy(update={"phone": caller_of(desk, row)})
        draft = draft.model_copy(update={"requester": asks})
    made = take_down(desk, draft)
    bind(desk, made.ticket, row.holder)
    # The ticket must stand in its table before the message names it.
    desk.clear()
    _settle(desk, row, VoiceSettledAs.REGISTERED, ticket_id=made.ticket.id)
    return made


def set_aside(desk: Desk, row: VoiceMessage, reason: VoiceAside) -> None:
    """
    Say why nothing need come of *row*.

    :raises Refused: it was settled.
    """
    _settle(desk, row, VoiceSettledAs.SET_ASIDE, reason=reason)


def put_back(desk: Desk, row: VoiceMessage) -> None:
    """
    Let a message that was set aside wait again.

    :raises Refused: it was not set aside.
    """
    if row.settled_as != VoiceSettledAs.SET_ASIDE:
        raise Refused("voice_not_aside")
    row.settled_as = None
    _note(desk, row, VoiceMove.PUT_BACK, desk.now())


def _settle(
    desk: Desk,
    row: VoiceMessage,
    settled_as: VoiceSettledAs,
    *,
    ticket_id: int | None = None,
    reason: VoiceAside | None = None,
) -> None:
    _check_waits(row)
    row.settled_as, row.ticket_id = settled_as, ticket_id
    _note(desk, row, VoiceMove(settled_as), desk.now(), reason)


def _check_waits(row: VoiceMessage) -> None:
    if row.settled_as is not None:
        raise Refused("voice_settled")


def _note(
    desk: Desk, row: VoiceMessage, what: VoiceMove, at: datetime, reason: VoiceAside | None = None
) -> None:
    desk.session.add(VoiceStep(message_id=row.id, what=what, reason=reason, by=desk.actor.username, at=at))
    desk.session.flush()
