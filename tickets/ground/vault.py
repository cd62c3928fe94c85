"""The vault: identity sealed with AES-256-GCM, looked up by a keyed index, shown masked."""

import hashlib
import hmac
import os
from base64 import b64decode
from collections.abc import Mapping
from dataclasses import dataclass

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

NONCE = 12


class KeyRingRefused(ValueError):
    """The setting with the keys cannot be read."""


@dataclass(frozen=True)
class Place:
    """Where a sealed value lives. The seal knows it: moved to another row or column, it does not open."""

    table: str
    column: str
    row: str

    def bound(self) -> bytes:
        """The associated data of the seal."""
        return f"{self.table}|{self.column}|{self.row}".encode()


class Vault:
    """
    Seals and opens values with a ring of keys.

    The first key seals; every key of the ring opens, so keys can be rotated while the service runs. The index
    key and the code key come from the *oldest* key, because an index cannot be read with two keys at once.
    """

    def __init__(self, keys: Mapping[str, bytes]) -> None:
        if not keys:
            raise KeyRingRefused("the key ring is empty")
        self._ring = {number: AESGCM(key) for number, key in keys.items()}
        self._current = next(iter(keys))
        oldest = list(keys.values())[-1]
        self._index_key = _derived(oldest, b"zhuanban blind index")
        self._code_key = _derived(oldest, b"zhuanban tracking code")

    @classmethod
    def from_setting(cls, setting: str) -> "Vault":
        """
        Read a ring written as `2:BASE64,1:BASE64`, newest first.

        :raises KeyRingRefused: a key is not 32 bytes in base64, or has no number.
        """
        keys: dict[str, bytes] = {}
        for part in setting.split(","):
            number, _, encoded = part.strip().partition(":")
            try:
                key = b64decode(encoded, validate=True)
            except ValueError as broken:
                raise KeyRingRefused(f"key {number!r} is not base64") from broken
            if not number.isalnum() or len(key) != 32:
                raise KeyRingRefused(f"key {number!r} must be a number, a colon and 32 bytes in base64")
            keys[number] = key
        return cls(keys)

    def seal(self, value: str, place: Place) -> bytes:
        """Seal *value* for *place*."""
        nonce = os.urandom(NONCE)
        sealed = self._ring[self._current].encrypt(nonce, value.encode(), place.bound())
        return f"{self._current}:".encode() + nonce + sealed

    def open(self, sealed: bytes, place: Place) -> str:
        """
        Open what was sealed for *place*.

        :raises cryptography.exceptions.InvalidTag: it was changed, or sealed for another place.
        :raises KeyError: the key that sealed it is no longer in the ring.
        """
        number, _, rest = bytes(sealed).partition(b":")
        opened = self._ring[number.decode()].decrypt(rest[:NONCE], rest[NONCE:], place.bound())
        return opened.decode()

    def index(self, kind: str, value: str) -> bytes:
        """Give the blind index of a normalised *value*: equal values meet, nobody can read them back."""
        return hmac.digest(self._index_key, f"{kind}|{value}".encode(), hashlib.sha256)

    def code_hash(self, ref: str, code: str) -> bytes:
        """Give the keyed hash under which the tracking *code* of *ref* is kept."""
        return hmac.digest(self._code_key, f"{ref}|{code}".encode(), hashlib.sha256)


def _derived(key: bytes, purpose: bytes) -> bytes:
    return HKDF(algorithm=hashes.SHA256(), length=32, salt=None, info=purpose).derive(key)


def masked_name(name: str | None) -> str | None:
    """Show the family name only: 金某某 becomes 金**."""
    return f"{name[0]}**" if name else None


def masked_phone(phone: str | None) -> str | None:
    """Show three digits in front and four behind, and no more than half of a short number."""
    if not phone:
        return None
    local = phone.removeprefix("+86")
    if len(local) < 9:
        return "*" * max(len(local) - 2, 0) + local[-2:]
    return f"{local[:3]}****{local[-4:]}"
