"""Receipts: what a provider tells of a text, kept once and applied forward only."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.dialects.postgresql import insert
from sqlmodel import Session, col, select

from notifications.message import Fate, Message, Receipt
from notifications.providers import Trouble
from notifications.pulse import note_fate


def take_receipt(  # noqa: PLR0913 a receipt is these facts, and its reader has them apart
    session: Session,
    *,
    provider: str,
    our_id: UUID | None,
    sid: str,
    status: str,
    fate: Fate | None,
    error: Trouble | None,
    at: datetime,
) -> bool:
    """
    Keep a receipt and apply what it proves. Gives whether the message's fate turned.

    A repeated one changes nothing; one that names no message of ours is kept until a message has its *sid*.
    """
    message = _message_of(session, provider, our_id, sid)
    first = (
        insert(Receipt)
        .values(
            provider=provider,
            sid=sid,
            status=status,
            fate=fate,
            message_id=message.id if message else None,
            error_code=error,
            at=at,
        )
        .on_conflict_do_nothing()
        .returning(col(Receipt.sid))
    )
    is_new = session.connection().execute(first).first() is not None
    if not is_new or message is None:
        return False
    # The receipt may be quicker than the answer to our own call, and then it is the first to know the sid.
    if message.provider_sid is None:
        message.provider, message.provider_sid = provider, sid
    return apply_fate(session, message, fate, error, at)


def apply_fate(
    session: Session, message: Message, fate: Fate | None, error: Trouble | None, at: datetime
) -> bool:
    """Turn *message* to what was proven at that moment, if that is news."""
    if fate is None or not message.turn(fate):
        return False
    message.error_code = error
    message.held_because = None
    is_out_now = message.sent_at is None
    message.sent_at = message.sent_at or at
    if fate is Fate.DELIVERED:
        message.delivered_at = at
    note_fate(session, message, is_out_now=is_out_now, at=at)
    return True


def apply_waiting_receipts(session: Session, message: Message) -> None:
    """Apply receipts that came before anybody knew whose they were."""
    waiting = select(Receipt).where(
        Receipt.provider == message.provider,
        Receipt.sid == message.provider_sid,
        col(Receipt.message_id).is_(None),
    )
    for receipt in session.exec(waiting.order_by(col(Receipt.at))).all():
        receipt.message_id = message.id
        fate = Fate(receipt.fate) if receipt.fate else None
        error = Trouble(receipt.error_code) if receipt.error_code else None
        apply_fate(session, message, fate, error, receipt.at)


def _message_of(session: Session, provider: str, our_id: UUID | None, sid: str) -> Message | None:
    """Find and lock the message: by its sid, or by our own id if no other text of ours has that sid."""
    by_sid = select(Message.id).where(Message.provider == provider, Message.provider_sid == sid)
    found = session.exec(by_sid).first()
    if found is not None and our_id not in (None, found):
        return None
    wanted = found or our_id
    # Read anew under the lock: whoever opened this session may have looked at the message before.
    return session.get(Message, wanted, with_for_update=True, populate_existing=True) if wanted else None
