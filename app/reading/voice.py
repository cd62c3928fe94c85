"""Questions about messages left by voice: which wait, and which were set aside."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import func, text
from sqlalchemy.dialects.postgresql import distinct_on
from sqlmodel import col, select

from app.access.accounts import Viewer
from app.reading.texts import tickets_of_numbers
from app.voice.messages import caller_of, sound_of
from app.voice.rows import WAITING, VoiceMessage, VoiceMove, VoiceStep
from tickets.ground.desk import Desk
from tickets.ground.files import Attachment
from tickets.ground.vault import masked_phone
from tickets.ticket import Ticket

#: How many wait, as a question.
WAIT = select(func.count()).select_from(VoiceMessage).where(text(WAITING))


@dataclass(frozen=True)
class ShownVoice:
    """A message as the list shows it."""

    row: VoiceMessage
    phone_masked: str | None
    #: None before it was fetched, and when nothing is left of it.
    sound: Attachment | None
    #: What this number asked before, as far as the viewer may know; never a sealed matter.
    tickets: list[Ticket]
    #: Who settled it, if anybody.
    step: VoiceStep | None

    @property
    def opens(self) -> bool:
        """Somebody may listen to it here."""
        return self.sound is not None and self.sound.can_be_opened and self.sound.ticket_id is None


def waiting_voice(desk: Desk, viewer: Viewer, *, limit: int, after: UUID | None = None) -> list[ShownVoice]:
    """Messages that wait for a person, the oldest first; one more than *limit* if there are more."""
    query = select(VoiceMessage).where(text(WAITING))
    if after:
        query = query.where(col(VoiceMessage.id) > after)
    return _shown(
        desk, viewer, desk.session.exec(query.order_by(col(VoiceMessage.id)).limit(limit + 1)).all()
    )


def voice_aside(desk: Desk, viewer: Viewer, *, limit: int, after: UUID | None = None) -> list[ShownVoice]:
    """Messages that were set aside, the newest first; one more than *limit* if there are more."""
    query = select(VoiceMessage).where(text("settled_as = 'set_aside'"))
    if after:
        query = query.where(col(VoiceMessage.id) < after)
    newest = query.order_by(col(VoiceMessage.id).desc()).limit(limit + 1)
    return _shown(desk, viewer, desk.session.exec(newest).all())


def shown_voice(desk: Desk, viewer: Viewer, row: VoiceMessage) -> ShownVoice:
    """One message as the list shows it."""
    return _shown(desk, viewer, [row])[0]


def count_voice(desk: Desk) -> int:
    """How many messages wait for a person."""
    return desk.session.exec(WAIT).one()


def _shown(desk: Desk, viewer: Viewer, rows: Sequence[VoiceMessage]) -> list[ShownVoice]:
    numbers = {row.id: caller_of(desk, row) for row in rows}
    indexes = {
        row.id: desk.vault.indexes("phone", number) if (number := numbers[row.id]) else () for row in rows
    }
    tickets = tickets_of_numbers(desk, viewer, {index for own in indexes.values() for index in own})
    steps = _last_steps(desk, [row.id for row in rows if row.settled_as])
    return [
        ShownVoice(
            row=row,
            phone_masked=masked_phone(numbers[row.id]),
            sound=sound_of(desk, row),
            tickets=[ticket for index in indexes[row.id] for ticket in tickets[index]],
            step=steps.get(row.id),
        )
        for row in rows
    ]


def _last_steps(desk: Desk, ids: list[UUID]) -> dict[UUID, VoiceStep]:
    steps = desk.session.exec(
        select(VoiceStep)
        .where(col(VoiceStep.message_id).in_(ids), VoiceStep.what != VoiceMove.HEARD)
        .ext(distinct_on(col(VoiceStep.message_id)))
        .order_by(col(VoiceStep.message_id), col(VoiceStep.id).desc())
    )
    return {step.message_id: step for step in steps}
