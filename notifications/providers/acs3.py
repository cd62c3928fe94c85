"""The signature of Alibaba Cloud's API, version 3: ACS3-HMAC-SHA256 over a request without a body."""

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import quote

ALGORITHM = "ACS3-HMAC-SHA256"
#: Letters and digits are never escaped, nor these.
UNRESERVED = "-_.~"


@dataclass(frozen=True)
class Key:
    """A pair of access keys."""

    id: str
    secret: str


@dataclass(frozen=True)
class Call:
    """One call of an operation; everything it says stands in its query."""

    host: str
    action: str
    version: str
    params: Mapping[str, str]
    at: datetime
    #: Never twice the same: they refuse a request they have seen.
    nonce: str

    @property
    def query(self) -> str:
        """The parameters in order, escaped the one way that both sides sign."""
        pairs = sorted((_escaped(name), _escaped(value)) for name, value in self.params.items())
        return "&".join(f"{name}={value}" for name, value in pairs)

    def headers(self, key: Key) -> dict[str, str]:
        """The headers of its POST, signed with *key*."""
        signed = {
            "host": self.host,
            "x-acs-action": self.action,
            "x-acs-content-sha256": _hash(""),
            "x-acs-date": f"{self.at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}",
            "x-acs-signature-nonce": self.nonce,
            "x-acs-version": self.version,
        }
        names = ";".join(signed)
        lines = "".join(f"{name}:{value}\n" for name, value in signed.items())
        canonical = "\n".join(("POST", "/", self.query, lines, names, _hash("")))
        to_sign = f"{ALGORITHM}\n{_hash(canonical)}"
        signature = hmac.new(key.secret.encode(), to_sign.encode(), hashlib.sha256).hexdigest()
        credential = f"Credential={key.id},SignedHeaders={names},Signature={signature}"
        return {**signed, "Authorization": f"{ALGORITHM} {credential}"}


def _escaped(written: str) -> str:
    return quote(written, safe=UNRESERVED)


def _hash(written: str) -> str:
    return hashlib.sha256(written.encode()).hexdigest()
