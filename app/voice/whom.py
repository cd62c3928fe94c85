"""Whom to call back: one open task a number, made by a wish or by a call nobody answered."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import text
from sqlmodel import col, select

from app.voice.rows import CallBack, CallBackMove, CallBackStep, Cause, Hours
from tickets.ground.desk import Desk
from tickets.ground.errors import NotFound, Refused


class NoSuchCallBack(NotFound):
    """There is no such call to give back."""

    code = "no_such_call_back"


def want_call(
    desk: Desk, phone: str, cause: Cause, *, at: datetime, tongue: str, hours: Hours | None = None
) -> CallBack:
    """Write down that *phone* is to be called; another call of a number that waits joins the first."""
    row = _open_of(desk, phone)
    if row is None:
        row = CallBack(
            phone=b"",
            from_index=desk.vault.index("phone", phone),
            index_key=desk.vault.current,
            cause=cause,
            tongue=tongue,
            hours=hours or Hours.ANY,
            first_at=at,
            last_at=at,
        )
        row.phone = desk.vault.seal(phone, row.place("phone"))
        desk.session.add(row)
    else:
        row.calls, row.last_at, row.tongue = row.calls + 1, at, tongue
        # A wish says more than a call in vain; the hours named last count.
        if cause is Cause.WISH:
            row.cause = cause
        if hours is not None:
            row.hours = hours
    desk.session.flush()
    return row


def _open_of(desk: Desk, phone: str) -> CallBack | None:
    """The open task of *phone*; of two calls at once the second waits for the first."""
    indexes = desk.vault.indexes("phone", phone)
    desk.session.connection().execute(
        text("select pg_advisory_xact_lock(hashtextextended(:lock, 5))"), {"lock": indexes[-1].hex()}
    )
    theirs = select(CallBack).where(col(CallBack.from_index).in_(indexes), col(CallBack.done_at).is_(None))
    return desk.session.exec(theirs.with_for_update()).first()


def call_back_for(desk: Desk, written: str) -> CallBack:
    """
    Lock the task with this number.

    :raises NoSuchCallBack: there is none.
    """
    try:
        number = UUID(written)
    except ValueError:
        raise NoSuchCallBack from None
    found = desk.session.get(CallBack, number, with_for_update=True, populate_existing=True)
    if found is None:
        raise NoSuchCallBack
    return found


def number_shown(desk: Desk, row: CallBack) -> str:
    """The number to dial. Who saw it is written down."""
    _note(desk, row, CallBackMove.OPENED)
    return desk.vault.open(row.phone, row.place("phone"))


def given_back(desk: Desk, row: CallBack) -> None:
    """
    Say that somebody called.

    :raises Refused: that was said already.
    """
    if row.done_at is not None:
        raise Refused("call_back_done")
    row.done_at, row.done_by = desk.now(), desk.actor.username
    _note(desk, row, CallBackMove.DONE)


def take_up_again(desk: Desk, row: CallBack) -> None:
    """
    Let it wait again.

    :raises Refused: it waits, or the number has called anew and waits for that.
    """
    if row.done_at is None:
        raise Refused("call_back_open")
    if _open_of(desk, desk.vault.open(row.phone, row.place("phone"))) is not None:
        raise Refused("call_back_anew")
    row.done_at = row.done_by = None
    _note(desk, row, CallBackMove.UNDONE)


def _note(desk: Desk, row: CallBack, what: CallBackMove) -> None:
    desk.session.add(CallBackStep(call_back_id=row.id, what=what, by=desk.actor.username, at=desk.now()))
    desk.session.flush()
