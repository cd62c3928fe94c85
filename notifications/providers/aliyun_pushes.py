"""What Aliyun pushes to us: receipts (SmsReport) and citizens' texts (SmsUp)."""

import hmac
import json
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

from notifications.message import Fate
from notifications.providers import Trouble
from notifications.providers.heard import NotGenuine, ReceiptRead, TextRead, own_id

Read = TypeVar("Read")

#: Why a text did not arrive, in our words. One not listed is `unknown`.
TROUBLES = {
    "MOBILE_NOT_ON_SERVICE": Trouble.PHONE_OFF,
    "MOBILE_ACCOUNT_ABNORMAL": Trouble.PHONE_OFF,
    "MOBLLE_TERMINAL_ERROR": Trouble.PHONE_OFF,  # they spell it so
    "INVALID_NUMBER": Trouble.BAD_NUMBER,
    "MOBILE_IN_BLACK": Trouble.OPTED_OUT,
    "USER_REJECT": Trouble.OPTED_OUT,
    "MOBILE_SEND_LIMIT": Trouble.FILTERED,
    "CONTENT_KEYWORD": Trouble.FILTERED,
    "CONTENT_ERROR": Trouble.FILTERED,
    "SIGNATURE_BLACKLIST": Trouble.FILTERED,
    "SP_NOT_BY_INTER_SMS": Trouble.NOT_ALLOWED,
}

#: What they send at once is far less.
MOST_AT_ONCE = 2000

_STATUS = re.compile(r"[A-Za-z0-9_.:-]{1,64}")
_SID = re.compile(r"[0-9A-Za-z^]{1,64}")
_PHONE = re.compile(r"(?:\+?86)?(?P<number>1[0-9]{10})")
_SEQUENCE = re.compile(r"[0-9]{1,32}")
_MOMENT = re.compile(r"[0-9]{4}-?[0-9]{2}-?[0-9]{2}[ T]?[0-9]{2}:?[0-9]{2}:?[0-9]{2}")
MOST_WORDS = 2000


def opens(token: str, live: Sequence[str]) -> bool:
    """Whether *token* is one of those in force; how long it takes tells nobody how near it was."""
    fits = [hmac.compare_digest(token.encode(), one.encode()) for one in live]
    return any(fits)


def read_receipts(body: bytes) -> tuple[list[ReceiptRead], int]:
    """
    Read the receipts in *body*; gives them, and how many entries are none.

    One entry in a shape we do not know keeps no other from being heard: they would send it all again.

    :raises NotGenuine: it is no list.
    """
    return _each(body, _receipt)


def read_texts(body: bytes) -> tuple[list[TextRead], int]:
    """
    Read the citizens' texts in *body*; gives them, and how many entries are none.

    :raises NotGenuine: it is no list.
    """
    return _each(body, _text)


def _each(body: bytes, read: Callable[[Mapping[str, Any]], Read]) -> tuple[list[Read], int]:
    try:
        entries = json.loads(body, object_pairs_hook=_without_doubles)
    except (ValueError, RecursionError):
        raise NotGenuine("no JSON") from None
    if not isinstance(entries, list) or len(entries) > MOST_AT_ONCE:
        raise NotGenuine("no list")
    found, strange = [], 0
    for entry in entries:
        try:
            found.append(read(entry if isinstance(entry, dict) else {}))
        except NotGenuine:
            strange += 1
    return found, strange


def _receipt(entry: Mapping[str, Any]) -> ReceiptRead:
    arrived = entry.get("success")
    if not isinstance(arrived, bool):
        raise NotGenuine("success")
    status = _shaped(entry, "err_code", _STATUS)
    sid = _shaped(entry, "biz_id", _SID)
    # Other systems of the account may use it for something else.
    out_id = entry.get("out_id")
    ours = own_id(out_id) if isinstance(out_id, str) else None
    if arrived:
        return ReceiptRead(ours, sid, status, Fate.DELIVERED, None)
    return ReceiptRead(ours, sid, status, Fate.UNDELIVERABLE, TROUBLES.get(status, Trouble.UNKNOWN))


def _text(entry: Mapping[str, Any]) -> TextRead:
    sequence, words = entry.get("sequence_id"), entry.get("content")
    # Written as a number by some of their pages, as a string by others.
    if isinstance(sequence, bool) or not _SEQUENCE.fullmatch(str(sequence)):
        raise NotGenuine("sequence_id")
    if not isinstance(words, str) or len(words) > MOST_WORDS:
        raise NotGenuine("content")
    moment = _shaped(entry, "send_time", _MOMENT)
    phone = _PHONE.fullmatch(_shaped(entry, "phone_number", _PHONE))
    number = phone["number"] if phone else ""
    # Nothing says that a number never comes again, so the moment is part of the name.
    sid = f"{sequence}.{''.join(filter(str.isdigit, moment))}"
    return TextRead(sid, f"+86{number}", words)


def _shaped(entry: Mapping[str, Any], name: str, shape: re.Pattern[str]) -> str:
    value = entry.get(name)
    if not isinstance(value, str) or not shape.fullmatch(value):
        raise NotGenuine(name)
    return value


def _without_doubles(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a doubled name")
    return found
