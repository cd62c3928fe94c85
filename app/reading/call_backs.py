"""Questions about calls to give back: which wait, and which were given back of late."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import func, text
from sqlmodel import col, select

from app.voice.rows import CallBack
from tickets.ground.desk import Desk
from tickets.ground.vault import masked_phone


@dataclass(frozen=True)
class ShownCallBack:
    """A call to give back as the list shows it: its number masked."""

    row: CallBack
    phone_masked: str | None


def waiting_call_backs(desk: Desk, *, limit: int, after: UUID | None = None) -> Sequence[ShownCallBack]:
    """Calls to give back, the oldest first; one more than *limit* if there are more."""
    query = select(CallBack).where(text("done_at is null"))
    if after:
        query = query.where(col(CallBack.id) > after)
    found = desk.session.exec(query.order_by(col(CallBack.id)).limit(limit + 1)).all()
    return [shown_call_back(desk, row) for row in found]


def call_backs_done(desk: Desk, *, limit: int, after: UUID | None = None) -> Sequence[ShownCallBack]:
    """Calls that were given back, those that came last first; one more than *limit* if there are more."""
    query = select(CallBack).where(text("done_at is not null"))
    if after:
        query = query.where(col(CallBack.id) < after)
    found = desk.session.exec(query.order_by(col(CallBack.id).desc()).limit(limit + 1)).all()
    return [shown_call_back(desk, row) for row in found]


def shown_call_back(desk: Desk, row: CallBack) -> ShownCallBack:
    """One of them as the list shows it."""
    return ShownCallBack(row, masked_phone(desk.vault.open(row.phone, row.place("phone"))))


def count_call_backs(desk: Desk) -> int:
    """How many calls wait to be given back."""
    waiting = select(func.count()).select_from(CallBack).where(text("done_at is null"))
    return desk.session.exec(waiting).one()
