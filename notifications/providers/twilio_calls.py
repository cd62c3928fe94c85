"""What Twilio tells of calls, both ways: who calls, which keys, which recording, how it ended."""

import re
from collections.abc import Iterable

from notifications.providers.heard import CallRead
from notifications.providers.twilio import PHONE, SHAPES, fields_of, shaped

_CALL = re.compile(r"CA[0-9a-fA-F]{32}")
#: Whoever calls may come from a line without a number.
_LINE = re.compile(r"\+?[0-9]{0,15}|[A-Za-z]{1,15}|(sip|client):[A-Za-z0-9+@:._;=-]{1,100}")
#: What a field must look like wherever it comes.
SHAPES_OF_CALL = {
    "AccountSid": SHAPES["AccountSid"],
    "ApiVersion": SHAPES["ApiVersion"],
    "CallSid": _CALL,
    "CallStatus": re.compile(r"[a-z-]{1,20}"),
    "Digits": re.compile(r"[0-9*#]{0,32}|hangup"),
    "DialCallStatus": re.compile(r"[a-z-]{1,20}"),
    "From": _LINE,
    # -1 where nothing could be recorded.
    "RecordingDuration": re.compile(r"-1|[0-9]{0,5}"),
    "RecordingSid": re.compile(r"RE[0-9a-fA-F]{32}"),
    "To": _LINE,
    # What ended the wait for keys; the one name that begins small.
    "msg": re.compile(r"[A-Za-z ]{0,40}"),
}
#: After these nothing more comes of a call.
ENDED = frozenset({"completed", "busy", "failed", "no-answer", "canceled"})
#: How a call to the desk ended on which somebody spoke.
PICKED_UP = frozenset({"completed", "answered"})
#: What stands for a number that is withheld: ANONYMOUS and its like, as one writes them on keys.
WITHHELD = frozenset({"+266696687", "+7378742833", "+2562533", "+8656696", "+86282452253"})


def read_call(params: Iterable[tuple[str, str]], account_sid: str) -> CallRead:
    """
    Read what is told of a call whose signature was checked.

    :raises NotGenuine: as for a receipt.
    """
    fields = fields_of(params, account_sid, SHAPES_OF_CALL)
    caller = fields.get("From", "")
    withheld = caller in WITHHELD or not PHONE.fullmatch(caller)
    return CallRead(
        sid=shaped(fields, "CallSid", _CALL),
        phone=None if withheld else caller,
        ended=fields.get("CallStatus") in ENDED,
        keys=fields.get("Digits", ""),
        recording=fields.get("RecordingSid"),
        seconds=max(int(fields.get("RecordingDuration") or 0), 0),
        picked_up=fields.get("DialCallStatus") in PICKED_UP,
        status=fields.get("CallStatus", ""),
    )
