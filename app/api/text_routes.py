"""The routes of `/api/v1` for citizens' texts that belong to no ticket, and for those of one ticket."""

from collections.abc import Callable

from apiflask import APIBlueprint
from flask import Response, g

from app.access.accounts import Viewer
from app.access.rules import may_settle_texts
from app.api import bodies, documents, models, text_models
from app.api.answers import json_response, list_response
from app.api.doors import NotForYou, answered, key_of_request, on_ticket, once, staff_only
from app.api.idempotency import Answer
from app.reading.one_ticket import texts_of
from app.reading.paging import read_id
from app.reading.texts import shown_text, texts_aside, waiting_texts
from app.texts import strays
from notifications.message import InboundText
from tickets.ground.desk import Desk
from tickets.intake.draft import Draft
from tickets.intake.register import check_draft
from tickets.ticket import Ticket

texts_api = APIBlueprint("texts_api", __name__, url_prefix="/api/v1", tag="texts")


@texts_api.get("/texts")
@staff_only
@texts_api.input(text_models.TextsQuery, location="query", arg_name="asked")
@texts_api.output(text_models.TextPage, description="Texts that belong to no ticket")
def list_texts(asked: text_models.TextsQuery) -> Response:
    """List texts that belong to no ticket: those that wait, or those that were set aside."""
    _only_settlers()
    ask = texts_aside if asked.aside else waiting_texts
    rows = ask(g.desk, g.viewer, limit=asked.limit, after=read_id(asked.cursor, "cursor"))
    document = text_models.text_document
    return list_response(rows, limit=asked.limit, document=document, key=lambda one: one.row.id)


@texts_api.post("/texts/<text_id>/add")
@once
@staff_only
@texts_api.input(text_models.AddTextBody, arg_name="body")
@texts_api.output(text_models.TextDocument, description="The text, on its ticket")
def add_text(text_id: str, body: text_models.AddTextBody) -> Response:
    """Add the words of a text to a ticket, as what its citizen said."""
    desk: Desk = g.desk
    viewer: Viewer = g.viewer
    _only_settlers()
    known = strays.text_seen(desk, strays.text_id_of(text_id)).id
    # The ticket is locked before the text: every move takes the ticket first.
    ticket = strays.ticket_to_add_to(desk, viewer, body.ref)
    text = strays.locked_text(desk, known)
    return _settled(text, lambda: strays.add_to_ticket(desk, viewer, text, ticket))


@texts_api.post("/texts/<text_id>/register")
@once
@staff_only
@texts_api.input(Draft, arg_name="draft", schema_name="Registration")
@texts_api.output(models.RegisteredDocument, status_code=201, description="The ticket and its tracking code")
def register_text(text_id: str, draft: Draft) -> Response:
    """Register a matter made of a text; without a number it is the one the text came from."""
    desk: Desk = g.desk
    viewer: Viewer = g.viewer
    _only_settlers()
    text = strays.locked_text(desk, strays.text_id_of(text_id))
    check_draft(draft, desk.rules.units)

    def act() -> Answer:
        made = strays.register_from(desk, viewer, text, draft)
        document = documents.ticket_document(made.ticket, viewer)
        return Answer(201, {**document, "tracking_code": made.tracking_code})

    return answered(desk, key_of_request(), act)


@texts_api.post("/texts/<text_id>/set_aside")
@once
@staff_only
@texts_api.input(text_models.SetAsideBody, arg_name="body")
@texts_api.output(text_models.TextDocument, description="The text, set aside")
def set_text_aside(text_id: str, body: text_models.SetAsideBody) -> Response:
    """Say why nothing need come of a text."""
    _only_settlers()
    text = strays.locked_text(g.desk, strays.text_id_of(text_id))
    return _settled(text, lambda: strays.set_aside(g.desk, g.viewer, text, body.reason))


@texts_api.post("/texts/<text_id>/put_back")
@once
@staff_only
@texts_api.input(bodies.NothingBody, arg_name="body")
@texts_api.output(text_models.TextDocument, description="The text, which waits again")
def put_text_back(text_id: str, body: bodies.NothingBody) -> Response:
    """Let a text that was set aside wait again."""
    _only_settlers()
    text = strays.locked_text(g.desk, strays.text_id_of(text_id))
    return _settled(text, lambda: strays.put_back(g.desk, g.viewer, text))


@texts_api.get("/tickets/<ref>/texts")
@staff_only
@on_ticket()
@texts_api.output(text_models.TicketTextPage, description="Every text of the citizen, oldest first")
def read_texts(ticket: Ticket) -> Response:
    """Read what the citizen texted about a ticket, and what each text was taken for."""
    rows = texts_of(g.desk.session, ticket)
    return json_response({"items": [text_models.ticket_text_document(row) for row in rows], "next": None})


def _only_settlers() -> None:
    if not may_settle_texts(g.viewer):
        raise NotForYou


def _settled(text: InboundText, act: Callable[[], None]) -> Response:
    desk: Desk = g.desk

    def take() -> Answer:
        act()
        desk.session.flush()
        return Answer(200, text_models.text_document(shown_text(desk, g.viewer, text)))

    return answered(desk, key_of_request(), take)
