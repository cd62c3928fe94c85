"""Files of a ticket: handed in, taken back, put back. Each is a fact with the digest of its bytes."""

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from sqlalchemy import func
from sqlmodel import col, select

from tickets.ground.desk import CITIZEN, Desk
from tickets.ground.errors import NotFound, Refused, bad_field
from tickets.ground.facts import Attached, AttachmentRefused, AttachmentRemoved, AttachmentRestored
from tickets.ground.files import GONE, Attachment, FileState, Holder, erase
from tickets.ground.flow import State
from tickets.ground.timeline import write_down
from tickets.ticket.rows import Ticket

#: Files of a ticket, in all and from its citizen.
MOST_FILES = 50
MOST_OF_CITIZEN = 10

#: How long what was taken back can be put back.
UNDO_FOR = timedelta(days=7)


def attach(desk: Desk, ticket: Ticket, files: Sequence[Attachment]) -> None:
    """
    Give *files*, which lie on the desk or were kept by another holder, to *ticket*, which is locked.

    :raises Refused: the ticket is in the archive.
    :raises FieldsRefused: it would have too many.
    """
    if not files:
        return
    check_not_archived(ticket)
    _check_number(desk, ticket, len(files))
    for row in files:
        row.ticket_id = ticket.id
        fact = Attached(
            attachment=str(row.id),
            media_type=row.media_type,
            size=row.size,
            digest=bytes(row.sha256).hex(),
            audience=row.audience,
        )
        row.seq = write_down(desk, ticket, fact, at=desk.now()).seq


def bind(desk: Desk, ticket: Ticket, holder: Holder) -> list[Attachment]:
    """
    Give what *holder* has kept so far to *ticket*, which is locked; gives the files.

    :raises Refused: the ticket is in the archive.
    :raises FieldsRefused: it would have too many.
    """
    found = held_by(desk, holder)
    attach(desk, ticket, found)
    return found


def held_by(desk: Desk, holder: Holder) -> list[Attachment]:
    """What *holder* has kept and no ticket has yet, oldest first."""
    return list(
        desk.session.exec(
            select(Attachment)
            .where(
                Attachment.holder_kind == holder.kind,
                Attachment.holder_id == holder.id,
                col(Attachment.ticket_id).is_(None),
                col(Attachment.removed_at).is_(None),
                col(Attachment.state).not_in(GONE),
            )
            .order_by(col(Attachment.id))
            .with_for_update()
        ).all()
    )


def attachment_of(desk: Desk, ticket: Ticket, attachment_id: str) -> Attachment:
    """
    The file of *ticket* with this number.

    :raises NotFound: there is none.
    """
    try:
        number = UUID(attachment_id)
    except ValueError:
        raise NotFound from None
    found = desk.session.exec(
        select(Attachment).where(Attachment.id == number, Attachment.ticket_id == ticket.id)
    ).one_or_none()
    if found is None:
        raise NotFound
    return found


def remove(desk: Desk, ticket: Ticket, row: Attachment, *, reason: str) -> None:
    """
    Take a file back, with a *reason*. Nobody can open it; for a week it can be put back.

    :raises Refused: it was taken back or erased already, or the ticket is in the archive.
    """
    check_not_archived(ticket)
    if row.removed_at is not None or row.state in GONE:
        raise Refused("attachment_gone")
    row.removed_at, row.removed_by = desk.now(), desk.actor.username
    fact = AttachmentRemoved(attachment=str(row.id), digest=bytes(row.sha256).hex())
    write_down(desk, ticket, fact, at=row.removed_at, note=reason)


def restore(desk: Desk, ticket: Ticket, row: Attachment) -> None:
    """
    Put back what was taken back.

    :raises Refused: it is there, or its bytes are erased, or the ticket is in the archive.
    """
    check_not_archived(ticket)
    if row.removed_at is None or row.state in GONE:
        raise Refused("attachment_not_removed")
    row.removed_at = row.removed_by = None
    fact = AttachmentRestored(attachment=str(row.id), digest=bytes(row.sha256).hex())
    write_down(desk, ticket, fact, at=desk.now())


def refuse_infected(desk: Desk, ticket: Ticket | None, row: Attachment) -> None:
    """The scanner found something: the bytes go at once, and the ticket, if it has one, tells of it."""
    desk.clear()
    erase(desk.session, [row.id], FileState.INFECTED)
    if ticket is not None:
        fact = AttachmentRefused(attachment=str(row.id), digest=bytes(row.sha256).hex())
        write_down(desk, ticket, fact, at=desk.now())


def erase_all_of(desk: Desk, ticket: Ticket) -> None:
    """Erase the bytes and names of all files of *ticket*, with whatever else retention blanks of it."""
    kept = select(Attachment.id).where(Attachment.ticket_id == ticket.id, col(Attachment.state).not_in(GONE))
    desk.clear()
    erase(desk.session, list(desk.session.exec(kept).all()))


def check_not_archived(ticket: Ticket) -> None:
    """
    Files come and go until a ticket is archived.

    :raises Refused: it is.
    """
    if ticket.state == State.ARCHIVED:
        raise Refused("attachments_archived")


def _check_number(desk: Desk, ticket: Ticket, more: int) -> None:
    of_citizen = func.count().filter(col(Attachment.role) == CITIZEN.role)
    there, from_citizen = desk.session.exec(
        select(func.count(), of_citizen).where(
            Attachment.ticket_id == ticket.id,
            col(Attachment.removed_at).is_(None),
            col(Attachment.state).not_in(GONE),
        )
    ).one()
    if desk.actor.role == CITIZEN.role and from_citizen + more > MOST_OF_CITIZEN:
        raise bad_field("files", "too_many_files", most=MOST_OF_CITIZEN, there=from_citizen)
    if there + more > MOST_FILES:
        raise bad_field("files", "too_many_files", most=MOST_FILES, there=there)
