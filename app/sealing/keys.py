"""The keys roots are signed with: Ed25519, as a ring, and the public parts of those that are gone."""

from base64 import b64decode, b64encode
from collections.abc import Callable, Mapping
from typing import TypeVar

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from tickets.ground.vault import KeyRingRefused

Key = TypeVar("Key")


class NoSealKey(Exception):
    """There is no private key to sign with."""


class SealKeys:
    """Signs with the newest private key; knows a signature of any key of the ring."""

    def __init__(
        self, private: Mapping[str, Ed25519PrivateKey], public: Mapping[str, Ed25519PublicKey]
    ) -> None:
        self._private = private
        self._public = {**{number: key.public_key() for number, key in private.items()}, **public}

    @classmethod
    def from_settings(cls, private: str | None, public: str | None) -> "SealKeys":
        """
        Read two rings written as `2:BASE64,1:BASE64`, newest first: private seeds, and public keys.

        :raises KeyRingRefused: a key is not 32 bytes in base64, has no number, or there are two of a number.
        """
        seeds = _ring(private, Ed25519PrivateKey.from_private_bytes)
        others = _ring(public, Ed25519PublicKey.from_public_bytes)
        if twice := sorted(seeds.keys() & others.keys()):
            raise KeyRingRefused(f"key {twice[0]!r} is there as a private and as a public key")
        return cls(seeds, others)

    @property
    def can_sign(self) -> bool:
        """Whether there is a private key."""
        return bool(self._private)

    def sign(self, statement: bytes) -> bytes:
        """
        Sign *statement* with the key `newest` names.

        :raises NoSealKey: there is none.
        """
        return self._private[self.newest].sign(statement)

    @property
    def newest(self) -> str:
        """
        The number of the key that signs.

        :raises NoSealKey: there is none.
        """
        if not self._private:
            raise NoSealKey
        return next(iter(self._private))

    def knows(self, number: str) -> bool:
        """Whether signatures of the key *number* can be checked."""
        return number in self._public

    def signed(self, number: str, signature: bytes, statement: bytes) -> bool:
        """Whether *signature* is that of the key *number* under *statement*."""
        try:
            self._public[number].verify(signature, statement)
        except (InvalidSignature, KeyError):
            return False
        return True

    def public(self) -> dict[str, str]:
        """Every public key in base64, by its number."""
        return {number: b64encode(key.public_bytes_raw()).decode() for number, key in self._public.items()}

    def pem(self, number: str) -> str:
        """The public key *number* as other programs read it."""
        return (
            self._public[number].public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode("ascii")
        )


def _ring(setting: str | None, read: Callable[[bytes], Key]) -> dict[str, Key]:
    keys: dict[str, Key] = {}
    for part in (setting or "").split(",") if setting else ():
        number, _, encoded = part.strip().partition(":")
        try:
            key = b64decode(encoded, validate=True)
        except ValueError as broken:
            raise KeyRingRefused(f"key {number!r} is not base64") from broken
        if not number.isalnum() or len(key) != 32:
            raise KeyRingRefused(f"key {number!r} must be a number, a colon and 32 bytes in base64")
        if number in keys:
            raise KeyRingRefused(f"there are two keys {number!r}")
        keys[number] = read(key)
    return keys
