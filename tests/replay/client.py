"""A client that asks again with the same key until it knows what became of its request."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from threading import Event
from time import monotonic
from typing import Any

import requests

#: Seconds between one try and the next; the last one repeats.
PAUSES = (0.1, 0.2, 0.5, 1.0, 2.0)
TIMEOUT = 20.0


class Unanswered(Exception):
    """Every try ended without an answer one could act on."""


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status: int
    body: dict[str, Any]
    #: From the first try to the answer.
    seconds: float
    tries: int

    @property
    def problem(self) -> str:
        """Status and kind of a refusal; never its words, they may repeat what was sent."""
        fields = ", ".join(str(bad.get("field")) for bad in self.body.get("errors", ()))
        kind = str(self.body.get("type", "")).rpartition("#")[2]
        return " ".join(part for part in (str(self.status), kind, fields) if part)


@dataclass
class Client:
    """One person at a time over one kept-open connection; not to be shared between threads."""

    url: str
    tokens: Mapping[str, str]
    #: How long to go on asking, in seconds.
    patience: float = 60.0
    #: Seconds to wait for the answer of a first try, asked each time anew.
    first_timeout: Callable[[], float] = lambda: TIMEOUT
    #: Set when nobody wants an answer any more.
    ended: Event = field(default_factory=Event)
    _session: requests.Session = field(default_factory=requests.Session)

    def close(self) -> None:
        """Hang up."""
        self._session.close()

    def post(self, username: str, path: str, body: Mapping[str, Any], key: str) -> Answer:
        """
        POST as *username*, as often as it takes; the *key* makes it happen once.

        :raises Unanswered: nobody answered in time.
        """
        return self._ask("POST", username, path, {"Idempotency-Key": key}, body)

    def get(self, username: str, path: str) -> Answer:
        """
        GET as *username*.

        :raises Unanswered: nobody answered in time.
        """
        return self._ask("GET", username, path, {}, None)

    def _ask(
        self, method: str, username: str, path: str, headers: dict[str, str], body: Mapping[str, Any] | None
    ) -> Answer:
        began = monotonic()
        headers = {**headers, "Authorization": f"Bearer {self.tokens[username]}"}
        tries = 0
        while not self.ended.is_set():
            tries += 1
            timeout = self.first_timeout() if tries == 1 else TIMEOUT
            answer = self._try(method, f"{self.url}/api/v1{path}", headers, body, timeout)
            if answer is not None:
                return Answer(*answer, monotonic() - began, tries)
            pause = PAUSES[min(tries, len(PAUSES)) - 1]
            if monotonic() + pause - began > self.patience:
                break
            self.ended.wait(pause)
        raise Unanswered(f"no answer after {tries} tries")

    def _try(
        self, method: str, url: str, headers: dict[str, str], body: Mapping[str, Any] | None, timeout: float
    ) -> tuple[int, dict[str, Any]] | None:
        """One try: status and body, or None where it must be made again."""
        try:
            answer = self._session.request(method, url, headers=headers, json=body, timeout=timeout)
            read = answer.json()
        except (requests.RequestException, ValueError):
            return None
        if answer.status_code == 503 or _is_still_running(answer.status_code, read):
            return None
        return answer.status_code, read


def _is_still_running(status: int, body: dict[str, Any]) -> bool:
    """An earlier try with this key has not ended yet; its answer is to come."""
    return status == 409 and "key-still-running" in str(body.get("type"))
