"""Start the Twilio double as a process of its own and steer it over HTTP."""

import subprocess
import sys
from base64 import b64encode
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from notifications.providers.twilio import Account, Twilio
from notifications.providers.twilio_calling import Calls
from tests.doubles.steering import Steered
from tests.doubles.twilio_contract import ROOT

ACCOUNT = "AC" + "0123456789abcdef" * 2
TOKEN = "a-token-for-the-double"  # noqa: S105 it opens nothing but the double
SENDER = "+15005550006"


@dataclass(frozen=True)
class TwilioDouble(Steered):
    """The running double, seen from a test."""

    def provider(self, *, sender: str = SENDER, token: str = TOKEN, timeout: float = 10.0) -> Twilio:
        """Our real provider, pointed at the double."""
        account = Account(ACCOUNT, token, sender)
        return Twilio(account, base_url="http://hotline.example", api_base=self.base, timeout=timeout)

    def control(
        self,
        *,
        list_lag: float | None = None,
        receipts: Sequence[str] | None = None,
        delay: float | None = None,
    ) -> None:
        """Set how far the list lags, which receipts a new message brings, and how long its answer takes."""
        wish = {"list_lag": list_lag, "receipts": receipts, "delay": delay}
        self._post("/control", {name: value for name, value in wish.items() if value is not None})

    def tell(self, sid: str, status: str, error_code: str | None = None) -> int:
        """Send a signed receipt to the address the message came with; gives the status of its answer."""
        told = self._post("/receipt", {"sid": sid, "status": status, "error_code": error_code})
        return int(told["status"])

    def text_us(self, url: str, fields: dict[str, str]) -> int:
        """Post a citizen's text, signed, to *url*; gives the status of its answer."""
        return int(self._post("/inbound", {"url": url, "fields": fields})["status"])

    def messages(self) -> list[dict[str, Any]]:
        """Every message it took, in order."""
        return list(self._ledger()["messages"])

    def calls(self) -> list[dict[str, Any]]:
        """Every call it took, in order."""
        return list(self._ledger()["calls"])

    def end(self, sid: str, status: str, *, tell: bool = True) -> int:
        """Let a call end, and tell of it where *tell*; gives the status of the answer."""
        return int(self._post("/end", {"sid": sid, "status": status, "tell": tell})["status"])

    def calling(self, *, token: str = TOKEN, timeout: float = 10.0) -> Calls:
        """Our real client for calls, pointed at the double."""
        account = Account(ACCOUNT, token, SENDER)
        return Calls(account, base_url="http://hotline.example", api_base=self.base, timeout=timeout)

    def record(self, sid: str, sound: bytes) -> None:
        """Let there be a recording."""
        self._post("/control", {"recordings": {sid: b64encode(sound).decode()}})

    def recordings(self) -> list[str]:
        """The sids of the recordings it still has."""
        return list(self._ledger()["recordings"])

    def asked(self) -> int:
        """How often it was asked for a new message or call, whatever it did then."""
        return int(self._ledger()["asked"])

    def look_ups(self) -> int:
        """How often it was asked for its list."""
        return int(self._ledger()["listed"])


@contextmanager
def running_double() -> Iterator[TwilioDouble]:
    """A running double; it ends with the block."""
    command = [sys.executable, "-m", "tests.doubles.twilio", "--account", ACCOUNT, "--token", TOKEN]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:  # noqa: S603
        try:
            port = process.stdout.readline().decode().strip() if process.stdout else ""
            assert port, "the Twilio double did not start"
            yield TwilioDouble(f"http://127.0.0.1:{port}")
        finally:
            process.terminate()
