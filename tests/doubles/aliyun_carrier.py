"""Start the Aliyun double as a process of its own and steer it over HTTP."""

import json
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from notifications.providers.acs3 import Key
from notifications.providers.aliyun import Account, Aliyun, Turned
from notifications.wording import GAP, Wording, gap_name
from tests.doubles.steering import Steered

ROOT = Path(__file__).parents[2]

KEY = Key("the-key-of-the-double", "the-secret-of-the-double")
SIGN_NAME = "盘龙热线"
EXTEND_CODE = "12345"


def machine_time() -> datetime:
    return datetime.now(UTC)


def codes_of(wording: Wording, *, but: tuple[str, ...] = ()) -> dict[str, str]:
    """A code for each of our forms, as if all of them had been approved."""
    return {form: f"SMS_{15_000 + place}" for place, form in enumerate(wording.words) if form not in but}


@dataclass(frozen=True)
class AliyunDouble(Steered):
    """The running double, seen from a test."""

    codes: Mapping[str, str]

    def provider(
        self,
        *,
        key: Key = KEY,
        sign_name: str = SIGN_NAME,
        codes: Mapping[str, str] | None = None,
        now: Callable[[], datetime] = machine_time,
        timeout: float = 10.0,
    ) -> Aliyun:
        """Our real provider, pointed at the double."""
        known = self.codes if codes is None else codes
        return Aliyun(
            Account(key, sign_name, EXTEND_CODE),
            lambda form, _version: known.get(form),
            now=now,
            turned_on=Turned(receipts=True, upstream=True),
            api_base=self.base,
            timeout=timeout,
        )

    def control(self, *, list_lag: float = 0.0, holds_back: bool = False) -> None:
        """Set how far the list lags, and whether it counts texts that it does not show."""
        self._post("/control", {"list_lag": list_lag, "holds_back": holds_back})

    def push(self, url: str, entries: Any) -> tuple[int, Any]:
        """Push *entries* to *url* the way Aliyun does; gives status and body of the answer."""
        told = self._post("/push", {"url": url, "entries": entries})
        return int(told["status"]), told["said"]

    def texts(self) -> list[dict[str, Any]]:
        """Every text it took, in order."""
        return list(self._ledger()["texts"])

    def look_ups(self) -> int:
        """How often it was asked for details."""
        return int(self._ledger()["asked_for_details"])


@contextmanager
def running_aliyun_double(wording: Wording) -> Iterator[AliyunDouble]:
    """A running double that has approved all of our words; it ends with the block."""
    codes = codes_of(wording)
    approved = {
        codes[form]: [gap_name(gap) for gap in GAP.finditer(words.source)]
        for form, words in wording.words.items()
    }
    command = [sys.executable, "-m", "tests.doubles.aliyun", "--key", KEY.id, "--secret", KEY.secret]
    command += ["--sign-name", SIGN_NAME, "--templates", json.dumps(approved)]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:  # noqa: S603
        try:
            port = process.stdout.readline().decode().strip() if process.stdout else ""
            assert port, "the Aliyun double did not start"
            yield AliyunDouble(f"http://127.0.0.1:{port}", codes)
        finally:
            process.terminate()
