"""What the doubles have in common: each is a process of its own and is steered over HTTP."""

from dataclasses import dataclass
from typing import Any

import requests


@dataclass(frozen=True)
class Steered:
    """A running double, seen from a test."""

    base: str

    def fail(self, *faults: str) -> None:
        """Let the next requests for a new message fail like this; the double says which faults it knows."""
        self._post("/control", {"faults": faults})

    def violations(self) -> list[str]:
        """What we did that the provider does not let through, and where the double itself strayed."""
        return list(self._ledger()["violations"])

    def _ledger(self) -> dict[str, Any]:
        read: dict[str, Any] = requests.get(f"{self.base}/ledger", timeout=10).json()
        return read

    def _post(self, path: str, content: dict[str, Any]) -> dict[str, Any]:
        answer = requests.post(self.base + path, json=content, timeout=30)
        answer.raise_for_status()
        read: dict[str, Any] = answer.json()
        return read
