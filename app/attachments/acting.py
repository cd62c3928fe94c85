"""Hand in, take back and put back: what pages and API do alike."""

from collections.abc import Sequence
from typing import Annotated

from pydantic import Field

from app.access.accounts import Viewer
from app.access.files import may_attach, may_remove
from app.attachments.keeping import FIELD, Incoming, Named, check_all, lay_all
from app.attachments.reading import known_file
from tickets.ground.desk import Desk
from tickets.ground.errors import NotYours, bad_field
from tickets.ground.files import Attachment, FileAudience, Holder
from tickets.intake.draft import Strict, Words
from tickets.ticket import Ticket
from tickets.ticket.attachments import attach, check_not_archived, remove, restore

#: Files that come with one request.
MOST_AT_ONCE = 10


class AttachBody(Strict):
    """What is said of the files beside them."""

    audience: FileAudience = FileAudience.INTERNAL


class RemoveBody(Strict):
    """Why a file is taken back."""

    text: Annotated[Words, Field(max_length=500)]


def check_files(files: Sequence[Incoming]) -> list[Named]:
    """
    Look at *files*, which came with one request.

    :raises FieldsRefused: there is none, or too many, or some cannot be kept.
    """
    if not files:
        raise bad_field(FIELD, "no_files")
    if len(files) > MOST_AT_ONCE:
        raise bad_field(FIELD, "too_many_at_once", most=MOST_AT_ONCE)
    return check_all(files)


def hand_in(
    desk: Desk, viewer: Viewer, ticket: Ticket, files: Sequence[Named], *, audience: FileAudience, scans: bool
) -> list[Attachment]:
    """
    Keep *files* that were looked at for *ticket*, which is locked.

    :raises NotYours: this viewer may not.
    :raises Refused: the ticket is in the archive.
    :raises FieldsRefused: it would have too many.
    """
    check_not_archived(ticket)
    if not may_attach(viewer, ticket):
        raise NotYours(move="attach")
    rows = lay_all(desk, Holder.of_ticket(ticket.id), files, audience=audience, scans=scans)
    attach(desk, ticket, rows)
    return rows


def take_back(desk: Desk, viewer: Viewer, ticket: Ticket, attachment_id: str, reason: str) -> Attachment:
    """
    Take a file back.

    :raises NotFound: there is none, or not for this viewer.
    :raises NotYours: this viewer may not.
    :raises Refused: it is gone already.
    """
    row = known_file(desk, viewer, ticket, attachment_id)
    check_not_archived(ticket)
    if not may_remove(viewer, ticket, row):
        raise NotYours(move="attach")
    remove(desk, ticket, row, reason=reason)
    return row


def put_back(desk: Desk, viewer: Viewer, ticket: Ticket, attachment_id: str) -> Attachment:
    """
    Put back what was taken back.

    :raises NotFound: there is none, or not for this viewer.
    :raises NotYours: this viewer may not.
    :raises Refused: it is there, or its bytes are erased.
    """
    row = known_file(desk, viewer, ticket, attachment_id)
    check_not_archived(ticket)
    if not may_remove(viewer, ticket, row):
        raise NotYours(move="attach")
    restore(desk, ticket, row)
    return row
