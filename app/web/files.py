"""The files of a ticket on its page: hand in, look at, take back, put back."""

from flask import abort, g, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, ngettext

from app.access.accounts import Viewer
from app.access.doors import ticket_for, ticket_seen
from app.attachments.acting import AttachBody, RemoveBody, check_files, hand_in, put_back, take_back
from app.attachments.keeping import FIELD, incoming
from app.attachments.reading import given_out, opened_file, small_picture
from app.house import house
from app.uploads import takes_files
from app.web.find import READERS
from app.web.forms import Done, Form, once
from app.web.staff import blueprint, staff_page
from app.web.ticket_files import REMOVE, UPLOAD
from app.web.tickets import page_of
from tickets.ground.desk import Desk
from tickets.ground.errors import TicketError

files = blueprint("files", __name__)


def _again(refused: TicketError, ref: str, attachment_id: str = "", act: str = "") -> ResponseReturnValue:
    """The page once more, with the reason on top."""
    kind = REMOVE if act else UPLOAD
    return page_of(ticket_seen(g.desk, g.viewer, ref), upload=Form.again(kind, request.form, refused))


@files.post("/tickets/<ref>/attachments")
@takes_files
@staff_page(*READERS, again=_again)
def upload(ref: str) -> ResponseReturnValue:
    """Hand in files."""
    desk: Desk = g.desk
    viewer: Viewer = g.viewer
    ticket_seen(desk, viewer, ref)
    # Drawing pictures anew takes its time; nobody waits for the ticket meanwhile.
    checked = check_files(incoming(request.files.getlist(FIELD)))
    body: AttachBody = UPLOAD.read(request.form)
    ticket = ticket_for(desk, viewer, ref)

    def act() -> Done:
        hand_in(desk, viewer, ticket, checked, audience=body.audience, scans=house().settings.scans)
        said = ngettext("已收下 %(num)s 个附件。", "已收下 %(num)s 个附件。", len(checked))
        return Done(_back(ref), said)

    return once(desk, viewer, act).response()


@files.get("/tickets/<ref>/attachments/<attachment_id>")
@staff_page(*READERS)
def show(ref: str, attachment_id: str) -> ResponseReturnValue:
    """Give out a file."""
    desk: Desk = g.desk
    row = opened_file(desk, g.viewer, ticket_seen(desk, g.viewer, ref), attachment_id)
    return given_out(desk.session, desk.vault, row)


@files.get("/tickets/<ref>/attachments/<attachment_id>/small")
@staff_page(*READERS)
def small(ref: str, attachment_id: str) -> ResponseReturnValue:
    """The small picture of a file."""
    desk: Desk = g.desk
    return small_picture(
        desk.vault, opened_file(desk, g.viewer, ticket_seen(desk, g.viewer, ref), attachment_id)
    )


@files.post("/tickets/<ref>/attachments/<attachment_id>/<act>")
@staff_page(*READERS, again=_again)
def change(ref: str, attachment_id: str, act: str) -> ResponseReturnValue:
    """Take a file back with a reason, or put it back."""
    desk: Desk = g.desk
    viewer: Viewer = g.viewer
    if act not in ("remove", "restore"):
        abort(404)
    ticket = ticket_for(desk, viewer, ref)
    body: RemoveBody | None = REMOVE.read(request.form) if act == "remove" else None

    def done() -> Done:
        if body is not None:
            take_back(desk, viewer, ticket, attachment_id, body.text)
            return Done(_back(ref), gettext("附件已移除，七天内可以恢复。"))
        put_back(desk, viewer, ticket, attachment_id)
        return Done(_back(ref), gettext("附件已恢复。"))

    return once(desk, viewer, done).response()


def _back(ref: str) -> str:
    return url_for("tickets.show", ref=ref, _anchor="files")
