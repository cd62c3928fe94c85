"""What texts cost, in segments by day and unit, and how many a number got on a day."""

from datetime import date, datetime, timedelta

from sqlalchemy import PrimaryKeyConstraint, func, text, union_all
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import Field, Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from notifications.message import Message
from notifications.rules import Most
from notifications.standing import ORDINARY
from notifications.wording import SHANGHAI
from tickets.ground.columns import Row

#: Whose texts nobody else pays.
HOTLINE = "hotline"
#: The budget of all units together.
DISTRICT = "district"


class TextSpending(Row, table=True):
    """What the texts about one unit's tickets cost on one day, as the text was handed to a provider."""

    __tablename__ = "text_spending"
    __table_args__ = (PrimaryKeyConstraint("day", "unit"),)

    day: date
    #: The lead unit, or HOTLINE.
    unit: str
    texts: int
    segments: int


class TextBudget(Row, table=True):
    """How many segments a day the texts about a unit's tickets may cost. Where there is none, any number."""

    __tablename__ = "text_budget"

    #: A unit, HOTLINE, or DISTRICT.
    unit: str = Field(primary_key=True)
    segments_a_day: int


def day_of(moment: datetime) -> date:
    """The day in the district."""
    return moment.astimezone(SHANGHAI).date()


def next_day(moment: datetime) -> datetime:
    """When the next day begins in the district."""
    midnight = moment.astimezone(SHANGHAI).replace(hour=0, minute=0, second=0, microsecond=0)
    return midnight + timedelta(days=1)


def lock_number(session: Session, index: bytes) -> None:
    """Let no other worker decide about a number until we commit; *index* names it to all alike."""
    lock = text("select pg_advisory_xact_lock(hashtextextended(encode(:index, 'hex'), 0))")
    session.connection().execute(lock, {"index": index})


def has_room(
    session: Session,
    message: Message,
    tickets: SelectOfScalar[int],
    orders: SelectOfScalar[int],
    day: date,
    most: Most,
) -> bool:
    """Whether the number that the *tickets* and service *orders* belong to may get *message* on *day*."""
    # Asked one after the other: with "or" between them no index helps, and every text there is would be read.
    theirs = union_all(
        *(
            select(Message.template).where(about, Message.counted_on == day, Message.id != message.id)
            for about in (col(Message.ticket_id).in_(tickets), col(Message.service_order_id).in_(orders))
        )
    ).subquery()
    counted = select(func.count(), func.count().filter(theirs.c.template.in_(ORDINARY)))
    of_all, ordinary = session.exec(counted.select_from(theirs)).one()
    return bool(of_all < most.of_all and (message.template not in ORDINARY or ordinary < most.ordinary))


def has_budget(session: Session, message: Message, day: date) -> bool:
    """Whether the budgets of the district and of the unit let *message* go on *day*."""
    budgets = {row.unit: row.segments_a_day for row in session.exec(select(TextBudget)).all()}
    if not budgets:
        return True
    spent = session.exec(select(TextSpending).where(TextSpending.day == day)).all()
    so_far = {row.unit: row.segments for row in spent}
    so_far[DISTRICT] = sum(so_far.values())
    return all(
        so_far.get(unit, 0) + (message.segments or 1) <= budgets[unit]
        for unit in (message.unit or HOTLINE, DISTRICT)
        if unit in budgets
    )


def count(session: Session, message: Message, now: datetime) -> None:
    """*message* is handed to a provider: count it for number and unit, once however often it is tried."""
    if message.counted_on is None:
        message.counted_on = day_of(now)
        _spend(session, message, 1)


def count_not(session: Session, message: Message) -> None:
    """The provider certainly did not take *message*: it costs nothing, and the number did not get it."""
    if message.counted_on is not None:
        _spend(session, message, -1)
        message.counted_on = None


def _spend(session: Session, message: Message, times: int) -> None:
    texts, segments = times, times * (message.segments or 1)
    values = {
        "day": message.counted_on,
        "unit": message.unit or HOTLINE,
        "texts": texts,
        "segments": segments,
    }
    row = insert(TextSpending).values(**values)
    session.connection().execute(
        row.on_conflict_do_update(
            index_elements=["day", "unit"],
            set_={
                "texts": col(TextSpending.texts) + row.excluded.texts,
                "segments": col(TextSpending.segments) + row.excluded.segments,
            },
        )
    )
