"""What a worker does with recordings: fetch each, keep it sealed, and erase the provider's copy."""

import logging
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import text
from sqlmodel import Session, col, select

from app.attachments.keeping import keep
from app.voice.rows import TO_DROP, TO_FETCH, VoiceMessage
from app.wiring import House
from notifications.providers.twilio import Twilio
from notifications.providers.twilio_recordings import NotNow, NotThere, Recordings
from tickets.ground.desk import CITIZEN, CLOCKWORK
from tickets.ground.errors import FieldsRefused, TicketError
from tickets.ground.files import FileAudience
from tickets.ticket import Ticket, lock_ticket
from tickets.ticket.attachments import bind

log = logging.getLogger(__name__)

BATCH = 20

#: A recording is there some seconds after the call; the wait doubles, and after about three days we give up.
FIRST_WAIT, LONGEST_WAIT, MOST_TRIES = timedelta(seconds=5), timedelta(hours=6), 22

RUNBOOK = {"runbook": "app/README.md#voice"}


def fetch_recordings(house: House) -> None:
    """Fetch what was recorded, and erase at the provider what was fetched or given up."""
    settings = house.settings
    if Twilio.name not in settings.providers:
        return
    there = Recordings(
        settings.twilio_account_sid or "", settings.twilio_auth_token or "", settings.twilio_api_base
    )
    for number in _due(house, TO_FETCH):
        _fetch(house, there, number)
    for number in _due(house, TO_DROP):
        _give(house, number)
        _drop(house, there, number)


def _due(house: House, which: str) -> list[UUID]:
    with house.read() as session:
        query = select(VoiceMessage.id).where(text(which), text("next_try_at <= clock_timestamp()"))
        return list(session.exec(query.order_by(col(VoiceMessage.next_try_at)).limit(BATCH)).all())


def _fetch(house: House, there: Recordings, number: UUID) -> None:
    """Fetch one. Its row is held meanwhile, so that no other worker keeps the same sound twice."""
    # The citizen handed it in, whoever carries it here.
    with house.open_desk(CITIZEN) as desk:
        row = _claim(desk.session, number, TO_FETCH)
        if row is None:
            return
        at = desk.now()
        try:
            sound = there.fetch(row.sid)
        except (NotThere, NotNow) as not_now:
            _again(row, at, type(not_now).__name__)
            if row.tries >= MOST_TRIES:
                row.lost_at, row.next_try_at = at, at
            return
        try:
            keep(
                desk,
                row.holder,
                sound,
                name=f"voice-{at:%Y%m%d-%H%M}.wav",
                audience=FileAudience.INTERNAL,
                scans=house.settings.scans,
            )
        except FieldsRefused:
            log.warning("a recording is no sound", extra={"voice_message": str(number), **RUNBOOK})
            row.lost_at = at
        else:
            row.fetched_at = at
        row.tries, row.next_try_at = 0, at


def _give(house: House, number: UUID) -> None:
    """
    Give a sound to the ticket its message went to before the sound was here.

    In a transaction of its own: a ticket is not locked while a provider takes its time, and always before
    what hangs on it.
    """
    with house.open_desk(CLOCKWORK) as desk:
        row = desk.session.get_one(VoiceMessage, number)
        if row.ticket_id is None:
            return
        holder = row.holder
        try:
            bind(desk, lock_ticket(desk, col(Ticket.id) == row.ticket_id), holder)
        except TicketError as refused:
            told = {"voice_message": str(number), "why": refused.code, **RUNBOOK}
            log.warning("a recording cannot go to its ticket", extra=told)


def _drop(house: House, there: Recordings, number: UUID) -> None:
    """Erase one there. Asked twice it is the same."""
    with house.open_desk(CITIZEN) as desk:
        row = _claim(desk.session, number, TO_DROP)
        if row is None:
            return
        at = desk.now()
        try:
            there.drop(row.sid)
        except NotNow as not_now:
            _again(row, at, str(not_now))
        else:
            row.dropped_at = at


def _claim(session: Session, number: UUID, which: str) -> VoiceMessage | None:
    query = select(VoiceMessage).where(VoiceMessage.id == number, text(which))
    return session.exec(query.with_for_update(skip_locked=True)).one_or_none()


def _again(row: VoiceMessage, at: datetime, why: str) -> None:
    row.tries += 1
    row.next_try_at = at + min(FIRST_WAIT * 2 ** min(row.tries - 1, 20), LONGEST_WAIT)
    log.info("a recording could not be had", extra={"voice_message": str(row.id), "why": why, **RUNBOOK})
