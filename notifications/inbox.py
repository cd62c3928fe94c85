"""The inbox: citizens' texts kept as they came, who wants no more, and which survey an answer belongs to."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from cryptography.exceptions import InvalidTag
from sqlalchemy import union_all
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from notifications.inbound import bare, is_echo
from notifications.message import Fate, HandledAs, InboundText, Message
from notifications.table import SURVEY
from notifications.wording import ORDER_SURVEY
from tickets.ground.columns import new_id
from tickets.ground.vault import Vault

#: As many texts that read the same within this time may be a person's. A machine sends more.
MOST_ALIKE, ALIKE_WITHIN = 2, timedelta(minutes=10)
#: Newest texts among which those are looked for, either way.
LOOKED_THROUGH = 20

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
        at=at,
    )
    row.phone = vault.seal(phone, row.place("phone"))
    row.text = vault.seal(words, row.place("text"))
    kept = {"id", "provider", "sid", "from_index", "index_key", "phone", "text", "at"}
    values = row.model_dump(include=kept)
    first = insert(InboundText).values(**values).on_conflict_do_nothing().returning(col(InboundText.id))
    is_new = session.connection().execute(first).first() is not None
    return session.get_one(InboundText, row.id) if is_new else None


def is_of_a_machine(
    session: Session, vault: Vault, *, phone: str, words: str, ticket_ids: list[int], at: datetime
) -> bool:
    """Whether *words* are our own text come back, or the same that *phone* just said again and again."""
    sent = (
        select(Message)
        .where(col(Message.ticket_id).in_(ticket_ids), col(Message.sent_at).is_not(None))
        .order_by(col(Message.sent_at).desc())
        .limit(LOOKED_THROUGH)
    )
    ours = (_words(vault, message) for message in session.exec(sent).all())
    if any(is_echo(words, text) for text in ours):
        return True
    came = (
        select(InboundText)
        .where(
            col(InboundText.from_index).in_(vault.indexes("phone", phone)),
            col(InboundText.at) > at - ALIKE_WITHIN,
        )
        .order_by(col(InboundText.at).desc())
        .limit(LOOKED_THROUGH)
    )
    said = [bare(_words(vault, row)) for row in session.exec(came).all()]
    return said.count(bare(words)) >= MOST_ALIKE


def _words(vault: Vault, text: Message | InboundText) -> str:
    try:
        return text.words(vault)
    except (InvalidTag, KeyError):
        return ""  # erased, or its key is gone: nothing to compare with


def has_opted_out(session: Session, vault: Vault, phone: str) -> bool:
    """Whether the holder of *phone* wants no more than must be: what was last said of it counts."""
    # Under each key: while keys are rotated older texts stand under the older index.
    return number_opted_out(session, vault.indexes("phone", phone))


def number_opted_out(session: Session, indexes: Sequence[bytes]) -> bool:
    """The same of the number with one of these blind *indexes*, without opening it."""
    said = (
        select(InboundText.handled_as)
        .where(
            col(InboundText.from_index).in_(indexes),
            col(InboundText.handled_as).in_((HandledAs.STOP, HandledAs.START)),
        )
        .order_by(col(InboundText.at).desc(), col(InboundText.id).desc())
        .limit(1)
    )
    return session.exec(said).first() == HandledAs.STOP


@dataclass(frozen=True)
class Asked:
    """What the last question to a number was about: a ticket or a service order."""

    ticket_id: int | None
    order_id: int | None


def surveyed_last(
    session: Session, ticket_ids: list[int], orders: SelectOfScalar[int], at: datetime
) -> Asked | None:
    """
    Say what the last question to a number was about, if an answer at that moment counts.

    *orders* asks for the service orders of the number. Of the questions of a week the newest is meant.
    """
    # Asked one after the other, as in `spending.py`.
    sent = union_all(
        *(
            select(Message.ticket_id, Message.service_order_id, Message.sent_at).where(
                about,
                Message.template == question,
                col(Message.fate).in_((Fate.SENT, Fate.DELIVERED)),
                col(Message.sent_at) > at - ANSWERED_WITHIN,
            )
            for about, question in (
                (col(Message.ticket_id).in_(ticket_ids), SURVEY),
                (col(Message.service_order_id).in_(orders), ORDER_SURVEY),
            )
        )
    ).subquery()
    newest = select(sent.c.ticket_id, sent.c.service_order_id).order_by(sent.c.sent_at.desc()).limit(1)
    found = session.exec(newest).first()
    return Asked(*found) if found else None


def texted_last(session: Session, ticket_ids: list[int], at: datetime) -> int | None:
    """Say which of a citizen's tickets our last text was about, if it came within a week before then."""
    sent = (
        select(Message.ticket_id)
        .where(
            col(Message.ticket_id).in_(ticket_ids),
            col(Message.fate).in_((Fate.SENT, Fate.DELIVERED)),
            col(Message.sent_at) > at - ANSWERED_WITHIN,
        )
        .order_by(col(Message.sent_at).desc())
        .limit(1)
    )
    return session.exec(sent).first()
