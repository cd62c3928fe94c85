"""Aliyun SMS (阿里云短信): hand approved words over, look up what was taken."""

import json
import logging
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

import requests
from requests.exceptions import ConnectionError as NoConnection
from requests.exceptions import RequestException

from notifications.providers import LookUpFailed, NotTaken, OutcomeUnknown, Parcel, Sent, Trouble
from notifications.providers.acs3 import Call, Key
from notifications.providers.wire import never_left
from notifications.segments import count_segments
from notifications.wording import SHANGHAI
from tickets.ground.columns import new_id

API = "https://dysmsapi.aliyuncs.com"
VERSION = "2017-05-25"

#: Its refusals in our words. Those that say it is busy or broken inside are below.
TROUBLES = {
    "isv.BUSINESS_LIMIT_CONTROL": Trouble.TOO_MANY,  # in a minute, an hour or a day
    "isv.DAY_LIMIT_CONTROL": Trouble.BUSY,
    "isv.MONTH_LIMIT_CONTROL": Trouble.MISCONFIGURED,
    "isv.AMOUNT_NOT_ENOUGH": Trouble.MISCONFIGURED,  # the account is empty
    "isv.OUT_OF_SERVICE": Trouble.MISCONFIGURED,
    "isv.PRODUCT_UN_SUBSCRIPT": Trouble.MISCONFIGURED,
    "isv.PRODUCT_UNSUBSCRIBE": Trouble.MISCONFIGURED,
    "isv.ACCOUNT_NOT_EXISTS": Trouble.MISCONFIGURED,
    "isv.ACCOUNT_ABNORMAL": Trouble.MISCONFIGURED,
    "isv.DENY_IP_RANGE": Trouble.MISCONFIGURED,
    "isv.EXTEND_CODE_ERROR": Trouble.MISCONFIGURED,
    "isp.RAM_PERMISSION_DENY": Trouble.MISCONFIGURED,
    "isv.SMS_SIGNATURE_ILLEGAL": Trouble.MISCONFIGURED,  # stands in front of every text, so none goes
    "isv.SMS_SIGN_ILLEGAL": Trouble.MISCONFIGURED,
    "isv.SIGN_STATE_ILLEGAL": Trouble.MISCONFIGURED,
    "isv.SMS_SIGNATURE_SCENE_ILLEGAL": Trouble.MISCONFIGURED,
    "isv.SMS_TEMPLATE_ILLEGAL": Trouble.NOT_APPROVED,
    "isv.TEMPLATE_MISSING_PARAMETERS": Trouble.NOT_APPROVED,
    "isv.TEMPLATE_PARAMS_ILLEGAL": Trouble.NOT_APPROVED,
    "isv.MOBILE_NUMBER_ILLEGAL": Trouble.BAD_NUMBER,
    "isv.DOMESTIC_NUMBER_NOT_SUPPORTED": Trouble.NOT_ALLOWED,
    "isv.SMS_CONTENT_ILLEGAL": Trouble.FILTERED,
    "isv.BLACK_KEY_CONTROL_LIMIT": Trouble.FILTERED,
}
#: The gateway's own, by how they begin: it did not let the request through.
FAMILIES = {
    "Throttling": Trouble.BUSY,
    "SignatureDoesNotMatch": Trouble.MISCONFIGURED,
    "IncompleteSignature": Trouble.MISCONFIGURED,
    "InvalidAccessKeyId": Trouble.MISCONFIGURED,
    "InvalidTimeStamp": Trouble.MISCONFIGURED,
    "InvalidVersion": Trouble.MISCONFIGURED,
    "Forbidden": Trouble.MISCONFIGURED,
    "NoPermission": Trouble.MISCONFIGURED,
}
#: It has seen this very request already, so the first of the two may have been taken.
SEEN_BEFORE = "SignatureNonceUsed"

#: Its clock and ours may differ this much.
SKEW = timedelta(minutes=5)
#: Texts of one day to one number that are looked through.
PAGE, MOST_PAGES = 50, 20

MAINLAND = "+86"
_CODE = re.compile(r"[A-Za-z0-9_.]{1,80}")
_BIZ_ID = re.compile(r"[0-9A-Za-z^]{1,64}")


@dataclass(frozen=True)
class Account:
    """Our account: its key, the approved signature, and the digits behind our number that answers come to."""

    key: Key
    sign_name: str
    extend_code: str | None = None


@dataclass(frozen=True)
class Turned:
    """What was turned on for us: receipts are pushed, and so are citizens' texts."""

    receipts: bool = False
    upstream: bool = False


#: The code under which words were approved, by their form and digest; None where they were not.
CodeOf = Callable[[str, str], str | None]


class Aliyun:
    """SendSms and QuerySendDetails. Never sent twice without a look-up: it knows no idempotency key."""

    name = "aliyun"
    abroad = False

    def __init__(
        self,
        account: Account,
        code_of: CodeOf,
        *,
        now: Callable[[], datetime],
        turned_on: Turned = Turned(),
        api_base: str | None = None,
        timeout: float = 10.0,
    ) -> None:
        """Send what *code_of* knows a code for; *api_base* stands in for Aliyun's own address."""
        # Its debug lines hold the address of each call, and with it the number and the code.
        logging.getLogger("urllib3.connectionpool").setLevel(logging.INFO)
        self.tells = turned_on.receipts
        self.takes_upstream = turned_on.upstream
        self._account = account
        self._code_of = code_of
        self._now = now
        self._base = (api_base or API).rstrip("/")
        self._timeout = timeout
        # No retries below us: a repeated call is a second text.
        self._session = requests.Session()

    def why_not(self, parcel: Parcel) -> Trouble | None:
        """Mainland numbers only, and approved words only."""
        if not parcel.phone.startswith(MAINLAND):
            return Trouble.NOT_ALLOWED
        return Trouble.NOT_APPROVED if self._code_of(parcel.form, parcel.version) is None else None

    def send(self, parcel: Parcel) -> Sent:
        """Send the approved words with their gaps filled; our own id travels as OutId."""
        trouble = self.why_not(parcel)
        if trouble is not None:
            raise NotTaken(trouble, "no code")
        params = {
            "PhoneNumbers": parcel.phone.removeprefix(MAINLAND),
            "SignName": self._account.sign_name,
            "TemplateCode": self._code_of(parcel.form, parcel.version) or "",
            "TemplateParam": json.dumps(dict(parcel.params), ensure_ascii=False, separators=(",", ":")),
            "OutId": str(parcel.our_id),
        }
        if self._account.extend_code:
            params["SmsUpExtendCode"] = self._account.extend_code
        try:
            status, said = self._call("SendSms", params)
        except NoConnection as gone:
            # Not chained: its sentence holds the whole address, and with it the number.
            if never_left(gone):
                raise NotTaken(Trouble.UNREACHABLE, type(gone).__name__) from None
            raise OutcomeUnknown(type(gone).__name__) from None
        except (RequestException, ValueError) as unreadable:
            raise OutcomeUnknown(type(unreadable).__name__) from None
        taken = str(said.get("BizId", ""))
        if status == 200 and said.get("Code") == "OK" and _BIZ_ID.fullmatch(taken):
            return Sent(sid=taken, segments=count_segments(parcel.text))
        raise _refusal(status, said)

    def find(self, parcel: Parcel, since: datetime) -> Sequence[str]:
        """
        Look for our id among what was sent to the number on each day since then.

        The list tells no BizId, so one that is found is known by our own id from here on.
        """
        try:
            day = (since - SKEW).astimezone(SHANGHAI).date()
            last = (self._now() + SKEW).astimezone(SHANGHAI).date()
            while day <= last:
                if self._shows(parcel, day):
                    return [found_sid(parcel.our_id)]
                day += timedelta(days=1)
        except (RequestException, ValueError, KeyError, TypeError, AttributeError) as gone:
            raise LookUpFailed(type(gone).__name__) from None
        return []

    def _shows(self, parcel: Parcel, day: date) -> bool:
        ours, seen = str(parcel.our_id), 0
        for page in range(1, MOST_PAGES + 1):
            asked = {
                "PhoneNumber": parcel.phone.removeprefix(MAINLAND),
                "SendDate": f"{day:%Y%m%d}",
                "PageSize": str(PAGE),
                "CurrentPage": str(page),
            }
            status, said = self._call("QuerySendDetails", asked)
            if status != 200 or said.get("Code") != "OK":
                raise LookUpFailed(_told(status, said))
            listed = said["SmsSendDetailDTOs"]["SmsSendDetailDTO"]
            if any(one.get("OutId") == ours for one in listed):
                return True
            seen += len(listed)
            if seen >= int(said["TotalCount"]):
                return False
            if not listed:
                # It has been seen to count texts that it does not show: that proves nothing.
                break
        raise LookUpFailed("the list is not whole")

    def _call(self, action: str, params: Mapping[str, str]) -> tuple[int, dict[str, Any]]:
        call = Call(urlsplit(self._base).netloc, action, VERSION, params, self._now(), new_id().hex)
        answer = self._session.post(
            f"{self._base}/?{call.query}",
            headers={**call.headers(self._account.key), "Accept": "application/json"},
            timeout=self._timeout,
            allow_redirects=False,
        )
        said = answer.json()
        if not isinstance(said, dict):
            raise ValueError("an answer that is no object")
        return answer.status_code, said


def found_sid(our_id: UUID) -> str:
    """Under which sid a text stands whose answer was lost and that the list shows."""
    return f"OUT-{our_id}"


def _refusal(status: int, said: Mapping[str, Any]) -> NotTaken | OutcomeUnknown:
    code, detail = str(said.get("Code", "")), _told(status, said)
    trouble = TROUBLES.get(code) or next(
        (trouble for begins, trouble in FAMILIES.items() if code.startswith(begins)), None
    )
    if trouble is not None:
        return NotTaken(trouble, detail)
    is_refused = code.startswith("isv.") or (400 <= status < 500 and status != 408)
    if is_refused and code != SEEN_BEFORE:
        return NotTaken(Trouble.REJECTED, detail)
    return OutcomeUnknown(detail)


def _told(status: int, said: Mapping[str, Any]) -> str:
    code = str(said.get("Code", ""))
    return f"code {code if _CODE.fullmatch(code) else '?'}, status {status}"
