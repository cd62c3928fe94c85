"""A citizen texts the number of a ticket: the one who left that number is told where it stands."""

from datetime import datetime, timedelta

from sqlalchemy import text
from sqlmodel import col, func, select

from app.reading.progress import Progress, progress_of
from notifications.message import HandledAs, InboundText
from tickets.ground.clock import ClockKind
from tickets.ground.desk import Desk
from tickets.ground.facts import ProgressAsked
from tickets.ground.flow import State
from tickets.ground.refs import read_ref
from tickets.ground.timeline import write_down
from tickets.ground.words import Stage
from tickets.ticket import Identity, Ticket

#: Answers to one number in a day. Whoever asks more often hears nothing new, and each answer is paid for.
MOST_ANSWERS, WITHIN = 3, timedelta(days=1)

STAGES = {
    State.REGISTERED: Stage.RECEIVED,
    State.AWAITING_INFORMATION: Stage.WAITING,
    State.DISPATCHED: Stage.IN_HAND,
    State.HANDLING: Stage.IN_HAND,
    State.LONG_TERM: Stage.PUT_ASIDE,
    State.REPLIED: Stage.IN_HAND,
    State.CALLBACK: Stage.ANSWERED,
    State.CLOSED: Stage.ENDED,
    State.ARCHIVED: Stage.ENDED,
}


def ticket_named(desk: Desk, number: str, phone: str) -> int | None:
    """Find the ticket with this number if its citizen left *phone*; else it is as if there were none."""
    ref = read_ref(number)
    if ref is None:
        return None
    theirs = (
        select(Ticket.id)
        .join(Identity, col(Identity.ticket_id) == col(Ticket.id))
        .where(Ticket.ref == ref, col(Identity.phone_index).in_(desk.vault.indexes("phone", phone)))
    )
    return desk.session.exec(theirs).one_or_none()


def answer_progress(desk: Desk, ticket: Ticket, phone: str) -> bool:
    """
    Write down that the citizen asked where *ticket* stands, which sends the answer; False where too often.

    *ticket* must be locked, and the text that asks not yet be kept as answered.
    """
    at = desk.now()
    if _answers(desk, phone, at) >= MOST_ANSWERS:
        return False
    told = progress_of(desk, ticket.ref, english=False)
    if told is None:
        raise LookupError("a ticket that is locked cannot be read")
    stage = STAGES[State(told.state)]
    fact = ProgressAsked(
        stage=stage,
        due_at=due_told(ticket, stage, told),
        late=told.owed is not None and told.owed.late_days is not None,
    )
    write_down(desk, ticket, fact, at=at)
    return True


def due_told(ticket: Ticket, stage: Stage, told: Progress) -> datetime | None:
    """The date that is told with *stage*, where there is one."""
    if stage is Stage.WAITING:
        asked = (clock for clock in ticket.clocks if clock.kind == ClockKind.SUPPLEMENT and clock.runs)
        return next((clock.due_at for clock in asked), None)
    if stage is Stage.PUT_ASIDE:
        return told.until
    return told.owed.by if told.owed else None


def _answers(desk: Desk, phone: str, at: datetime) -> int:
    """How many questions of *phone* were about its own tickets of late; of two at once the second waits."""
    index = desk.vault.indexes("phone", phone)
    desk.session.connection().execute(
        text("select pg_advisory_xact_lock(hashtextextended(:lock, 4))"), {"lock": index[-1].hex()}
    )
    asked = select(func.count()).where(
        col(InboundText.from_index).in_(index),
        InboundText.handled_as == HandledAs.PROGRESS,
        col(InboundText.ticket_id).is_not(None),
        col(InboundText.at) > at - WITHIN,
    )
    return desk.session.exec(asked).one()
