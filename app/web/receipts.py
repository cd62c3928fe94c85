"""The provider's own doors: receipts of our texts, and texts of citizens. Nothing enters unsigned."""

from flask import Blueprint, Response, request
from flask.typing import ResponseReturnValue

from app.access.doors import open_to
from app.house import house
from app.texts.hearing import hear
from app.web.signed import refuse, signed_by_twilio
from notifications.outbox import now_of
from notifications.providers.heard import NotGenuine
from notifications.providers.twilio import read_receipt, read_text
from notifications.receipts import take_receipt

receipts = Blueprint("receipts", __name__, url_prefix="/twilio")

SAYS_NOTHING = '<?xml version="1.0" encoding="UTF-8"?><Response/>'


@receipts.post("/receipts")
@open_to("provider")
def take_twilio_receipt() -> ResponseReturnValue:
    """Twilio tells what became of a text. 204 for a repeated or unknown one as well: it is kept."""
    params = signed_by_twilio()
    try:
        read = read_receipt(params, _our_id(), house().settings.twilio_account_sid or "")
    except NotGenuine as misshapen:
        refuse(str(misshapen))
    with house().session() as session, session.begin():
        take_receipt(
            session,
            provider="twilio",
            our_id=read.our_id,
            sid=read.sid,
            status=read.status,
            fate=read.fate,
            error=read.error,
            at=now_of(session),
        )
    return "", 204


@receipts.post("/sms")
@open_to("provider")
def take_twilio_text() -> ResponseReturnValue:
    """Twilio brings a citizen's text. The answer holds no text of ours: those leave through the outbox."""
    params = signed_by_twilio()
    try:
        read = read_text(params, house().settings.twilio_account_sid or "")
    except NotGenuine as misshapen:
        refuse(str(misshapen))
    hear(house(), "twilio", read.sid, read.phone, read.words)
    return Response(SAYS_NOTHING, mimetype="text/xml")


def _our_id() -> str | None:
    named = request.args.getlist("message")
    if len(named) > 1:
        refuse("message")
    return named[0] if named else None
