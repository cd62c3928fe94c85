"""Questions about calls to give back: which wait, and which were given back of late."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from sqlalchemy import func, text
from sqlmodel import col, select

from app.voice.rows import CallBack, CallBackMove, CallBackStep
from tickets.ground.desk import Desk
from tickets.ground.vault import masked_phone

#: Whoever was shown a number that long ago may still be speaking with them.
SPEAKS_FOR = timedelta(minutes=15)

#: How many wait, as a question.
WAIT = select(func.count()).select_from(CallBack).where(text("done_at is null"))


@dataclass(frozen=True)
class ShownCallBack:
    """A call to give back as the list shows it: its number masked."""

    row: CallBack
    phone_masked: str | None
    #: Who was shown the number of late, and may be calling it; of oneself only where nobody else was.
    opened: CallBackStep | None


def waiting_call_backs(desk: Desk, *, limit: int, after: UUID | None = None) -> Sequence[ShownCallBack]:
    """Calls to give back, the oldest first; one more than *limit* if there are more."""
    query = select(CallBack).where(text("done_at is null"))
    if after:
        query = query.where(col(CallBack.id) > after)
    found = desk.session.exec(query.order_by(col(CallBack.id)).limit(limit + 1)).all()
    return _shown(desk, found)


def call_backs_done(desk: Desk, *, limit: int, after: UUID | None = None) -> Sequence[ShownCallBack]:
    """Calls that were given back, those that came last first; one more than *limit* if there are more."""
    query = select(CallBack).where(text("done_at is not null"))
    if after:
        query = query.where(col(CallBack.id) < after)
    found = desk.session.exec(query.order_by(col(CallBack.id).desc()).limit(limit + 1)).all()
    return _shown(desk, found)


def shown_call_back(desk: Desk, row: CallBack) -> ShownCallBack:
    """One of them as the list shows it."""
    return _shown(desk, [row])[0]


def _shown(desk: Desk, rows: Sequence[CallBack]) -> list[ShownCallBack]:
    opened = _opened(desk, [row.id for row in rows if row.done_at is None])
    return [
        ShownCallBack(row, masked_phone(desk.vault.open(row.phone, row.place("phone"))), opened.get(row.id))
        for row in rows
    ]


def _opened(desk: Desk, waiting: Sequence[UUID]) -> Mapping[UUID, CallBackStep]:
    """Of each that waits, who was shown its number last; first of all somebody else than who asks."""
    if not waiting:
        return {}
    query = select(CallBackStep).where(
        col(CallBackStep.call_back_id).in_(waiting),
        CallBackStep.what == CallBackMove.OPENED,
        col(CallBackStep.at) > desk.now() - SPEAKS_FOR,
    )
    # What counts most comes last, and stays.
    order = (col(CallBackStep.by) != desk.actor.username, col(CallBackStep.id))
    return {step.call_back_id: step for step in desk.session.exec(query.order_by(*order)).all()}


def count_call_backs(desk: Desk) -> int:
    """How many calls wait to be given back."""
    return desk.session.exec(WAIT).one()
