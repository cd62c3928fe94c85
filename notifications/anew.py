"""A number was put right: what could not be brought to the old one goes to the new one, if still true."""

from collections.abc import Callable
from datetime import datetime

from cryptography.exceptions import InvalidTag
from sqlalchemy import and_, or_
from sqlmodel import Session, SQLModel, col, select
from sqlmodel.sql.expression import SelectOfScalar

from notifications.message import Fate, Message
from notifications.rules import Held
from notifications.standing import COURTESY
from notifications.table import TABLE
from notifications.told import ToldAs
from tickets.ground.columns import new_id
from tickets.ground.facts import Amended, News, ProgressAsked
from tickets.ground.vault import Vault

#: The newest of these has the code that is good; the codes of the others open nothing any more.
WITH_CODE = ("code_again", "received")
#: Not worth sending once more: courtesies, and where the matter stood when somebody asked.
PASSED = COURTESY | {rule.template for rule in TABLE[ProgressAsked]}


def is_new_number(news: News) -> bool:
    """Whether *news* tells that the citizen can be reached at another number."""
    return isinstance(news.fact, Amended) and "phone" in news.fact.identity and news.reachable


def send_anew(session: Session, add: Callable[[SQLModel], None], vault: Vault, news: News) -> None:
    """
    Lay in once more what could not be brought, as messages about the fact that the number was put right.

    A fate never turns back: the old rows stay as evidence, and say that theirs was sent anew.
    """
    if not is_new_number(news):
        return
    done: set[str] = set()
    for failed in session.exec(_failed(news)).all():
        says = WITH_CODE[0] if failed.template in WITH_CODE else failed.template
        words = _words(vault, failed) if says not in PASSED | done else None
        if words is not None:
            done.add(says)
            add(
                once_more(
                    vault,
                    failed,
                    words,
                    seq=news.seq,
                    fact=news.fact.name,
                    at=news.at,
                    valid_until=failed.valid_until,
                )
            )
            failed.told_as = ToldAs.SENT_ANEW


def _failed(news: News) -> SelectOfScalar[Message]:
    """What could not be brought and is still worth sending, the newest first."""
    withheld = and_(
        col(Message.fate) == Fate.WITHHELD,
        col(Message.held_because).in_((Held.NOT_A_MOBILE, Held.NO_NUMBER)),
    )
    return (
        select(Message)
        .where(
            Message.ticket_id == news.ticket_id,
            or_(withheld, col(Message.fate).in_((Fate.UNDELIVERABLE, Fate.GIVEN_UP))),
            or_(
                col(Message.told_as).is_(None),
                col(Message.told_as).in_((ToldAs.WRONG_NUMBER, ToldAs.UNREACHED)),
            ),
            col(Message.valid_until) > news.at,
        )
        .order_by(col(Message.seq).desc())
        .with_for_update()
    )


def _words(vault: Vault, failed: Message) -> str | None:
    try:
        return failed.words(vault)
    except (InvalidTag, KeyError):
        return None  # its key is gone; whoever calls the citizen tells it


def once_more(  # noqa: PLR0913 it is these facts
    vault: Vault, failed: Message, words: str, *, seq: int, fact: str, at: datetime, valid_until: datetime
) -> Message:
    """The *words* of *failed* as a message of their own, about *fact*, number *seq* of the ticket."""
    message = Message(
        id=new_id(),
        ticket_id=failed.ticket_id,
        seq=seq,
        fact=fact,
        audience=failed.audience,
        template=failed.template,
        template_version=failed.template_version,
        language=failed.language,
        sealed=failed.sealed,
        at_once=failed.at_once,
        body=None,
        not_before=at,
        valid_until=valid_until,
        created_at=at,
        segments=failed.segments,
    )
    message.body = vault.seal(words, message.body_place)
    if failed.params is not None:
        params = vault.open(failed.params, failed.place("params"))
        message.params = vault.seal(params, message.place("params"))
    return message
