"""The routes of `/api/v1` for who takes calls: what the switch tells, and what is suggested for a matter."""

from apiflask import APIBlueprint
from flask import Response, g

from app.access.rules import may_register
from app.api import calling_models
from app.api.answers import json_response
from app.api.doors import NotForYou, answered, key_of_request, once, staff_only
from app.api.idempotency import Answer
from app.reading.suggesting import help_for
from tickets.ground.desk import Desk
from tickets.intake.calls import Told, hear
from tickets.intake.suggest import Matter

calling_api = APIBlueprint("calling_api", __name__, url_prefix="/api/v1", tag="calls")


@calling_api.post("/calls")
@once
@staff_only
@calling_api.input(calling_models.CallBody, arg_name="body")
@calling_api.output(calling_models.CallDocument, description="The call, and what was told of it so far")
def tell_call(body: calling_models.CallBody) -> Response:
    """Tell that a call rings, was answered, ended or was missed; told again, the first time stands."""
    desk: Desk = g.desk
    if not may_register(g.viewer):
        raise NotForYou

    def act() -> Answer:
        call = hear(desk, Told(body.call_id, body.event, body.seat, body.at, body.number))
        return Answer(200, calling_models.call_document(call, desk.vault))

    return answered(desk, key_of_request(), act)


@calling_api.get("/suggestions")
@staff_only
@calling_api.input(calling_models.SuggestionsQuery, location="query", arg_name="asked")
@calling_api.output(calling_models.SuggestionsDocument, description="Suggestions, each with its reason")
def suggest_for(asked: calling_models.SuggestionsQuery) -> Response:
    """Suggest kind, category and unit for a matter, and name open tickets that may be the same."""
    desk: Desk = g.desk
    if not may_register(g.viewer):
        raise NotForYou
    about = (asked.about_unit,) if asked.about_unit else ()
    helped = help_for(desk, g.viewer, Matter(asked.text, asked.division, about))
    return json_response(calling_models.suggestions_document(helped, desk.rules))
