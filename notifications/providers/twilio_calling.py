"""Calls we have Twilio make: placed, looked up before anybody places one again, and asked how they ended."""

import logging
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import Any
from uuid import UUID

from requests import Response, Session
from requests.exceptions import ConnectionError as NoConnection
from requests.exceptions import RequestException

from notifications.providers import LookUpFailed, NotTaken, OutcomeUnknown, Trouble
from notifications.providers.twilio import SKEW, Account, why_refused
from notifications.providers.twilio_recordings import API
from notifications.providers.wire import never_left

#: Seconds it rings, and the longest a call may last.
RINGS, LONGEST = 30, 300
#: Calls of a list that are looked at.
MOST_LISTED = 100

_SID = re.compile(r"CA[0-9a-fA-F]{32}")


@dataclass(frozen=True)
class Calls:
    """The Calls API. As with texts it knows no idempotency key, so nobody asks it twice without a look-up."""

    account: Account
    #: What is said on a call is asked of it.
    base_url: str
    #: Stands in for Twilio's own address.
    api_base: str | None = None
    timeout: float = 10.0

    def __post_init__(self) -> None:
        """Keep the debug lines of the library out of the log: they hold the number of each look-up."""
        logging.getLogger("urllib3.connectionpool").setLevel(logging.INFO)

    def place(self, phone: str, our_id: UUID) -> str:
        """
        Have *phone* rung; our own id travels in the addresses that are asked about the call. Gives its sid.

        :raises NotTaken: it certainly will not ring.
        :raises OutcomeUnknown: it may.
        """
        doors = f"{self.base_url.rstrip('/')}/twilio/calls"
        asked = {
            "To": phone,
            "From": self.account.sender,
            "Url": f"{doors}/speak?call={our_id}",
            "Method": "POST",
            "StatusCallback": f"{doors}/status?call={our_id}",
            "StatusCallbackMethod": "POST",
            "Timeout": str(RINGS),
            "TimeLimit": str(LONGEST),
        }
        try:
            with self._session() as session:
                answer = session.post(f"{self._address}.json", data=asked, timeout=self.timeout)
        except NoConnection as gone:
            # Not chained, here and below: their sentences hold the number.
            if never_left(gone):
                raise NotTaken(Trouble.UNREACHABLE, type(gone).__name__) from None
            raise OutcomeUnknown(type(gone).__name__) from None
        except RequestException as gone:
            raise OutcomeUnknown(type(gone).__name__) from None
        said = _said(answer)
        if answer.status_code != 201:
            code = said.get("code")
            raise why_refused(code if isinstance(code, int) else 0, answer.status_code)
        sid = str(said.get("sid"))
        if not _SID.fullmatch(sid):
            raise OutcomeUnknown("an answer without a sid")
        return sid

    def find(self, phone: str, since: datetime) -> Sequence[str]:
        """
        The sids of calls to *phone* that we had made since then, oldest first.

        Twilio's list names neither of our addresses, so it is the number that tells. Not filtered by
        StartTime: a call that still waits in the queue has none, and must be found too.

        :raises LookUpFailed: it cannot be said now.
        """
        asked = {"To": phone, "From": self.account.sender, "PageSize": str(MOST_LISTED)}
        with _asking():
            listed = self._get(f"{self._address}.json", asked)["calls"]
            found = [
                str(call["sid"])
                for call in reversed(listed)
                if parsedate_to_datetime(call["date_created"]) >= since - SKEW
            ]
            # Not even the oldest of a full page is too old: what we look for may stand behind it.
            if len(found) == MOST_LISTED:
                raise LookUpFailed("more calls than are listed")
            return found

    def status(self, sid: str) -> str:
        """
        Where the call *sid* stands, in Twilio's own word.

        :raises LookUpFailed: it cannot be said now.
        """
        with _asking():
            return str(self._get(f"{self._address}/{sid}.json", {})["status"])

    def _get(self, address: str, asked: dict[str, str]) -> dict[str, Any]:
        with self._session() as session:
            answer = session.get(address, params=asked, timeout=self.timeout)
        if answer.status_code != 200:
            raise LookUpFailed(f"status {answer.status_code}")
        return _said(answer)

    @property
    def _address(self) -> str:
        base = (self.api_base or API).rstrip("/")
        return f"{base}/2010-04-01/Accounts/{self.account.sid}/Calls"

    def _session(self) -> Session:
        session = Session()
        session.auth = (self.account.sid, self.account.token)
        return session


@contextmanager
def _asking() -> Iterator[None]:
    try:
        yield
    except (RequestException, ValueError, KeyError, TypeError) as gone:
        raise LookUpFailed(type(gone).__name__) from None


def _said(answer: Response) -> dict[str, Any]:
    """What an answer says; nothing where it cannot be read."""
    try:
        said = answer.json()
    except ValueError:
        return {}
    return said if isinstance(said, dict) else {}
