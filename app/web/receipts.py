"""The provider's own doors: receipts of our texts, and texts of citizens. Nothing enters unsigned."""

import logging
from typing import NoReturn

from flask import Blueprint, Response, abort, request
from flask.typing import ResponseReturnValue

from app.access.doors import open_to
from app.house import house
from app.texts.hearing import hear
from notifications.outbox import now_of
from notifications.providers.heard import NotGenuine
from notifications.providers.twilio import genuine, read_receipt, read_text
from notifications.receipts import take_receipt

log = logging.getLogger(__name__)

receipts = Blueprint("receipts", __name__, url_prefix="/twilio")

FORM = "application/x-www-form-urlencoded"
SAYS_NOTHING = '<?xml version="1.0" encoding="UTF-8"?><Response/>'


@receipts.post("/receipts")
@open_to("provider")
def take_twilio_receipt() -> ResponseReturnValue:
    """Twilio tells what became of a text. 204 for a repeated or unknown one as well: it is kept."""
    params = _signed()
    try:
        read = read_receipt(params, _our_id(), house().settings.twilio_account_sid or "")
    except NotGenuine as misshapen:
        _refuse(str(misshapen))
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
    params = _signed()
    try:
        read = read_text(params, house().settings.twilio_account_sid or "")
    except NotGenuine as misshapen:
        _refuse(str(misshapen))
    hear(house(), "twilio", read.sid, read.phone, read.words)
    return Response(SAYS_NOTHING, mimetype="text/xml")


def _signed() -> list[tuple[str, str]]:
    """Give the fields of this request if Twilio signed them with a token that is in force."""
    settings = house().settings
    if "twilio" not in settings.providers:
        abort(404)
    tokens = [token for token in (settings.twilio_auth_token, settings.twilio_auth_token_old) if token]
    params = list(request.form.items(multi=True)) if request.mimetype == FORM else []
    # As it came on the wire: request.url is decoded, and believes what a proxy says of host and scheme.
    path: str = request.environ.get("RAW_URI", "")
    signature = request.headers.get("X-Twilio-Signature", "")
    if not path.startswith("/") or not params:
        _refuse("shape")
    if not genuine(settings.base_url.rstrip("/") + path, params, signature, tokens):
        _refuse("signature")
    return params


def _our_id() -> str | None:
    named = request.args.getlist("message")
    if len(named) > 1:
        _refuse("message")
    return named[0] if named else None


def _refuse(why: str) -> NoReturn:
    # Only which part was wrong: never a number or a word of a text.
    log.warning("not from the provider", extra={"door": request.path, "why": why})
    abort(403)
