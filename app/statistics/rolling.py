"""Count anew what something happened to: cases of tickets, and the sums of the days they stand on."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import astuple, fields
from datetime import date, datetime
from typing import Any, TypeVar

from sqlalchemy import delete, insert, text, update
from sqlmodel import Session, SQLModel, col, select

from app.statistics.figures import FACTS, Counted, Figure, History, counted
from app.statistics.rows import Case, ClosedMonth
from tickets.ground.clock import Clock
from tickets.ground.timeline import Entry
from tickets.ticket import Order, Request, Ticket

#: One at a time: sums of a day are made anew from its cases, and nobody else may be adding some meanwhile.
LOCK = text("select pg_advisory_xact_lock(hashtext(current_schema() || ' figures'))")
TRY = text("select pg_try_advisory_xact_lock(hashtext(current_schema() || ' figures'))")

#: Those that waited longest. Many rows of the queue may be of one ticket.
WAITING = text(
    "delete from figure_queue where id in (select id from figure_queue order by id limit :most)"
    " returning ticket_id"
)

#: Who asked from a number that had asked within the thirty days before. Two at once: the one with the later
#: number repeats.
REPEATS = text(
    "select mine.ticket_id from vault mine join ticket own on own.id = mine.ticket_id"
    " where mine.ticket_id = any(:ids) and mine.phone_index is not null and exists ("
    " select 1 from vault other join ticket before on before.id = other.ticket_id"
    " where other.phone_index = mine.phone_index and other.ticket_id < mine.ticket_id"
    " and before.registered_at >= own.registered_at - interval '30 days')"
)

FORGET_DAYS = text("delete from figure_day where day = any(:days)")
#: Every figure is named, so that the index is asked for each, and not for all that ever was.
SUM_DAYS = text(
    "insert into figure_day (day, figure, unit, kind, category, division, channel, n)"
    " select day, figure, unit, kind, category, division, channel, count(*) from figure_case"
    " where day = any(:days) and figure = any(:figures) and until is null"
    " group by day, figure, unit, kind, category, division, channel"
)

FORGET_TOTALS = text("delete from figure_total where day = any(:days)")
#: The same sums by one thing at a time: a page for the whole house reads a key a day, not a matter a day.
TOTALS = (
    "insert into {totals} (by, day, figure, key, n)"
    " select told.by, day, figure, told.key, sum(n) from {sums}"
    " cross join lateral (values ('', ''), ('unit', unit), ('kind', kind), ('category', category),"
    " ('division', division), ('channel', channel)) told(by, key)"
    " where day {days} group by 1, 2, 3, 4"
)
TOTAL_DAYS = text(TOTALS.format(totals="figure_total", sums="figure_day", days="= any(:days)"))

NAMES = tuple(one.name for one in fields(Counted))

Of = TypeVar("Of", bound=SQLModel)


def roll_up(session: Session, at_most: int) -> bool:
    """
    Count some of the tickets anew that something happened to; False where none waits.

    What is taken from the queue, the cases and the sums stand or fall together. Where another worker is
    at it, it is left to that one.
    """
    if not session.connection().execute(TRY).scalar_one():
        return False
    return roll_some(session, at_most)


def roll_all(session: Session, at_most: int = 500) -> None:
    """Count everything that waits, and let nobody else count until the commit."""
    session.connection().execute(LOCK)
    while roll_some(session, at_most):
        pass


def roll_some(session: Session, at_most: int) -> bool:
    """As `roll_up`, for whoever holds the lock."""
    connection = session.connection()
    waiting = set(connection.execute(WAITING, {"most": at_most}).scalars())
    if not waiting:
        return False
    # After the lock was had: what is counted now is later than whatever was closed before.
    now = connection.execute(text("select clock_timestamp()")).scalar_one()
    days = _count_anew(session, sorted(waiting), now)
    if days:
        sum_days(session, days)
    return True


def sum_days(session: Session, days: Iterable[date]) -> None:
    """Make the sums of *days* anew from their cases."""
    asked = sorted(days)
    session.connection().execute(FORGET_DAYS, {"days": asked})
    session.connection().execute(SUM_DAYS, {"days": asked, "figures": list(Figure)})
    session.connection().execute(FORGET_TOTALS, {"days": asked})
    session.connection().execute(TOTAL_DAYS, {"days": asked})


def _count_anew(session: Session, ids: Sequence[int], now: datetime) -> set[date]:
    """Bring the cases of the tickets *ids* up to date; gives the days on which some came or went."""
    before: dict[int, list[Case]] = _by_ticket(session, Case, ids, col(Case.until).is_(None))
    closed: dict[date, datetime] = {
        row.month: row.closed_at for row in session.exec(select(ClosedMonth)).all()
    }
    days: set[date] = set()
    new: list[dict[str, Any]] = []
    gone: list[Case] = []
    for history in histories(session, ids):
        wanted = Counter(counted(history))
        for case in before.get(history.ticket.id, []):
            known = Counted(*(getattr(case, name) for name in NAMES))
            if wanted[known] > 0:
                wanted[known] -= 1
            else:
                gone.append(case)
                days.add(case.day)
        for one in wanted.elements():
            new.append(
                {"ticket_id": history.ticket.id, "since": now, **dict(zip(NAMES, astuple(one), strict=True))}
            )
            days.add(one.day)
    # What a closed month counts is kept as it was; all else never was.
    kept = [one.id for one in gone if _stands_in(closed, one)]
    session.connection().execute(
        delete(Case).where(col(Case.id).in_([one.id for one in gone if one.id not in kept]))
    )
    session.connection().execute(update(Case).where(col(Case.id).in_(kept)).values(until=now))
    if new:
        session.connection().execute(insert(Case), new)
    return days


def _stands_in(closed: dict[date, datetime], case: Case) -> bool:
    since = closed.get(case.day.replace(day=1))
    return since is not None and case.since <= since


def histories(session: Session, ids: Sequence[int]) -> Iterable[History]:
    """The tickets *ids* with all that figures are counted from; six queries."""
    repeat = set(session.connection().execute(REPEATS, {"ids": list(ids)}).scalars())
    orders = _by_ticket(session, Order, ids)
    clocks = _by_ticket(session, Clock, ids)
    requests = _by_ticket(session, Request, ids)
    facts = _by_ticket(session, Entry, ids, col(Entry.what).in_(FACTS))
    for ticket in session.exec(select(Ticket).where(col(Ticket.id).in_(ids))).all():
        yield History(
            ticket=ticket,
            orders=orders.get(ticket.id, ()),
            clocks=clocks.get(ticket.id, ()),
            requests=requests.get(ticket.id, ()),
            facts=facts.get(ticket.id, ()),
            repeats=ticket.id in repeat,
        )


def _by_ticket(session: Session, model: type[Of], ids: Sequence[int], *more: Any) -> dict[int, list[Of]]:
    rows: Any = model
    found: dict[int, list[Of]] = defaultdict(list)
    key = rows.seq if model is Entry else rows.id
    query = select(rows).where(rows.ticket_id.in_(ids), *more).order_by(rows.ticket_id, key)
    for row in session.exec(query).all():
        found[row.ticket_id].append(row)
    return found
