"""Files of a ticket as somebody may see them, and giving one out."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from urllib.parse import quote

from flask import Response, request, send_file
from sqlalchemy.orm import defer
from sqlmodel import Session, col, select

from app.access.accounts import Viewer
from app.access.files import knows_of, may_open, may_remove
from tickets.ground.desk import CITIZEN, Desk
from tickets.ground.errors import NotFound, NotYours, Refused
from tickets.ground.files import GONE, Attachment, FileAudience, FileState, content_of
from tickets.ground.vault import Vault
from tickets.ticket import Ticket
from tickets.ticket.attachments import attachment_of

#: What a file may do where it is opened: nothing.
SANDBOX = "sandbox; default-src 'none'; img-src 'self'"


@dataclass(frozen=True)
class ShownFile:
    """A file as one viewer may see it."""

    row: Attachment
    #: None for whoever may not open it, and once it was erased.
    name: str | None
    opens: bool
    removes: bool

    @property
    def has_picture(self) -> bool:
        """There is a small picture to show."""
        return self.opens and self.row.is_picture


def files_of(desk: Desk, viewer: Viewer, ticket: Ticket, at: datetime) -> list[ShownFile]:
    """The files of *ticket* that *viewer* may know of, oldest first; those taken back stand there, too."""
    rows = desk.session.exec(
        select(Attachment)
        .where(Attachment.ticket_id == ticket.id)
        .order_by(col(Attachment.id))
        .options(defer(Attachment.thumbnail))  # type: ignore[arg-type] # SQLModel types a column as its value
    ).all()
    return [shown_file(desk, viewer, ticket, row, at) for row in rows if knows_of(viewer, ticket, row)]


def shown_file(desk: Desk, viewer: Viewer, ticket: Ticket, row: Attachment, at: datetime) -> ShownFile:
    """A file that *viewer* knows of, as that one may see it."""
    allowed = may_open(viewer, ticket, row, at)
    return ShownFile(
        row=row,
        name=row.shown_name(desk.vault) if allowed else None,
        opens=allowed and row.can_be_opened,
        removes=row.state not in GONE and may_remove(viewer, ticket, row),
    )


def known_file(desk: Desk, viewer: Viewer, ticket: Ticket, attachment_id: str) -> Attachment:
    """
    The file with this number, if *viewer* may know of it.

    :raises NotFound: there is none, or not for this viewer.
    """
    row = attachment_of(desk, ticket, attachment_id)
    if not knows_of(viewer, ticket, row):
        raise NotFound
    return row


def opened_file(desk: Desk, viewer: Viewer, ticket: Ticket, attachment_id: str) -> Attachment:
    """
    The file with this number, to be given out to *viewer*.

    :raises NotFound: there is none, or not for this viewer, or nothing is left of it.
    :raises NotYours: it may show who asks, and this viewer may not see that.
    :raises Refused: it waits for the scanner.
    """
    row = known_file(desk, viewer, ticket, attachment_id)
    if not may_open(viewer, ticket, row, desk.now()):
        raise NotYours(move="identity")
    return ready(row)


def ready(row: Attachment) -> Attachment:
    """
    Give *row* if it can be opened.

    :raises NotFound: nothing is left of it, or it was taken back.
    :raises Refused: it waits for the scanner.
    """
    if row.state == FileState.QUARANTINED and row.removed_at is None:
        raise Refused("attachment_quarantined")
    if not row.can_be_opened:
        raise NotFound
    return row


def for_citizen(session: Session, own: int, matter: int, *, answered_at: datetime | None) -> list[Attachment]:
    """
    What the citizen of the ticket *own* may open: their own files, and those that came with the answer.

    *matter* is the ticket the answer was given on. Before an answer is passed none of its files are shown.
    """
    rows = session.exec(
        select(Attachment)
        .where(
            col(Attachment.ticket_id).in_((own, matter)),
            Attachment.audience == FileAudience.CITIZEN,
            Attachment.state == FileState.CLEAN,
            col(Attachment.removed_at).is_(None),
        )
        .order_by(col(Attachment.id))
        .options(defer(Attachment.thumbnail))  # type: ignore[arg-type] # as above
    ).all()
    return [row for row in rows if _is_for_citizen(row, own, answered_at)]


def _is_for_citizen(row: Attachment, own: int, answered_at: datetime | None) -> bool:
    if row.role == CITIZEN.role:
        return row.ticket_id == own
    return answered_at is not None and row.at <= answered_at


def given_out(session: Session, vault: Vault, row: Attachment) -> Response:
    """
    The bytes of a file for a browser that trusts nothing in it.

    Pictures were drawn by us and may be looked at in place; all else is saved. Players get the part they ask.
    """
    response = send_file(
        BytesIO(content_of(session, vault, row)),
        mimetype=row.media_type,
        conditional=False,
        etag=False,
    )
    how = "inline" if row.is_picture else "attachment"
    name = row.shown_name(vault) or "file"
    response.headers["Content-Disposition"] = f"{how}; filename*=UTF-8''{quote(name, safe='')}"
    response.make_conditional(request, accept_ranges=True, complete_length=row.size)
    return guarded(response)


def asks_further() -> bool:
    """Whether this request wants parts of a file that all begin later than its beginning."""
    asked = request.range
    return asked is not None and all(start is not None and start > 0 for start, _end in asked.ranges)


def small_picture(vault: Vault, row: Attachment) -> Response:
    """
    The small picture of a file.

    :raises NotFound: it has none.
    """
    picture = row.picture(vault)
    if picture is None:
        raise NotFound
    return guarded(Response(picture, mimetype="image/jpeg"))


def guarded(response: Response) -> Response:
    """Let nothing in a file run, and let nobody on the way keep it."""
    response.headers["Content-Security-Policy"] = SANDBOX
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cache-Control"] = "private, no-store"
    return response


def total_of(files: Iterable[ShownFile]) -> int:
    """How many of *files* count: those that were not taken back."""
    return sum(1 for one in files if one.row.removed_at is None and one.row.state not in GONE)
