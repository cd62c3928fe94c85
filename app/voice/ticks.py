"""What a worker does with calls: end those nobody ended, and write down whom nobody picked up for."""

from datetime import timedelta

from sqlalchemy import text, update
from sqlmodel import col, select

from app.voice.calls import LONGEST
from app.voice.rows import At, Cause, VoiceCall
from app.voice.whom import want_call
from app.wiring import House
from tickets.ground.desk import CLOCKWORK
from tickets.ground.files import erase

BATCH = 100

#: The end of a call may overtake what was said on it; so long we wait before we call it missed.
SETTLES = timedelta(seconds=30)


def note_missed_calls(house: House) -> None:
    """Make a task of each call that ended with nothing, and end those whose end we never heard of."""
    with house.open_desk(CLOCKWORK) as desk:
        now = desk.now()
        too_long = (col(VoiceCall.ended_at).is_(None), col(VoiceCall.at) < now - LONGEST)
        desk.session.connection().execute(
            update(VoiceCall).where(*too_long).values(ended_at=now, stands_at=At.OVER, ref=None)
        )
    while _note_some(house):
        pass


#: What nobody needs any longer: numbers of calls, sounds set aside, calls given back with their steps.
FORGET_NUMBERS = text(
    "update voice_call set phone = null where phone is not null and at < :before and settled and not exists"
    " (select from voice_message where call_id = voice_call.id and settled_as is null)"
)
UNWANTED = text(
    "select id from attachment where holder_kind = 'voice' and ticket_id is null"
    " and state in ('clean', 'quarantined') and at < :before"
    " and exists (select from voice_message where id::text = holder_id"
    " and settled_as = 'set_aside') limit :most"
)
GIVEN_BACK = (
    text(
        "delete from call_back_step where call_back_id in"
        " (select id from call_back where done_at is not null and done_at < :before)"
    ),
    text("delete from call_back where done_at is not null and done_at < :before"),
)


def forget_calls(house: House) -> None:
    """Forget numbers and sounds that are kept as long as the words of texts."""
    with house.open_desk(CLOCKWORK) as desk:
        before = desk.now() - timedelta(days=house.settings.text_days)
        connection = desk.session.connection()
        connection.execute(FORGET_NUMBERS, {"before": before})
        for words in GIVEN_BACK:
            connection.execute(words, {"before": before})
    while _erase_some(house) == BATCH:
        pass


def _erase_some(house: House) -> int:
    with house.open_desk(CLOCKWORK) as desk:
        asked = {"before": desk.now() - timedelta(days=house.settings.text_days), "most": BATCH}
        unwanted = desk.session.connection().execute(UNWANTED, asked).scalars().all()
        erase(desk.session, list(unwanted))
        return len(unwanted)


def _note_some(house: House) -> int:
    with house.open_desk(CLOCKWORK) as desk:
        missed = desk.session.exec(
            select(VoiceCall)
            .where(text("not settled"), col(VoiceCall.ended_at) < desk.now() - SETTLES)
            .order_by(col(VoiceCall.ended_at))
            .limit(BATCH)
            .with_for_update(skip_locked=True)
        ).all()
        for call in missed:
            if call.phone is not None:
                phone = desk.vault.open(call.phone, call.place("phone"))
                want_call(desk, phone, Cause.MISSED, at=call.at, tongue=call.tongue)
            call.settled = True
        desk.session.flush()
        return len(missed)
