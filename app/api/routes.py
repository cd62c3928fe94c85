"""The routes of `/api/v1` that have to do with one ticket: register, list, read, and one route a move."""

from collections.abc import Callable

from apiflask import APIBlueprint
from flask import Response, g

from app.access.accounts import Viewer
from app.access.doors import clock_seen
from app.access.rules import may_register
from app.api import bodies, documents, models
from app.api.answers import json_response, list_response, read_cursor
from app.api.doors import NotForYou, answered, expected_version, key_of_request, on_ticket, once, staff_only
from app.api.idempotency import Answer
from app.house import most_looks
from app.identity import show_identity
from app.moves import DOORS, Door, check_decision_body, decide, make, request_of, step, take_down
from app.reading.listing import Wanted, tickets_for
from app.reading.one_ticket import facts_of, hides_kind, messages_of
from app.reading.outbound import calls_of
from tickets.clocks.why import why
from tickets.ground.desk import Desk
from tickets.ground.flow import Move
from tickets.intake.draft import Draft, Strict
from tickets.intake.register import check_draft
from tickets.ticket import Ticket

api = APIBlueprint("api", __name__, url_prefix="/api/v1", tag="tickets")


@api.post("/tickets")
@once
@staff_only
@api.input(Draft, arg_name="draft", schema_name="Registration")
@api.output(models.RegisteredDocument, status_code=201, description="The ticket and its tracking code")
def register_ticket(draft: Draft) -> Response:
    """Register a matter: it gets a number, a tracking code and its first clock."""
    desk: Desk = g.desk
    viewer: Viewer = g.viewer
    check_draft(draft, desk.rules.units)

    def act() -> Answer:
        if not may_register(viewer):
            raise NotForYou(move=Move.REGISTER)
        made = take_down(desk, draft)
        document = documents.ticket_document(made.ticket, viewer)
        return Answer(201, {**document, "tracking_code": made.tracking_code})

    return answered(desk, key_of_request(), act)


@api.get("/tickets")
@staff_only
@api.input(bodies.ListQuery, location="query", arg_name="asked")
@api.output(models.TicketPage, description="The tickets one may know of, newest first")
def list_tickets(asked: bodies.ListQuery) -> Response:
    """List tickets, newest first."""
    desk: Desk = g.desk
    viewer: Viewer = g.viewer
    wanted = Wanted(**asked.model_dump(exclude={"limit", "cursor"}))
    rows = tickets_for(desk, viewer, wanted, limit=asked.limit, before=read_cursor(asked.cursor))
    return list_response(
        rows,
        limit=asked.limit,
        document=lambda row: documents.ticket_document(row, viewer),
        key=lambda row: row.id,
    )


@api.get("/tickets/<ref>")
@staff_only
@on_ticket()
@api.output(models.TicketDocument, description="The ticket")
def read_ticket(ticket: Ticket) -> Response:
    """Read one ticket."""
    document = documents.ticket_document(ticket, g.viewer)
    return json_response(document, etag=f'"{ticket.version}"')


@api.get("/tickets/<ref>/timeline")
@staff_only
@on_ticket()
@api.input(bodies.PageQuery, location="query", arg_name="asked")
@api.output(models.FactPage, description="What happened, oldest first")
def read_timeline(ticket: Ticket, asked: bodies.PageQuery) -> Response:
    """Read what happened to a ticket."""
    rows = facts_of(g.desk.session, g.viewer, ticket, limit=asked.limit, after=read_cursor(asked.cursor) or 0)
    return list_response(
        rows,
        limit=asked.limit,
        document=lambda row: documents.fact_document(row.entry, row.note),
        key=lambda row: row.entry.seq,
    )


@api.get("/tickets/<ref>/clocks")
@staff_only
@on_ticket()
@api.output(models.ClockPage, description="Every promise, oldest first")
def read_clocks(ticket: Ticket) -> Response:
    """Read the clocks of a ticket."""
    hides = hides_kind(g.viewer, ticket)
    items = [documents.clock_document(clock, hides=hides) for clock in ticket.clocks]
    return json_response({"items": items, "next": None})


@api.get("/clocks/<clock_id>/explanation")
@staff_only
@api.output(models.ExplanationDocument, description="Every day from the start to the due moment")
def explain_clock(clock_id: str) -> Response:
    """Read why a clock is due when it is."""
    desk: Desk = g.desk
    ticket, clock = clock_seen(desk, g.viewer, clock_id)
    told = why(desk.rules, ticket, clock)
    return json_response(documents.explanation_document(told, hides=hides_kind(g.viewer, ticket)))


@api.get("/tickets/<ref>/messages")
@staff_only
@on_ticket()
@api.output(models.MessagePage, description="Every text, oldest first")
def read_messages(ticket: Ticket) -> Response:
    """Read the messages of a ticket and what became of them."""
    rows = messages_of(g.desk.session, ticket)
    return json_response({"items": [documents.message_document(row, ticket) for row in rows], "next": None})


@api.get("/tickets/<ref>/outbound_calls")
@staff_only
@on_ticket()
@api.output(models.OutboundCallPage, description="Every call the house made, oldest first")
def read_outbound_calls(ticket: Ticket) -> Response:
    """Read the calls the house made about a ticket by itself, and what came of them."""
    rows = calls_of(g.desk.session, ticket)
    return json_response({"items": [documents.outbound_call_document(row) for row in rows], "next": None})


@api.get("/tickets/<ref>/identity")
@staff_only
@on_ticket(lock=True)
@api.input(bodies.ReasonQuery, location="query", arg_name="asked")
@api.output(models.IdentityDocument, description="Who asks, in clear")
def read_identity(ticket: Ticket, asked: bodies.ReasonQuery) -> Response:
    """Show who asks, in clear. The look and its reason are a fact."""
    shown = show_identity(g.desk, g.viewer, ticket, reason=asked.reason, most=most_looks(g.viewer))
    return json_response(shown)


@api.post("/tickets/<ref>/requests/<request_id>/decide")
@once
@staff_only
@on_ticket(lock=True)
@api.input(bodies.DecideBody, arg_name="body")
@api.output(models.TicketDocument, description="The ticket after the decision")
def decide_request(ticket: Ticket, request_id: str, body: bodies.DecideBody) -> Response:
    """Grant or refuse what somebody else asked."""
    desk: Desk = g.desk
    request = request_of(ticket, request_id)
    check_decision_body(body)

    def act() -> Answer:
        step(
            desk, g.viewer, ticket, expected_version(), lambda: decide(desk, g.viewer, ticket, request, body)
        )
        return Answer(200, documents.ticket_document(ticket, g.viewer))

    return answered(desk, key_of_request(), act)


def _route(move: Move, door: Door) -> None:
    """Add the route of one move."""

    def take(ticket: Ticket, body: Strict) -> Response:
        desk: Desk = g.desk
        door.check(desk, g.viewer, ticket, body)

        def act() -> Answer:
            step(desk, g.viewer, ticket, expected_version(), lambda: make(desk, ticket, g.viewer, move, body))
            return Answer(200, documents.ticket_document(ticket, g.viewer))

        return answered(desk, key_of_request(), act)

    take.__doc__ = f"Make the move `{move}`; gives the ticket after it."
    take.__name__ = f"move_{move}"
    view: Callable[..., Response] = take
    view = api.output(models.TicketDocument, description="The ticket after the move")(view)
    view = api.input(door.body, arg_name="body", schema_name=f"{move.title().replace('_', '')}Body")(view)
    view = once(staff_only(on_ticket(lock=True)(view)))
    api.post(f"/tickets/<ref>/{move}", endpoint=f"move_{move}")(view)


for _move, _door in DOORS.items():
    _route(_move, _door)
