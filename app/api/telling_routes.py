"""The routes of `/api/v1` for what could not be brought by text and is told on the telephone."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from apiflask import APIBlueprint
from flask import Response, g
from pydantic import BaseModel, Field

from app.access.rules import RULES
from app.api.answers import json_response, list_response
from app.api.bodies import Note, PageQuery
from app.api.documents import Document, moment
from app.api.doors import NotForYou, answered, key_of_request, once, staff_only
from app.api.idempotency import Answer
from app.house import most_looks
from app.reading.paging import written
from app.reading.telling import ToTell, calls_to_make
from app.texts import telling
from tickets.ground.desk import Desk
from tickets.intake.draft import Strict

telling_api = APIBlueprint("telling_api", __name__, url_prefix="/api/v1", tag="told by telephone")


class CallsQuery(PageQuery):
    """Which calls."""

    #: Those outside the hours their citizens asked for.
    later: bool = False


class ToldBody(Strict):
    """What came of the call, and about which texts; about all where none is named."""

    result: telling.Result
    note: Note = ""
    messages: Annotated[list[UUID], Field(min_length=1, max_length=100)] | None = None


class UnsentDocument(BaseModel):
    """A text that could not be brought."""

    id: UUID
    template: str
    fate: str
    #: The rule that forbids it, or our word for what went wrong.
    because: str | None


class CallDocument(BaseModel):
    """A citizen to call; nothing of the matter."""

    ref: str
    phone_masked: str | None
    since: datetime
    tries: int
    call_from: str | None
    call_to: str | None
    messages: list[UnsentDocument]


class CallPage(BaseModel):
    """A page of calls, who waits longest first."""

    items: list[CallDocument]
    next: str | None


class WordsDocument(BaseModel):
    """A text to tell, as it was to be read."""

    template: str
    words: str


class OpenedCallDocument(BaseModel):
    """The number to dial, and what to tell. The look is a fact."""

    phone: str | None
    texts: list[WordsDocument]


class ToldDocument(BaseModel):
    """What came of the call."""

    ref: str
    result: str


@telling_api.get("/to_tell")
@staff_only
@telling_api.input(CallsQuery, location="query", arg_name="asked")
@telling_api.output(CallPage, description="Whom to call")
def list_calls(asked: CallsQuery) -> Response:
    """List the citizens to whom somebody must tell by telephone what no text could."""
    _only_tellers()
    rows = calls_to_make(g.desk, g.viewer, later=asked.later, limit=asked.limit, after=asked.cursor)
    return list_response(
        rows, limit=asked.limit, document=_document, key=lambda one: written(one.since, one.ticket.id)
    )


@telling_api.get("/tickets/<ref>/to_tell")
@staff_only
@telling_api.output(OpenedCallDocument, description="The number, and the words to tell")
def open_call(ref: str) -> Response:
    """Show the number and what to tell. The look is a fact."""
    desk: Desk = g.desk
    _only_tellers()
    call = telling.call_for(desk, g.viewer, ref)
    opened = telling.open_call(desk, g.viewer, call, most=most_looks(g.viewer))
    texts = [{"template": template, "words": words} for template, words in opened.words]
    return json_response({"phone": opened.phone, "texts": texts})


@telling_api.post("/tickets/<ref>/told")
@once
@staff_only
@telling_api.input(ToldBody, arg_name="body")
@telling_api.output(ToldDocument, description="What came of the call")
def note_call(ref: str, body: ToldBody) -> Response:
    """Write down what came of the call."""
    desk: Desk = g.desk
    _only_tellers()

    def act() -> Answer:
        call = telling.call_for(desk, g.viewer, ref)
        telling.note_call(desk, call, body.result, note=body.note, only=body.messages)
        return Answer(200, {"ref": call.ticket.ref, "result": body.result})

    return answered(desk, key_of_request(), act)


def _only_tellers() -> None:
    if g.viewer.role not in RULES.texts["tell"]:
        raise NotForYou


def _document(one: ToTell) -> Document:
    ticket = one.ticket
    return {
        "ref": ticket.ref,
        "phone_masked": ticket.identity.phone_masked if ticket.identity and not ticket.sealed else None,
        "since": moment(one.since),
        "tries": one.tries,
        "call_from": ticket.call_from.isoformat("minutes") if ticket.call_from else None,
        "call_to": ticket.call_to.isoformat("minutes") if ticket.call_to else None,
        "messages": [
            {
                "id": str(message.id),
                "template": message.template,
                "fate": message.fate,
                "because": message.held_because or message.error_code,
            }
            for message in one.messages
        ],
    }
