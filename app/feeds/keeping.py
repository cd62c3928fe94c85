"""Make, renew and revoke the address of a calendar, and find the calendar of an address."""

import secrets
from dataclasses import dataclass

from sqlalchemy import delete, insert, text
from sqlmodel import Session, col, select

from app.access.accounts import Account, Role, Viewer, hash_of
from app.access.doors import viewer_of
from app.admin.ledger import SECRET, one_at_a_time, write_house_fact
from app.feeds.rows import CalendarFeed
from tickets.ground.desk import Desk
from tickets.ground.errors import NotFound

#: Bytes of a secret: 256 bits, so nobody finds one by trying.
LENGTH = 32

#: Reads of one address an hour. A calendar asks every quarter of an hour, from a telephone and a desk.
MOST_READS = 60

#: Count a read, and begin anew when an hour is over; no other reader waits for it longer than for one row.
COUNT = text(
    "update calendar_feed set"
    " reads = case when reads_since <= statement_timestamp() - interval '1 hour'"
    " or reads_since > statement_timestamp() then 1 else reads + 1 end,"
    " reads_since = case when reads_since <= statement_timestamp() - interval '1 hour'"
    " or reads_since > statement_timestamp() then statement_timestamp() else reads_since end"
    " where hash = :hash"
    " returning account_id, unit, reads,"
    " ceil(extract(epoch from reads_since + interval '1 hour' - statement_timestamp()))::int as seconds"
)


@dataclass(frozen=True)
class TooManyReads:
    """The address was read too often: it may be read again after *seconds*."""

    seconds: int


@dataclass(frozen=True)
class Reader:
    """Whose calendar it is: a person's, or a unit's with the person who answers for it."""

    viewer: Viewer
    unit: str | None


def may_keep(desk: Desk, viewer: Viewer, unit: str | None) -> bool:
    """Whether *viewer* may have a calendar of *unit*; everybody may have one of their own."""
    if unit is None:
        return True
    found = desk.rules.units.get(unit)
    if found is None or not found.active:
        return False
    return viewer.role == Role.ADMIN or (viewer.role == Role.HEAD and viewer.unit == unit)


def feed_of(session: Session, viewer: Viewer, unit: str | None) -> CalendarFeed | None:
    """The calendar of *unit*, or the person's own; None where there is no address of it."""
    whose = [col(CalendarFeed.unit) == unit]
    if unit is None:
        whose = [col(CalendarFeed.unit).is_(None), col(CalendarFeed.account_id) == viewer.account_id]
    return session.exec(select(CalendarFeed).where(*whose)).one_or_none()


def make(desk: Desk, viewer: Viewer, unit: str | None) -> str:
    """
    Make an address of a calendar and give its secret; one that was there before is nobody's any more.

    :raises NotFound: this viewer may have no such calendar.
    """
    if not may_keep(desk, viewer, unit):
        raise NotFound
    one_at_a_time(desk)
    secret, now = secrets.token_urlsafe(LENGTH), desk.now()
    gone = _remove(desk, viewer, unit)
    made = {"hash": hash_of(secret), "account_id": viewer.account_id, "unit": unit}
    desk.session.connection().execute(
        insert(CalendarFeed).values(**made, made_at=now, reads=0, reads_since=now)
    )
    what = "calendar_renewed" if gone else "calendar_made"
    write_house_fact(desk, what, unit or viewer.username, {}, {"calendar": SECRET})
    return secret


def revoke(desk: Desk, viewer: Viewer, unit: str | None) -> bool:
    """
    Have an address open nothing any more; False where there was none.

    :raises NotFound: this viewer may have no such calendar.
    """
    if not may_keep(desk, viewer, unit):
        raise NotFound
    one_at_a_time(desk)
    gone = _remove(desk, viewer, unit)
    if gone:
        write_house_fact(desk, "calendar_revoked", unit or viewer.username, {"calendar": SECRET}, {})
    return gone


def reader_of(desk: Desk, secret: str, *, limited: bool) -> Reader | TooManyReads | None:
    """
    Whose calendar *secret* opens now, by the rights they have now; None where it opens none.

    The read is counted, and where that is *limited*, too many within the hour open nothing.
    """
    row = desk.session.connection().execute(COUNT, {"hash": hash_of(secret)}).one_or_none()
    if row is None:
        return None
    if limited and row.reads > MOST_READS:
        return TooManyReads(row.seconds)
    account = desk.session.get_one(Account, row.account_id)
    viewer = viewer_of(account)
    if not account.active or not may_keep(desk, viewer, row.unit):
        return None
    return Reader(viewer, row.unit)


def _remove(desk: Desk, viewer: Viewer, unit: str | None) -> bool:
    feed = feed_of(desk.session, viewer, unit)
    if feed is not None:
        desk.session.connection().execute(delete(CalendarFeed).where(col(CalendarFeed.id) == feed.id))
    return feed is not None
