"""Recordings at Twilio: fetched once, then erased there."""

from dataclasses import dataclass

from requests import Response, Session
from requests.exceptions import RequestException

API = "https://api.twilio.com"

#: No recording of ours is longer than this; three minutes take less than three million.
MOST_BYTES = 20 * 1024 * 1024
PART = 64 * 1024


class NotThere(Exception):
    """Twilio has no such recording: not yet, or not any more."""


class NotNow(Exception):
    """Twilio could not be asked, or was busy; the text says no more than how."""


@dataclass(frozen=True)
class Recordings:
    """The recordings of one account."""

    account: str
    token: str
    #: Stands in for Twilio's own address.
    api_base: str | None = None
    timeout: float = 20.0

    def fetch(self, sid: str) -> bytes:
        """
        The sound of a recording, as a WAV file.

        :raises NotThere: there is none, or none yet.
        :raises NotNow: it could not be had this time.
        """
        try:
            with (
                self._session() as session,
                session.get(f"{self._address(sid)}.wav", timeout=self.timeout, stream=True) as answer,
            ):
                _check(answer, 200)
                return _whole(answer)
        except RequestException as gone:
            # Not chained: its sentence holds the address, and that the number of the recording.
            raise NotNow(type(gone).__name__) from None

    def drop(self, sid: str) -> None:
        """
        Erase a recording; one that is gone is erased.

        :raises NotNow: it could not be done this time.
        """
        try:
            with self._session() as session:
                _check(session.delete(f"{self._address(sid)}.json", timeout=self.timeout), 204)
        except NotThere:
            return
        except RequestException as gone:
            raise NotNow(type(gone).__name__) from None

    def _address(self, sid: str) -> str:
        base = (self.api_base or API).rstrip("/")
        return f"{base}/2010-04-01/Accounts/{self.account}/Recordings/{sid}"

    def _session(self) -> Session:
        session = Session()
        session.auth = (self.account, self.token)
        return session


def _check(answer: Response, right: int) -> None:
    if answer.status_code == 404:
        raise NotThere
    if answer.status_code != right:
        raise NotNow(f"status {answer.status_code}")


def _whole(answer: Response) -> bytes:
    """Read to the end, but never more than a recording of ours can be."""
    found = bytearray()
    for part in answer.iter_content(PART):
        found += part
        if len(found) > MOST_BYTES:
            raise NotNow("too long")
    return bytes(found)
