"""Reading what hangs on one ticket: its facts with the notes a viewer may read, its messages, its replies."""

from dataclasses import dataclass

from sqlalchemy import func, or_
from sqlmodel import Session, col, select

from app.access.accounts import Role, Viewer
from notifications.message import InboundText, Message
from tickets.ground.flow import OrderRole
from tickets.ground.originals import KNOW_NOBODY
from tickets.ground.timeline import Entry, Note
from tickets.ground.words import NoteFor
from tickets.ticket import Order, Reply, Ticket

#: Roles of the hotline's own people; notes marked `hotline` are for them.
HOTLINE_ROLES = frozenset(Role) - {Role.HANDLER, Role.HEAD, Role.VISITOR, Role.AGENCY}

#: Roles that read what units write for themselves, too.
WATCH_ALL = frozenset({Role.SUPERVISOR, Role.AUDITOR})

#: Facts that say what kind of matter a ticket is, or under which rule.
TELL_THE_KIND = frozenset({"registered", "amended", "clock_recomputed"})

#: Facts about files: of a sealed ticket units are told of those that units handed in.
OF_FILES = frozenset({"attached", "attachment_removed", "attachment_restored", "attachment_refused"})


def hides_kind(viewer: Viewer, ticket: Ticket) -> bool:
    """Of a sealed ticket units are told no word that betrays a report: no kind, no rule, no such fact."""
    return ticket.sealed and viewer.role not in HOTLINE_ROLES


@dataclass(frozen=True)
class ToldFact:
    """A fact, and its note as far as this viewer may read it."""

    entry: Entry
    note: str | None


def facts_of(
    session: Session, viewer: Viewer, ticket: Ticket, *, limit: int, after: int = 0
) -> list[ToldFact]:
    """
    The facts of *ticket* from number *after* on that *viewer* is told, oldest first.

    One more than *limit* if there are more.
    """
    query = (
        select(Entry, Note)
        .outerjoin(Note, (col(Note.ticket_id) == col(Entry.ticket_id)) & (col(Note.seq) == col(Entry.seq)))
        .where(Entry.ticket_id == ticket.id, col(Entry.seq) > after)
    )
    if hides_kind(viewer, ticket):
        units_own = or_(col(Entry.what).not_in(OF_FILES), col(Entry.role).in_(KNOW_NOBODY))
        query = query.where(col(Entry.what).not_in(TELL_THE_KIND), units_own)
    rows = session.exec(query.order_by(col(Entry.seq)).limit(limit + 1)).all()
    return [
        ToldFact(entry, note.text if note and _may_read(viewer, entry, note) else None)
        for entry, note in rows
    ]


def _may_read(viewer: Viewer, entry: Entry, note: Note) -> bool:
    if entry.unit == viewer.unit or note.visible_to == NoteFor.ALL:
        return True
    if note.visible_to == NoteFor.UNIT:
        return viewer.role in WATCH_ALL
    return viewer.role in HOTLINE_ROLES


def messages_of(session: Session, ticket: Ticket) -> list[Message]:
    """Every message about *ticket*, oldest first."""
    return list(
        session.exec(
            select(Message).where(Message.ticket_id == ticket.id).order_by(col(Message.seq), col(Message.id))
        ).all()
    )


def texts_of(session: Session, ticket: Ticket) -> list[InboundText]:
    """What the citizen texted about *ticket*, oldest first."""
    return list(
        session.exec(
            select(InboundText)
            .where(InboundText.ticket_id == ticket.id)
            .order_by(col(InboundText.at), col(InboundText.id))
        ).all()
    )


def replies_of(session: Session, ticket: Ticket) -> list[Reply]:
    """Every reply of every round, oldest first; of a ticket that follows another, the ones given there."""
    query = select(Reply).where(Reply.ticket_id == ticket.id)
    if ticket.follows is not None:
        query = (
            select(Reply)
            .join(Ticket, col(Ticket.id) == col(Reply.ticket_id))
            .join(Order, col(Order.id) == col(Reply.order_id), isouter=True)
            .where(Ticket.ref == ticket.follows, func.coalesce(Order.role, OrderRole.LEAD) == OrderRole.LEAD)
        )
    return list(session.exec(query.order_by(col(Reply.id))).all())
