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

    The first key seals and makes indexes; every key of the ring opens and can be looked up with, so keys can
    be rotated while the service runs. Tracking codes are the exception: nobody knows them any more, so their
    hashes stay, and the key of these hashes is kept sealed in the database (`kept_keys.py`).
    """

    def __init__(self, keys: Mapping[str, bytes]) -> None:
        if not keys:
            raise KeyRingRefused("the key ring is empty")
        self._ring = {number: AESGCM(key) for number, key in keys.items()}
        #: Number of the newest key, which seals.
        self.current = next(iter(keys))
        self._index_keys = {number: _derived(key, b"zhuanban blind index") for number, key in keys.items()}
        #: What tracking codes are hashed with until the kept key is learnt: in a new house it is the same.
        self.code_key = _derived(list(keys.values())[-1], b"zhuanban tracking code")
        self.has_learnt = False

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

    @property
    def numbers(self) -> tuple[str, ...]:
        """Numbers of the keys, newest first."""
        return tuple(self._ring)

    def seal(self, value: str, place: Place) -> bytes:
        """Seal *value* for *place*."""
        nonce = os.urandom(NONCE)
        sealed = self._ring[self.current].encrypt(nonce, value.encode(), place.bound())
        return f"{self.current}:".encode() + nonce + sealed

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
        return _index(self._index_keys[self.current], kind, value)

    def indexes(self, kind: str, value: str) -> tuple[bytes, ...]:
        """Under what *value* may be found while keys are rotated: its index with each key, newest first."""
        return tuple(_index(key, kind, value) for key in self._index_keys.values())

    def learn(self, code_key: bytes) -> None:
        """Hash tracking codes with the key that was kept, wherever the ring has gone since."""
        self.code_key = code_key
        self.has_learnt = True

    def code_hash(self, ref: str, code: str) -> bytes:
        """Give the keyed hash under which the tracking *code* of *ref* is kept."""
        return hmac.digest(self.code_key, f"{ref}|{code}".encode(), hashlib.sha256)


def number_of(sealed: bytes) -> str:
    """Which key sealed it."""
    return bytes(sealed).partition(b":")[0].decode()


def _index(key: bytes, kind: str, value: str) -> bytes:
    return hmac.digest(key, f"{kind}|{value}".encode(), hashlib.sha256)


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


class Opens:
    """A row some columns of which only the vault opens; which place each is bound to, the row says."""

    def place(self, column: str) -> Place:
        """Where the seal of one of its columns belongs."""
        raise NotImplementedError

    def open(self, vault: Vault, column: str) -> str | None:
        """Open one of the sealed columns; None where nothing is known."""
        sealed: bytes | None = getattr(self, column)
        return None if sealed is None else vault.open(bytes(sealed), self.place(column))
