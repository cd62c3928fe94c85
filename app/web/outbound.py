"""Twilio's doors for calls we have it make: what is said, which keys, how it ended. All of it is signed."""

from uuid import UUID

from flask import Blueprint, Response, abort, request
from flask.typing import ResponseReturnValue

from app.access.doors import open_to
from app.house import house
from app.outbound.hearing import OnCall
from app.outbound.rows import Asks
from app.voice.verbs import as_xml
from app.web.signed import refuse, signed_by_twilio
from notifications.providers.heard import CallRead, NotGenuine, own_id
from notifications.providers.twilio_calls import read_call
from tickets.ground.desk import CITIZEN, Desk

outbound = Blueprint("outbound", __name__, url_prefix="/twilio/calls")


@outbound.post("/speak")
@open_to("provider")
def take_answer() -> ResponseReturnValue:
    """A call of ours was picked up."""
    call_id, heard = _heard()
    with house().open_desk(CITIZEN) as desk:
        verbs = _on_call(desk).speak(call_id, heard)
    return Response(as_xml(verbs), mimetype="text/xml")


@outbound.post("/keys")
@open_to("provider")
def take_keys() -> ResponseReturnValue:
    """Keys were pressed, or none in time."""
    call_id, heard = _heard()
    at = _one("at")
    if at not in set(Asks):
        refuse("at")
    with house().open_desk(CITIZEN) as desk:
        verbs = _on_call(desk).keys(call_id, heard, at)
    return Response(as_xml(verbs), mimetype="text/xml")


@outbound.post("/status")
@open_to("provider")
def take_status() -> ResponseReturnValue:
    """A call is over. Whatever else is told of one before its end needs nothing."""
    call_id, heard = _heard()
    if heard.ended:
        with house().open_desk(CITIZEN) as desk:
            _on_call(desk).ended(call_id, heard)
    return "", 204


def _heard() -> tuple[UUID, CallRead]:
    if not house().settings.voice:
        abort(404)
    params = signed_by_twilio()
    call_id = own_id(_one("call"))
    if call_id is None:
        refuse("call")
    try:
        return call_id, read_call(params, house().settings.twilio_account_sid or "")
    except NotGenuine as misshapen:
        refuse(str(misshapen))


def _one(name: str) -> str:
    """The one value of *name* in the address."""
    named = request.args.getlist(name)
    if len(named) != 1:
        refuse(name)
    return named[0]


def _on_call(desk: Desk) -> OnCall:
    return OnCall(desk, f"{house().settings.base_url.rstrip('/')}/twilio/calls/keys")
