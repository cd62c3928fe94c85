"""The inbox: citizens' texts kept as they came, who wants no more, and which survey an answer belongs to."""

from datetime import datetime, timedelta

from sqlalchemy.dialects.postgresql import insert
from sqlmodel import Session, col, select

from notifications.message import Fate, HandledAs, InboundText, Message
from notifications.wording import SURVEY
from tickets.ground.columns import new_id
from tickets.ground.vault import Vault

#: How long an answer to a survey still counts as one.
ANSWERED_WITHIN = timedelta(days=7)


def keep_text(  # noqa: PLR0913 a text is these facts, and its reader has them apart
    session: Session, vault: Vault, *, provider: str, sid: str, phone: str, words: str, at: datetime
) -> InboundText | None:
    """Keep a citizen's text as it came, sealed. None if it was kept before: providers repeat themselves."""
    row = InboundText(
        id=new_id(),
        provider=provider,
        sid=sid,
        from_index=vault.index("phone", phone),
        index_key=vault.current,
        text=b"",
        at=at,
    )
    row.phone = vault.seal(phone, row.place("phone"))
    row.text = vault.seal(words, row.text_place)
    kept = {"id", "provider", "sid", "from_index", "index_key", "phone", "text", "at"}
    values = row.model_dump(include=kept)
    first = insert(InboundText).values(**values).on_conflict_do_nothing().returning(col(InboundText.id))
    is_new = session.connection().execute(first).first() is not None
    return session.get_one(InboundText, row.id) if is_new else None


def has_opted_out(session: Session, vault: Vault, phone: str) -> bool:
    """Whether the holder of *phone* wants no more than must be: what was last said of it counts."""
    said = (
        select(InboundText.handled_as)
        .where(
            # Under each key: while keys are rotated older texts stand under the older index.
            col(InboundText.from_index).in_(vault.indexes("phone", phone)),
            col(InboundText.handled_as).in_((HandledAs.STOP, HandledAs.START)),
        )
        .order_by(col(InboundText.at).desc(), col(InboundText.id).desc())
        .limit(1)
    )
    return session.exec(said).first() == HandledAs.STOP


def surveyed_last(session: Session, ticket_ids: list[int], at: datetime) -> int | None:
    """Say which of a citizen's tickets the last survey was about, if an answer at that moment counts."""
    sent = (
        select(Message.ticket_id)
        .where(
            col(Message.ticket_id).in_(ticket_ids),
            Message.template == SURVEY,
            col(Message.fate).in_((Fate.SENT, Fate.DELIVERED)),
            col(Message.sent_at) > at - ANSWERED_WITHIN,
        )
        .order_by(col(Message.sent_at).desc())
        .limit(1)
    )
    return session.exec(sent).first()
