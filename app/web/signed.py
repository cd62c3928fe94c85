"""What came to a door of Twilio's and was signed by it; nothing else enters there."""

import logging
from typing import NoReturn

from flask import abort, request

from app.house import house
from notifications.providers.twilio import genuine

log = logging.getLogger(__name__)

FORM = "application/x-www-form-urlencoded"


def signed_by_twilio() -> list[tuple[str, str]]:
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
        refuse("shape")
    if not genuine(settings.base_url.rstrip("/") + path, params, signature, tokens):
        refuse("signature")
    return params


def refuse(why: str) -> NoReturn:
    """Turn away what is not from the provider."""
    # Only which part was wrong: never a number or a word of a text.
    log.warning("not from the provider", extra={"door": request.path, "why": why})
    abort(403)
