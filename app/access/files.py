"""Who may hand in files, take them back, know of them and open them."""

from datetime import datetime

from app.access.accounts import Role, Viewer
from app.access.rules import may_read_identity, may_use_files
from tickets.ground.files import Attachment
from tickets.ground.flow import State
from tickets.ground.originals import KNOW_NOBODY
from tickets.ticket import Ticket


def may_attach(viewer: Viewer, ticket: Ticket) -> bool:
    """Whether *viewer*, who can see *ticket*, may hand in files for it."""
    return ticket.state != State.ARCHIVED and may_use_files(viewer, "attach", ticket)


def may_remove(viewer: Viewer, ticket: Ticket, row: Attachment) -> bool:
    """Whether *viewer* may take a file back: units their own, the hotline its own and the citizens'."""
    if ticket.state == State.ARCHIVED or not may_use_files(viewer, "remove", ticket):
        return False
    if viewer.role == Role.SUPERVISOR or row.by == viewer.username:
        return True
    if viewer.role in KNOW_NOBODY:
        return row.unit == viewer.unit and row.role in KNOW_NOBODY
    return row.role not in KNOW_NOBODY


def knows_of(viewer: Viewer, ticket: Ticket, row: Attachment) -> bool:
    """Whether *viewer* may know of a file: of a sealed ticket units know only what units handed in."""
    return not ticket.sealed or viewer.role not in KNOW_NOBODY or row.role in KNOW_NOBODY


def may_open(viewer: Viewer, ticket: Ticket, row: Attachment, at: datetime) -> bool:
    """
    Whether *viewer*, who knows of a file, may open it.

    What came from outside with a sealed ticket may show who asks, so it opens to whoever may see that.
    """
    if not ticket.sealed or row.role in KNOW_NOBODY or row.by == viewer.username:
        return True
    return may_read_identity(viewer, ticket, at)
