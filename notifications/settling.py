"""Settle a text that belongs to no ticket: it went to one, became one, or nothing need come of it."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.dialects.postgresql import distinct_on
from sqlmodel import Session, col, select

from notifications.message import HandledAs, InboundText
from notifications.settling_rows import SetAside, SettledAs, TextMove, TextStep
from tickets.ground.errors import Refused

#: What a person must read where it found no ticket.
READ_BY_PEOPLE = frozenset({HandledAs.WORDS, HandledAs.PROGRESS, HandledAs.ANSWER})


def waits(text: InboundText) -> bool:
    """Whether somebody must still settle *text*."""
    return text.ticket_id is None and text.settled_as is None and text.handled_as in READ_BY_PEOPLE


def lock_text(session: Session, text_id: UUID) -> InboundText | None:
    """Lock a text, as it stands now; None where there is none."""
    return session.get(InboundText, text_id, with_for_update=True, populate_existing=True)


def settle(  # noqa: PLR0913 a step is these facts
    session: Session,
    text: InboundText,
    settled_as: SettledAs,
    *,
    by: str,
    at: datetime,
    ticket_id: int | None = None,
    reason: SetAside | None = None,
) -> None:
    """
    Settle *text*, which is locked: on the ticket *ticket_id*, or for a *reason*.

    :raises Refused: somebody was quicker, or it needs no person at all.
    """
    if not waits(text):
        raise Refused("text_settled")
    text.settled_as, text.ticket_id = settled_as, ticket_id
    session.add(TextStep(text_id=text.id, what=TextMove(settled_as), reason=reason, by=by, at=at))


def put_back(session: Session, text: InboundText, *, by: str, at: datetime) -> None:
    """
    Let *text*, which is locked and was set aside, wait for a person again.

    :raises Refused: it was not set aside.
    """
    if text.settled_as != SettledAs.SET_ASIDE:
        raise Refused("text_not_aside")
    text.settled_as = None
    session.add(TextStep(text_id=text.id, what=TextMove.PUT_BACK, by=by, at=at))


def last_steps(session: Session, ids: list[UUID]) -> dict[UUID, TextStep]:
    """Who did what last with each of the texts *ids*."""
    steps = session.exec(
        select(TextStep)
        .where(col(TextStep.text_id).in_(ids))
        .ext(distinct_on(col(TextStep.text_id)))
        .order_by(col(TextStep.text_id), col(TextStep.id).desc())
    )
    return {step.text_id: step for step in steps}
