"""Twilio: hand texts over, look up what was taken, read what it tells us. The only file that speaks it."""

import logging
import re
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit, urlunsplit
from uuid import UUID

from requests.exceptions import ConnectionError as NoConnection
from twilio.base.exceptions import TwilioException, TwilioRestException
from twilio.http.http_client import TwilioHttpClient
from twilio.request_validator import RequestValidator
from twilio.rest import Client

from notifications.message import Fate
from notifications.providers import LookUpFailed, NotTaken, OutcomeUnknown, Parcel, Sent, Trouble
from notifications.providers.heard import NotGenuine, ReceiptRead, TextRead, own_id
from notifications.providers.wire import never_left

#: Twilio's error codes in our words, of refusals and receipts. One not listed is judged by its HTTP status.
TROUBLES = {
    20003: Trouble.MISCONFIGURED,  # wrong account or token
    20404: Trouble.MISCONFIGURED,
    20429: Trouble.BUSY,
    10004: Trouble.BUSY,  # as many calls at once as the account may make
    21205: Trouble.MISCONFIGURED,  # the address that speaks
    21210: Trouble.MISCONFIGURED,  # a number that is not ours to call from
    21212: Trouble.MISCONFIGURED,
    21214: Trouble.BAD_NUMBER,
    21215: Trouble.NOT_ALLOWED,  # calls to that region are not enabled
    21216: Trouble.NOT_ALLOWED,
    21217: Trouble.BAD_NUMBER,
    21211: Trouble.BAD_NUMBER,
    21408: Trouble.NOT_ALLOWED,  # region not enabled
    21602: Trouble.REJECTED,  # no text
    21606: Trouble.MISCONFIGURED,  # this sender cannot send
    21609: Trouble.MISCONFIGURED,  # our receipt address
    21610: Trouble.OPTED_OUT,  # the citizen answered STOP
    21611: Trouble.BUSY,  # the sender's queue is full
    21612: Trouble.NOT_ALLOWED,  # no way from this sender to that number
    21614: Trouble.BAD_NUMBER,  # not a mobile
    21617: Trouble.REJECTED,  # longer than 1,600 characters
    30001: Trouble.BUSY,
    30002: Trouble.MISCONFIGURED,  # account suspended
    30003: Trouble.PHONE_OFF,
    30004: Trouble.FILTERED,  # blocked by the phone or its network
    30005: Trouble.BAD_NUMBER,
    30006: Trouble.BAD_NUMBER,  # landline
    30007: Trouble.FILTERED,
    30008: Trouble.UNKNOWN,
}

#: Refusals without a code we know.
BY_STATUS = {
    401: Trouble.MISCONFIGURED,
    403: Trouble.MISCONFIGURED,
    404: Trouble.MISCONFIGURED,
    429: Trouble.BUSY,
}

#: What a receipt's MessageStatus tells us. One not listed tells us nothing new.
FATES = {
    "sent": Fate.SENT,
    "delivered": Fate.DELIVERED,
    "read": Fate.DELIVERED,
    "undelivered": Fate.UNDELIVERABLE,
    "failed": Fate.UNDELIVERABLE,
}

#: Twilio's clock and our database's may differ this much.
SKEW = timedelta(minutes=5)

_SID = re.compile(r"(SM|MM)[0-9a-fA-F]{32}")
_STATUS = re.compile(r"[a-z_]{1,32}")
_CODE = re.compile(r"[0-9]{1,6}")
PHONE = re.compile(r"\+[1-9][0-9]{4,14}")
_SENDER = re.compile(r"\+?[0-9]{3,15}|[A-Za-z][A-Za-z0-9 ]{0,10}")

#: What a field must look like wherever it comes. Of the others only the name has a shape.
SHAPES = {
    "AccountSid": re.compile(r"AC[0-9a-fA-F]{32}"),
    "ApiVersion": re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}"),
    "ErrorCode": re.compile(r"[0-9]{0,6}"),
    "From": _SENDER,
    "MessageSid": _SID,
    "MessageStatus": _STATUS,
    "MessagingServiceSid": re.compile(r"MG[0-9a-fA-F]{32}"),
    "SmsSid": _SID,
    "SmsStatus": _STATUS,
    "To": _SENDER,
}
#: What must say the same where both come.
TWINS = (("MessageSid", "SmsSid"), ("MessageStatus", "SmsStatus"))
_NAME = re.compile(r"[A-Z][A-Za-z]{0,39}[0-9]{0,2}")


@dataclass(frozen=True)
class Account:
    """Our account at Twilio, and who sends: a number, or a Messaging Service (MG…)."""

    sid: str
    token: str
    sender: str


class Twilio:
    """The Messages API. It is never asked twice without a look-up: it knows no idempotency key."""

    name = "twilio"
    #: To mainland numbers; Twilio brings nothing back from there.
    takes_upstream = False
    abroad = True
    tells = True

    def __init__(
        self, account: Account, *, base_url: str, api_base: str | None = None, timeout: float = 10.0
    ) -> None:
        """Receipts come back to *base_url*; *api_base* stands in for Twilio's own address."""
        # Its debug lines hold the address of each look-up, and with it the number.
        logging.getLogger("urllib3.connectionpool").setLevel(logging.INFO)
        self._client = Client(account.sid, account.token, http_client=_Http(api_base, timeout))
        is_service = account.sender.startswith("MG")
        self._sender = {"messaging_service_sid" if is_service else "from_": account.sender}
        self._receipts = f"{base_url.rstrip('/')}/twilio/receipts"

    def why_not(self, parcel: Parcel) -> Trouble | None:
        """Nothing: what it does not take, it says when it is asked."""
        return None

    def send(self, parcel: Parcel) -> Sent:
        """Create the message; our own id travels in the address of its receipts."""
        try:
            taken = self._client.messages.create(
                to=parcel.phone,
                body=parcel.text,
                status_callback=f"{self._receipts}?message={parcel.our_id}",
                **self._sender,
            )
            if not _SID.fullmatch(str(taken.sid)):
                raise OutcomeUnknown("an answer without a sid")
        except TwilioRestException as refusal:
            # Not chained: Twilio's own sentence holds the number, a traceback would carry it into the log.
            raise why_refused(int(refusal.code or 0), int(refusal.status)) from None
        except NoConnection as gone:
            if never_left(gone):
                raise NotTaken(Trouble.UNREACHABLE, type(gone).__name__) from None
            raise OutcomeUnknown(type(gone).__name__) from None
        except (TwilioException, OSError, ValueError, KeyError, TypeError, AttributeError) as unreadable:
            raise OutcomeUnknown(type(unreadable).__name__) from None
        # A Messaging Service picks the sender later, and says 0 until then.
        return Sent(sid=taken.sid, segments=int(taken.num_segments or 0) or None)

    def find(self, parcel: Parcel, since: datetime) -> Sequence[str]:
        """
        List the number's texts and compare their words.

        Not filtered by DateSent: a text that still waits in Twilio's queue has none, and must be found too.
        """
        try:
            listed = self._client.messages.list(to=parcel.phone, page_size=100, limit=200)
            return [
                text.sid
                for text in reversed(listed)
                if text.body == parcel.text
                and text.date_created is not None
                and text.date_created >= since - SKEW
            ]
        except (TwilioException, OSError, ValueError, KeyError, TypeError, AttributeError) as gone:
            raise LookUpFailed(type(gone).__name__) from None


def genuine(url: str, params: Iterable[tuple[str, str]], signature: str, tokens: Sequence[str]) -> bool:
    """
    Check the signature of a request against each live token; two while one is being replaced.

    *url* is the public base address with the raw path and query, as Twilio saw it. A doubled parameter is
    refused: the signature collapses repeated values, so it does not prove them.
    """
    pairs = list(params)
    fields = dict(pairs)
    if len(fields) != len(pairs):
        return False
    return any(RequestValidator(token).validate(url, fields, signature) for token in tokens)


def read_receipt(params: Iterable[tuple[str, str]], our_id: str | None, account_sid: str) -> ReceiptRead:
    """
    Read a receipt whose signature was checked.

    The signature joins names and values without a mark between them, so it does not prove where one ends:
    every field we use must be there and have its exact shape, also *our_id*, which stands in the address.
    Fields we do not know are let through, Twilio adds some from time to time, but none that may be made of
    the name or the value of one we know.

    :raises NotGenuine: a field is missing or misshapen, or it is for another account.
    """
    fields = fields_of(params, account_sid)
    status = shaped(fields, "MessageStatus", _STATUS)
    fate = FATES.get(status)
    error = None
    if fate is Fate.UNDELIVERABLE:
        code = shaped(fields, "ErrorCode", _CODE) if fields.get("ErrorCode") else "0"
        error = TROUBLES.get(int(code), Trouble.UNKNOWN)
    return ReceiptRead(_own_id(our_id), shaped(fields, "MessageSid", _SID), status, fate, error)


def read_text(params: Iterable[tuple[str, str]], account_sid: str) -> TextRead:
    """
    Read a citizen's text whose signature was checked.

    :raises NotGenuine: as for a receipt.
    """
    fields = fields_of(params, account_sid)
    if "Body" not in fields:
        raise NotGenuine("Body")
    # A text may say anything, so a field that is signed right behind it may be the end of it.
    if any("Body" < name < "From" for name in fields):
        raise NotGenuine("a field behind the body")
    return TextRead(shaped(fields, "MessageSid", _SID), shaped(fields, "From", PHONE), fields["Body"])


class _Http(TwilioHttpClient):  # type: ignore[misc]  # the library ships no types
    """Twilio's own client with a time-out, another address where asked for, and no log of whom we text."""

    def __init__(self, base: str | None, timeout: float) -> None:
        # No retries below us: a repeated POST is a second text.
        super().__init__(timeout=timeout, max_retries=0)
        self._base = urlsplit(base) if base else None

    def request(self, method: str, url: str, **more: Any) -> Any:
        """Make the call, to the other address where one is set."""
        if self._base:
            wanted = urlsplit(url)
            path = self._base.path.rstrip("/") + wanted.path
            url = urlunsplit((self._base.scheme, self._base.netloc, path, wanted.query, ""))
        return super().request(method, url, **more)

    def log_request(self, kwargs: dict[str, Any]) -> None:
        """Keep quiet: the library would log the number in every look-up."""

    def log_response(self, status_code: int, response: Any) -> None:
        """Keep quiet, as above."""


def why_refused(code: int, status: int) -> NotTaken | OutcomeUnknown:
    """Say what an error of Twilio's proves: that nothing was taken, or nothing at all."""
    detail = f"code {code}, status {status}"
    if status >= 500 or status == 408:
        return OutcomeUnknown(detail)
    return NotTaken(TROUBLES.get(code) or BY_STATUS.get(status, Trouble.REJECTED), detail)


def fields_of(
    params: Iterable[tuple[str, str]], account_sid: str, shapes: Mapping[str, re.Pattern[str]] = SHAPES
) -> dict[str, str]:
    """
    The fields of a request whose signature was checked, each in its shape.

    :raises NotGenuine: one is doubled or misshapen, or it is for another account.
    """
    pairs = list(params)
    fields = dict(pairs)
    if len(fields) != len(pairs):
        raise NotGenuine("a doubled parameter")
    if fields.get("AccountSid") != account_sid:
        raise NotGenuine("AccountSid")
    for name, value in fields.items():
        if name in shapes:
            shaped(fields, name, shapes[name])
        elif not _NAME.fullmatch(name) or _may_be_a_part(name, value, shapes.keys() - fields.keys()):
            raise NotGenuine("a field that is none")
    if any(one in fields and other in fields and fields[one] != fields[other] for one, other in TWINS):
        raise NotGenuine("two fields that differ")
    return fields


def _may_be_a_part(name: str, value: str, missing: Set[str]) -> bool:
    """Whether a field we do not know may be cut from, or have swallowed, one we know and that is missing."""
    return any(
        name.startswith(known) or known.startswith(name) or (len(known) > 8 and known in value)
        for known in missing
    )


def shaped(fields: Mapping[str, str], name: str, shape: re.Pattern[str]) -> str:
    """
    The field *name*, in its *shape*.

    :raises NotGenuine: it is missing or misshapen.
    """
    value = fields.get(name, "")
    if not shape.fullmatch(value):
        raise NotGenuine(name)
    return value


def _own_id(written: str | None) -> UUID | None:
    if written is None:
        return None
    read = own_id(written)
    if read is None:
        raise NotGenuine("message")
    return read
