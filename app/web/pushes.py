"""Aliyun's doors: receipts of our texts, and citizens' texts. Unsigned, so the address is the secret."""

import logging
from collections.abc import Callable
from typing import NoReturn, TypeVar

from flask import Blueprint, abort, request
from flask.typing import ResponseReturnValue

from app.access.doors import open_to
from app.house import house
from app.texts.hearing import hear
from notifications.outbox import now_of
from notifications.providers.aliyun import Aliyun
from notifications.providers.aliyun_pushes import opens, read_receipts, read_texts
from notifications.providers.heard import NotGenuine
from notifications.receipts import take_receipt

log = logging.getLogger(__name__)

pushes = Blueprint("pushes", __name__, url_prefix="/aliyun")

Read = TypeVar("Read")

#: They look at the code only, and send again what is answered with anything but 200.
TAKEN = {"code": 0, "msg": "成功"}


@pushes.post("/<token>/receipts")
@open_to("provider")
def take_receipts(token: str) -> ResponseReturnValue:
    """Aliyun tells what became of texts. Repeated and unknown ones are kept once, as Twilio's are."""
    for read in _heard(token, read_receipts):
        with house().session() as session, session.begin():
            take_receipt(
                session,
                provider=Aliyun.name,
                our_id=read.our_id,
                sid=read.sid,
                status=read.status,
                fate=read.fate,
                error=read.error,
                at=now_of(session),
            )
    return TAKEN


@pushes.post("/<token>/texts")
@open_to("provider")
def take_texts(token: str) -> ResponseReturnValue:
    """Aliyun brings citizens' texts."""
    for read in _heard(token, read_texts):
        hear(house(), Aliyun.name, read.sid, read.phone, read.words)
    return TAKEN


def _heard(token: str, read: Callable[[bytes], tuple[list[Read], int]]) -> list[Read]:
    """What this request says, if it came to an address that is in force."""
    settings = house().settings
    live = [one for one in (settings.aliyun_push_token, settings.aliyun_push_token_old) if one]
    if Aliyun.name not in settings.providers or not opens(token, live):
        # To whoever does not know the address there is no such door.
        abort(404)
    try:
        found, strange = read(request.get_data())
    except NotGenuine as misshapen:
        _refuse(str(misshapen))
    if strange:
        log.warning("entries in a shape we do not know", extra={"door": request.endpoint, "count": strange})
    return found


def _refuse(why: str) -> NoReturn:
    # The name of the door, not the address: that is the secret.
    log.warning("not from the provider", extra={"door": request.endpoint, "why": why})
    abort(400)
