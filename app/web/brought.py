"""Files that come with a form of words: taken with it, and kept for the next try where it is refused."""

from collections.abc import Sequence

from flask import request

from app.access.accounts import Viewer
from app.access.files import may_attach
from app.attachments.acting import check_files
from app.attachments.keeping import FIELD, Named, check_all, incoming, lay_all
from app.house import house
from app.web.forms import KEY
from tickets.ground.desk import Desk
from tickets.ground.errors import FieldsRefused, NotYours
from tickets.ground.files import Attachment, FileAudience, Holder
from tickets.ticket import Ticket
from tickets.ticket.attachments import attach, held_by

#: The field that says whom the files are for.
AUDIENCE = "audience"


def brought() -> list[Named]:
    """
    The files of this form, looked at.

    :raises FieldsRefused: some cannot be kept, or there are too many.
    """
    files = incoming(request.files.getlist(FIELD))
    return check_files(files) if files else []


def give(desk: Desk, viewer: Viewer, ticket: Ticket, files: Sequence[Named]) -> list[Attachment]:
    """
    Give *files*, and those an earlier try of this form left, to *ticket*, which is locked.

    :raises NotYours: this viewer may hand in none.
    :raises FieldsRefused: the ticket would have too many.
    """
    audience = _audience()
    draft = _draft(viewer)
    rows = held_by(desk, draft) if draft else []
    if not (files or rows):
        return []
    if not may_attach(viewer, ticket):
        raise NotYours(move="attach")
    for row in rows:
        row.audience = audience
    scans = house().settings.scans
    rows += lay_all(desk, Holder.of_ticket(ticket.id), files, audience=audience, scans=scans)
    attach(desk, ticket, rows)
    return rows


def kept_for_next_try(desk: Desk, viewer: Viewer) -> list[str]:
    """
    Keep the good files of a refused form, as a browser sends none of them again by itself; all names so far.

    What is not sent after all is erased after a day.
    """
    draft = _draft(viewer)
    if draft is None:
        return []
    good: list[Named] = []
    for file in incoming(request.files.getlist(FIELD)):
        try:
            good += check_all([file])
        except FieldsRefused:
            continue  # the form itself says so
    names = names_of_kept(desk, viewer, request.form[KEY])
    lay_all(desk, draft, good, audience=FileAudience.INTERNAL, scans=house().settings.scans)
    return names + [name for name, _checked in good]


def names_of_kept(desk: Desk, viewer: Viewer, key: str) -> list[str]:
    """What earlier tries of the form with this *key* left."""
    return [row.shown_name(desk.vault) or "" for row in held_by(desk, _holder(viewer, key))]


def _draft(viewer: Viewer) -> Holder | None:
    """What holds the files of this form until its words are good; nothing where the form has no key."""
    key = request.form.get(KEY, "")
    return _holder(viewer, key) if key else None


def _holder(viewer: Viewer, key: str) -> Holder:
    return Holder("draft", f"{viewer.account_id}:{key[:200]}")


def _audience() -> FileAudience:
    wanted = request.form.get(AUDIENCE, "")
    return FileAudience(wanted) if wanted in set(FileAudience) else FileAudience.INTERNAL
