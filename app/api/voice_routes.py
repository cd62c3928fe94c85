"""The routes of `/api/v1` for messages left by voice: listen, add to a ticket, register, set aside."""

from collections.abc import Callable
from datetime import datetime
from typing import Annotated
from uuid import UUID

from apiflask import APIBlueprint
from apiflask.schemas import FileSchema
from flask import Response, g
from pydantic import BaseModel, Field

from app.access.accounts import Viewer
from app.access.rules import may_settle_texts
from app.api import bodies, documents, models
from app.api.answers import list_response
from app.api.documents import Document, moment
from app.api.doors import NotForYou, answered, key_of_request, once, staff_only
from app.api.idempotency import Answer
from app.api.text_models import OfNumberDocument, TextsQuery
from app.attachments.reading import asks_further, given_out
from app.reading.paging import read_id
from app.reading.voice import ShownVoice, shown_voice, voice_aside, waiting_voice
from app.texts.strays import ticket_to_add_to
from app.voice import messages
from app.voice.rows import VoiceAside, VoiceMessage
from tickets.ground.desk import Desk
from tickets.intake.draft import Draft, Strict, Words
from tickets.intake.register import check_draft

voice_api = APIBlueprint("voice_api", __name__, url_prefix="/api/v1", tag="voice")


class AddVoiceBody(Strict):
    """The ticket a message is added to, and what it says."""

    ref: Annotated[str, Field(max_length=20)]
    text: Words


class VoiceAsideBody(Strict):
    """Why nothing need come of it."""

    reason: VoiceAside


class VoiceDocument(BaseModel):
    """A message left by voice."""

    id: UUID
    at: datetime
    seconds: int
    from_masked: str | None
    #: Whether its sound can be had.
    sound: bool
    #: What the number asked before: open ones first, never a sealed matter.
    tickets: list[OfNumberDocument]
    #: added, registered, set_aside; None while it waits.
    settled_as: str | None
    reason: str | None
    by: str | None
    settled_at: datetime | None


class VoicePage(BaseModel):
    """A page of messages: those that wait, oldest first; those set aside, newest first."""

    items: list[VoiceDocument]
    next: str | None


def voice_document(shown: ShownVoice) -> Document:
    """A message as the list tells it."""
    row, step = shown.row, shown.step
    return {
        "id": str(row.id),
        "at": moment(row.at),
        "seconds": row.seconds,
        "from_masked": shown.phone_masked,
        "sound": shown.opens,
        "tickets": [{"ref": one.ref, "state": one.state, "title": one.title} for one in shown.tickets],
        "settled_as": row.settled_as,
        "reason": step.reason if step else None,
        "by": step.by if step else None,
        "settled_at": moment(step.at) if step else None,
    }


@voice_api.get("/voice-messages")
@staff_only
@voice_api.input(TextsQuery, location="query", arg_name="asked")
@voice_api.output(VoicePage, description="Messages left by voice")
def list_voice(asked: TextsQuery) -> Response:
    """List messages left by voice: those that wait, or those that were set aside."""
    _only_settlers()
    ask = voice_aside if asked.aside else waiting_voice
    rows = ask(g.desk, g.viewer, limit=asked.limit, after=read_id(asked.cursor, "cursor"))
    document = voice_document
    return list_response(rows, limit=asked.limit, document=document, key=lambda one: one.row.id)


@voice_api.get("/voice-messages/<voice_id>/sound")
@staff_only
@voice_api.output(
    FileSchema(type="string", format="binary"),
    content_type="audio/wav",
    description="The sound, as it was spoken",
)
def read_sound(voice_id: str) -> Response:
    """Listen to a message. Who did is written down."""
    desk: Desk = g.desk
    _only_settlers()
    row = messages.voice_seen(desk, messages.voice_id_of(voice_id))
    return given_out(desk.session, desk.vault, messages.heard(desk, row, further=asks_further()))


@voice_api.post("/voice-messages/<voice_id>/add")
@once
@staff_only
@voice_api.input(AddVoiceBody, arg_name="body")
@voice_api.output(VoiceDocument, description="The message, on its ticket")
def add_voice(voice_id: str, body: AddVoiceBody) -> Response:
    """Add a message to a ticket: its sound, and what it says in words."""
    desk: Desk = g.desk
    viewer: Viewer = g.viewer
    _only_settlers()
    known = messages.voice_seen(desk, messages.voice_id_of(voice_id)).id
    # The ticket is locked before the message: every move takes the ticket first.
    ticket = ticket_to_add_to(desk, viewer, body.ref)
    row = messages.locked_voice(desk, known)
    return _settled(row, lambda: messages.add_to_ticket(desk, viewer, row, ticket, body.text))


@voice_api.post("/voice-messages/<voice_id>/register")
@once
@staff_only
@voice_api.input(Draft, arg_name="draft", schema_name="Registration")
@voice_api.output(models.RegisteredDocument, status_code=201, description="The ticket and its tracking code")
def register_voice(voice_id: str, draft: Draft) -> Response:
    """Register a matter made of a message; without a number it is the one that called."""
    desk: Desk = g.desk
    viewer: Viewer = g.viewer
    _only_settlers()
    row = messages.locked_voice(desk, messages.voice_id_of(voice_id))
    check_draft(draft, desk.rules.units)

    def act() -> Answer:
        made = messages.register_from(desk, row, draft)
        document = documents.ticket_document(made.ticket, viewer)
        return Answer(201, {**document, "tracking_code": made.tracking_code})

    return answered(desk, key_of_request(), act)


@voice_api.post("/voice-messages/<voice_id>/set_aside")
@once
@staff_only
@voice_api.input(VoiceAsideBody, arg_name="body")
@voice_api.output(VoiceDocument, description="The message, set aside")
def set_voice_aside(voice_id: str, body: VoiceAsideBody) -> Response:
    """Say why nothing need come of a message."""
    _only_settlers()
    row = messages.locked_voice(g.desk, messages.voice_id_of(voice_id))
    return _settled(row, lambda: messages.set_aside(g.desk, row, body.reason))


@voice_api.post("/voice-messages/<voice_id>/put_back")
@once
@staff_only
@voice_api.input(bodies.NothingBody, arg_name="body")
@voice_api.output(VoiceDocument, description="The message, which waits again")
def put_voice_back(voice_id: str, body: bodies.NothingBody) -> Response:
    """Let a message that was set aside wait again."""
    _only_settlers()
    row = messages.locked_voice(g.desk, messages.voice_id_of(voice_id))
    return _settled(row, lambda: messages.put_back(g.desk, row))


def _settled(row: VoiceMessage, act: Callable[[], None]) -> Response:
    desk: Desk = g.desk

    def take() -> Answer:
        act()
        desk.session.flush()
        return Answer(200, voice_document(shown_voice(desk, g.viewer, row)))

    return answered(desk, key_of_request(), take)


def _only_settlers() -> None:
    if not may_settle_texts(g.viewer):
        raise NotForYou
