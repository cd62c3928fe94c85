"""Twilio's doors for calls: it tells what happens on one and reads what to do next. All of it is signed."""

from collections.abc import Callable, Sequence

from flask import Blueprint, Response, abort
from flask.typing import ResponseReturnValue

from app.access.doors import open_to
from app.house import house
from app.voice.calls import Doors, Lines, Switchboard
from app.voice.verbs import Verb, as_xml
from app.web.signed import refuse, signed_by_twilio
from notifications.providers.heard import CallRead, NotGenuine
from notifications.providers.twilio_calls import read_call
from tickets.ground.desk import CITIZEN

voice = Blueprint("voice", __name__, url_prefix="/twilio/voice")


@voice.post("")
@open_to("provider")
def take_call() -> ResponseReturnValue:
    """A call begins."""
    return _answered(Switchboard.answer)


@voice.post("/dialled")
@open_to("provider")
def take_end_of_dialling() -> ResponseReturnValue:
    """What came of ringing at the desk."""
    return _answered(Switchboard.dialled)


@voice.post("/keys")
@open_to("provider")
def take_keys() -> ResponseReturnValue:
    """Keys were pressed, or none in time."""
    return _answered(Switchboard.keys)


@voice.post("/recorded")
@open_to("provider")
def take_recording() -> ResponseReturnValue:
    """Something was said after the tone."""
    return _answered(Switchboard.recorded)


@voice.post("/status")
@open_to("provider")
def take_status() -> ResponseReturnValue:
    """A call is over. Whatever else is told of one before its end needs nothing."""
    heard = _heard()
    if heard.ended:
        with house().open_desk(CITIZEN) as desk:
            Switchboard(desk, _doors(), Lines.of(house().settings)).ended(heard)
    return "", 204


def _answered(way: Callable[[Switchboard, CallRead], Sequence[Verb]]) -> Response:
    heard = _heard()
    with house().open_desk(CITIZEN) as desk:
        verbs = way(Switchboard(desk, _doors(), Lines.of(house().settings)), heard)
    return Response(as_xml(verbs), mimetype="text/xml")


def _heard() -> CallRead:
    if not house().settings.voice:
        abort(404)
    params = signed_by_twilio()
    try:
        return read_call(params, house().settings.twilio_account_sid or "")
    except NotGenuine as misshapen:
        refuse(str(misshapen))


def _doors() -> Doors:
    return Doors(house().settings.base_url.rstrip("/"))
