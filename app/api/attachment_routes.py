"""The routes of `/api/v1` for the files of a ticket: list, hand in, give out, take back, put back."""

import hashlib
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from apiflask import APIBlueprint
from apiflask.schemas import FileSchema
from flask import Response, g, request
from pydantic import BaseModel, ValidationError

from app.access.doors import ticket_for
from app.api.answers import json_response
from app.api.bodies import NothingBody
from app.api.documents import Document, moment
from app.api.doors import answered, expected_version, key_of_request, on_ticket, once, staff_only
from app.api.idempotency import Answer, Key
from app.attachments.acting import AttachBody, RemoveBody, check_files, hand_in, put_back, take_back
from app.attachments.keeping import FIELD, Incoming, incoming
from app.attachments.reading import ShownFile, files_of, given_out, opened_file, shown_file
from app.house import house
from app.language.sentences import fields_of
from app.moves import check_version
from app.uploads import takes_files
from tickets.ground.canonical import canonical
from tickets.ground.desk import Desk
from tickets.ground.errors import FieldsRefused
from tickets.ground.files import Attachment
from tickets.ticket import Ticket

attachments_api = APIBlueprint("attachments_api", __name__, url_prefix="/api/v1", tag="attachments")


class AttachmentDocument(BaseModel):
    """A file of a ticket."""

    id: UUID
    #: Null for whoever may not open it, and once it was erased.
    name: str | None
    media_type: str
    size: int
    #: SHA-256 of the bytes as they are kept, in hexadecimal; the timeline holds the same.
    sha256: str
    #: quarantined, clean, infected or erased.
    state: str
    #: Null where no scanner has looked at it.
    scanned_at: datetime | None
    #: citizen or internal.
    audience: str
    by: str
    role: str
    unit: str | None
    at: datetime
    #: Taken back then; it can be put back for a week.
    removed_at: datetime | None
    #: Whether the one who asks may open it now.
    opens: bool


class AttachmentPage(BaseModel):
    """All files of a ticket, oldest first."""

    items: list[AttachmentDocument]
    next: str | None


@attachments_api.get("/tickets/<ref>/attachments")
@staff_only
@on_ticket()
@attachments_api.output(AttachmentPage, description="The files, oldest first")
def list_attachments(ticket: Ticket) -> Response:
    """List the files of a ticket."""
    desk: Desk = g.desk
    return _page(files_of(desk, g.viewer, ticket, desk.now()))


@attachments_api.post("/tickets/<ref>/attachments")
@takes_files
@once
@staff_only
@on_ticket()
@attachments_api.output(AttachmentPage, status_code=201, description="The files that were handed in")
def attach_files(ticket: Ticket) -> Response:
    """Hand in one or several files, as `multipart/form-data`: `files`, and `audience` beside them."""
    desk: Desk = g.desk
    files = incoming(request.files.getlist(FIELD))
    body = _body_of(request.form.to_dict())
    # Drawing pictures anew takes its time; nobody waits for the ticket meanwhile.
    checked = check_files(files)

    def act() -> Answer:
        locked = ticket_for(desk, g.viewer, ticket.ref)
        check_version(locked, expected_version())
        scans = house().settings.scans
        rows = hand_in(desk, g.viewer, locked, checked, audience=body.audience, scans=scans)
        at = desk.now()
        shown = [shown_file(desk, g.viewer, locked, row, at) for row in rows]
        return Answer(201, {"items": [_document(one) for one in shown], "next": None})

    return answered(desk, _key_of(files, body), act)


@attachments_api.get("/tickets/<ref>/attachments/<attachment_id>")
@staff_only
@on_ticket()
@attachments_api.output(
    FileSchema(type="string", format="binary"),
    content_type="application/octet-stream",
    description="The bytes, with their own type",
)
def read_attachment(ticket: Ticket, attachment_id: str) -> Response:
    """Give out a file."""
    desk: Desk = g.desk
    row = opened_file(desk, g.viewer, ticket, attachment_id)
    return given_out(desk.session, desk.vault, row)


@attachments_api.post("/tickets/<ref>/attachments/<attachment_id>/remove")
@once
@staff_only
@on_ticket(lock=True)
@attachments_api.input(RemoveBody, arg_name="body")
@attachments_api.output(AttachmentDocument, description="The file after it was taken back")
def remove_attachment(ticket: Ticket, attachment_id: str, body: RemoveBody) -> Response:
    """Take a file back, with a reason. For a week it can be put back, then its bytes are erased."""
    desk: Desk = g.desk

    def act() -> Answer:
        check_version(ticket, expected_version())
        return _one(desk, ticket, take_back(desk, g.viewer, ticket, attachment_id, body.text))

    return answered(desk, key_of_request(), act)


@attachments_api.post("/tickets/<ref>/attachments/<attachment_id>/restore")
@once
@staff_only
@on_ticket(lock=True)
@attachments_api.input(NothingBody, arg_name="body", schema_name="RestoreBody")
@attachments_api.output(AttachmentDocument, description="The file after it was put back")
def restore_attachment(ticket: Ticket, attachment_id: str, body: NothingBody) -> Response:
    """Put back a file that was taken back."""
    desk: Desk = g.desk

    def act() -> Answer:
        check_version(ticket, expected_version())
        return _one(desk, ticket, put_back(desk, g.viewer, ticket, attachment_id))

    return answered(desk, key_of_request(), act)


def _body_of(said: dict[str, str]) -> AttachBody:
    try:
        return AttachBody.model_validate(said)
    except ValidationError as wrong:
        raise FieldsRefused(*fields_of(wrong)) from None


def _key_of(files: Sequence[Incoming], body: AttachBody) -> Key | None:
    """The key of this request. What stands between its parts is another each time, so it does not count."""
    told = [[file.name, hashlib.sha256(file.content).hexdigest()] for file in files]
    return key_of_request(canonical({"files": told, "audience": body.audience}))


def _one(desk: Desk, ticket: Ticket, row: Attachment) -> Answer:
    return Answer(200, _document(shown_file(desk, g.viewer, ticket, row, desk.now())))


def _page(files: Sequence[ShownFile]) -> Response:
    return json_response({"items": [_document(one) for one in files], "next": None})


def _document(one: ShownFile) -> Document:
    row = one.row
    return {
        "id": str(row.id),
        "name": one.name,
        "media_type": row.media_type,
        "size": row.size,
        "sha256": bytes(row.sha256).hex(),
        "state": row.state,
        "scanned_at": moment(row.scanned_at),
        "audience": row.audience,
        "by": row.by,
        "role": row.role,
        "unit": row.unit,
        "at": moment(row.at),
        "removed_at": moment(row.removed_at),
        "opens": one.opens,
    }
